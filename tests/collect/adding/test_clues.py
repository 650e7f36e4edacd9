import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.adding.clues import (
    Clues,
    FeedLink,
    api_address,
    clues_of_address,
    clues_of_feed,
    clues_of_page,
    first_page,
)
from tests.collect.answers import answer

URL = "https://herald.example/author/dana/"


def page(head: str, **headers: str) -> Clues:
    return clues_of_page(answer(f"<!doctype html><html lang='ru_KZ'><head>{head}</head><p>x</p>", URL, **headers))


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ("https://h.example/author/dana/page/3/", "https://h.example/author/dana/"),
        ("https://h.example/authors/dana/posts/12", "https://h.example/authors/dana"),
        ("https://h.example/author/page/34/?author=Dana+S", "https://h.example/author/?author=Dana+S"),
        ("https://h.example/?author=7&paged=2", "https://h.example/?author=7"),
        ("https://h.example/?page=about", "https://h.example/?page=about"),
        ("HTTPS://H.example/a?utm_source=x#top", "https://h.example/a"),
        ("saved/page/3.html", "saved/page/3.html"),
    ],
)
def test_a_listings_first_page_is_its_address(given: str, first: str) -> None:
    assert first_page(given) == first


def test_an_address_alone_tells_whom_it_is_about() -> None:
    assert clues_of_address(URL) == Clues(url=URL, slug="dana")
    assert clues_of_address("https://herald.example/news") == Clues(url="https://herald.example/news")


def test_feeds_in_the_head_are_found_once_and_those_of_comments_are_not() -> None:
    def link(href: str, media_type: str = "application/rss+xml; charset=utf-8", title: str = "") -> str:
        return f"<link rel='alternate' type='{media_type}' href='{href}' title='{title}'>"

    found = page(
        link("/feed/", title="The Herald &raquo; Feed")
        + link("/feed/")
        + link("feed/atom/", "application/atom+xml")
        + link("/dana/feed.json", "application/json")
        + link("/wp-json/oembed/1.0/embed?url=feed", "application/json")
        + link("/wp-json/oembed", "application/json+oembed")
        + link("/comments/feed/")
        + link("/?feed=comments-rss2")
        + link("/c.rss", title="Herald » Comments Feed")
        + link("/d.rss", title="Комментарии")
        + link("/uz/", "text/html")
        + link("http://[broken", "application/rss+xml")
        + "<link rel='alternate' hreflang='uz' href='/uz/'>"
    )
    assert found.feeds == (
        FeedLink(url="https://herald.example/feed/", title="The Herald » Feed"),
        FeedLink(url="https://herald.example/author/dana/feed/atom/", title=""),
        FeedLink(url="https://herald.example/dana/feed.json", title=""),
    )
    assert not page(link("/feed/")).is_wordpress


def test_the_pages_own_words_are_kept() -> None:
    found = page("<title>Dana &amp; the Herald</title>")
    assert (found.label, found.language, found.slug, found.url) == ("Dana & the Herald", "ru-KZ", "dana", URL)
    bare = clues_of_page(answer("<p>x", URL))
    assert (bare.label, bare.language) == ("", "")
    assert clues_of_page(answer("<html lang='klingon-x'><p>x", URL)).language == ""


def test_wordpress_is_known_by_its_header_its_link_and_its_looks() -> None:
    header = '<https://herald.example/cms/wp-json/>; rel="https://api.w.org/"'
    assert page("", link=header).api_root == "https://herald.example/cms/wp-json/"
    linked = page("<link rel='https://api.w.org/' href='/index.php?rest_route=/'>")
    assert (linked.api_root, linked.is_wordpress) == ("https://herald.example/index.php?rest_route=/", True)
    assert page("<link href='/wp-content/themes/x/style.css'>").is_wordpress
    assert page("<meta name='generator' content='WordPress 7.1'>").is_wordpress
    assert page("<link rel='https://api.w.org/' href='http://[broken'>").api_root is None
    assert page("<link rel='https://api.w.org/' href='/x'>", link="<unclosed").api_root == "https://herald.example/x"


def test_the_number_of_the_user_is_known_where_the_page_names_one_only() -> None:
    one = "<link rel='alternate' type='application/json' href='/wp-json/wp/v2/users/7'>"
    other = "<link rel='alternate' type='application/json' href='/?rest_route=%2Fwp%2Fv2%2Fusers%2F8'>"
    assert page(one).api_user == "7"
    assert page(other).api_user == "8"
    assert page(one + other).api_user is None
    assert page("", link="<https://herald.example/wp-json/wp/v2/users/9>; rel=alternate").api_user == "9"


@pytest.mark.parametrize(
    ("feed", "label", "language"),
    [
        ("<rss><channel><title><![CDATA[A &amp; B]]></title><language>ru-KZ</language>", "A & B", "ru-KZ"),
        ("<feed xml:lang='kk'><title type='text'>C</title>", "C", "kk"),
        ("<feed>", "", ""),
        ('{"title": "D", "language": "en"}', "D", "en"),
        ('{"title": 7', "", ""),
        ("[1]", "", ""),
    ],
)
def test_a_feeds_head_tells_its_title_and_language(feed: str, label: str, language: str) -> None:
    found = clues_of_feed(answer(feed, "https://herald.example/feed/"))
    assert (found.label, found.language) == (label, language)


@pytest.mark.parametrize(
    ("root", "address"),
    [
        ("https://h.example/wp-json/", "https://h.example/wp-json/wp/v2/users?slug=dana+s"),
        ("https://h.example/wp-json", "https://h.example/wp-json/wp/v2/users?slug=dana+s"),
        (
            "https://h.example/index.php?rest_route=/",
            "https://h.example/index.php?rest_route=/wp/v2/users&slug=dana+s",
        ),
    ],
)
def test_a_route_of_the_api_has_an_address_whatever_its_root(root: str, address: str) -> None:
    assert api_address(root, "/wp/v2/users", {"slug": "dana s"}) == address


@given(st.binary(max_size=400), st.text(max_size=80))
def test_any_bytes_and_any_header_tell_something_or_nothing(body: bytes, header: str) -> None:
    assert isinstance(clues_of_page(answer(body, URL, link=header)), Clues)
    assert isinstance(clues_of_feed(answer(body, URL)), Clues)
