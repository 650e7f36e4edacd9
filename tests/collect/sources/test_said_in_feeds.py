import json
from datetime import UTC, datetime
from typing import Any

import pytest

from digest.collect.article import FoundArticle, Mark
from digest.collect.sources.feed import FeedReader
from digest.collect.sources.wordpress import WordPressReader
from tests.collect.answers import ASSUME, answer, json_answer

URL = "https://herald.example/feed/"
LATER = datetime(2025, 12, 19, 11, 30, tzinfo=UTC)
ATOM_UPDATED = "<atom:updated>2025-12-19T11:30:00Z</atom:updated>"


def rss(more: str, channel: str = "") -> FoundArticle:
    body = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        f"<channel><title>The Herald</title><link>https://herald.example</link>{channel}<item>"
        "<title>Rivers rise</title><link>https://herald.example/rivers/</link>"
        "<pubDate>Fri, 19 Dec 2025 10:00:00 +0000</pubDate>"
        f"{more}</item></channel></rss>"
    )
    (article,) = FeedReader().read(answer(body, URL), ASSUME).articles
    return article


def categories(*names: str) -> str:
    return "".join(f"<category>{name}</category>" for name in names)


def atom(more: str) -> FoundArticle:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Herald</title><entry><title>Rivers rise</title>'
        '<link href="https://herald.example/rivers/"/><published>2025-12-19T10:00:00Z</published>'
        f"{more}</entry></feed>"
    )
    (article,) = FeedReader().read(answer(body, URL), ASSUME).articles
    return article


def json_feed(**more: Any) -> FoundArticle:
    item = {"id": "1", "title": "Rivers rise", "date_published": "2025-12-19T10:00:00Z", **more}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Herald", "items": [item]}
    (article,) = FeedReader().read(json_answer(feed, URL), ASSUME).articles
    return article


def post(**more: Any) -> FoundArticle:
    row = {
        "id": 1,
        "date_gmt": "2025-12-19T10:00:00",
        "link": "https://herald.example/rivers/",
        "title": {"rendered": "Rivers rise"},
        **more,
    }
    body = answer(json.dumps([row]), "https://herald.example/wp-json/wp/v2/posts")
    (article,) = WordPressReader().read(body, ASSUME).articles
    return article


def test_an_item_that_says_nothing_more_is_plain() -> None:
    for plain in (rss(""), atom(""), json_feed(), post()):
        assert (plain.section, plain.image_url, plain.marks) == (None, None, ())
        assert plain.modified_at in (None, plain.published.at)


def test_an_atom_date_tells_the_last_change() -> None:
    assert atom("<updated>2025-12-19T11:30:00Z</updated>").modified_at == LATER
    assert rss(ATOM_UPDATED).modified_at == LATER
    assert atom("<updated>2025-12-19T09:30:00Z</updated>").modified_at is None


def test_a_date_of_dublin_core_tells_no_change() -> None:
    assert rss("<dc:date>2025-12-19T11:30:00Z</dc:date>").modified_at is None


def test_an_items_first_category_is_its_section() -> None:
    assert rss(categories("Water &amp; Soil", "Rivers")).section == "Water & Soil"
    assert atom('<category term="water" label="Water"/><category term="rivers"/>').section == "Water"
    assert atom('<category term="" label=""/>').section is None


def test_many_categories_are_keywords_except_in_wordpress() -> None:
    many = categories("Opinion", "rivers", "canals", "spring")
    generator = "<generator>https://wordpress.org/?v=7.1</generator>"
    assert rss(many).section is None
    assert rss(many).marks == (Mark.OPINION,)
    assert rss(many, generator).section == "Opinion"


def test_tags_are_no_sections() -> None:
    tagged = '<category domain="https://herald.example/tag/">Column</category><category>Water</category>'
    assert (rss(tagged).section, rss(tagged).marks) == ("Water", ())
    assert rss("<itunes:keywords>rivers,canals</itunes:keywords>").section is None


def test_categories_mark_opinion_and_paid_pieces() -> None:
    assert rss(categories("Мнение")).marks == (Mark.OPINION,)
    assert rss(categories("Water", "Partner content")).marks == (Mark.SPONSORED,)
    assert rss(categories("Public opinion", "Partners in the region")).marks == ()


@pytest.mark.parametrize(
    "more",
    [
        '<media:content url="https://herald.example/1.jpg" medium="image"/>',
        (
            '<media:content url="https://herald.example/9.mp4" medium="video"/>'
            '<media:content url="https://herald.example/small.jpg" type="image/jpeg" width="150"/>'
            '<media:content url="https://herald.example/1.jpg" type="image/jpeg" width="1200"/>'
        ),
        (
            '<media:content url="https://secure.gravatar.com/avatar/1" medium="image"/>'
            '<media:thumbnail url="https://herald.example/1.jpg"/>'
        ),
        (
            '<media:thumbnail url="https://herald.example/count.gif" width="1"/>'
            '<enclosure url="https://herald.example/1.jpg" type="image/jpeg" length="1"/>'
        ),
        (
            '<enclosure url="https://herald.example/1.mp3" type="audio/mpeg" length="1"/>'
            '<itunes:image href="https://herald.example/1.jpg"/>'
        ),
    ],
)
def test_an_items_picture_is_its_largest_medium_or_an_enclosure_or_a_cover(more: str) -> None:
    assert rss(more).image_url == "https://herald.example/1.jpg"


def test_a_json_feed_says_what_its_items_have() -> None:
    article = json_feed(
        date_modified="2025-12-19T11:30:00Z",
        tags=["rivers", "Opinion"],
        image="http://herald.example/1.jpg",
        banner_image="https://herald.example/2.jpg",
    )
    assert (article.modified_at, article.section) == (LATER, None)
    assert (article.image_url, article.marks) == ("https://herald.example/2.jpg", (Mark.OPINION,))
    assert json_feed(tags=["Column", 7, None]).marks == ()


def test_a_post_says_its_last_change_in_utc() -> None:
    assert post(modified_gmt="2025-12-19T11:30:00").modified_at == LATER
    assert post(modified_gmt="2025-12-19T11:30:00Z").modified_at == LATER
    assert post(modified_gmt="0000-00-00T00:00:00").modified_at is None
    assert post(yoast_head_json={"article_modified_time": "2025-12-19T11:30:00+00:00"}).modified_at == LATER


def test_a_post_says_its_categories_where_they_are_embedded() -> None:
    terms = [
        [{"taxonomy": "category", "name": "Партнёрский материал"}, "broken"],
        [{"taxonomy": "post_tag", "name": "Column"}],
    ]
    article = post(_embedded={"wp:term": terms})
    assert (article.section, article.marks) == ("Партнёрский материал", (Mark.SPONSORED,))


@pytest.mark.parametrize(
    "more",
    [
        {"jetpack_featured_media_url": "https://herald.example/1.jpg"},
        {"jetpack_featured_media_url": "", "yoast_head_json": {"og_image": [{"url": "https://herald.example/1.jpg"}]}},
        {"_embedded": {"wp:featuredmedia": [{"source_url": "https://herald.example/1.jpg"}]}},
    ],
)
def test_a_post_s_picture_is_where_its_plugins_say(more: dict[str, Any]) -> None:
    assert post(**more).image_url == "https://herald.example/1.jpg"
