from collections.abc import Mapping
from typing import Any

import pytest

from digest.collect.sources.feed_paging import older

WORDPRESS = {"generator": "https://wordpress.org/?v=6.4"}
HERE = "https://herald.example/author/dana/feed/"


@pytest.mark.parametrize(
    ("url", "feed", "expected"),
    [
        (HERE, {}, f"{HERE}?paged=2"),
        (f"{HERE}?paged=2", {}, f"{HERE}?paged=3"),
        (f"{HERE}atom/?x=&paged=9", {}, f"{HERE}atom/?x=&paged=10"),
        ("https://herald.example/?author=7&feed=rss2", {}, "https://herald.example/?author=7&feed=rss2&paged=2"),
        ("https://herald.example/rss.xml", WORDPRESS, "https://herald.example/rss.xml?paged=2"),
        ("https://herald.example/rss.xml", {}, None),
        ("https://herald.example/feeds/", {}, None),
        (f"{HERE}?paged=1000", {}, None),
        (f"{HERE}?paged=x", {}, None),
        ("dana/feed/", WORDPRESS, None),
    ],
)
def test_wordpress_serves_its_feeds_in_pages(url: str, feed: Mapping[str, Any], expected: str | None) -> None:
    assert older(feed, url) == ([expected] if expected else [])


def test_what_the_feed_says_goes_first() -> None:
    links = [
        {"rel": "prev-archive", "href": "/2025/11.xml"},
        {"rel": "self", "href": HERE},
        {"rel": "next"},
        {"rel": "next", "href": "/feed?after=7"},
    ]
    assert older({"links": links, **WORDPRESS}, HERE) == ["/feed?after=7", "/2025/11.xml"]
