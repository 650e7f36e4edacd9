from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.clock import StoppedClock
from digest.collect.article import UNDATED, FoundArticle, Precision, Published
from digest.collect.follow import completed, is_same_site, to_follow
from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.collect.report import Collected, SourceState
from digest.collect.steps import collect_journalist
from digest.collect.text.dates import instant
from digest.errors import FetchError
from digest.ids import JournalistId
from tests.collect.answers import MemoryShelf
from tests.fakes import FakeWeb

HERE = "https://www.herald.example/people/dana"
TEN = instant(datetime(2025, 12, 19, 10, tzinfo=UTC))
NINE = instant(datetime(2025, 12, 19, 9, tzinfo=UTC))
DAY = Published(
    earliest=datetime(2025, 12, 19, tzinfo=UTC),
    latest=datetime(2025, 12, 19, 23, 59, 59, tzinfo=UTC),
    precision=Precision.DAY,
)
DANA = ("Dana Serikova", "Дана Серикова")


def found(n: int = 1, **more: Any) -> FoundArticle:
    whole: dict[str, Any] = {"text": "Words.", "authors": ("Dana Serikova",), "published": DAY}
    return FoundArticle(title=f"Story {n}", **{"url": f"https://herald.example/{n}", **whole, **more})


def chosen(*articles: FoundArticle, kind: SourceKind = SourceKind.PAGE, most: int = 10) -> list[str]:
    return list(to_follow({article.title: article for article in articles}, kind=kind, read_from=HERE, most=most))


def test_the_newest_come_first_and_the_budget_holds() -> None:
    articles = [found(1), found(2, published=TEN), found(3, published=UNDATED), found(4, published=NINE)]
    assert chosen(*articles) == ["Story 3", "Story 1", "Story 2", "Story 4"]
    assert chosen(*articles, most=1) == ["Story 3"]


def test_of_a_feed_only_what_lacks_something_is_followed() -> None:
    gaps: list[dict[str, Any]] = [{"text": ""}, {"authors": ()}, {"published": UNDATED}]
    for gap in gaps:
        assert chosen(found(1), found(2, **gap), kind=SourceKind.FEED) == ["Story 2"]


def test_nothing_leads_away_from_the_site_that_the_source_was_read_from() -> None:
    assert chosen(found(url="https://elsewhere.example/1"), found(url=None)) == []
    assert is_same_site("http://herald.example/a", "https://www.herald.example/")
    assert not is_same_site("https://herald.example:8443/a", "https://herald.example/")
    assert not is_same_site("https://herald.example/a", "saved/page.html")
    assert not is_same_site("mailto:a@b.example", "https://herald.example/")


def test_the_own_page_adds_an_exact_date_and_co_authors_but_no_other_title_or_address() -> None:
    own = FoundArticle(
        title="Other",
        url="https://herald.example/other",
        text="Other words.",
        authors=("Дана Серикова", "Timur Aliyev"),
        published=TEN,
        language="ru",
    )
    listed = found()
    assert completed(listed, own, DANA) == replace(
        listed, authors=("Dana Serikova", "Timur Aliyev"), published=TEN, language="ru"
    )
    nameless = completed(replace(listed, authors=()), own, DANA)
    assert nameless.authors == ("Дана Серикова", "Timur Aliyev")


def test_a_less_exact_date_changes_nothing() -> None:
    assert completed(found(published=TEN), found(published=DAY), DANA).published == TEN
    assert completed(found(published=TEN), found(published=NINE), DANA).published == TEN


@pytest.mark.parametrize(
    ("listed", "own", "text", "truncated"),
    [
        ("", "Water rose.", "Water rose.", False),
        ("Water…", "Water rose.", "Water rose.", False),
        ("Water rose.", "Canals are full.", "Water rose.", True),
        ("Water rose.", "", "Water rose.", True),
    ],
)
def test_the_own_page_fills_in_words_but_replaces_none(listed: str, own: str, text: str, truncated: bool) -> None:
    article = completed(found(text=listed, truncated=True), found(text=own, language=None), DANA)
    assert (article.text, article.truncated) == (text, truncated)


# The step.

CLOCK = StoppedClock(datetime(2025, 12, 20, 6, tzinfo=UTC))
WHO = Journalist(
    id=JournalistId("dana"),
    name="Dana Serikova",
    outlet=Outlet(slug="herald", name="The Herald", time_zone="Asia/Almaty"),
    sources=(Source(kind=SourceKind.PAGE, ref=HERE),),
)


def listing(*numbers: int, host: str = "") -> bytes:
    cards = "".join(
        f"<article><h2><a href='{host}/{n}'>Story number {n}</a></h2><time>19 December 2025</time></article>"
        for n in numbers
    )
    return f"<html><body><main><h1>Dana Serikova</h1>{cards}</main></body></html>".encode()


def own_page(n: int, author: str = "Dana Serikova", published: str = "2025-12-19T10:00:00Z") -> bytes:
    meta = f"<meta name=author content='{author}'><meta property=article:published_time content='{published}'>"
    return f"<html><head>{meta}</head><body><h1>Story number {n}</h1></body></html>".encode()


def at(n: int) -> str:
    return f"https://www.herald.example/{n}"


async def collect(web: FakeWeb, shelf: MemoryShelf) -> Collected:
    return await collect_journalist(WHO, web=web, shelf=shelf, clock=CLOCK)


async def test_a_new_article_is_completed_by_its_own_page_once() -> None:
    web = FakeWeb(pages={HERE: listing(1), at(1): own_page(1, "Dana Serikova and Timur Aliyev")})
    shelf = MemoryShelf()
    await collect(web, shelf)
    (article,) = shelf.articles.values()
    assert (article.authors, article.published) == (("Dana Serikova", "Timur Aliyev"), TEN)
    (report,) = (await collect(web, shelf)).sources
    assert report.state is SourceState.UNCHANGED
    assert web.asked == [HERE, at(1), HERE]


async def test_an_article_page_that_cannot_be_read_is_a_warning() -> None:
    web = FakeWeb(pages={HERE: listing(1, 2, 3), at(2): own_page(2), at(3): b"<html><p>Nothing</p></html>"})
    shelf = MemoryShelf()
    (report,) = (await collect(web, shelf)).sources
    assert (report.state, report.new, report.error) == (SourceState.NEW, 3, None)
    assert f"Article pages that could not be read: 2. {at(1)}: the server answered 404." in report.warnings[-1]
    assert {article.published.precision for article in shelf.articles.values()} == {Precision.DAY, Precision.INSTANT}


async def test_a_site_that_keeps_failing_is_left_alone() -> None:
    web = FakeWeb(pages={HERE: listing(1, 2, 3, 4, 5)})
    (report,) = (await collect(web, MemoryShelf())).sources
    assert report.new == 5
    assert len(web.asked) == 4


async def test_links_to_other_sites_are_never_fetched() -> None:
    web = FakeWeb(pages={HERE: listing(1, host="https://elsewhere.example")})
    (report,) = (await collect(web, MemoryShelf())).sources
    assert (report.new, web.asked) == (1, [HERE])


async def test_a_saved_page_is_not_followed(tmp_path: Path) -> None:
    saved = str(tmp_path / "dana.html")
    web = FakeWeb(pages={saved: listing(1, host="https://www.herald.example")})
    who = replace(WHO, sources=(Source(kind=SourceKind.PAGE, ref=saved),))
    await collect_journalist(who, web=web, shelf=MemoryShelf(), clock=CLOCK)
    assert web.asked == [saved]


async def test_pages_that_name_somebody_else_are_doubted() -> None:
    pages: dict[str, bytes | FetchError] = {HERE: listing(1, 2), at(1): own_page(1, "Bo Two"), at(2): own_page(2)}
    (report,) = (await collect(FakeWeb(pages=pages), MemoryShelf())).sources
    assert "1 of 2 article pages name only somebody else than Dana Serikova." in report.warnings


async def test_a_page_that_is_dated_days_ahead_is_not_believed() -> None:
    shelf = MemoryShelf()
    await collect(FakeWeb(pages={HERE: listing(1), at(1): own_page(1, published="2026-01-19T10:00:00Z")}), shelf)
    (article,) = shelf.articles.values()
    assert article.published.precision is Precision.DAY
