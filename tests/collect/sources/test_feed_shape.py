import pytest

from digest.collect.sources.feed import FeedReader
from digest.collect.sources.feed_shape import MOST_ITEMS, manageable
from digest.errors import ParseError
from tests.collect.answers import ASSUME, answer

RSS = b'<?xml version="1.0"?><rss version="2.0"><channel>%s</channel></rss>'
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom">%s</feed>'
RDF = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    b"<channel><title>Herald</title></channel>%s</rdf:RDF>"
)


@pytest.mark.parametrize(("feed", "name"), [(RSS, b"item"), (ATOM, b"entry"), (RDF, b"item")])
def test_of_a_feed_that_holds_too_much_the_first_items_are_read(feed: bytes, name: bytes) -> None:
    items = b"".join(b"<%s><title>Story %d</title></%s>" % (name, n, name) for n in range(MOST_ITEMS + 10))
    page = FeedReader().read(answer(feed % items), ASSUME)
    assert [article.title for article in page.articles] == [f"Story {n}" for n in range(MOST_ITEMS)]
    assert "Only the first 2,000 items of the feed were read." in page.warnings
    assert not any("well-formed" in warning for warning in page.warnings)


def test_an_ordinary_feed_is_left_alone() -> None:
    feed = RSS % b"<item><title>A</title><description><![CDATA[<p>1 < 2 & 3<br><p>4]]></description><!-- < & --></item>"
    assert manageable("feed", feed) == (feed, False)
    raw = RSS % (b"<item><description><p>One<br>Two<img src='x'><hr/><li>Three</description></item>" * 1_000)
    assert manageable("feed", raw) == (raw, False)


def test_items_without_a_root_are_left_to_the_parser() -> None:
    loose = b"<item></item>" * (MOST_ITEMS + 1)
    assert manageable("feed", loose) == (loose, False)


@pytest.mark.parametrize(
    "inner",
    [
        b"<a>" * 6_000,
        b"<item " + b" ".join(b"a%d='1'" % n for n in range(2_000)) + b">",
        b"<" * 60_000,
        b"& " * 60_000,
        b"<p>" * 250_000,
        (b"<item>" + b"<li>x" * 200 + b"</item>") * 3_000,
    ],
)
def test_what_no_feed_looks_like_is_not_given_to_the_parser(inner: bytes) -> None:
    with pytest.raises(ParseError, match="built as no feed is"):
        FeedReader().read(answer(RSS % inner), ASSUME)


@pytest.mark.parametrize("opening", [b"<!--", b"<![CDATA["])
def test_what_is_never_closed_is_read_in_linear_time(opening: bytes) -> None:
    feed = b"<rss><channel>" + opening * 1_000_000
    assert manageable("feed", feed) == (feed, False)
