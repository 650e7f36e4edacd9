"""How far back a source is read, over several runs with a real health record between them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from digest.clock import StoppedClock
from digest.collect.article import FoundArticle
from digest.collect.checkup import HealthState, SourceHealth
from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.collect.page import Page
from digest.collect.paging import MOST_BEHIND, Trail, trail_of
from digest.collect.report import SourceReport, SourceState
from digest.collect.steps import collect_journalist
from digest.collect.text.dates import instant
from digest.collect.web import Request
from digest.errors import BadAnswer, Challenged, FetchError, RobotsForbid, TooLarge, Unreachable
from digest.ids import JournalistId
from tests.collect.answers import MemoryShelf
from tests.fakes import FakeWeb

NOW = datetime(2025, 12, 20, 6, tzinfo=UTC)
FEED = "https://h.example/author/dana/feed/"
DANA = Journalist(
    id=JournalistId("dana"),
    name="Dana Serikova",
    outlet=Outlet(slug="herald", name="The Herald"),
    sources=(Source(kind=SourceKind.FEED, ref=FEED),),
)
SITE = Source(kind=SourceKind.FEED, ref="https://h.example/feed/", byline="Dana Serikova")


def health(*, last_good: datetime | None, failures: int = 0, source: Source = DANA.sources[0]) -> SourceHealth:
    return SourceHealth(
        journalist=DANA.id,
        kind=source.kind,
        ref=source.ref,
        state=HealthState.GOOD,
        last_tried_at=NOW,
        last_good_at=last_good,
        consecutive_failures=failures,
    )


def rss(*days: int, author: str = "Dana Serikova", generator: str = "") -> bytes:
    """Return a feed whose items came out so many days before ``NOW``."""
    items = "".join(
        f"<item><title>Story {day}</title><link>https://h.example/{day}</link><description>Text.</description>"
        f"<pubDate>{NOW - timedelta(days=day):%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
        f"<dc:creator>{author}</dc:creator></item>"
        for day in days
    )
    head = f"<title>Herald</title><generator>{generator}</generator>"
    feed = f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{head}{items}</channel></rss>'
    return feed.encode()


def paged(*pages: bytes, base: str = FEED) -> dict[str, bytes | FetchError]:
    return {base if number == 1 else f"{base}?paged={number}": page for number, page in enumerate(pages, start=1)}


async def collect(
    web: FakeWeb, *had: SourceHealth, shelf: MemoryShelf | None = None, source: Source = DANA.sources[0]
) -> SourceReport:
    journalist = Journalist(id=DANA.id, name=DANA.name, outlet=DANA.outlet, sources=(source,))
    web.fetched_at = NOW
    collected = await collect_journalist(
        journalist, web=web, shelf=shelf or MemoryShelf(), clock=StoppedClock(NOW), had=had
    )
    return collected.sources[0]


def asked(web: FakeWeb) -> list[str]:
    """Return which of the feed's pages were asked for; articles' own pages do not count."""
    return [url for url in web.asked if "feed" in url]


async def test_a_new_journalists_first_run_reads_a_month_and_three_pages_at_most() -> None:
    web = FakeWeb(pages=paged(rss(1, 20), rss(25, 40), rss(50)))
    assert (await collect(web)).new == 4
    assert asked(web) == [FEED, f"{FEED}?paged=2"]
    web = FakeWeb(pages=paged(rss(1), rss(2), rss(3), rss(4)))
    assert (await collect(web)).new == 3


async def test_an_ordinary_day_takes_one_page_also_with_something_new() -> None:
    shelf = MemoryShelf()
    await collect(FakeWeb(pages=paged(rss(2, 5))), shelf=shelf)
    web = FakeWeb(pages=paged(rss(0, 2, 5), rss(8)))
    report = await collect(web, health(last_good=NOW - timedelta(days=1)), shelf=shelf)
    assert (report.new, asked(web)) == (1, [FEED])


async def test_after_an_outage_everything_since_is_found() -> None:
    shelf = MemoryShelf()
    await collect(FakeWeb(pages=paged(rss(12, 13))), shelf=shelf)
    web = FakeWeb(pages=paged(*(rss(2 * n, 2 * n + 1) for n in range(8)), rss(99)))
    report = await collect(web, health(last_good=NOW - timedelta(days=11)), shelf=shelf)
    assert (report.new, shelf.height, len(asked(web))) == (12, 14, 7)
    assert report.warnings == ()


async def test_a_pinned_old_article_does_not_end_it() -> None:
    shelf = MemoryShelf()
    await collect(FakeWeb(pages=paged(rss(300))), shelf=shelf)
    web = FakeWeb(pages=paged(rss(300, 1, 2), rss(300, 3, 4), rss(300, 20)))
    report = await collect(web, health(last_good=NOW - timedelta(days=5)), shelf=shelf)
    assert report.new == 5


async def test_what_cannot_be_caught_up_with_is_said() -> None:
    pages = [rss(1) for _ in range(1)] + [rss(2 + n) for n in range(30)]
    web = FakeWeb(pages=paged(*pages))
    report = await collect(web, health(last_good=NOW - timedelta(days=90)))
    assert (report.new, len(asked(web))) == (MOST_BEHIND, MOST_BEHIND)
    (warning,) = report.warnings
    assert warning.startswith("More came out since the last good reading (2025-09-21 06:00 UTC) than 20 pages hold")


async def test_a_whole_sites_feed_is_read_to_where_it_was_last_read_whoever_wrote() -> None:
    pages = [rss(1, 2, author="Timur Aliyev"), rss(3, 4), rss(5, author="Timur Aliyev"), rss(30)]
    web = FakeWeb(pages=paged(*pages, base=SITE.ref))
    report = await collect(web, health(last_good=NOW - timedelta(days=2), source=SITE), source=SITE)
    assert (report.new, len(asked(web))) == (2, 3)


async def test_a_site_that_answers_every_page_with_the_first_one_is_asked_once_more() -> None:
    web = FakeWeb(pages=paged(rss(1, 2), rss(1, 2), rss(1, 2)))
    report = await collect(web)
    assert (report.new, asked(web)) == (2, [FEED, f"{FEED}?paged=2"])


def refusals() -> Sequence[FetchError]:
    url = f"{FEED}?paged=2"
    return (
        BadAnswer(url, 404),
        BadAnswer(url, 403),
        Challenged(url, 403),
        RobotsForbid(url, "robots.txt forbids it"),
        TooLarge(url, "it is too large"),
    )


@pytest.mark.parametrize("error", refusals(), ids=lambda error: error.name)
async def test_an_older_page_that_is_refused_is_the_end_and_no_failure(error: FetchError) -> None:
    web = FakeWeb(pages={FEED: rss(1, 2), f"{FEED}?paged=2": error})
    report = await collect(web, health(last_good=NOW - timedelta(days=9)))
    assert (report.state, report.new, report.error) == (SourceState.NEW, 2, None)


async def test_an_older_page_that_is_no_feed_is_the_end() -> None:
    web = FakeWeb(pages={FEED: rss(1), f"{FEED}?paged=2": b"<html><p>Not found</p></html>"})
    assert (await collect(web, health(last_good=NOW - timedelta(days=9)))).new == 1


@pytest.mark.parametrize("error", [Unreachable(FEED, "no answer"), BadAnswer(FEED, 503), BadAnswer(FEED, 429)])
async def test_when_the_site_fails_between_two_pages_the_next_run_begins_again(error: FetchError) -> None:
    shelf = MemoryShelf()
    web = FakeWeb(pages={FEED: rss(1), f"{FEED}?paged=2": error})
    report = await collect(web, health(last_good=NOW - timedelta(days=9)), shelf=shelf)
    assert (report.state, shelf.height) == (SourceState.FAILED, 0)
    # Not for ever, and not for somebody whose older articles nobody is owed.
    for had in ([health(last_good=NOW - timedelta(days=9), failures=3)], [], [health(last_good=None, failures=1)]):
        report = await collect(web, *had)
        assert (report.state, report.new) == (SourceState.NEW, 1)


async def test_pages_without_dates_are_read_until_all_is_known_three_at_most() -> None:
    item = {"title": "Story", "content_text": "Text.", "authors": [{"name": "Dana Serikova"}]}
    pages = {
        f"https://h.example/{n}": json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "next_url": f"https://h.example/{n + 1}",
                "items": [item | {"title": f"Story {n}", "url": f"https://h.example/s/{n}"}],
            }
        ).encode()
        for n in range(9)
    }
    web = FakeWeb(pages=dict(pages))
    source = Source(kind=SourceKind.FEED, ref="https://h.example/0")
    report = await collect(web, health(last_good=NOW - timedelta(days=9), source=source), source=source)
    assert report.new == 3


def trail() -> Trail:
    return trail_of(None, Request(ref=FEED), now=NOW, most_pages=3)


def page(*, to: str | None, articles: int = 1) -> Page:
    found = [FoundArticle(title=f"{to} {n}", published=instant(NOW)) for n in range(articles)]
    return Page(kind=SourceKind.FEED, articles=tuple(found), next=Request(ref=to) if to else None)


def test_a_trail_never_leads_to_where_it_was() -> None:
    followed = trail()
    other = f"{FEED}?paged=2"
    assert followed.after(page(to=other), is_all_known=False) == Request(ref=other)
    assert followed.after(page(to=FEED), is_all_known=False) is None
    assert followed.after(page(to=other), is_all_known=False) is None


def test_pages_without_articles_lead_on_twice_as_lookups_do() -> None:
    followed = trail()
    leads = [followed.after(page(to=f"https://h.example/{n}", articles=0), is_all_known=False) for n in range(4)]
    assert [lead is not None for lead in leads] == [True, True, False, False]
    assert not followed.ends_with(BadAnswer(FEED, 404))
