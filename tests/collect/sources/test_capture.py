from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from textwrap import fill

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
    assert first.published.earliest == datetime(2025, 12, 17, 19, tzinfo=UTC)  # midnight in Almaty, a day before
    assert first.published.latest == datetime(2025, 12, 18, 20, 29, 59, tzinfo=UTC)
    assert second.published.earliest == datetime(2025, 12, 16, 7, tzinfo=UTC)


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
        (DATE + CRUMBS + AVATAR + "divider\n" + NAME + ROLE.strip() + " divider\n\ndivider\n\n" + BIO + ARTICLES, ME),
        (DATE + CRUMBS + AVATAR + NAME + "Regional Editor\n\n" + ARTICLES,
         FoundJournalist(name=ME.name, role="Regional Editor")),
        (DATE + CRUMBS + AVATAR + NAME + "Dana Serikova covers rivers\n\n" + ARTICLES,
         FoundJournalist(name=ME.name, bio="Dana Serikova covers rivers")),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + "Articles by Dana Serikova are read in Almaty.\n\n" + ARTICLES,
         FoundJournalist(name=ME.name, role=ME.role, bio="Articles by Dana Serikova are read in Almaty.")),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + "She writes.\n\nArticles\n\nThey are read.\n\n" + ARTICLES,
         FoundJournalist(name=ME.name, role=ME.role, bio="She writes.\n\nThey are read.")),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + "Latest articles by Dana\n" + ARTICLES.partition("\n")[2], ME),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + ARTICLES.removeprefix("Articles\n\n"), ME),
        (DATE + AVATAR + ARTICLES.removeprefix("Articles\n\n"), FoundJournalist(name=ME.name)),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + "Viewing results 7 - 12 of 94\n\n" + ARTICLES, ME),
        (DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + ARTICLES.replace("les\n", "les\n\nPage 3\n\n« Previous\n"), ME),
        (DATE + CRUMBS.strip() + " > Page 3\n\n" + NAME + ROLE + BIO + ARTICLES, ME),
        (CRUMBS + DATE + AVATAR + NAME + ROLE + BIO + ARTICLES, ME),
        (CRUMBS.replace(">", "»") + DATE + AVATAR * 2 + NAME + ROLE + BIO + ARTICLES, ME),
        ("The Herald > Since 1999\n\n" + DATE + AVATAR + NAME + ROLE + BIO + ARTICLES, ME),
        (DATE + CRUMBS + AVATAR + "# " + NAME + ROLE + BIO + "#" + ARTICLES.replace("Articles", "# Articles"), ME),
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


def test_a_word_of_the_template_between_articles_is_no_title() -> None:
    page = read(DATE + CRUMBS + AVATAR + ARTICLES.replace("23 hours ago", "23 hours ago\n\ndivider"))
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


@pytest.mark.parametrize(
    "head",
    [
        "Home > Category > Politics",
        "Categories / Local Politics",
        "Viewing results 13 - 18 of 94",
        "Local Politics\n\nArticles",
        "Tag: Water",
        "Tag: Water\n\nAll that we have written on water, from the glaciers down to what is left of the two seas.",
        "Our People",
    ],
)
@pytest.mark.parametrize("date_of_page", [DATE, ""])
def test_a_listing_names_nobody_and_shows_its_articles(head: str, date_of_page: str) -> None:
    page = read(
        f"{TICKER}{date_of_page}{head}\n\nDams / rivers\n\n{TEXT}\n\n2 days ago\n\nWells\n\n{TEXT}\n\nan hour ago\n"
    )
    assert page.journalist is None
    assert titles(page) == ["Dams / rivers", "Wells"]
    assert page.page_date == (date(2025, 12, 19) if date_of_page else None)
    assert "This is no author's page: it names no journalist." in page.warnings


def test_a_listing_of_absolute_dates_has_no_date_of_its_own() -> None:
    page = read("Rivers rise\n\n12 December 2025\n\nDams sink\n\n11 December 2025\n")
    assert (titles(page), page.page_date) == (["Rivers rise", "Dams sink"], None)


@pytest.mark.parametrize("results", ["Viewing results 1 - 6 of 94\n\n", ""])
def test_the_pictures_in_a_listing_are_the_articles_authors(results: str) -> None:
    cards = "".join(
        f"Story {n}\n\n{TEXT}\n\n{name}'s Avatar\n\n{name}\n\n{n} days ago\n\n"
        for n, name in ((1, "A One"), (2, "B Two"))
    )
    page = read(f"{DATE}Politics\n\n{results}{cards}")
    assert page.journalist is None
    assert [(article.title, article.authors, article.text) for article in page.articles] == [
        ("Story 1", ("A One",), TEXT),
        ("Story 2", ("B Two",), TEXT),
    ]


def test_a_page_of_many_people_is_nobodys() -> None:
    with pytest.raises(ParseError, match="no journalist and no article"):
        read(f"{DATE}Our People\n\n{AVATAR}{NAME}{ROLE}Timur Aliev's Avatar\n\nTimur Aliev\n\nEditor\n")


def test_a_byline_names_the_authors_and_is_no_text() -> None:
    page = read(
        f"{DATE}{CRUMBS}{AVATAR}Articles\n\nBy the river\n\n{TEXT}\n\nBy Dana Serikova and Timur Aliev\n\n2 days ago"
    )
    assert [(article.title, article.text) for article in page.articles] == [("By the river", TEXT)]
    assert page.articles[0].authors == ("Dana Serikova", "Timur Aliev")


@pytest.mark.parametrize(
    "printed",
    ["2 days ago by Dana Serikova", "By Dana Serikova | 2 days ago", "Dana Serikova 2 days ago",
     "2 days ago | 5 min read", "• 2 days ago", "2 Days Ago", "(2 days ago)"],
)  # fmt: skip
def test_a_date_may_stand_beside_other_things(printed: str) -> None:
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nRivers rise\n\n{TEXT}\n\n{printed}\n")
    assert titles(page) == ["Rivers rise"]
    assert page.articles[0].published.earliest == datetime(2025, 12, 16, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "title", ["Ten Years Ago", "A Year Ago", "Yesterday", "16 December 1986", "What We Knew a Year Ago"]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_title_may_read_like_a_date(title: str, place: int) -> None:
    expected = ["Rivers rise", "Dams sink", "Wells dry up"]
    expected[place] = title
    body = "".join(f"{name}\n\n{TEXT}\n\n2 days ago\n\n" for name in expected)
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\n{body}")
    assert titles(page) == expected
    assert page.warnings == ()


def test_a_heading_within_a_text_may_read_like_a_date() -> None:
    page = read(
        f"{DATE}{CRUMBS}{AVATAR}Articles\n\nRivers rise\n\n{TEXT}\n\nA Year Ago\n\n{TEXT * 3}\n\nEnd.\n\n2 days ago\n"
    )
    assert [article.text for article in page.articles] == [f"{TEXT}\n\nA Year Ago\n\n{TEXT * 3}\n\nEnd."]


def test_the_first_title_may_read_like_the_heading() -> None:
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nStories\n\n{TEXT}\n\n2 days ago\n\nPosts\n\n{TEXT}\n\n3 days ago\n")
    assert titles(page) == ["Stories", "Posts"]


def test_other_stories_below_are_not_the_journalists() -> None:
    page = read(DATE + CRUMBS + AVATAR + ARTICLES + f"\n\nSuggested Articles\n\nOther\n\n{TEXT}\n\n1 hour ago\n")
    assert titles(page) == ["Rivers rise", "What the dam costs"]


@pytest.mark.parametrize(
    "foot", ["We value your privacy", "Subscribe to our newsletter", "© The Herald", "Previous\n\nNext"]
)
def test_the_foot_of_a_page_is_no_article(foot: str) -> None:
    page = read(DATE + CRUMBS + AVATAR + ARTICLES + f"\n\n{foot}\n\n{TEXT}\n")
    assert titles(page) == ["Rivers rise", "What the dam costs"]
    assert page.warnings == ()


def test_a_rate_in_a_text_is_a_part_of_it_and_not_of_the_ticker() -> None:
    text = f"{TEXT} The rate was KZT/USD = 0.00190 on Monday."
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nTenge falls\n\n{text}\n\n2 days ago\n")
    assert page.articles[0].text == text
    assert page.rates == ()


def test_an_article_without_a_date_is_not_swallowed_by_its_neighbour() -> None:
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nRivers rise\n\n{TEXT}\n\nDams sink\n\n{TEXT}\n\n2 days ago\n")
    assert titles(page) == ["Rivers rise", "Dams sink"]
    assert [article.published.precision for article in page.articles] == [Precision.UNKNOWN, Precision.RELATIVE]
    assert page.warnings == ("No date is given for 'Rivers rise'.",)


def test_a_text_of_several_paragraphs_stays_together() -> None:
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\nRivers rise\n\n{TEXT}\n\nIt was cold.\n\n{TEXT}\n\n2 days ago\n")
    assert [article.text for article in page.articles] == [f"{TEXT}\n\nIt was cold.\n\n{TEXT}"]


def test_a_heading_within_a_text_of_several_paragraphs_is_no_article() -> None:
    body = f"Rivers rise\n\n{TEXT}\n\n{TEXT}\n\nEconomy, Logistics, and AI\n\n{TEXT}\n\n2 days ago\n"
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\n{body}")
    assert titles(page) == ["Rivers rise"]


def test_where_texts_have_paragraphs_a_short_line_between_two_is_a_heading() -> None:
    one = f"Rivers rise\n\n{TEXT}\n\n{TEXT}\n\n2 days ago\n\n"
    other = f"Dams sink\n\n{TEXT}\n\nWhat comes next\n\n{TEXT}\n\n3 days ago\n"
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\n{one}{other}")
    assert titles(page) == ["Rivers rise", "Dams sink"]


def test_below_a_text_that_breaks_off_a_new_article_begins() -> None:
    body = f"Rivers rise\n\n{TEXT}\n\n{TEXT[:90]}...\n\nDams sink\n\n{TEXT}\n\n{TEXT}\n\n2 days ago\n"
    page = read(f"{DATE}{CRUMBS}{AVATAR}Articles\n\n{body}")
    assert titles(page) == ["Rivers rise", "Dams sink"]


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


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("\n", "   \n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("\n", "\n      "),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("• ", ""),
        lambda text: text.replace("• ", "* "),
        lambda text: text.replace("%\n", "% "),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_spaces_blank_lines_bullets_and_encodings_do_not_matter(changed: Callable[[str], str], encoding: str) -> None:
    plain = TICKER * 8 + "\n" + DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + ARTICLES
    assert read(changed(plain).encode(encoding)) == read(plain)


def test_a_text_that_was_wrapped_to_a_screen_is_unwrapped() -> None:
    text = " ".join([TEXT] * 4)
    plain = TICKER + DATE + CRUMBS + AVATAR + NAME + ROLE + BIO + f"Articles\n\nRivers rise\n\n{text}\n\n2 days ago\n"
    lines = [fill(line, 72, initial_indent="   ", subsequent_indent="   ") for line in plain.splitlines()]
    assert read("\n".join(lines)) == read(plain)


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


def test_a_text_of_far_too_many_lines_is_no_capture() -> None:
    with pytest.raises(ParseError, match="more than 20,000 lines"):
        read("word\n" * 20_001)


def test_a_crowd_of_names_is_no_byline() -> None:
    crowd = "".join(f"By Name Number{n}\n\n" for n in range(50)) + "".join(
        f"A Number{n}'s Avatar\n\n" for n in range(50)
    )
    page = read(f"{DATE}{CRUMBS}{NAME}Articles\n\nRivers rise\n\n{crowd}2 days ago\n")
    assert titles(page) == ["Rivers rise"]
    assert len(page.articles[0].authors) <= 20
