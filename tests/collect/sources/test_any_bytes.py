"""Reading is total: any bytes give a page or a ParseError."""

import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.attempt import as_json
from digest.collect.journalist import SourceKind
from digest.collect.page import Page
from digest.collect.sources import READERS, guess_kind
from digest.errors import ParseError
from tests.collect.answers import ASSUME, answer

MEDIA_TYPES = ["", "text/html; charset=latin1", "application/rss+xml", "application/json", "text/plain; charset=x"]
PIECES = {
    SourceKind.FEED: [
        "<rss>",
        "<rss version='2.0'>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<link>",
        "/x",
        "http://[",
        "<pubDate>",
        "</pubDate>",
        "Fri, 99 Dec 2025",
        "<dc:creator>",
        "A and B",
        "<![CDATA[",
        "]]>",
        "<guid>",
        "&#0;",
        "&#xD800;",
        "&amp;lt;",
        "<content:encoded>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "<author>",
        "<link rel='next' href='//['/>",
        "]",
        "<!",
        "<description>",
        "\x00",
        "é",
    ],
    SourceKind.PAGE: [
        "<html>",
        "<article>",
        "<h2>",
        "<a href='/x'>",
        "<a href='http://['>",
        "</a>",
        "</h2>",
        "<p>",
        "<time datetime='2025'>",
        "</time>",
        "<script type='application/ld+json'>",
        '{"@type": "Person", "name": 3}',
        '[{"@id": "x"}]',
        "</script>",
        "<base href='//['>",
        "2 days ago",
        "<link rel=canonical href='::'>",
        "<svg>",
        "<template>",
        "<table>",
        "</body>",
        "<!--",
        "\x00",
        "By A",
        "<frameset>",
        "<link rel=next href='http://[x'>",
        "<noscript>",
        "&#xD800;",
        "<nav>",
        "<time>",
    ],
    SourceKind.CAPTURE: [
        "KGS/USD = 0.1 -0%\n",
        "19 December 2025\n",
        "Our People > \n",
        " > A\n",
        "A's Avatar\n",
        "Articles\n",
        "2 days ago\n",
        "word ",
        "\n",
        "Viewing results 1 - 2 of 3\n",
        "divider",
        "\x00",
        "0.1.2025\n",
        "99999999 years ago\n",
        "long " * 30 + "\n",
    ],
}


def check(kind: SourceKind, body: bytes, media_type: str = "", url: str = "https://herald.example/author/a/") -> None:
    response = answer(body, url, content_type=media_type)
    try:
        page = READERS[kind].read(response, ASSUME)
    except ParseError:
        return
    assert isinstance(page, Page)
    json.dumps(as_json(page), allow_nan=False, ensure_ascii=False).encode()
    for article in page.articles:
        assert article.title
        assert "\x00" not in article.title + article.text


@pytest.mark.parametrize("kind", SourceKind)
@settings(deadline=None)
@given(body=st.binary(max_size=400), media_type=st.sampled_from(MEDIA_TYPES))
def test_any_bytes_give_a_page_or_a_parse_error(kind: SourceKind, body: bytes, media_type: str) -> None:
    check(kind, body, media_type)


@pytest.mark.parametrize("kind", PIECES)
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_any_order_of_familiar_pieces_gives_a_page_or_a_parse_error(kind: SourceKind, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.one_of(st.sampled_from(PIECES[kind]), st.text(max_size=5)), max_size=25))
    check(kind, "".join(pieces).encode(errors="replace"), data.draw(st.sampled_from(MEDIA_TYPES)))


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.just("\ud800")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "title",
                    "link",
                    "rendered",
                    "date_gmt",
                    "date",
                    "_embedded",
                    "author",
                    "name",
                    "slug",
                    "id",
                    "code",
                    "data",
                    "content",
                    "excerpt",
                    "coauthors",
                    "avatar_urls",
                    "items",
                    "authors",
                    "@type",
                    "@id",
                    "@graph",
                    "url",
                    "headline",
                    "mainEntity",
                    "itemListElement",
                    "item",
                    "message",
                    "status",
                    "96",
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.lists(json_values, max_size=3), st.sampled_from(["/wp-json/wp/v2/posts?author=1", "/wp-json/wp/v2/users?slug=a"])
)
def test_any_json_from_a_wordpress_gives_a_page_or_a_parse_error(value: list[Any], path: str) -> None:
    body = json.dumps([{"title": "t", "link": "/l", **item} if isinstance(item, dict) else item for item in value])
    check(SourceKind.WORDPRESS, body.encode(), url="https://herald.example" + path)


@settings(deadline=None)
@given(json_values)
def test_any_json_feed_and_any_json_ld_give_a_page_or_a_parse_error(value: Any) -> None:
    check(SourceKind.FEED, json.dumps({"version": "https://jsonfeed.org/version/1", "items": [value, value]}).encode())
    script = json.dumps([value, {"@type": "NewsArticle", "headline": "H", "url": "/u", "author": value, "name": value}])
    check(SourceKind.PAGE, f"<html><script type='application/ld+json'>{script}</script>".encode())


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(MEDIA_TYPES))
def test_any_bytes_are_of_some_kind_or_none(body: bytes, media_type: str) -> None:
    try:
        assert guess_kind(answer(body, content_type=media_type)) in SourceKind
    except ParseError:
        return


def test_reading_leaves_the_warning_filters_alone() -> None:
    before = list(warnings.filters)
    check(SourceKind.FEED, b"<rss><channel><item><title>A</title></item></channel></rss>")
    assert warnings.filters == before
