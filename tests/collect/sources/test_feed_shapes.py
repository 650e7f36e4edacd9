"""Feeds of every version and make, in samples of our own: each gives its title, authors, date and address."""

from datetime import UTC, datetime

import pytest

from digest.collect.article import FoundArticle, Precision
from digest.collect.page import Page
from digest.collect.sources import guess_kind
from digest.collect.sources.feed import FeedReader
from tests.collect.answers import ASSUME, answer, json_answer

URL = "https://herald.example/feed/"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Herald</title>{}</feed>'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
TITLE, LINK = "<title>Rivers rise</title>", "<link>https://herald.example/rivers</link>"
DAY = "2025-12-19T10:00:00+05:00"

WHOLE = {
    "rss 0.90": f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/" {DC}><channel/>'
    f"<item>{TITLE}{LINK}<dc:creator>Ann One</dc:creator><dc:date>{DAY}</dc:date></item></rdf:RDF>",
    "rss 0.91": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>H</title>'
    f"<item>{TITLE}{LINK}<author>ann@h.example (Ann One)</author><pubDate>{DAY}</pubDate></item></channel></rss>",
    "rss 0.92": f'<rss version="0.92"><channel><item>{LINK}{TITLE}<author>Ann One &lt;a@h.example&gt;</author>'
    "<pubDate>Fri, 19 Dec 2025 05:00 GMT</pubDate></item></channel></rss>",
    "rss 1.0": f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/" {DC}><channel rdf:about="h"><title>H</title></channel>'
    f'<item rdf:about="https://herald.example/rivers">{TITLE}{LINK}<dc:creator>Ann One</dc:creator>'
    f"<dc:date>{DAY}</dc:date></item></rdf:RDF>",
    "rss 2.0 under a prefix": f'<r:rss version="2.0" xmlns:r="http://backend.userland.com/rss2" {DC} xmlns:x="urn:x">'
    "<r:channel><r:item><x:title>Wrong</x:title><r:title>Rivers rise</r:title><x:title>Wrong</x:title>"
    "<r:link>https://herald.example/rivers</r:link><dc:creator>Ann One</dc:creator>"
    f"<dc:date>{DAY}</dc:date></r:item></r:channel></r:rss>",
    "rss in capitals": '<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>Rivers rise</TITLE><AUTHOR>Ann One</AUTHOR>'
    f"<LINK>https://herald.example/rivers</LINK><PUBDATE>{DAY}</PUBDATE></ITEM></CHANNEL></RSS>",
    "atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64" type="text/html">'
    'Uml2ZXJzIDxiPnJpc2U8L2I+</title><link rel="alternate" href="/rivers"/><author><name>Ann One</name></author>'
    f"<issued>{DAY}</issued><modified>2025-12-20T01:00:00Z</modified></entry></feed>",
    "atom 1.0": ATOM.format(
        '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Rivers <i>rise</i></div></title>'
        '<link rel="enclosure" href="/a.mp3"/><link href="/rivers" rel="alternate"/><image><title>Wrong</title></image>'
        f"<author><name>Ann One</name><email>a@h.example</email></author><published>{DAY}</published></entry>"
    ),
    "podcast": '<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><itunes:author>The Herald'
    f"</itunes:author><item><itunes:title>Wrong</itunes:title>{TITLE}{LINK}<itunes:author>Ann One</itunes:author>"
    f"<pubDate>{DAY}</pubDate></item></channel></rss>",
    "media": f'<rss version="2.0" {MEDIA} {DC}><channel><item><media:group><media:title>Wrong</media:title>'
    f"<media:credit role='photographer'>Pho To</media:credit></media:group>{TITLE}<media:title>No</media:title>{LINK}"
    f"<media:credit role='author'>Ann One</media:credit><pubDate>{DAY}</pubDate></item></channel></rss>",
    "below a comment with HTML": f"<!-- <html><h1>Old</h1> --><rss version='2.0' {DC}><channel><item>{TITLE}{LINK}"
    f"<dc:creator>Ann One</dc:creator><pubDate>{DAY}</pubDate></item></channel></rss>",
    "below blank lines and a mark": f"\ufeff\n\n <?xml version='1.0'?><rss version='2.0' {DC}><channel><item>{TITLE}"
    f"{LINK}<dc:creator>Ann One</dc:creator><pubDate>{DAY}</pubDate></item></channel></rss>",
    "with prefixes and entities of no document": f"<rss><channel><title>A&nbsp;B</title><item><title>Rivers&nbsp;rise"
    f"</title>{LINK}<dc:creator>Ann One</dc:creator><media:thumbnail url='x'/><pubDate>{DAY}</pubDate></item></channel>"
    "</rss>",
}  # fmt: skip


def read(feed: str | bytes, **headers: str) -> Page:
    return FeedReader().read(answer(feed, URL, **headers), ASSUME)


def item(inside: str, title: str = "Rivers rise", feed: str = "") -> FoundArticle:
    (article,) = read(
        f'<rss version="2.0" {DC} {MEDIA} xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>{feed}'
        f"<item>{f'<title>{title}</title>' if title else ''}{inside}</item></channel></rss>"
    ).articles
    return article


def entry(inside: str, feed: str = "") -> FoundArticle:
    (article,) = read(ATOM.format(f"{feed}<entry>{inside}</entry>")).articles
    return article


@pytest.mark.parametrize("feed", WHOLE.values(), ids=WHOLE)
def test_every_version_is_read(feed: str) -> None:
    (article,) = read(feed).articles
    assert (article.title, article.authors) == ("Rivers rise", ("Ann One",))
    assert article.published.at == datetime(2025, 12, 19, 5, tzinfo=UTC)
    assert article.url == "https://herald.example/rivers"
    assert guess_kind(answer(feed, URL)) == "feed"


def test_microsofts_channels_are_read() -> None:
    inside = "<TITLE>Rivers</TITLE>"
    feed = f'<CHANNEL><ITEM HREF="https://herald.example/rivers" LASTMOD="2025-12-19T10:00">{inside}</ITEM></CHANNEL>'
    (article,) = read(feed).articles
    assert (article.title, article.url) == ("Rivers", "https://herald.example/rivers")
    assert guess_kind(answer(feed, URL)) == "feed"


@pytest.mark.parametrize(
    "author",
    [
        "a@b.example (Ann One)",
        "a@b.media (Ann One)",
        "Ann One &lt;a@b.example&gt;",
        "Ann One (a@b.example)",
        "mailto:a@b.example (Ann One)",
        "By Ann One",
    ],
)
def test_an_author_is_written_in_many_ways(author: str) -> None:
    assert item(f"<author>{author}</author>").authors == ("Ann One",)


@pytest.mark.parametrize("author", ["a@b.example", "admin", "Webmaster", "none", " "])
def test_nobody_is_not_an_author(author: str) -> None:
    assert item(f"<dc:creator>{author}</dc:creator>").authors == ()


def test_an_atom_entry_without_an_author_is_its_sources_or_the_feeds() -> None:
    own, source, feed = (f"<author><name>{name}</name></author>" for name in ("Own Name", "Source Name", "Feed Name"))
    title = "<title>Rivers rise</title>"
    assert entry(f"{title}{own}<source>{source}</source>", feed).authors == ("Own Name",)
    assert entry(f"{title}<source>{source}</source>", feed).authors == ("Source Name",)
    assert entry(title, feed).authors == ("Feed Name",)
    # In RSS whoever is responsible for the channel wrote none of it.
    assert item("", feed="<managingEditor>e@h.example (Ed Itor)</managingEditor>").authors == ()


def test_whoever_took_the_picture_did_not_write_the_article() -> None:
    assert item("<media:credit role='photographer'>Pho To</media:credit>").authors == ()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;", "One Two"),
        ("One&lt;br/&gt;Two &lt;blink&gt;now&lt;/blink&gt;", "One Two now"),
        ("safe&lt;script&gt;alert(1)&lt;/script&gt; words", "safe words"),
        (
            "&lt;applet code='x'&gt;safe&lt;/applet&gt; &lt;embed src='x'&gt;words&lt;object&gt;&lt;/object&gt;",
            "safe words",
        ),
        ("&lt;!-- x --&gt;safe words", "safe words"),
    ],
)
def test_a_title_that_says_it_is_markup_loses_all_of_its_tags(title: str, expected: str) -> None:
    assert entry(f'<title type="html">{title}</title>').title == expected


def test_in_a_plain_title_a_tag_may_be_a_word() -> None:
    assert entry('<title type="text">Use &lt;title&gt; and &lt;object&gt;</title>').title == "Use <title> and <object>"
    assert item("", title="1 &lt; 2 &amp;lt; 3").title == "1 < 2 < 3"


def test_an_item_without_a_title_is_called_by_its_first_words() -> None:
    text = "The old canal is full. Nobody had expected it so early."
    article = item(f"<description>{text}</description>", title="")
    assert (article.title, article.text) == ("The old canal is full", text)
    assert entry(f'<title/><content type="html">&lt;p&gt;{text}&lt;/p&gt;</content>').title == "The old canal is full"


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>/a</link>", "https://herald.example/a"),
        ("<link>\n https://herald.example/a\n</link>", "https://herald.example/a"),
        ("<link><![CDATA[https://herald.example/a?x=1&y=2]]></link>", "https://herald.example/a?x=1&y=2"),
        ("<link>https://herald.example/a?utm_source=rss&amp;fbclid=1#c</link>", "https://herald.example/a"),
        ("<guid>https://herald.example/a</guid>", "https://herald.example/a"),
        ("<guid isPermaLink='false'>https://herald.example/?p=7</guid>", "https://herald.example/?p=7"),
        ("<guid isPermaLink='false'>tag:herald.example,2025:7</guid>", None),
        (
            "<link>https://feeds.example/~r/1</link><feedburner:origLink>https://herald.example/a</feedburner:origLink>",
            "https://herald.example/a",
        ),
        (
            "<link>https://www.google.com/url?sa=t&amp;url=https://herald.example/a&amp;ct=ga</link>",
            "https://herald.example/a",
        ),
        ("<link>https://www.google.com/url?sa=t</link>", "https://www.google.com/url?sa=t"),
        ("<link>https://[/url</link>", None),
        ("<feedburner:origLink>https://[/url</feedburner:origLink>", None),
    ],
)
def test_the_address_is_where_the_article_is(inside: str, url: str | None) -> None:
    assert item(inside).url == url


def test_addresses_are_relative_to_xml_base() -> None:
    feed = ATOM.replace("<feed ", '<feed xml:base="https://herald.example/blog/" ')
    (article,) = read(feed.format('<entry xml:base="2025/"><title>A</title><link href="rivers"/></entry>')).articles
    assert article.url == "https://herald.example/blog/2025/rivers"


@pytest.mark.parametrize(
    ("printed", "at"),
    [
        ("Παρ, 19 Δεκ 2025 10:00:00 +0200", datetime(2025, 12, 19, 8, tzinfo=UTC)),
        ("Παρ, 19 Δεκ 2025 10:00:00 EET", None),
        ("2025-353", None),
        ("Fri, 19 Dec 25 10:00:00 Z", datetime(2025, 12, 19, 10, tzinfo=UTC)),
        ("2025-12-19T24:00:00Z", datetime(2025, 12, 20, tzinfo=UTC)),
    ],
)
def test_dates_that_only_feedparser_knows_are_read_by_it(printed: str, at: datetime | None) -> None:
    published = item(f"<pubDate>{printed}</pubDate>").published
    assert (published.at, published.precision is Precision.DAY) == (at, at is None)


@pytest.mark.parametrize("printed", ["2025", "2025-12"])
def test_a_month_is_no_day(printed: str) -> None:
    assert item(f"<pubDate>{printed}</pubDate>").published.precision is Precision.UNKNOWN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "koi8-r"])
def test_a_feed_is_read_in_its_own_encoding(encoding: str) -> None:
    inside = "<channel><item><title>Реки поднялись</title></item></channel>"
    feed = f'<?xml version="1.0" encoding="{encoding}"?><rss>{inside}</rss>'
    (article,) = read(feed.encode(encoding)).articles
    assert article.title == "Реки поднялись"


@pytest.mark.parametrize("feed", ["<rss version='2.0'/>", "<rss><channel/></rss>", ATOM.format("")])
def test_an_empty_feed_is_a_page_without_articles_and_leads_nowhere(feed: str) -> None:
    page = read(feed)
    assert (page.articles, page.next) == ((), None)


def test_an_item_of_megabytes_is_read() -> None:
    text = "Water reached the canal. " * 200_000
    assert item(f"<description>{text}</description>").text == text.strip()


def json_feed(*items: object, **feed: object) -> Page:
    return FeedReader().read(json_answer({"items": list(items), **feed}, URL), ASSUME)


def test_a_json_feed_that_forgot_its_version_is_read_with_a_warning() -> None:
    page = json_feed({"title": "Rivers rise", "date_published": DAY})
    assert [article.title for article in page.articles] == ["Rivers rise"]
    assert page.warnings == ("The feed does not say that it is a JSON Feed; it was read as one.",)


def test_an_item_of_a_json_feed_inherits_the_feeds_authors_and_home() -> None:
    authors = [{"name": "Ann One"}, {"name": "Bob Two"}]
    page = json_feed(
        {"id": "1", "content_text": "The old canal is full. Nobody knew.", "external_url": "/a", "date_published": DAY},
        {"id": "1", "title": "B", "author": {"name": "Cid Three"}, "date_published": DAY},
        {"id": "2"},
        version="https://jsonfeed.org/version/1.1",
        authors=authors,
        home_page_url="https://home.example/",
    )
    first, second = page.articles
    assert (first.title, first.authors, first.url) == (
        "The old canal is full",
        ("Ann One", "Bob Two"),
        "https://home.example/a",
    )
    assert second.authors == ("Cid Three",)
    assert (first.guid, second.guid) == (None, None)
    assert page.warnings == ("Items without a title and a text were passed over: 1.",)
