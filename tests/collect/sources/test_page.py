import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from digest.collect.article import FoundArticle, Precision
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.page import PageReader
from digest.collect.sources.people import person_slug
from digest.collect.text.dates import instant
from digest.errors import ParseError
from tests.collect.answers import ASSUME, NOW, answer

URL = "https://herald.example/people/dana"
TEASER = "Water reached the canal on Monday, three weeks before anybody had expected it."
PERSON: dict[str, Any] = {
    "@type": "Person",
    "@id": "#dana",
    "name": "Dana &amp; Serikova",
    "jobTitle": "Editor",
    "description": "Covers <b>rivers</b>.",
    "image": {"@type": "ImageObject", "url": "/dana.png"},
    "worksFor": {"@type": "NewsMediaOrganization", "name": "The Herald"},
}


def card(n: int, *, date: str = "2 days ago", teaser: str = TEASER, byline: str = "") -> str:
    return (
        f"<article><header><h2><a href='/a/{n}/?utm_source=x'>Story <em>{n}</em></a></h2></header>"
        f"<div class='meta'>{byline}<span>{date}</span></div><p>{teaser}</p>"
        f"<p><a href='/a/{n}'>Read more →</a></p></article>"
    )


def page(*body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>Dana</title>{head}</head><body><main>{''.join(body)}</main></body></html>"
    )


def ld(*nodes: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@graph": list(nodes)})}</script>'


def read(html: str | bytes, url: str = URL, assume: Assume = ASSUME) -> Page:
    return PageReader().read(answer(html, url), assume)


def test_repeated_cards_are_articles() -> None:
    found = read(page("<h1>Dana Serikova</h1>", card(1), card(2, date="18 December 2025", teaser="Short…")))
    assert found.journalist == FoundJournalist(name="Dana Serikova")
    first, second = found.articles
    assert (first.title, first.url, first.text) == ("Story 1", "https://herald.example/a/1/", TEASER)
    assert first.published.precision is Precision.RELATIVE
    assert first.published.latest == NOW - timedelta(days=1.5)
    assert first.authors == ("Dana Serikova",)
    assert (second.text, second.truncated) == ("Short…", True)
    assert second.published.earliest == datetime(2025, 12, 17, 19, tzinfo=UTC)
    assert found.warnings == ()


def test_the_relative_dates_of_a_saved_page_have_a_doubtful_base() -> None:
    found = read(page("<h1>Dana Serikova</h1>", card(1), head=f"<link rel=canonical href='{URL}'>"), "dana.html")
    assert found.warnings[0] == (
        "The page has no date of its own: its relative dates were counted from when it was read "
        "(2025-12-20 06:00 UTC). If it was saved earlier, its articles are older by as much."
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<li><a href='/a/1'><h3>Story 1</h3></a><time datetime='2025-12-19T10:00:00Z'>yesterday</time><p>{}</p></li>",
        "<div><div><h3><a href='/a/1'>Story 1</a></h3></div><time>19 Dec 2025 10:00 UTC</time><p>{}</p></div>",
        "<div><h3><a href='/a/1'>Story 1</a></h3><div>Culture | 19 Dec 2025 10:00 UTC</div><div>{}</div></div>",
        "<section><h3><a href='/a/1'>Story 1</a></h3><time datetime='soon'>19 Dec 2025 10:00 UTC</time>{}</section>",
        "<div><h4><a href='/a/1'>Story 1</a></h4><p>19 Dec 2025 10:00 UTC•<i class=author>D. S.</i></p><p>{}</p></div>",
    ],
)
def test_cards_come_in_many_shapes(markup: str) -> None:
    other = "<div><h3><a href='/a/2'>Story 2</a></h3><p>Another teaser.</p></div>"
    article = read(page(f"<div>{markup.format(TEASER)}{other}</div>")).articles[0]
    assert (article.title, article.url) == ("Story 1", "https://herald.example/a/1")
    assert article.text == TEASER
    assert article.published == instant(datetime(2025, 12, 19, 10, tzinfo=UTC))


def test_bylines_of_cards_are_authors_and_no_text() -> None:
    byline = "<p>By <a rel=author href='/p/d'>Dana Serikova</a> and <a rel=author href='/p/t'>Timur Aliyev</a></p>"
    (article,) = read(page(card(1, byline=byline))).articles
    assert article.authors == ("Dana Serikova", "Timur Aliyev")
    assert article.text == TEASER
    dated = "<span class=byline>By Dana Serikova, 18 December 2025</span>"
    (article,) = read(page(card(1, date="", byline=dated))).articles
    assert article.authors == ("Dana Serikova",)
    assert article.published.precision is Precision.DAY


def test_navigation_sidebars_and_the_page_itself_have_no_articles() -> None:
    around = (
        "<nav><h3><a href='/n'>Nav</a></h3></nav><aside><h3><a href='/s'>Side</a></h3></aside>"
        "<header><h3><a href='/'>Home</a></h3></header><footer><h3><a href='/f'>Foot</a></h3></footer>"
        f"<h1><a href='{URL}'>Dana</a></h1><h2><a href='mailto:x@y.z'>Mail</a></h2><h2><a href='/e'> </a></h2>"
        "<h2><a>No link</a></h2><h2>Plain</h2>"
    )
    assert [article.title for article in read(page(around, card(1))).articles] == ["Story 1"]


def test_a_link_that_is_shown_twice_is_one_article() -> None:
    assert len(read(page(card(1), card(1, teaser="Again."))).articles) == 1


def test_headings_alone_are_articles_only_where_nothing_better_is() -> None:
    headings = "<ul><li><h3><a href='/a/1'>One</a></h3></li><li><h3><a href='/a/2'>Two</a></h3></li></ul>"
    assert [article.title for article in read(page(headings)).articles] == ["One", "Two"]
    assert [article.title for article in read(page(headings, card(3))).articles] == ["Story 3"]


def test_the_base_of_links_may_be_given() -> None:
    (article,) = read(page(card(1), head="<base href='https://cdn.example/x/'>")).articles
    assert article.url == "https://cdn.example/a/1/"


def test_a_page_with_ticker_and_date_has_rates_and_a_base() -> None:
    top = "<div>KGS/USD = 0.01144 -0%</div><div>19 December 2025</div><h1>Dana Serikova</h1>"
    found = read(page(top, card(1)))
    assert found.page_date == date(2025, 12, 19)
    assert [str(pair.value) for pair in found.rates] == ["0.01144"]
    assert found.articles[0].published.earliest == datetime(2025, 12, 16, 7, tzinfo=UTC)
    assert found.warnings == ()


def test_a_date_below_the_heading_is_not_the_pages() -> None:
    assert read(page("<h1>Dana Serikova</h1><p>19 December 2020</p>", card(1))).page_date is None
    assert read(page("<p>Since 1999</p>", card(1))).page_date is None


def test_json_ld_tells_of_the_journalist() -> None:
    profile = {"@type": "ProfilePage", "mainEntity": {"@id": "#dana"}}
    found = read(page(card(1), head=ld(profile, PERSON)), "https://herald.example/x")
    assert found.journalist == FoundJournalist(
        name="Dana & Serikova",
        role="Editor",
        bio="Covers rivers.",
        avatar_url="https://herald.example/dana.png",
        outlet="The Herald",
    )


def test_markup_tells_what_json_ld_leaves_out() -> None:
    body = (
        "<div class='h-card'><img class='avatar' src='/d.png'><p class='p-name fn'>Articles by Dana Serikova</p>"
        "<p class='job-title'>Editor</p><div class='author-bio'><p>Covers</p><p>rivers.</p></div></div>"
    )
    found = read(page(body, card(1), head="<meta property='og:site_name' content='The Herald'>"))
    assert found.journalist == FoundJournalist(
        name="Dana Serikova",
        role="Editor",
        bio="Covers rivers.",
        avatar_url="https://herald.example/d.png",
        outlet="The Herald",
    )


@pytest.mark.parametrize("heading", ["", "<h1> </h1>", f"<h1>{'x' * 200}</h1>", "<h1>By</h1>"])
def test_an_authors_page_that_names_nobody_has_no_journalist(heading: str) -> None:
    assert read(page(heading, card(1))).journalist is None


def test_a_listing_names_no_journalist() -> None:
    found = read(page("<h1>Politics</h1>", card(1)), "https://herald.example/category/politics")
    assert found.journalist is None
    assert found.articles[0].authors == ()
    assert "This is no author's page: it names no journalist." in found.warnings


def test_of_several_people_the_byline_tells_which_one_is_meant() -> None:
    people = ld(
        {**PERSON, "name": "Timur Aliyev"}, {**PERSON, "@id": "#d", "name": "Dana Serikova"}, {"@type": "Person"}
    )
    html = page(card(1), head=people)
    assert read(html).journalist is None
    found = read(html, assume=Assume(now=NOW, byline="Dana Serikova")).journalist
    assert found is not None
    assert (found.name, found.role) == ("Dana Serikova", "Editor")


def test_an_open_graph_profile_is_an_authors_page() -> None:
    head = "<meta property='og:type' content='profile'>"
    found = read(page("<h1>Dana Serikova</h1>", card(1), head=head), "https://herald.example/x").journalist
    assert found is not None
    assert found.name == "Dana Serikova"


def test_json_ld_completes_the_cards_and_adds_what_they_do_not_show() -> None:
    nodes = [
        PERSON,
        {"@type": "Person", "@id": "#t", "name": "Timur Aliyev"},
        {
            "@type": ["NewsArticle"],
            "headline": "Rivers &#8216;rise&#8217;",
            "url": "https://www.herald.example/a/1",
            "datePublished": "2025-12-19 10:00:00Z",
            "author": [{"@id": "#t"}, "By Dana Serikova", "https://herald.example/x"],
        },
        {"@type": "BlogPosting", "name": "Two", "mainEntityOfPage": {"@id": "/a/2"}, "articleBody": "Body…"},
        {"@type": "https://schema.org/Report", "headline": "Three", "mainEntityOfPage": "/a/3", "author": "A and B"},
        {"@type": "NewsArticle", "headline": "No address"},
        {"@type": "NewsArticle", "url": "/no-headline"},
        {"@type": "NewsArticle", "headline": "Rivers again", "url": "/a/1"},
    ]
    found = read(page(card(1), card(9), head=ld(*nodes)))
    one, nine, two, three = found.articles
    assert nine.title == "Story 9"
    assert (one.title, one.url, one.text) == ("Rivers ‘rise’", "https://www.herald.example/a/1", TEASER)
    assert one.authors == ("Dana Serikova", "Timur Aliyev")
    assert one.published == instant(datetime(2025, 12, 19, 10, tzinfo=UTC))
    assert (two.title, two.url, two.text, two.truncated) == ("Two", "https://herald.example/a/2", "Body…", True)
    assert three.authors == ("A", "B")


def test_a_card_completes_the_node_of_the_same_address() -> None:
    node = {"@type": "Article", "headline": "Rivers rise", "url": "/a/1/"}
    (article,) = read(page(card(1), head=ld(node))).articles
    assert (article.title, article.text) == ("Rivers rise", TEASER)
    assert article.published.precision is Precision.RELATIVE


def test_an_item_list_lists_articles_but_breadcrumbs_do_not() -> None:
    items = {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "url": "/a/1", "name": "One"},
            {"@type": "ListItem", "position": 2, "item": {"@type": "CreativeWork", "@id": "/a/2", "name": "Two"}},
            7,
        ],
    }
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "Home", "item": "/"}]}
    found = read(page("<p>x</p>", head=ld(crumbs, items)))
    assert [(article.title, article.url) for article in found.articles] == [
        ("One", "https://herald.example/a/1"),
        ("Two", "https://herald.example/a/2"),
    ]


@pytest.mark.parametrize("script", ["{", "[" * 200_000, ""])
def test_json_ld_that_is_broken_is_told_and_the_cards_are_read(script: str) -> None:
    found = read(page(card(1), head=f"<script type='application/ld+json'>{script}</script>"))
    assert len(found.articles) == 1
    assert "Structured data of the page could not be read: 1 blocks of JSON-LD." in found.warnings


def test_older_articles_are_on_the_next_page() -> None:
    found = read(page(card(1), head="<link rel=next href='/people/dana/page/2'>"))
    assert found.next is not None
    assert found.next.ref == "https://herald.example/people/dana/page/2"
    assert read(page("<a class=next href='?p=2'>Older</a>")).next is None


def test_a_page_without_articles_is_suspect_and_says_what_it_looks_like() -> None:
    challenge = "<html><head><title>Just a moment...</title></head><body><p>Checking</p></body></html>"
    assert read(challenge).warnings[-1] == (
        "The page shows no article. Its title is 'Just a moment...': it keeps machines out."
    )
    assert read("<p>Nothing here</p>").warnings[-1] == "The page shows no article."


@pytest.mark.parametrize("body", ["", " ", "hello", "{}", "\x00\x01\x02", "<rss/>", "a < b and c > d"])
def test_what_is_no_html_is_named(body: str) -> None:
    with pytest.raises(ParseError):
        read(body)


def test_markup_nested_without_end_is_a_page_or_an_error() -> None:
    assert read("<div>" * 30_000 + card(1)).articles == ()
    assert read("<frameset><p>").articles == ()


def test_a_russian_teaser_is_russian() -> None:
    (article,) = read(page(card(1, teaser="Вода дошла до канала в понедельник, раньше, чем ожидали."))).articles
    assert article.language == "ru"


def test_the_request_is_for_html() -> None:
    assert PageReader().first(URL).accept.startswith("text/html")


def test_a_page_found_elsewhere_resolves_its_links_there() -> None:
    (article,) = read(page(card(1)), "https://other.example/author/dana/").articles
    assert article == FoundArticle(
        title="Story 1",
        url="https://other.example/a/1/",
        text=TEASER,
        published=article.published,
        language="en",
    )


def test_the_only_card_may_be_the_whole_page() -> None:
    (article,) = read(page("<div><h2><a href='/a/1'>Story 1</a></h2></div>", f"<p>{TEASER}</p>")).articles
    assert article.title == "Story 1"
    (article,) = read(page(f"<div><h2><a href='/a/1'>Story 1</a></h2>{TEASER}<time>soon</time></div>")).articles
    assert article.text == TEASER


def test_a_profile_that_names_nobody_leaves_it_to_the_markup() -> None:
    profile = {"@type": "ProfilePage", "mainEntity": {"@id": "#nobody"}, "about": {"@type": "Person"}}
    image = {"@type": "Person", "name": "Dana Serikova", "image": [3]}
    found = read(page("<h1>D. S.</h1>", card(1), head=ld(profile, image))).journalist
    assert found is not None
    assert (found.name, found.avatar_url) == ("Dana Serikova", None)
    empty = {"@type": "Person", "name": "Dana Serikova", "image": {}}
    found = read(page("<h1>D. S.</h1>", card(1), head=ld(empty))).journalist
    assert found is not None
    assert found.avatar_url is None


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://herald.example/author/dana-serikova/", "dana-serikova"),
        ("https://herald.example/our-people/dana%20serikova/page/3", "dana serikova"),
        ("https://herald.example/author/?author=Dana+Serikova++", "Dana Serikova"),
        ("https://herald.example/?author=7", None),
        ("https://herald.example/news/", None),
        ("https://[/author/dana", None),
    ],
)
def test_an_address_names_the_person_whose_page_it_is(url: str, slug: str | None) -> None:
    assert person_slug(url) == slug


def test_a_page_without_headings_lists_its_links_that_have_a_date() -> None:
    item = "<li><a href='/a/{0}'>What number {0} tells about the river</a> <span>December 1{0}, 2025</span></li>"
    links = "<a href='/about'>All that you may want to know about us</a><a href='/x'>Short link</a>"
    nav = "<nav><a href='/n'>A long link of the navigation <b>12 December 2025</b></a></nav>"
    items = "".join(item.format(n) for n in (1, 2))
    found = read(page("<h1><a href='/'>The Herald</a></h1>", nav, links, f"<ul>{items}</ul>"))
    assert [article.url for article in found.articles] == ["https://herald.example/a/1", "https://herald.example/a/2"]
    assert found.articles[0].title == "What number 1 tells about the river"
    assert found.articles[0].published.precision is Precision.DAY
    assert found.articles[0].text == ""


def test_a_saved_page_that_does_not_say_where_it_was_has_articles_without_addresses() -> None:
    odd = "<article><h2><a href='javascript:x()'>Odd</a></h2><p>2 days ago</p></article>"
    found = read(page("<h1>Dana Serikova</h1>", card(1), card(2), odd), "dana.html")
    assert [(article.title, article.url) for article in found.articles] == [("Story 1", None), ("Story 2", None)]


def test_a_saved_page_takes_addresses_from_its_json_ld() -> None:
    listed = ld({"@type": "NewsArticle", "headline": "Story 1", "url": "https://herald.example/a/1/"})
    found = read(page(card(1), card(2), head=listed), "dana.html")
    assert [article.url for article in found.articles] == ["https://herald.example/a/1/", None]


@pytest.mark.parametrize("heading", ["Log in", "Sign up", "404 Not Found", "Page not found", "Our People"])
def test_a_heading_that_is_no_name_names_nobody(heading: str) -> None:
    assert read(page(f"<h1>{heading}</h1>", card(1))).journalist is None
