import pytest

from digest.collect.journalist import Source, SourceKind
from digest.collect.sources.wordpress_feed import feed_instead, why_instead
from digest.errors import BadAnswer, Challenged, CollectError, ParseError, RobotsForbid, TooLarge, Unreachable

HERALD = "https://herald.example"
CLOSED = BadAnswer(HERALD, 401)


def source(ref: str, kind: SourceKind = SourceKind.WORDPRESS) -> Source:
    return Source(kind=kind, ref=ref, byline="Dana Serikova")


@pytest.mark.parametrize(
    ("ref", "feed"),
    [
        (f"{HERALD}/author/dana/", f"{HERALD}/author/dana/feed/"),
        (f"{HERALD}/en/our-people/dana/page/2/?x=1", f"{HERALD}/en/our-people/dana/feed/"),
        (f"{HERALD}/wp-json/wp/v2/users?slug=dana%20s", f"{HERALD}/author/dana%20s/feed/"),
        (f"{HERALD}/?rest_route=/wp/v2/users&slug=dana", f"{HERALD}/author/dana/feed/"),
        (f"{HERALD}/blog/wp-json/wp/v2/posts?author=7&per_page=5", f"{HERALD}/blog/?author=7&feed=rss2"),
        (f"{HERALD}/wp-json/wp/v2/posts?per_page=5", f"{HERALD}/feed/"),
        (HERALD, f"{HERALD}/feed/"),
        (f"{HERALD}/wp-json/wp/v2/posts?coauthors=31", None),
        ("posts.json", None),
    ],
)
def test_every_way_to_ask_for_an_author_has_its_feed(ref: str, feed: str | None) -> None:
    found = feed_instead(source(ref), CLOSED)
    assert (found.ref if found else None) == feed
    assert found is None or (found.kind, found.byline) == (SourceKind.FEED, "Dana Serikova")


@pytest.mark.parametrize(
    ("error", "is_closed"),
    [
        (None, True),
        (ParseError(HERALD, "the site refuses"), True),
        (RobotsForbid(HERALD, "robots.txt forbids it"), True),
        (Challenged(HERALD, 503), True),
        (BadAnswer(HERALD, 404), True),
        (BadAnswer(HERALD, 500), False),
        (Unreachable(HERALD, "no answer"), False),
        (TooLarge(HERALD, "too large"), False),
    ],
)
def test_a_site_that_is_down_is_not_closed(error: CollectError | None, is_closed: bool) -> None:
    assert (feed_instead(source(HERALD), error) is not None) == is_closed


def test_other_kinds_have_no_stand_in() -> None:
    assert feed_instead(source(HERALD, SourceKind.PAGE), CLOSED) is None


def test_the_editor_is_told_why_and_what_to_do() -> None:
    feed = source(f"{HERALD}/feed/", SourceKind.FEED)
    assert why_instead(feed, CLOSED) == (
        "WordPress's API is closed to us (the server answered 401). The feed https://herald.example/feed/ was read "
        "instead; make that the source, with the kind feed."
    )
    assert "(it names no authors)" in why_instead(feed)
