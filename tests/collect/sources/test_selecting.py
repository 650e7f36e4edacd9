import pytest

from digest.collect.journalist import Selectors
from digest.collect.page import Assume, Page
from digest.collect.sources.page import PageReader
from digest.collect.sources.selecting import fault_of
from digest.errors import ParseError
from tests.collect.answers import NOW, answer
from tests.collect.sources.author_pages import OTHER, TEASER, page

ODD = page(
    "<h1>Dana Serikova</h1><h3><a href='/x/1'>Not one of them</a></h3><p>19 December 2025</p>"
    + "".join(
        f"<div class='z'><b class='n'>{name}</b><i class='d'>{day}</i><i class='e'>{text}</i>"
        f"<a class='q' href='/a/{n}'>→</a><a href='/other'>Other</a></div>"
        for n, name, day, text in ((2, "The canal", "12.12.2025", TEASER), (1, "The dam", "soon", OTHER))
    )
)


def read(html: str, **selectors: str) -> Page:
    assume = Assume(now=NOW, time_zone="Asia/Almaty", selectors=Selectors(**selectors))
    return PageReader().read(answer(html), assume)


def test_selectors_say_where_everything_is() -> None:
    found = read(ODD, card="div.z", title=".n", link="a.q", time=".d", teaser=".e")
    assert [(article.title, article.url, article.text) for article in found.articles] == [
        ("The canal", "https://herald.example/a/2", TEASER),
        ("The dam", "https://herald.example/a/1", OTHER),
    ]
    assert found.articles[0].published.earliest is not None
    assert found.articles[0].authors == ("Dana Serikova",)
    assert found.warnings == ("The date 'soon' of 'The dam' could not be read.",)


@pytest.mark.parametrize(
    "card",
    [
        "<div class='z'><h3><a href='/a/1'>Story</a></h3><p>{}</p><time>12 December 2025</time></div>",
        "<div class='z'><a href='/a/1'><h3>Story</h3></a><p>{}</p><time>12 December 2025</time></div>",
        "<div class='z'><h3>Story</h3><p>{}</p><time>12 December 2025</time><a href='/a/1'>More</a></div>",
        "<a class='z' href='/a/1'><h3>Story</h3><p>{}</p><time>12 December 2025</time></a>",
        "<div class='z'><a href='/a/1'>Story</a><p>{}</p><time>12 December 2025</time></div>",
    ],
)
def test_what_is_not_selected_is_found_by_structure(card: str) -> None:
    (article,) = read(page(card.format(TEASER)), card=".z").articles
    assert (article.title, article.url, article.text) == ("Story", "https://herald.example/a/1", TEASER)
    assert article.published.earliest is not None


def test_a_selected_page_has_its_cards_and_nothing_else() -> None:
    listed = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Other","url":"/x/9"}</script>'
    assert read(page(listed + "<p class='z'>Nothing</p>"), card=".z").articles == ()


def test_a_selector_that_finds_nothing_is_told() -> None:
    found = read(ODD, card="article.gone")
    assert found.articles == ()
    assert "The selector for card, 'article.gone', finds nothing: has the page changed?" in found.warnings
    assert "The page shows no article." in found.warnings
    found = read(ODD, card="div.z", title="h5")
    assert found.articles == ()
    assert found.warnings[:2] == (
        "The selector for title, 'h5', finds nothing in 2 cards: has the page changed?",
        "2 of 2 cards have no title or no address.",
    )
    found = read(ODD, card="div.z", title=".n", link=".q", time="time", teaser="p")
    assert [article.text for article in found.articles] == ["", ""]
    assert "The selector for time, 'time', finds nothing in 2 cards: has the page changed?" in found.warnings
    assert "The selector for teaser, 'p', finds nothing in 2 cards: has the page changed?" in found.warnings


@pytest.mark.parametrize(
    "css", ["article.teaser > h3 a", "div:has(> time)", "li:not(.ad):nth-child(2n)", "[data-x='1' i]"]
)
def test_what_lexbor_reads_is_a_selector(css: str) -> None:
    assert fault_of(css) is None


@pytest.mark.parametrize(
    "css", ["", " ", "div >", "a[", "::before", ":unknown", "..", "a,", "\ud800", "(" * 100, "> p"]
)
def test_what_is_no_selector_is_told(css: str) -> None:
    assert fault_of(css) == f"{css!r} is no CSS selector, such as article.teaser h3"


def test_a_selector_of_hostile_length_is_none() -> None:
    assert fault_of("a" * 301) == "this selector is longer than 300 characters"


def test_a_bad_selector_that_was_kept_is_a_parse_error() -> None:
    with pytest.raises(ParseError, match=r"its selector for teaser cannot be used: 'p >' is no CSS selector"):
        read(ODD, card="div.z", teaser="p >")
