import asyncio
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from digest.collect import parsing
from digest.collect.journalist import SourceKind
from digest.collect.page import Assume
from digest.collect.parsing import open_parsers, parse_here
from digest.collect.web import Response
from digest.errors import ParseError
from tests.collect.test_journalist_steps import items
from tests.fakes import NOON

FEED = Response(ref="https://h.example/feed", url="https://h.example/feed", body=items(12, 11), fetched_at=NOON)
BROKEN = replace(FEED, body=b"\x00\x01")
ASSUME = Assume(now=NOON)


async def test_other_processes_read_what_this_one_would() -> None:
    async with open_parsers(few=0, processes=2) as parse:
        pages = await asyncio.gather(*(parse(SourceKind.FEED, FEED, ASSUME) for _ in range(20)))
    assert pages == [await parse_here(SourceKind.FEED, FEED, ASSUME)] * 20


async def test_what_cannot_be_read_says_so_from_there_too() -> None:
    with pytest.raises(ParseError) as here:
        await parse_here(SourceKind.FEED, BROKEN, ASSUME)
    async with open_parsers(few=0, processes=2) as parse:
        with pytest.raises(ParseError) as there:
            await parse(SourceKind.FEED, BROKEN, ASSUME)
    assert (str(there.value), there.value.advice) == (str(here.value), here.value.advice)


async def test_a_few_answers_start_no_process() -> None:
    async with open_parsers(few=3, processes=2) as parse:
        for _ in range(3):
            await parse(SourceKind.FEED, FEED, ASSUME)
        await asyncio.sleep(0)
        assert multiprocessing.active_children() == []
        await parse(SourceKind.FEED, FEED, ASSUME)
        while len(multiprocessing.active_children()) < 2:  # noqa: ASYNC110 - processes send no event
            await asyncio.sleep(0.01)


async def test_one_processor_has_nothing_to_share() -> None:
    async with open_parsers(few=0, processes=1) as parse:
        assert parse is parse_here


async def test_a_page_that_kills_its_reader_is_a_failure_of_that_page_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_parsers(few=0, processes=2) as parse:
        with monkeypatch.context() as patched:
            patched.setattr(parsing, "_read", _die)
            with pytest.raises(ParseError, match="died"):
                await parse(SourceKind.FEED, FEED, ASSUME)
        assert await parse(SourceKind.FEED, FEED, ASSUME) == await parse_here(SourceKind.FEED, FEED, ASSUME)


def _die(*_args: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Endless:
    """An answer that takes for ever to read."""

    ref = "https://h.example/endless"

    @property
    def body(self) -> bytes:
        while True:
            pass


async def test_a_page_that_takes_for_ever_is_a_failure_of_that_page_and_the_others_go_on() -> None:
    async with open_parsers(few=0, processes=2, longest_seconds=0.2) as parse:
        with pytest.raises(ParseError, match="took too long"):
            await parse(SourceKind.FEED, _Endless(), ASSUME)  # type: ignore[arg-type]
    async with open_parsers(few=0, processes=2, longest_seconds=60) as parse:
        assert await parse(SourceKind.FEED, FEED, ASSUME) == await parse_here(SourceKind.FEED, FEED, ASSUME)


_OWNER = """
import asyncio, multiprocessing
from digest.collect.parsing import open_parsers
async def main():
    async with open_parsers(few=0, processes=2) as parse:
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        await asyncio.sleep(600)
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_the_processes_end_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        workers = [int(pid) for pid in owner.stdout.readline().split()]
        owner.kill()
    assert len(workers) == 2
    while any(_is_alive(worker) for worker in workers):
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_errors_pass_between_processes_with_their_facts() -> None:
    error = ParseError("page.html", "it is empty", advice="Save the page again.")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (ParseError, str(error), vars(error))
