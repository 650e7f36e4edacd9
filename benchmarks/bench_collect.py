"""Collecting 1,000 author pages of 60 KB from 50 hosts that are 200 ms away, 8 at a time each, pace switched off.

The ideal is 50 hosts × 8 requests / 0.2 s = 2,000 pages a second; 20 pages of a host in rounds of 8 leave 1,667 of it.
Printed beside it: the same client only fetching, the same pages only read (on all processors, without any network: no
first run is faster than this machine reads), collecting with parsing and shelving, and a second, unchanged run (304).
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Engine

from benchmarks.slow_server import LATENCY, author_page
from digest.clock import StoppedClock
from digest.collect.checkup import SourceHealth
from digest.collect.fetcher import open_fetcher
from digest.collect.health_steps import check_health
from digest.collect.journalist import Journalist, Source, SourceKind
from digest.collect.page import Assume
from digest.collect.parsing import Parse, open_parsers
from digest.collect.report import Collected
from digest.collect.steps import collect_journalist
from digest.collect.web import Request, Response, Web
from digest.ids import JournalistId
from digest.store.engine import open_engine
from digest.store.fetches import SqlFetches
from digest.store.newsletters import SqlNewsletters
from digest.store.shelf import SqlShelf
from digest.store.source_log import SqlSourceLog
from digest.wiring import NoMemory
from tests.builders import a_declaration, a_newsletter, an_outlet
from tests.fakes import NOON

HOSTS, PAGES, AT_ONCE = 50, 1_000, 8
IDEAL = HOSTS * AT_ONCE / LATENCY


def roster(port: int) -> list[Journalist]:
    """Return a thousand journalists on fifty loopback hosts."""
    outlet = an_outlet()
    return [
        Journalist(
            id=JournalistId(f"journalist-{number}"),
            name=f"Journalist {number}",
            outlet=outlet,
            sources=(
                Source(kind=SourceKind.PAGE, ref=f"http://127.0.0.{1 + number % HOSTS}:{port}/journalist-{number}"),
            ),
        )
        for number in range(PAGES)
    ]


async def timed(work: Callable[[Journalist], Awaitable[object]], journalists: list[Journalist]) -> float:
    """Do the work for every journalist at once and return pages per second."""
    start = perf_counter()
    await asyncio.gather(*(work(journalist) for journalist in journalists))
    return len(journalists) / (perf_counter() - start)


async def measure(port: int, folder: Path) -> dict[str, float]:
    """Return pages per second by variant."""
    journalists, clock = roster(port), StoppedClock(NOON)
    rates: dict[str, float] = {"ideal: hosts × requests / latency": IDEAL}
    settings: dict[str, Any] = {
        "clock": clock,
        "public_url": "https://digest.example",
        "allow_private": True,
        "at_once": AT_ONCE,
    }
    async with open_fetcher(memory=NoMemory(), **settings) as web:

        async def fetch(journalist: Journalist) -> object:
            return await web.fetch(Request(ref=journalist.sources[0].ref))

        rates["the same client, only fetching"] = await timed(fetch, journalists)
    with open_engine(f"sqlite:///{folder / 'digest.db'}") as engine:
        newsletter = a_newsletter(journalists=[journalist.id for journalist in journalists])
        SqlNewsletters(engine).apply(a_declaration(newsletter, journalists=journalists), at=NOON)
        async with open_parsers(few=0) as parse:  # a run of this size has them after its first moments
            rates["only reading, on every processor"] = await timed(partial(read, parse=parse), journalists)
            for variant in ("collecting: parsed and shelved", "collecting again: unchanged (304)"):
                desk = open_desk(engine, parse, clock)
                async with open_fetcher(memory=SqlFetches(engine), **settings) as web:
                    rates[variant] = await timed(partial(desk.collect, web=web), journalists)
                    desk.close()
    return rates


async def read(journalist: Journalist, parse: Parse) -> None:
    """Read one journalist's page, which is at hand."""
    ref = journalist.sources[0].ref
    body = author_page(f"/{journalist.id}")
    response = Response(ref=ref, url=ref, body=body, fetched_at=NOON, headers={"content-type": "text/html"})
    await parse(SourceKind.PAGE, response, Assume(now=NOON))


@dataclass
class Desk:
    """What a run of collecting has at hand: what it notes at its end is not in the time of any page."""

    parse: Parse
    shelf: SqlShelf
    log: SqlSourceLog
    clock: StoppedClock
    had: Mapping[JournalistId, Sequence[SourceHealth]]
    collected: list[Collected] = field(default_factory=list)

    async def collect(self, journalist: Journalist, web: Web) -> None:
        """Collect one journalist as a run does."""
        self.collected.append(
            await collect_journalist(
                journalist,
                web=web,
                shelf=self.shelf,
                clock=self.clock,
                parse=self.parse,
                had=self.had.get(journalist.id, ()),
            )
        )

    def close(self) -> None:
        """Note how every source did."""
        assert not any(one.has_failures for one in self.collected)
        check_health(self.collected, log=self.log, clock=self.clock)


def open_desk(engine: Engine, parse: Parse, clock: StoppedClock) -> Desk:
    """Open a desk as a run does: how every source has been doing is read in one go."""
    log = SqlSourceLog(engine)
    had = {health.journalist: [health] for health in log.health()}
    return Desk(parse, SqlShelf(engine), log, clock, had)


def main() -> None:
    """Print pages per second and ratios to the ideal."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.slow_server", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server, TemporaryDirectory() as folder:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            rates = asyncio.run(measure(port, Path(folder)))
        finally:
            server.terminate()
    print(f"\n{PAGES:,} author pages from {HOSTS} hosts, {LATENCY * 1000:.0f} ms away, {AT_ONCE} at a time each")
    print(f"  {'variant':<58} {'pages/s':>14} {'ratio':>10}")
    for name, rate in rates.items():
        print(f"  {name:<58} {rate:>14,.0f} {rate / IDEAL:>9,.2f}x")
