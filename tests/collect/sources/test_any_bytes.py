"""Reading is total: any bytes give a page or a ParseError."""

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import asdict
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
        "<div class='h-entry hentry'>",
        "<a class='u-url p-name' href='?page=2'>",
        "<h3>Most read</h3>",
        "<li>16:06 What the canal tells about the river",
        "<script type='application/json'>",
        '{"posts": [{"title": "T", "url": "//[", "date": "2025"}, 7]}',
        "<img alt='A' data-src='//['>",
    ],
    SourceKind.ARTICLE: [
        "<html lang='??'>",
        "<h1>Title</h1>",
        "<meta property=og:title content='A | B - C'>",
        "<meta name=author content='By A and B, | @c'>",
        "<meta name=date content='2025-12-19T25:61'>",
        "<meta property=og:site_name content='-'>",
        "<link rel=canonical href='http://['>",
        "<script type='application/ld+json'>",
        '{"@type": "NewsArticle", "headline": ["H"], "author": {"@id": "#x"}, "datePublished": 20251219,',
        '"name": {"@id": "#x"}}',
        "</script>",
        "<time datetime='20251399'>",
        "<time>99 mai 2025 99:99</time>",
        "<a rel=author>",
        "</a>",
        "<p class=byline>",
        "<address>",
        "<aside>",
        "</aside>",
        "<title>",
        "</title>",
        "<frameset>",
        "&#xD800;",
        "\x00",
        "2025年13月45日",
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


#: What PostgreSQL refuses (NUL), no encoding takes (lone surrogates) or a log should not hold (other controls).
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


def texts_of(value: Any) -> Iterator[str]:
    """Every string in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_of(name)
            yield from texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)


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
    for text in texts_of(asdict(page)):
        assert not UNSTORABLE.search(text), repr(text)


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
                    "datePublished",
                    "publisher",
                    "inLanguage",
                    "mainEntityOfPage",
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
    for kind in (SourceKind.PAGE, SourceKind.ARTICLE):
        check(kind, f"<html><script type='application/ld+json'>{script}</script>".encode())


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


NASTY = ["\x00", "\ud800", "\x0b", "\x1f", "\x7f", "\u200b", "\ufeff"]


def nasty(template: Any, bad: str) -> Any:
    """The same value with something unstorable in the middle of every string."""
    if isinstance(template, str):
        return template[: len(template) // 2] + bad + template[len(template) // 2 :]
    if isinstance(template, dict):
        return {name: nasty(inner, bad) if name not in KEPT else inner for name, inner in template.items()}
    return [nasty(inner, bad) for inner in template] if isinstance(template, list) else template


#: What makes the value of its kind.
KEPT = {"version", "@type", "@context", "date_gmt"}
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "authors": [{"name": "Dana Serikova", "avatar": "https://h.example/d.png"}],
    "next_url": "https://herald.example/feed?page=2",
    "items": [
        {"id": "id-7", "url": "https://herald.example/a", "title": "Rivers rise", "content_html": "<p>Water came.</p>",
         "date_published": "2025-12-17T10:00:00Z", "authors": [{"name": "Dana Serikova"}], "language": "en"},
        {"id": "id-8", "url": "https://herald.example/b", "title": "Dams sink", "content_text": "Water went.",
         "date_published": "soon"},
    ],
}  # fmt: skip
USER = {
    "id": 3,
    "name": "Dana Serikova",
    "slug": "dana",
    "description": "She writes.",
    "avatar_urls": {"96": "https://h.example/d.png"},
}
POST = {
    "id": 7,
    "link": "https://herald.example/a",
    "title": {"rendered": "Rivers rise"},
    "date_gmt": "2025-12-17T10:00:00",
    "content": {"rendered": "<p>Water came.</p>"},
    "guid": {"rendered": "https://herald.example/?p=7"},
    "author": 3,
    "_embedded": {"author": [USER]},
}
LD = {
    "@type": "ProfilePage",
    "mainEntity": {"@type": "Person", "name": "Dana Serikova", "jobTitle": "Editor", "description": "She writes.",
                   "image": "https://h.example/d.png", "worksFor": {"@type": "Organization", "name": "The Herald"}},
    "hasPart": [{"@type": "NewsArticle", "headline": "Rivers rise", "url": "https://herald.example/a",
                 "articleBody": "Water came.", "author": "Dana Serikova", "datePublished": "2025-12-17T10:00:00Z"}],
}  # fmt: skip
RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><language>en</language>
<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="https://herald.example/feed?{0}paged=2"/>
<managingEditor>d@h.example (Dana{0} Serikova)</managingEditor>
<item><title>Rivers{0} rise</title><link>https://herald.example/{0}a</link><guid>id-{0}7</guid>
<dc:creator>Dana{0} Serikova</dc:creator><description>Water{0} came.</description><pubDate>so{0}on</pubDate></item>
</channel></rss>"""
CAPTURE = """19 December 2025\nOur People > Dana{0} Serikova\nDana{0} Serikova's Avatar\nDana{0} Serikova
Senior{0} Editor\nShe{0} writes.
Articles\nRivers{0} rise\nWater{0} came.\n2 days ago\nKGS/USD = 0.01144 0%\nDams{0}\n3 days ago\n"""


@pytest.mark.parametrize("bad", NASTY)
def test_nothing_unstorable_comes_through_anywhere(bad: str) -> None:
    escaped = bad.encode(errors="surrogatepass")
    check(SourceKind.FEED, json.dumps(nasty(JSON_FEED, bad)).encode())
    check(
        SourceKind.WORDPRESS,
        json.dumps(nasty([POST], bad)).encode(),
        url="https://h.example/wp-json/wp/v2/posts?author=3",
    )
    check(SourceKind.WORDPRESS, json.dumps(nasty([USER], bad)).encode(), url="https://h.example/wp-json/wp/v2/users")
    check(SourceKind.PAGE, f"<html><script type='application/ld+json'>{json.dumps(nasty(LD, bad))}</script>".encode())
    for how in (escaped, f"&#{ord(bad)};".encode(), f"&#x{ord(bad):x};".encode(), f"&amp;#{ord(bad)};".encode()):
        check(SourceKind.FEED, RSS.encode().replace(b"{0}", how))
        check(SourceKind.CAPTURE, CAPTURE.encode().replace(b"{0}", how))
        check(
            SourceKind.PAGE,
            CAPTURE.encode().replace(b"{0}", how).replace(b"\n", b"<p>") + b"<h2><a href=/x>T" + how + b"</a></h2>",
        )


@pytest.mark.parametrize(
    "where", ["https://h.example/wp-json/wp/v2/users?slug=d", "https://h.example/wp-json/wp/v2/posts"]
)
@pytest.mark.parametrize("bad", NASTY)
def test_an_error_says_nothing_unstorable(bad: str, where: str) -> None:
    refused = {"code": f"rest{bad}_user", "message": f"Sorry{bad}.", "data": {"status": f"4{bad}01"}}
    with pytest.raises(ParseError) as caught:
        READERS[SourceKind.WORDPRESS].read(answer(json.dumps(refused), where), ASSUME)
    assert not UNSTORABLE.search(str(caught.value))
