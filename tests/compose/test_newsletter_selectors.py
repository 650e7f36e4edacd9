"""Selectors of a page, as a newsletter's file declares them."""

import pytest

from digest.collect.journalist import Selectors, Source, SourceKind
from digest.compose.newsletter_file import read_declaration
from digest.compose.newsletter_lines import journalist_lines
from digest.errors import BadNewsletterFile
from tests.compose.test_newsletter_file import SMALL

PAGE = "https://herald.example.org/people/dana"


def with_source(more: str, kind: str = "page") -> bytes:
    old = '{ kind = "feed", ref = "https://herald.example.org/feed" }'
    return SMALL.replace(old, f'{{ kind = "{kind}", ref = "{PAGE}", {more} }}').encode()


def test_a_page_may_say_where_its_articles_are() -> None:
    text = with_source(
        'selectors = { card = "div.z > a", title = "h3", link = "a", time = ".d", teaser = "p:nth-child(2)" }'
    )
    (dana,) = read_declaration("brief.toml", text, {}).journalists
    selectors = Selectors(card="div.z > a", title="h3", link="a", time=".d", teaser="p:nth-child(2)")
    assert dana.sources == (Source(kind=SourceKind.PAGE, ref=PAGE, selectors=selectors),)
    (dana,) = read_declaration("brief.toml", with_source('selectors = { card = "li" }'), {}).journalists
    assert dana.sources[0].selectors == Selectors(card="li")
    assert (
        journalist_lines(dana)[-1] == f'sources = [{{ kind = "page", ref = "{PAGE}", selectors = {{ card = "li" }} }}]'
    )


def test_selectors_may_be_a_table_of_their_own() -> None:
    text = SMALL[: SMALL.index("sources")] + (
        f'[[journalists.sources]]\nkind = "page"\nref = "{PAGE}"\n[journalists.sources.selectors]\ncard = "div >"\n'
    )
    with pytest.raises(BadNewsletterFile) as error:
        read_declaration("brief.toml", text.encode(), {})
    assert error.value.where == "line 20, journalists[1].sources[1].selectors.card"
    assert error.value.why == "'div >' is no CSS selector, such as article.teaser h3"


@pytest.mark.parametrize(
    ("more", "kind", "where", "why"),
    [
        ("selectors = 5", "page", "selectors", "a table"),
        ("selectors = {}", "page", "selectors.card", "this key is missing"),
        ('selectors = { title = "h3" }', "page", "selectors.card", "this key is missing"),
        ("selectors = { card = 5 }", "page", "selectors.card", "a text in quotes"),
        ('selectors = { card = "li", titel = "h3" }', "page", "selectors.titel", "did you mean title"),
        ('selectors = { card = "li", time = "::before" }', "page", "selectors.time", "is no CSS selector"),
        ('selectors = { card = "li" }', "feed", "selectors", 'a feed has no elements to select; only kind = "page"'),
    ],
)
def test_what_means_nothing_is_named_with_its_line(more: str, kind: str, where: str, why: str) -> None:
    with pytest.raises(BadNewsletterFile) as error:
        read_declaration("brief.toml", with_source(more, kind), {})
    assert error.value.where == f"line 16, journalists[1].sources[1].{where}"
    assert why in error.value.why
