"""What every flow shares: an open runtime, and names that tell the operator which run this is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from prefect.runtime import flow_run

from digest.clock import StoppedClock, SystemClock
from digest.collect.parsing import Parse, open_parsers
from digest.collect.web import Web
from digest.config import read_settings
from digest.wiring import Runtime, open_runtime


@dataclass(frozen=True, slots=True)
class Desk:
    """An open runtime, an open web, and who reads its pages."""

    runtime: Runtime
    web: Web
    parse: Parse


_DESK: ContextVar[Desk | None] = ContextVar("desk", default=None)


@asynccontextmanager
async def desk(at: datetime | None = None) -> AsyncIterator[Desk]:
    """Open a runtime, as of ``at`` or of now; a task within a flow shares its flow's.

    Sharing is what keeps one pace per host: a fetcher paces the requests that go through it.
    """
    shared = _DESK.get()
    if shared is not None:
        yield shared
        return
    clock = StoppedClock(at) if at is not None else SystemClock()
    with open_runtime(read_settings(), clock=clock) as runtime:
        async with runtime.open_web() as web, open_parsers() as parse:
            mine = Desk(runtime, web, parse)
            token = _DESK.set(mine)
            try:
                yield mine
            finally:
                _DESK.reset(token)


def run_name() -> str:
    """Name a run by what it is about and its day: ``morning-brief · 19 Dec 2025``."""
    parameters = flow_run.get_parameters()
    subject = parameters.get("issue") or parameters.get("newsletter") or "every newsletter"
    at = parameters.get("at")
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    started = when or flow_run.get_scheduled_start_time()
    return f"{subject} · {format_date(started.date(), 'd MMM yyyy', locale='en')}"
