import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.clock import StoppedClock
from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.collect.report import Collected, SourceReport, SourceState
from digest.collect.sources import READERS
from digest.collect.steps import collect_journalist
from digest.collect.web import Request, Response
from digest.errors import FetchError, Unreachable
from digest.ids import JournalistId
from tests.collect.answers import MemoryShelf
from tests.fakes import FakeWeb

CLOCK = StoppedClock(datetime(2025, 12, 20, 6, tzinfo=UTC))
FEED, SITE, PAGE = "https://h.example/dana/feed", "https://h.example/feed", "https://h.example/people/dana"
DANA = Journalist(
    id=JournalistId("dana"),
    name="Dana Serikova",
    outlet=Outlet(slug="herald", name="The Herald", time_zone="Asia/Almaty"),
    aliases=("Дана Серикова",),
    sources=(Source(kind=SourceKind.FEED, ref=FEED),),
)


def items(*numbers: int, author: str = "Dana Serikova", next_page: str = "", text: str = "Text") -> bytes:
    articles = [
        {
            "id": str(n),
            "url": f"https://h.example/{n}",
            "title": f"Story {n}",
            "content_text": f"{text} {n}.",
            "date_published": f"2025-12-{n:02}T10:00:00Z",
            "authors": [{"name": author}] if author else [],
        }
        for n in numbers
    ]
    feed: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "items": articles}
    return json.dumps(feed | ({"next_url": next_page} if next_page else {})).encode()


async def collect(
    web: dict[str, bytes | FetchError],
    shelf: MemoryShelf,
    *sources: Source,
    who: Journalist = DANA,
    most_pages: int = 3,
) -> Collected:
    journalist = replace(who, sources=sources) if sources else who
    return await collect_journalist(journalist, web=FakeWeb(pages=web), shelf=shelf, clock=CLOCK, most_pages=most_pages)


async def test_what_is_new_goes_on_the_shelf_oldest_first() -> None:
    shelf = MemoryShelf()
    collected = await collect({FEED: items(12, 11, 10)}, shelf)
    (report,) = collected.sources
    assert replace(report, reading=None) == SourceReport(
        kind=SourceKind.FEED, ref=FEED, state=SourceState.NEW, found=3, new=3
    )
    assert collected.new == 3
    assert [article.title for article in shelf.articles.values()] == ["Story 10", "Story 11", "Story 12"]


async def test_reading_again_leaves_the_shelf_alone() -> None:
    shelf = MemoryShelf()
    await collect({FEED: items(11, 10)}, shelf)
    (report,) = (await collect({FEED: items(11, 10)}, shelf)).sources
    assert (report.state, report.found, report.new) == (SourceState.UNCHANGED, 2, 0)
    assert len(shelf.applied) == 1


async def test_new_words_are_a_revision() -> None:
    shelf = MemoryShelf()
    await collect({FEED: items(11)}, shelf)
    (report,) = (await collect({FEED: items(11, text="Other")}, shelf)).sources
    assert (report.state, report.new, report.revised) == (SourceState.NEW, 0, 1)


async def test_a_co_authors_article_is_credited() -> None:
    shelf = MemoryShelf()
    await collect({FEED: items(11)}, shelf)
    timur = replace(DANA, id=JournalistId("timur"), name="Timur Aliyev")
    (report,) = (await collect({FEED: items(11)}, shelf, who=timur)).sources
    assert (report.state, report.credited) == (SourceState.NEW, 1)
    (article,) = shelf.articles.values()
    assert [(byline.journalist, byline.position) for byline in article.bylines] == [("dana", 1), ("timur", 2)]


async def test_a_source_that_fails_is_a_value_and_the_others_go_on() -> None:
    gone, broken = Source(kind=SourceKind.FEED, ref="https://h.example/gone"), Source(kind=SourceKind.PAGE, ref=PAGE)
    down = Source(kind=SourceKind.FEED, ref="https://down.example/")
    pages = {FEED: items(11), PAGE: b"\x00", down.ref: Unreachable(down.ref, "no answer in time")}
    collected = await collect(pages, MemoryShelf(), gone, broken, down, *DANA.sources)
    assert [(report.state, report.error_name) for report in collected.sources] == [
        (SourceState.FAILED, "BadAnswer"),
        (SourceState.FAILED, "ParseError"),
        (SourceState.FAILED, "Unreachable"),
        (SourceState.NEW, None),
    ]
    assert collected.sources[2].error == "https://down.example/: no answer in time."


async def test_a_good_answer_without_articles_is_suspect() -> None:
    shelf = MemoryShelf()
    (report,) = (await collect({FEED: items()}, shelf)).sources
    assert (report.state, report.error_name, report.found) == (SourceState.SUSPECT, "NothingFound", 0)
    assert shelf.applied == []


async def test_a_byline_keeps_only_the_journalists_own() -> None:
    site = Source(kind=SourceKind.FEED, ref=SITE, byline="Dana Serikova")
    shelf = MemoryShelf()
    own, alias = json.loads(items(11)), json.loads(items(12, author="Дана Серикова"))
    other = json.loads(items(13, author="Timur Aliyev"))
    own["items"] += alias["items"] + other["items"]
    (report,) = (await collect({SITE: json.dumps(own).encode()}, shelf, site)).sources
    assert (report.state, report.found, report.new) == (SourceState.NEW, 2, 2)
    assert [article.title for article in shelf.articles.values()] == ["Story 11", "Story 12"]


async def test_a_site_where_others_wrote_is_quiet_and_one_without_names_is_suspect() -> None:
    site = Source(kind=SourceKind.FEED, ref=SITE, byline="Dana Serikova")
    (quiet,) = (await collect({SITE: items(11, author="Timur Aliyev")}, MemoryShelf(), site)).sources
    assert (quiet.state, quiet.found, quiet.error) == (SourceState.UNCHANGED, 0, None)
    (suspect,) = (await collect({SITE: items(11, author="")}, MemoryShelf(), site)).sources
    assert suspect.state is SourceState.SUSPECT
    assert suspect.warnings == ("No article names its author, so the byline can never match.",)


async def test_articles_of_somebody_else_without_a_byline_filter_are_doubted() -> None:
    (report,) = (await collect({FEED: items(11, author="Timur Aliyev")}, MemoryShelf())).sources
    assert report.new == 1
    assert report.warnings == (
        "1 of 1 articles name only somebody else than Dana Serikova; set the source's byline, or add an alias.",
    )


async def test_older_pages_are_read_until_everything_on_one_is_known() -> None:
    two, three, four = (f"https://h.example/{n}" for n in ("p2", "p3", "p4"))
    pages: dict[str, bytes | FetchError] = {
        FEED: items(19, 18, next_page=two),
        two: items(18, 17, next_page=three),
        three: items(16, next_page=four),
        four: items(15),
    }
    shelf = MemoryShelf()
    (report,) = (await collect(pages, shelf)).sources
    assert (report.found, report.new) == (4, 4)
    web = FakeWeb(pages=pages)
    await collect_journalist(DANA, web=web, shelf=shelf, clock=CLOCK)
    assert web.asked == [FEED]
    (report,) = (await collect(pages, MemoryShelf(), most_pages=1)).sources
    assert report.found == 2


async def test_empty_pages_without_end_are_not_followed() -> None:
    other = "https://h.example/other"
    web = FakeWeb(pages={FEED: items(next_page=other), other: items(next_page=FEED)})
    (report,) = (await collect_journalist(DANA, web=web, shelf=MemoryShelf(), clock=CLOCK)).sources
    assert report.state is SourceState.SUSPECT
    assert web.asked == [FEED, other]


async def test_of_two_sources_the_first_has_the_say() -> None:
    again = "https://h.example/again"
    sources = (*DANA.sources, Source(kind=SourceKind.FEED, ref=again))
    shelf = MemoryShelf()
    for _ in range(2):
        collected = await collect({FEED: items(11), again: items(12, 11, text="Teaser")}, shelf, *sources)
        assert [report.revised for report in collected.sources] == [0, 0]
    assert {article.text for article in shelf.articles.values()} == {"Text 11.", "Teaser 12."}


async def test_what_is_dated_days_ahead_is_held_back() -> None:
    shelf = MemoryShelf()
    (report,) = (await collect({FEED: items(25, 11)}, shelf)).sources
    assert (report.found, report.new) == (1, 1)
    assert "'Story 25' is held back until the day before its date." in report.warnings
    (report,) = (await collect({FEED: items(25)}, shelf)).sources
    assert report.state is SourceState.UNCHANGED


async def test_a_wordpress_author_is_looked_up_and_read() -> None:
    source = Source(kind=SourceKind.WORDPRESS, ref="https://h.example/author/dana/")
    users = READERS[SourceKind.WORDPRESS].first(source.ref).ref
    answer = json.dumps([{"id": 7, "slug": "dana", "name": "Dana Serikova"}]).encode()
    asked_for = READERS[SourceKind.WORDPRESS].first("https://h.example/wp-json/wp/v2/posts?author=7").ref
    post = {"title": {"rendered": "A"}, "link": "https://h.example/a", "date_gmt": "2025-12-19T10:00:00"}
    pages: dict[str, bytes | FetchError] = {users: answer, asked_for: json.dumps([post]).encode()}
    (report,) = (await collect(pages, MemoryShelf(), source, most_pages=1)).sources
    assert (report.state, report.new) == (SourceState.NEW, 1)


async def test_a_broken_promise_is_not_swallowed() -> None:
    class BrokenWeb:
        async def fetch(self, request: Request) -> Response:
            raise ZeroDivisionError(request.ref)

    with pytest.raises(ZeroDivisionError):
        await collect_journalist(DANA, web=BrokenWeb(), shelf=MemoryShelf(), clock=CLOCK)


async def test_the_real_capture_goes_on_the_shelf_once(shared: Path) -> None:
    body = (shared / "pages" / "vagit-ismailov-2025-12-19.txt").read_bytes()
    source = Source(kind=SourceKind.CAPTURE, ref="vagit.txt")
    vagit = replace(DANA, id=JournalistId("vagit"), name="Vagit Ismailov", sources=(source,))
    shelf = MemoryShelf()
    for expected in (5, 0):
        collected = await collect({"vagit.txt": body}, shelf, who=vagit)
        assert (collected.new, collected.sources[0].warnings) == (expected, ())
    assert shelf.height == 5


CAPTURE_TEXT = "Water reached the canal on Monday, three weeks before anybody in the district had expected it to come."
CAPTURE = f"""19 December 2025

Our People > Dana Serikova

Dana Serikova's Avatar

Articles

Rivers rise early

{CAPTURE_TEXT} The pumps would be...

2 days ago
"""


def river_feed(*, url: str = "https://h.example/rivers", **more: str) -> bytes:
    item = {
        "id": "https://h.example/?p=7",
        "url": url,
        "title": "Rivers rise early",
        "content_text": f"{CAPTURE_TEXT}\n\nThe pumps would be switched on at once.",
        "date_published": "2025-12-17T10:00:00Z",
        "authors": [{"name": "Dana Serikova"}],
    } | more
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()


@pytest.mark.parametrize("order", [1, -1])
async def test_a_capture_and_a_feed_show_one_article(order: int) -> None:
    shelf = MemoryShelf()
    sources = (Source(kind=SourceKind.CAPTURE, ref="dana.txt"), Source(kind=SourceKind.FEED, ref=FEED))[::order]
    web = {"dana.txt": CAPTURE.encode(), FEED: river_feed()}
    collected = await collect(web, shelf, *sources)
    assert [source.new for source in collected.sources] == [1, 0]
    (article,) = shelf.articles.values()
    assert article.url == "https://h.example/rivers"
    assert article.published.at == datetime(2025, 12, 17, 10, tzinfo=UTC)
    again = await collect(web, shelf, *sources)
    assert [source.state for source in again.sources] == [SourceState.UNCHANGED] * 2
    assert shelf.height == 1


async def test_a_co_author_shown_by_a_capture_is_credited_with_the_feeds_article() -> None:
    shelf = MemoryShelf()
    await collect({FEED: river_feed()}, shelf)
    timur = replace(DANA, id=JournalistId("timur"), name="Timur Aliev", aliases=())
    capture = CAPTURE.replace("Dana Serikova", "Timur Aliev").encode()
    collected = await collect({"t.txt": capture}, shelf, Source(kind=SourceKind.CAPTURE, ref="t.txt"), who=timur)
    assert [source.credited for source in collected.sources] == [1]
    (article,) = shelf.articles.values()
    assert [byline.journalist for byline in article.bylines] == ["dana", "timur"]


@pytest.mark.parametrize(
    "url",
    [
        "http://www.h.example/rivers/",
        "https://h.example/rivers?utm_source=feed",
        "https://h.example/rivers/amp/",
        "https://h.example/rivers?amp=1",
        "https://amp.h.example/rivers",
        "https://h.example/rivers-rise-early",
    ],
)
async def test_an_article_keeps_its_place_when_its_address_is_written_otherwise_or_moves(url: str) -> None:
    shelf = MemoryShelf()
    await collect({FEED: river_feed()}, shelf)
    collected = await collect({FEED: river_feed(url=url, title="Rivers rise earlier")}, shelf)
    assert (collected.new, shelf.height, len(shelf.articles)) == (0, 1, 1)
    (article,) = shelf.articles.values()
    assert article.title == "Rivers rise earlier"


async def test_an_article_keeps_its_place_when_the_feed_changes_its_ids() -> None:
    shelf = MemoryShelf()
    await collect({FEED: river_feed()}, shelf)
    collected = await collect({FEED: river_feed(id="rivers", title="Rivers rise earlier")}, shelf)
    assert (collected.new, shelf.height) == (0, 1)
