from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from digest.collect.article import Precision
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.capture import CaptureReader
from digest.errors import ParseError
from tests.collect.answers import ASSUME, NOW, answer

TICKER = "• KGS/USD = 0.01144 0%\n  • KZT/USD = 0.00193 -0%\n  • TJS/USD = 0.10832 0.09%\n"
DATE = "19 December 2025\n\n"
CRUMBS = "Our People > Dana Serikova\n\n"
AVATAR = "Dana Serikova's Avatar\n\n"
NAME = "Dana Serikova\n\n"
ROLE = "Senior Editor\n\n"
BIO = "Dana Serikova has covered rivers since 2009. She lives in Almaty.\n\n"
TEXT = "Water reached the canal on Monday, three weeks before anybody in the district had expected it to come."
ARTICLES = f"Articles\n\nRivers rise\n\n{TEXT}\n\n23 hours ago\n\nWhat the dam costs\n\n{TEXT}..\n\n2 days ago"
ME = FoundJournalist(
    name="Dana Serikova",
    role="Senior Editor",
    bio="Dana Serikova has covered rivers since 2009. She lives in Almaty.",
)


def read(text: str | bytes, assume: Assume = ASSUME) -> Page:
    return CaptureReader().read(answer(text, "dana.txt"), assume)


def titles(page: Page) -> list[str]:
    return [article.title for article in page.articles]


def test_an_authors_page_is_read_from_top_to_bottom() -> None:
    page = read(TICKER * 8 + DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + ARTICLES)
    assert page.journalist == ME
    assert page.page_date == date(2025, 12, 19)
    assert [(str(pair.currency), pair.value) for pair in page.rates] == [
        ("KGS", Decimal("0.01144")),
        ("KZT", Decimal("0.00193")),
        ("TJS", Decimal("0.10832")),
    ]
    assert titles(page) == ["Rivers rise", "What the dam costs"]
    assert [article.text for article in page.articles] == [TEXT, TEXT + ".."]
    assert [article.truncated for article in page.articles] == [False, True]
    assert [article.authors for article in page.articles] == [("Dana Serikova",)] * 2
    assert [article.url for article in page.articles] == [None, None]
    assert page.warnings == ()
    assert page.next is None


def test_the_base_of_relative_dates_is_the_pages_date() -> None:
    first, second = read(DATE + CRUMBS + AVATAR + NAME + ARTICLES).articles
    assert first.published.earliest == datetime(2025, 12, 18, tzinfo=UTC)
    assert first.published.latest == datetime(2025, 12, 19, 1, 29, 59, tzinfo=UTC)
    assert second.published.earliest == datetime(2025, 12, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        (DATE + CRUMBS + AVATAR + NAME + BIO + ARTICLES, FoundJournalist(name=ME.name, bio=ME.bio)),
        (DATE + CRUMBS + AVATAR + ROLE + BIO + ARTICLES, ME),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + ARTICLES, FoundJournalist(name=ME.name, role=ME.role)),
        (DATE + CRUMBS + NAME + ROLE + BIO + ARTICLES, ME),
        (DATE + AVATAR + NAME + ROLE + BIO + ARTICLES, ME),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + "divider\n\n" + BIO + ARTICLES, ME),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + BIO.strip() + " divider\n\n" + ARTICLES, ME),
        (DATE + CRUMBS + AVATAR.replace("'", "’") + NAME + ROLE + BIO + ARTICLES, ME),
        (CRUMBS + AVATAR + ARTICLES, FoundJournalist(name=ME.name)),
        (CRUMBS.replace("Our People", "Home > Authors") + ARTICLES, FoundJournalist(name=ME.name)),
        (TICKER + DATE + CRUMBS + AVATAR + NAME + ROLE + BIO.strip() + "\n\nMore of it.\n\n" + ARTICLES,
         FoundJournalist(name=ME.name, role=ME.role, bio=f"{ME.bio}\n\nMore of it.")),
    ],
)  # fmt: skip
def test_variants_of_the_head_are_understood(capture: str, expected: FoundJournalist) -> None:
    page = read(capture)
    assert page.journalist == expected
    assert titles(page) == ["Rivers rise", "What the dam costs"]


def test_without_the_heading_the_articles_begin_after_the_name() -> None:
    page = read(DATE + CRUMBS + AVATAR + NAME + ARTICLES.removeprefix("Articles\n\n"))
    assert page.journalist == FoundJournalist(name=ME.name)
    assert titles(page) == ["Rivers rise", "What the dam costs"]


@pytest.mark.parametrize("top", [TICKER, ""])
def test_without_a_date_relative_dates_count_from_now_and_a_warning_says_so(top: str) -> None:
    page = read(top + CRUMBS + AVATAR + NAME + ROLE + BIO + ARTICLES)
    assert page.page_date is None
    assert page.articles[0].published.latest == NOW - timedelta(hours=22.5)
    assert any("no date of its own" in warning for warning in page.warnings)


def test_four_currencies_are_four() -> None:
    assert len(read(TICKER + "UZS/USD = 0.00008 0%\n" + CRUMBS + AVATAR + ARTICLES).rates) == 4


def test_a_listing_is_no_authors_page_and_no_journalist_is_invented() -> None:
    listing = (
        f"{TICKER}{DATE}Local Politics\n\nViewing results 13 - 18 of 94\n\nRivers rise\n\n{TEXT}\n\n2 days ago\n\n"
    )
    page = read(listing + f"Dams sink\n\n{TEXT}\n\n3 days ago\n\nNext")
    assert page.journalist is None
    assert page.page_date == date(2025, 12, 19)
    assert titles(page) == ["Rivers rise", "Dams sink"]
    assert page.articles[0].authors == ()
    assert "This is no author's page: it names no journalist." in page.warnings


def test_a_breadcrumb_to_a_category_names_nobody() -> None:
    page = read(DATE + "Home > Category > Politics\n\nRivers rise\n\n" + TEXT + "\n\n2 days ago\n")
    assert page.journalist is None
    assert titles(page) == ["Rivers rise"]


def test_an_article_without_a_date_is_not_swallowed_by_its_neighbour() -> None:
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nRivers rise\n\n{TEXT}\n\nDams sink\n\n{TEXT}\n\n2 days ago\n")
    assert titles(page) == ["Rivers rise", "Dams sink"]
    assert [article.published.precision for article in page.articles] == [Precision.UNKNOWN, Precision.RELATIVE]
    assert page.warnings == ("No date is given for 'Rivers rise'.",)


def test_a_text_of_several_paragraphs_stays_together() -> None:
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nRivers rise\n\n{TEXT}\n\nIt was cold.\n\n{TEXT}\n\n2 days ago\n")
    assert [article.text for article in page.articles] == [f"{TEXT}\n\nIt was cold.\n\n{TEXT}"]


def test_an_article_of_a_title_only_is_one() -> None:
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nRivers rise\n\n2 days ago\n\nDams sink\n\n17 December 2025\n")
    assert [(article.title, article.text) for article in page.articles] == [("Rivers rise", ""), ("Dams sink", "")]
    assert page.articles[1].published.precision is Precision.DAY


def test_the_last_article_of_a_file_that_was_cut_off_is_kept_undated_and_the_foot_is_not() -> None:
    page = read(DATE + CRUMBS + AVATAR + ARTICLES + f"\n\nDams sink\n\n{TEXT}")
    assert titles(page)[-1] == "Dams sink"
    assert page.articles[-1].published.precision is Precision.UNKNOWN
    assert len(read(DATE + CRUMBS + AVATAR + ARTICLES + "\n\nNext page\n\n© The Herald").articles) == 2


def test_a_date_without_an_article_is_told() -> None:
    page = read(DATE + CRUMBS + AVATAR + ARTICLES + "\n\n3 days ago")
    assert page.warnings == ("A date without an article was passed over: '3 days ago'.",)


def test_a_russian_article_of_an_english_outlet_is_russian() -> None:
    text = "Вода дошла до канала в понедельник, на три недели раньше, чем ожидали в районе."
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nРеки поднимаются\n\n{text}\n\n2 дня назад\n")
    assert [article.language for article in page.articles] == ["ru"]


def test_a_page_of_a_journalist_without_articles_is_a_page_with_a_warning() -> None:
    page = read(TICKER + DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + "Articles\n")
    assert page.journalist == ME
    assert page.articles == ()
    assert page.warnings == ("The page names a journalist, but shows no article.",)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it is empty"),
        (b" \n\t\r\n ", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (bytes(range(32)) * 20, "these bytes are no text"),
        (b"Hello, world", "no journalist and no article"),
        (TICKER.encode(), "no journalist and no article"),
        (f"Rivers rise\n\n{TEXT}".encode(), "no journalist and no article"),
    ],
)
def test_what_is_no_capture_is_named(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        read(body)
    assert caught.value.ref == "dana.txt"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028"])
def test_any_line_end_will_do(line_end: str) -> None:
    assert len(read((DATE + CRUMBS + AVATAR + ARTICLES).replace("\n", line_end)).articles) == 2


def test_the_request_is_for_the_file_itself() -> None:
    assert CaptureReader().first("a/dana.txt").ref == "a/dana.txt"


def test_the_real_capture_gives_what_an_editor_sees(shared: Path) -> None:
    body = (shared / "pages" / "vagit-ismailov-2025-12-19.txt").read_bytes()
    page = read(body, Assume(now=datetime(2026, 11, 23, tzinfo=UTC)))
    assert page.journalist is not None
    assert (page.journalist.name, page.journalist.role) == ("Vagit Ismailov", "Journalist")
    assert page.page_date == date(2025, 12, 19)
    assert [(pair.currency, str(pair.value), str(pair.change_percent)) for pair in page.rates] == [
        ("KGS", "0.01144", "0"),
        ("KZT", "0.00193", "0"),
        ("TJS", "0.10832", "0.09"),
        ("UZS", "0.00008", "0"),
        ("TMT", "0.28490", "0"),
    ]
    assert [article.truncated for article in page.articles] == [False, True, False, False, False]
    for article, day in zip(page.articles, (18, 18, 17, 17, 16), strict=True):
        earliest, latest = article.published.earliest, article.published.latest
        assert earliest is not None
        assert latest is not None
        assert earliest <= datetime(2025, 12, day, 12, tzinfo=UTC) <= latest
        assert latest - earliest <= timedelta(days=2)
    assert page.warnings == ()


def test_any_beginning_of_the_real_capture_is_a_page_or_a_named_error(shared: Path) -> None:
    body = (shared / "pages" / "vagit-ismailov-2025-12-19.txt").read_bytes()
    for length in range(0, len(body), 997):
        try:
            page = read(body[:length])
        except ParseError:
            continue
        assert page.kind == "capture"
