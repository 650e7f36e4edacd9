"""An answer that was dealt with is not read again; anything else is."""

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from digest.clock import StoppedClock
from digest.collect.health_steps import check_health
from digest.collect.journalist import Journalist, Source, SourceKind
from digest.collect.page import Assume, Page
from digest.collect.parsing import parse_here
from digest.collect.report import SourceReport, SourceState
from digest.collect.steps import collect_journalist
from digest.collect.web import Request, Response
from digest.errors import Unreachable
from tests.collect.answers import MemoryShelf
from tests.collect.test_journalist_steps import DANA, FEED, PAGE, SITE, items
from tests.fakes import FakeSourceLog, FakeWeb

NOW = datetime(2025, 12, 20, 6, tzinfo=UTC)
BY_PAGE = replace(DANA, sources=(Source(kind=SourceKind.PAGE, ref=PAGE),))


def a_page(date: str) -> bytes:
    """Return an author's page with one article of such a date."""
    card = f"<article><h2><a href='/a/1/'>What the river tells</a></h2>{date}<p>Text.</p></article>"
    return f"<html><h1>Dana Serikova</h1>{card}".encode()


@dataclass
class Newsroom:
    """One journalist, collected again and again; ``parsed`` lists what was read."""

    web: FakeWeb = field(default_factory=lambda: FakeWeb(remembers=True))
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    log: FakeSourceLog = field(default_factory=FakeSourceLog)
    parsed: list[str] = field(default_factory=list)
    now: datetime = NOW

    async def collect(self, who: Journalist = DANA) -> Sequence[SourceReport]:
        self.parsed.clear()
        clock = StoppedClock(self.now)
        collected = await collect_journalist(
            who, web=self.web, shelf=self.shelf, clock=clock, parse=self._parse, had=self.log.health(who.id)
        )
        (checked,) = check_health([collected], log=self.log, clock=clock)
        return checked.sources

    async def _parse(self, kind: SourceKind, response: Response, assume: Assume) -> Page:
        self.parsed.append(response.ref)
        return await parse_here(kind, response, assume)


def both(who: Journalist = DANA) -> Journalist:
    return replace(who, sources=(Source(kind=SourceKind.FEED, ref=FEED), Source(kind=SourceKind.FEED, ref=SITE)))


async def test_an_unchanged_answer_is_read_once_and_still_counted() -> None:
    room = Newsroom(web=FakeWeb({FEED: items(12, 11)}, remembers=True))
    (first,) = await room.collect()
    assert (first.state, first.found, room.parsed) == (SourceState.NEW, 2, [FEED])
    for _ in range(3):
        (again,) = await room.collect()
        assert (again.state, again.found, room.parsed) == (SourceState.UNCHANGED, 2, [])
    (health,) = room.log.health(DANA.id)
    assert health.counts == (2, 2, 2, 2)


async def test_new_bytes_are_read() -> None:
    room = Newsroom(web=FakeWeb({FEED: items(12, 11)}, remembers=True))
    await room.collect()
    room.web.pages[FEED] = items(13, 12, 11)
    (again,) = await room.collect()
    assert (again.new, room.parsed) == (1, [FEED])


async def test_another_alias_is_a_reason_to_read_the_same_bytes_again() -> None:
    room = Newsroom(web=FakeWeb({FEED: items(12, author="Dinara Bekova")}, remembers=True))
    (first,) = await room.collect()
    assert first.warnings
    (again,) = await room.collect(replace(DANA, aliases=("Dinara Bekova",)))
    assert (again.warnings, room.parsed) == ((), [FEED])


async def test_what_there_was_to_say_of_the_answer_is_said_again() -> None:
    room = Newsroom(web=FakeWeb({FEED: items(12, author="Somebody Else")}, remembers=True))
    (first,) = await room.collect()
    (again,) = await room.collect()
    assert room.parsed == []
    assert again.warnings == first.warnings != ()


async def test_of_several_sources_all_are_read_if_one_has_changed() -> None:
    room = Newsroom(web=FakeWeb({FEED: items(12), SITE: items(12, text="Other words")}, remembers=True))
    await room.collect(both())
    (article,) = room.shelf.articles.values()
    assert article.text == "Text 12."
    room.web.pages[SITE] = items(12, text="Still other words")
    await room.collect(both())
    assert room.parsed == [FEED, SITE]
    (article,) = room.shelf.articles.values()
    assert article.text == "Text 12.", "the first source has the say, changed or not"


async def test_a_source_that_fails_leaves_the_others_as_they_were() -> None:
    room = Newsroom(web=FakeWeb({FEED: items(12), SITE: items(11)}, remembers=True))
    await room.collect(both())
    room.web.pages[SITE] = Unreachable(SITE, "no answer", advice="Later.")
    reports = await room.collect(both())
    assert [report.state for report in reports] == [SourceState.UNCHANGED, SourceState.FAILED]
    assert room.parsed == []


async def test_an_article_that_is_held_back_is_looked_at_until_its_day() -> None:
    room = Newsroom(web=FakeWeb({FEED: items(25)}, remembers=True))
    await room.collect()
    (early,) = await room.collect()
    assert (early.new, room.parsed) == (0, [FEED])
    room.now = NOW + timedelta(days=5)
    (out,) = await room.collect()
    assert (out.new, room.parsed) == (1, [FEED])


async def test_several_pages_are_read_until_one_is_enough() -> None:
    older = f"{FEED}?page=2"
    room = Newsroom(web=FakeWeb({FEED: items(12, next_page=older), older: items(11)}, remembers=True))
    await room.collect()
    await room.collect()
    assert room.parsed == [FEED], "one page of two was known: now this is the whole reading"
    await room.collect()
    assert room.parsed == []


async def test_an_empty_answer_is_looked_at_each_time() -> None:
    room = Newsroom(web=FakeWeb({FEED: items()}, remembers=True))
    for _ in range(2):
        (report,) = await room.collect()
        assert (report.state, room.parsed) == (SourceState.SUSPECT, [FEED])


async def test_what_could_not_be_had_of_new_articles_is_said_once() -> None:
    room = Newsroom(web=FakeWeb({PAGE: a_page("19 December 2025")}, remembers=True))
    (first,) = await room.collect(BY_PAGE)
    assert [warning for warning in first.warnings if "could not be read: 1" in warning]
    for parsed in ([PAGE], []):
        (again,) = await room.collect(BY_PAGE)
        assert not [warning for warning in again.warnings if "could not be read" in warning]
        assert room.parsed == parsed


async def test_dates_of_an_answer_that_still_holds_count_from_when_it_came() -> None:
    room = Newsroom(web=FakeWeb({PAGE: a_page("2 hours ago")}, fetched_at=NOW - timedelta(hours=11)))
    await room.collect(BY_PAGE)
    (article,) = room.shelf.articles.values()
    assert article.published.latest is not None
    assert article.published.latest <= NOW - timedelta(hours=12)


async def test_articles_own_pages_are_read_by_whoever_reads_the_lists() -> None:
    own = f"{PAGE.removesuffix('/people/dana')}/a/1/"
    article = b"<html><title>What the river tells</title><h1>What the river tells</h1><p>Text.</p></html>"
    room = Newsroom(web=FakeWeb({PAGE: a_page("19 December 2025"), own: article}, remembers=True))
    await room.collect(BY_PAGE)
    assert room.parsed == [PAGE, own]


class _Bytes(bytes):
    """Bytes that say when they are gone."""

    gone: ClassVar[list[int]] = []

    def __del__(self) -> None:
        self.gone.append(len(self))


async def test_a_page_is_let_go_before_its_articles_pages_are_asked_for() -> None:
    held: list[bool] = []

    class Web:
        async def fetch(self, request: Request) -> Response:
            if request.ref == PAGE:
                return Response(ref=PAGE, url=PAGE, body=_Bytes(a_page("19 December 2025")), fetched_at=NOW)
            gc.collect()
            held.append(not _Bytes.gone)
            raise Unreachable(request.ref, "no answer", advice="Later.")

    await collect_journalist(BY_PAGE, web=Web(), shelf=MemoryShelf(), clock=StoppedClock(NOW))
    assert held == [False]
