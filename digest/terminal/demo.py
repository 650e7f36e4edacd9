"""``digest demo``: the bundled sample newsroom through the real thing, offline, to an outbox on disk."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from digest import newsroom
from digest.audience.steps import ImportReport, file_of, import_readers
from digest.compose.newsletter_file import read_declaration
from digest.config import read_settings
from digest.ids import ListName, NewsletterId
from digest.resources import newsletters_dir
from digest.terminal.demo_summary import summary
from digest.terminal.output import AsJson, tell
from digest.terminal.prefect_server import prefect_server
from digest.terminal.run import run_stages
from digest.terminal.sample import PORT
from digest.terminal.sample_newsroom import SampleNewsroom, serve
from digest.terminal.session import clock_at, session


class DemoDay(NamedTuple):
    """An instant at which the demo runs, and the day that the sample newsroom thinks it is."""

    at: str
    day: date


#: The demo's folder. Nothing is written outside it.
FOLDER = Path("var/demo")
NEWSLETTER = NewsletterId("morning-brief")
LIST = ListName("morning")
#: The demo lives on two days, so that rates have a yesterday and the shelf has something from the evening before.
EVENING = DemoDay("2025-12-18T19:00:00+05:00", date(2025, 12, 18))
MORNING = DemoDay("2025-12-19T07:00:00+05:00", date(2025, 12, 19))


def demo(
    no_prefect: Annotated[bool, typer.Option("--no-prefect", help="The quick way: the same steps, no server.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget earlier demos and start over.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the bundled sample newsroom from its feeds to an outbox on disk. Again, and nothing is sent twice."""
    if fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    with sample_newsroom() as served, demo_environment(served):
        imported = _prepare()
        before = _mails()
        if no_prefect:
            results = _by_hand(served)
        else:
            with prefect_server(FOLDER / "prefect", say=_say) as environment:
                os.environ.update(environment)
                results = asyncio.run(_through_prefect(served))
        with session(MORNING.at) as runtime:
            answer = summary(
                runtime,
                NEWSLETTER,
                results,
                imported=imported,
                new_mails=_mails() - before,
                with_prefect=not no_prefect,
            )
    tell(answer, as_json=as_json)


@contextmanager
def sample_newsroom() -> Iterator[SampleNewsroom]:
    """Serve the sample newsroom on its usual port, or on any free one if that is taken."""
    with ExitStack() as stack:
        try:
            served = stack.enter_context(serve(port=PORT, today=EVENING.day))
        except OSError:
            served = stack.enter_context(serve(port=0, today=EVENING.day))
        yield served


@contextmanager
def demo_environment(served: SampleNewsroom) -> Iterator[None]:
    """Point every setting into the demo's folder for as long as the demo runs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = {
        "DIGEST_DATABASE_URL": f"sqlite:///{(FOLDER / 'digest.db').resolve()}",
        "DIGEST_MAILER": "outbox",
        "DIGEST_OUTBOX_DIR": str(FOLDER / "outbox"),
        "DIGEST_PUBLIC_URL": "https://digest.steppe-herald.example",
        "DIGEST_SECRET_KEY": "the demo's key: nothing secret here",
        "DIGEST_FETCH_ALLOW_PRIVATE": "1",
        "SAMPLE_NEWSROOM_URL": served.url,
    }
    former = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(former)


def _prepare() -> ImportReport:
    sample = newsletters_dir() / "sample"
    toml, readers = sample / "morning-brief.toml", sample / "readers.csv"
    with session(EVENING.at) as runtime:
        now = runtime.clock.now()
        runtime.newsletters.apply(read_declaration(str(toml), toml.read_bytes(), os.environ), at=now)
        file = file_of(readers.read_bytes(), str(readers))
        return import_readers(file, LIST, book=runtime.readers, intakes=runtime.intakes, clock=runtime.clock)


def _by_hand(served: SampleNewsroom) -> dict[str, Any]:
    with session(EVENING.at) as runtime:
        evening = asyncio.run(newsroom.collect(runtime, NEWSLETTER))
    served.today = MORNING.day
    with session(MORNING.at) as runtime:
        stages = run_stages(runtime, NEWSLETTER, yes=True)
    return {"evening": evening.as_json(), **{stage: answer.data for stage, answer in stages}}


async def _through_prefect(served: SampleNewsroom) -> dict[str, Any]:
    from flows.collect import collect  # noqa: PLC0415 - Prefect reads its environment when it is first imported
    from flows.compose import compose  # noqa: PLC0415
    from flows.records import written_down  # noqa: PLC0415
    from flows.send import send  # noqa: PLC0415

    evening, morning = clock_at(EVENING.at).now(), clock_at(MORNING.at).now()
    _say("Flow run: collect, the evening before …")
    results: dict[str, Any] = {"evening": await collect(NEWSLETTER, evening)}
    served.today = MORNING.day
    with session(MORNING.at) as runtime:
        unfinished = newsroom.unfinished_issue(runtime, NEWSLETTER)
        if unfinished is not None:
            _say(f"Flow run: send, for {unfinished} that an earlier demo left unfinished …")
            results["finished"] = await send(unfinished, at=morning)
        _say("Flow run: compose, in the morning …")
        results |= await compose(NEWSLETTER, morning)
        issue = results["compose"]["issue"]
        if issue is not None and results["compose"]["is_fit"]:
            newsroom.approve_issue(runtime, issue, by="operator", hash_=results["compose"]["hash"])
            _say("Flow run: send …")
            results["send"] = await send(issue, at=morning)
    _say("Letting Prefect write its records …")
    await written_down()
    return results


def _mails() -> int:
    return sum(1 for _ in read_settings().outbox_dir.rglob("*.eml"))


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()
