import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from digest.collect.article import FoundArticle, Mark
from digest.collect.attempt import as_json, attempt
from digest.collect.journalist import SourceKind
from digest.collect.page import FoundJournalist, Page, TickerPair
from digest.collect.sources import READERS
from digest.collect.text.dates import instant
from digest.errors import BadAnswer, NothingFound, ParseError
from tests.fakes import FakeWeb

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CAPTURE = b"Our People > Dana\n\nDana's Avatar\n\nArticles\n\nRivers rise\n\nWater.\n\n19 December 2025"


async def test_the_kind_is_guessed() -> None:
    page = await attempt("dana.txt", web=FakeWeb(pages={"dana.txt": CAPTURE}), kind=None, now=NOW)
    assert (page.kind, len(page.articles)) == (SourceKind.CAPTURE, 1)


async def test_a_kind_that_is_given_is_not_doubted() -> None:
    with pytest.raises(ParseError):
        await attempt("dana.txt", web=FakeWeb(pages={"dana.txt": CAPTURE}), kind=SourceKind.FEED, now=NOW)


async def test_a_page_without_articles_is_nothing_found() -> None:
    web = FakeWeb(pages={"dana.txt": CAPTURE.partition(b"Rivers")[0]})
    with pytest.raises(NothingFound) as caught:
        await attempt("dana.txt", web=web, kind=None, now=NOW)
    assert caught.value.ref == "dana.txt"
    assert caught.value.advice == "The page names a journalist, but shows no article."


async def test_what_cannot_be_had_is_a_fetch_error() -> None:
    with pytest.raises(BadAnswer):
        await attempt("https://h.example/", web=FakeWeb(), kind=None, now=NOW)


async def test_a_wordpress_author_takes_two_steps_and_stays_the_journalist() -> None:
    ref = "https://h.example/author/dana/"
    reader = READERS[SourceKind.WORDPRESS]
    user = {"id": 7, "slug": "dana", "name": "Dana Serikova"}
    post = {"title": {"rendered": "A"}, "link": "https://h.example/a", "date_gmt": "2025-12-19T10:00:00"}
    web = FakeWeb(
        pages={
            reader.first(ref).ref: json.dumps([user]).encode(),
            reader.first("https://h.example/wp-json/wp/v2/posts?author=7").ref: json.dumps([post]).encode(),
        }
    )
    page = await attempt(ref, web=web, kind=SourceKind.WORDPRESS, now=NOW)
    assert page.journalist == FoundJournalist(name="Dana Serikova")
    assert [article.title for article in page.articles] == ["A"]


async def test_empty_pages_without_end_are_not_followed() -> None:
    here, there = "https://h.example/1", "https://h.example/2"
    feed = {"version": "https://jsonfeed.org/version/1.1"}
    pages = {one: json.dumps(feed | {"next_url": other}).encode() for one, other in ((here, there), (there, here))}
    web = FakeWeb(pages=dict(pages))
    with pytest.raises(NothingFound):
        await attempt(here, web=web, kind=None, now=NOW)
    assert web.asked == [here, there, here]


def test_the_json_never_lacks_a_key() -> None:
    assert as_json(Page(kind=SourceKind.FEED)) == {
        "kind": "feed",
        "journalist": {"name": None, "role": None, "bio": None, "avatar_url": None, "outlet": None},
        "page_date": None,
        "articles": [],
        "rates": [],
        "warnings": [],
    }


def test_the_json_prints_instants_dates_and_digits() -> None:
    article = FoundArticle(
        title="A",
        url="https://h.example/a",
        text="B…",
        authors=("C",),
        published=instant(datetime(2025, 12, 19, 10, tzinfo=UTC)),
        truncated=True,
        modified_at=datetime(2025, 12, 19, 11, tzinfo=UTC),
        section="Water",
        image_url="https://h.example/a.jpg",
        marks=(Mark.PAYWALL, Mark.OPINION),
    )
    rates = (
        TickerPair(currency="UZS", quote="USD", value=Decimal("0.00000080"), change_percent=Decimal("-0.10")),
        TickerPair(currency="KZT", quote="USD", value=Decimal("0.00193"), change_percent=None),
    )
    page = Page(
        kind=SourceKind.CAPTURE, page_date=date(2025, 12, 19), articles=(article,), rates=rates, warnings=("Hm.",)
    )
    printed = as_json(page)
    assert printed["page_date"] == "2025-12-19"
    assert printed["articles"] == [
        {
            "title": "A",
            "url": "https://h.example/a",
            "text": "B…",
            "authors": ["C"],
            "published_at": "2025-12-19T10:00:00+00:00",
            "published_earliest": "2025-12-19T10:00:00+00:00",
            "published_latest": "2025-12-19T10:00:00+00:00",
            "precision": "instant",
            "truncated": True,
            "modified_at": "2025-12-19T11:00:00+00:00",
            "section": "Water",
            "image_url": "https://h.example/a.jpg",
            "marks": ["paywall", "opinion"],
        }
    ]
    assert printed["rates"] == [
        {"currency": "UZS", "quote": "USD", "value": "0.00000080", "change_percent": "-0.10"},
        {"currency": "KZT", "quote": "USD", "value": "0.00193", "change_percent": None},
    ]
    assert printed["warnings"] == ["Hm."]


async def test_the_real_capture_prints_what_was_asked_for(shared: Path) -> None:
    body = (shared / "pages" / "vagit-ismailov-2025-12-19.txt").read_bytes()
    page = await attempt("v.txt", web=FakeWeb(pages={"v.txt": body}), kind=None, now=NOW)
    printed = json.loads(json.dumps(as_json(page)))
    assert printed["journalist"]["name"] == "Vagit Ismailov"
    assert [article["truncated"] for article in printed["articles"]] == [False, True, False, False, False]
    assert {article["precision"] for article in printed["articles"]} == {"relative"}
    assert {rate["currency"]: rate["change_percent"] for rate in printed["rates"]} == {
        "KGS": "0",
        "KZT": "0",
        "TJS": "0.09",
        "UZS": "0",
        "TMT": "0",
    }
