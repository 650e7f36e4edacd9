from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.collect.article import FoundArticle, Precision
from digest.collect.page import FoundJournalist, Page
from digest.collect.sources.feed import FeedReader
from digest.collect.text.dates import instant
from digest.collect.web import Request
from digest.errors import ParseError
from tests.collect.answers import ASSUME, NOW, answer, json_answer

URL = "https://herald.example/feed/"
GOOD = "Fri, 19 Dec 2025 10:00:00 +0000"


def rss(*items: str, channel: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>The Herald</title><link>https://herald.example</link>{channel}{''.join(items)}</channel></rss>"
    )


def item(
    title: str = "Rivers rise",
    link: str = "https://herald.example/rivers/",
    date: str = "Fri, 19 Dec 2025 10:00:00 +0000",
    more: str = "",
) -> str:
    printed = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{title}</title><link>{link}</link>{printed}{more}</item>"


def read(body: str | bytes, **headers: str) -> Page:
    return FeedReader().read(answer(body, URL, **headers), ASSUME)


def only(*items: str, channel: str = "") -> FoundArticle:
    (article,) = read(rss(*items, channel=channel)).articles
    return article


def test_an_item_is_read_whole() -> None:
    more = (
        "<dc:creator><![CDATA[Dana Serikova]]></dc:creator><guid isPermaLink='false'>https://herald.example/?p=7</guid>"
        "<description><![CDATA[<p>Water reached [&hellip;]</p>]]></description>"
        "<content:encoded><![CDATA[<p>Water reached the canal.</p><p>It was cold.</p>]]></content:encoded>"
    )
    assert only(item(more=more)) == FoundArticle(
        title="Rivers rise",
        url="https://herald.example/rivers/",
        text="Water reached the canal.\n\nIt was cold.",
        authors=("Dana Serikova",),
        published=instant(datetime(2025, 12, 19, 10, tzinfo=UTC)),
        guid="https://herald.example/?p=7",
        language="en",
    )


def test_all_creators_are_authors() -> None:
    more = "<dc:creator>Dana Serikova</dc:creator><dc:creator>Timur Aliyev</dc:creator>"
    assert only(item(more=more)).authors == ("Dana Serikova", "Timur Aliyev")
    assert only(item(more="<dc:creator>By A. One and B Two</dc:creator>")).authors == ("A. One", "B Two")
    assert only(item(more="<author>d@herald.example (Dana Serikova)</author>")).authors == ("Dana Serikova",)
    assert only(item()).authors == ()


def test_an_excerpt_is_truncated() -> None:
    more = (
        "<description>&lt;p&gt;Water reached [&amp;#8230;]&lt;/p&gt;&lt;p&gt;The post &lt;a href='x'&gt;Rivers rise"
        "&lt;/a&gt; appeared first on The Herald.&lt;/p&gt;</description>"
    )
    article = only(item(more=more))
    assert (article.text, article.truncated) == ("Water reached […]", True)


def test_titles_come_out_as_plain_text() -> None:
    assert only(item("Kazakhstan&#8217;s plan &amp;amp;amp; cost")).title == "Kazakhstan’s plan & cost"
    assert only(item("&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;Prices&lt;/b&gt;")).title == "Prices"
    assert only(item("<![CDATA[<script>alert(1)</script>Prices]]>")).title == "Prices"


@pytest.mark.parametrize(
    ("date", "hour"),
    [("Fri, 19 Dec 2025 10:00:00 MSK", 7), ("Fri, 19 Dec 2025 10:00:00 ALMT", 5), ("Fri, 19 Dec 2025 10:00:00 CEST", 8),
     ("Fri, 19 Dec 2025 10:00:00 EST", 15), ("Пт, 19 дек 2025 10:00:00 +0300", 7)],
)  # fmt: skip
def test_zones_that_feedparser_takes_for_utc_are_not(date: str, hour: int) -> None:
    assert only(item(date=date)).published == instant(datetime(2025, 12, 19, hour, tzinfo=UTC))


def test_a_date_without_a_zone_is_the_outlets_with_a_warning() -> None:
    page = read(rss(item(date="Fri, 19 Dec 2025 10:00:00"), item("B", date="19 December 2025 11:00")))
    assert page.articles[0].published == instant(datetime(2025, 12, 19, 5, tzinfo=UTC))
    assert page.warnings == ("Dates without a time zone were read in Asia/Almaty: 2.",)


def test_a_date_in_the_future_is_now_and_kept_beside_it() -> None:
    page = read(rss(item(date="Sat, 20 Dec 2025 10:00:00 +0000")))
    published = page.articles[0].published
    assert (published.at, published.latest) == (NOW, datetime(2025, 12, 20, 10, tzinfo=UTC))
    assert page.warnings == ("'Rivers rise' is dated in the future: Sat, 20 Dec 2025 10:00:00 +0000.",)


def test_an_empty_date_is_a_missing_one() -> None:
    assert only(item(date=" ")).published.precision is Precision.UNKNOWN


def test_missing_and_unreadable_dates_are_told() -> None:
    page = read(rss(item(date=""), item("Dams sink", "https://herald.example/d", date="soon")))
    assert [article.published.precision for article in page.articles] == [Precision.UNKNOWN] * 2
    assert page.warnings == ("No date is given for 'Rivers rise'.", "The date 'soon' of 'Dams sink' could not be read.")


def test_an_id_that_all_items_share_is_none() -> None:
    page = read(rss(*(item(str(n), f"https://herald.example/{n}", more="<guid>x</guid>") for n in range(3))))
    assert [article.guid for article in page.articles] == [None] * 3
    assert len({article.url for article in page.articles}) == 3
    assert "Several items have the same id; they were told apart by their addresses." in page.warnings


def test_links_are_canonical_and_resolved() -> None:
    assert only(item(link="/rivers/?utm_source=rss#a")).url == "https://herald.example/rivers/"
    no_link = "<item><title>Rivers rise</title><guid isPermaLink='false'>7</guid></item>"
    assert only(no_link).url is None
    permalink = "<item><title>Rivers rise</title><guid>https://herald.example/7</guid></item>"
    assert only(permalink).url == "https://herald.example/7"


def test_items_without_a_title_and_a_text_are_passed_over_and_told() -> None:
    page = read(rss(item(date=GOOD), "<item><link>https://herald.example/n</link></item>"))
    assert len(page.articles) == 1
    assert page.warnings == ("Items without a title and a text were passed over: 1.",)


def test_the_feed_tells_the_language() -> None:
    assert only(item(), channel="<language>en-us</language>").language == "en-us"
    assert only(item("Реки поднимаются"), channel="<language>en</language>").language == "ru"


def test_older_pages_are_named_by_the_feed() -> None:
    channel = '<atom:link rel="next" href="https://herald.example/feed/?paged=2"/>'
    following = read(rss(item(), channel=channel)).next
    assert following is not None
    assert following.ref == "https://herald.example/feed/?paged=2"
    for href in ("https://elsewhere.example/", "javascript:x", URL, "https://[", "https://herald.example:x/"):
        assert read(rss(item(), channel=f'<atom:link rel="next" href="{href}"/>')).next is None


def test_atom_is_read_too() -> None:
    page = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title>D</title><author><name>Dana Serikova</name>'
        '</author><entry><title type="html">Rivers &amp;amp; dams</title><link href="/rivers"/><id>urn:7</id>'
        "<updated>2025-12-19T10:00:00Z</updated><author><name>Dana Serikova</name></author>"
        '<content type="text">One.\n\nTwo.</content></entry></feed>'
    )
    assert page.journalist == FoundJournalist(name="Dana Serikova")
    (article,) = page.articles
    assert (article.title, article.text) == ("Rivers & dams", "One.\n\nTwo.")
    assert article.url == "https://herald.example/rivers"
    assert article.published == instant(datetime(2025, 12, 19, 10, tzinfo=UTC))
    assert article.language == "en-GB"


def test_a_wrong_character_encoding_is_a_warning() -> None:
    page = read(rss(item("Жаңалық")), content_type="application/xml; charset=windows-1252")
    assert page.articles[0].title == "Жаңалық"
    assert "The server calls the feed windows-1252, but it is UTF-8 and was read so." in page.warnings


def test_another_character_encoding_is_read_by_its_label() -> None:
    body = rss(item("Новости")).replace("UTF-8", "windows-1251").encode("cp1251")
    assert read(body).articles[0].title == "Новости"
    assert read(body, content_type="application/rss+xml; charset=windows-1251").articles[0].title == "Новости"


def test_broken_xml_is_read_as_far_as_possible() -> None:
    page = read(rss(item("A & B"), item("Dams sink", "https://herald.example/d"))[:-40], content_type="text/html")
    assert [article.title for article in page.articles] == ["A & B", "Dams sink"]
    assert "The feed is not well-formed XML; it was read as far as possible." in page.warnings


def test_a_media_type_that_is_not_xml_is_no_trouble() -> None:
    assert read(rss(item()), content_type="text/plain").warnings == ()


def test_an_empty_feed_is_a_page_without_articles() -> None:
    assert read(rss()).articles == ()


@pytest.mark.parametrize("body", ["", " \n", "hello", "<html><body><p>Login</p></body></html>", "\x00\x01", "<x/>"])
def test_what_is_no_feed_is_named(body: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(body)
    assert caught.value.ref == URL


def test_whatever_feedparser_stumbles_over_is_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise AssertionError("unexpected call to parse_declaration()")

    monkeypatch.setattr("feedparser.parse", stumble)
    with pytest.raises(ParseError, match="AssertionError"):
        read(rss(item()))


def test_the_request_prefers_feeds() -> None:
    assert FeedReader().first(URL).accept.startswith("application/rss+xml")


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Dana",
    "language": "en",
    "next_url": "https://herald.example/feed.json?page=2",
    "authors": [{"name": "Dana Serikova", "avatar": "https://herald.example/d.png"}],
    "items": [
        {
            "id": 7,
            "url": "https://herald.example/rivers?utm_medium=feed",
            "title": "Rivers &amp; dams",
            "content_html": "<p>Water.</p>",
            "date_published": "2025-12-19T10:00:00+05:00",
            "authors": [{"name": "Dana Serikova"}, {"name": "Timur Aliyev"}, "x"],
        },
        {"id": "8", "title": "Dams", "content_text": "One…", "author": {"name": "By Dana Serikova"}},
        {"id": "9", "title": "Lakes", "summary": "Two"},
        {"id": "10"},
        None,
    ],
}


def test_a_json_feed_is_a_feed() -> None:
    page = FeedReader().read(json_answer(JSON_FEED, URL), ASSUME)
    assert page.journalist == FoundJournalist(name="Dana Serikova", avatar_url="https://herald.example/d.png")
    first, second, third = page.articles
    assert first == FoundArticle(
        title="Rivers & dams",
        url="https://herald.example/rivers",
        text="Water.",
        authors=("Dana Serikova", "Timur Aliyev"),
        published=instant(datetime(2025, 12, 19, 5, tzinfo=UTC)),
        guid="7",
        language="en",
    )
    assert (second.url, second.text, second.truncated, second.authors) == (None, "One…", True, ("Dana Serikova",))
    assert third.text == "Two"
    assert page.next == Request(ref="https://herald.example/feed.json?page=2", accept="application/feed+json")


@pytest.mark.parametrize("authors", [[], [{"name": ""}], [{"name": "A"}, {"name": "B"}], "x", None])
def test_a_json_feed_of_nobody_or_several_names_no_journalist(authors: object) -> None:
    assert FeedReader().read(json_answer({**JSON_FEED, "authors": authors}, URL), ASSUME).journalist is None


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "{}",
        '{"version": 1}',
        '{"version": "https://jsonfeed.org/version/1.1", "items": {"a": 1}}'[:-1],
        '{"a":' * 200_000,
    ],
)
def test_other_json_is_no_feed(body: str) -> None:
    with pytest.raises(ParseError):
        read(body)


def test_an_empty_json_feed_has_no_articles() -> None:
    page = FeedReader().read(json_answer({"version": "https://jsonfeed.org/version/1", "items": 3}, URL), ASSUME)
    assert replace(page, warnings=()) == Page(kind=page.kind)


def test_of_a_json_feed_that_holds_too_much_the_first_items_are_read() -> None:
    items = [{"title": f"Story {n}"} for n in range(2_010)]
    page = FeedReader().read(json_answer({"version": "https://jsonfeed.org/version/1.1", "items": items}), ASSUME)
    assert len(page.articles) == 2_000
    assert page.warnings[-1] == "Only the first 2,000 items of the feed were read."


def test_a_feed_is_in_the_charset_that_it_names() -> None:
    feed = rss("<item><title>Река поднялась</title></item>").replace("UTF-8", "windows-1251").encode("cp1251")
    for header in ("", "application/rss+xml", "text/xml; charset=ISO-8859-1"):
        page = FeedReader().read(answer(feed, URL, content_type=header), ASSUME)
        assert [article.title for article in page.articles] == ["Река поднялась"]


def test_an_ampersand_that_begins_no_entity_is_one() -> None:
    item = "<item><title>R&D at AT&amp;T</title><link>https://herald.example/a?x=1&y=2</link>"
    page = FeedReader().read(
        answer(rss(item + "<description><![CDATA[R&D &amp; more]]></description></item>"), URL), ASSUME
    )
    (article,) = page.articles
    assert (article.title, article.text) == ("R&D at AT&T", "R&D & more")
    assert article.url == "https://herald.example/a?x=1&y=2"
