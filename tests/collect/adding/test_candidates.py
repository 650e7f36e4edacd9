from digest.collect.adding.candidates import Candidate, Scope, candidates
from digest.collect.adding.clues import Clues, FeedLink
from digest.collect.journalist import SourceKind

SITE = "https://herald.example"
PAGE = f"{SITE}/author/dana-serikova/"


def told(clues: Clues, name: str | None = "Dana Serikova") -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.scope.value, one.ref.removeprefix(SITE)) for one in candidates(clues, name)]


def test_a_page_that_names_no_feed_is_asked_by_custom_in_few_places() -> None:
    assert told(Clues(url=PAGE, slug="dana-serikova")) == [
        ("feed", "own", "/author/dana-serikova/feed/"),
        ("wordpress", "own", "/wp-json/wp/v2/users?slug=dana-serikova"),
        ("feed", "site", "/feed/"),
    ]


def test_an_address_without_the_looks_of_wordpress_is_not_asked_for_its_api() -> None:
    assert [one[0] for one in told(Clues(url=f"{SITE}/by/dana", slug="dana"))] == ["feed", "feed"]
    assert told(Clues(url=f"{SITE}/dana")) == [("feed", "site", "/feed/")]
    assert told(Clues(url=f"{SITE}/dana", is_wordpress=True)) == [("feed", "site", "/feed/")]


def test_a_page_that_is_named_in_its_query_has_no_feed_beside_it() -> None:
    assert told(Clues(url=f"{SITE}/author/?author=Dana", slug="Dana")) == [
        ("wordpress", "own", "/wp-json/wp/v2/users?slug=Dana"),
        ("feed", "site", "/feed/"),
    ]


def test_a_page_that_is_a_file_has_no_feed_below_it() -> None:
    assert told(Clues(url=f"{SITE}/people/dana.html", slug="dana")) == [("feed", "site", "/feed/")]


def test_a_feed_is_the_journalists_by_its_place_its_slug_or_its_title() -> None:
    feeds = tuple(
        FeedLink(url=f"{SITE}{path}", title=title)
        for path, title in [
            ("/feed/", "The Herald"),
            ("/people/dana/rss", ""),
            ("/rss/dana-s.xml", "All by dana serikova"),
        ]
    )
    found = told(Clues(url=f"{SITE}/people/dana", slug="dana", feeds=feeds))
    assert found == [
        ("feed", "own", "/people/dana/rss"),
        ("feed", "own", "/rss/dana-s.xml"),
        ("feed", "site", "/feed/"),
    ]
    by_slug = (FeedLink(url=f"{SITE}/rss/Dana/all", title=""),)
    assert told(Clues(url=f"{SITE}/people/dana", slug="dana", feeds=by_slug), None)[0][1] == "own"
    assert told(Clues(url=f"{SITE}/", feeds=by_slug), None) == [("feed", "site", "/rss/Dana/all")]


def test_of_many_feeds_the_first_few_are_asked() -> None:
    own = tuple(FeedLink(url=f"{SITE}/people/dana/{at}", title="") for at in range(9))
    site = tuple(FeedLink(url=f"{SITE}/{at}.rss", title="") for at in range(9))
    found = told(Clues(url=f"{SITE}/people/dana", slug="dana", feeds=(*site, *own)))
    assert [ref for _, _, ref in found] == [*(f"/people/dana/{at}" for at in range(3)), "/0.rss", "/1.rss"]


def test_a_page_with_only_a_feed_of_its_own_is_not_asked_for_the_sites() -> None:
    own = (FeedLink(url=f"{SITE}/people/dana/rss", title=""),)
    assert told(Clues(url=f"{SITE}/people/dana", slug="dana", feeds=own)) == [("feed", "own", "/people/dana/rss")]
    assert told(Clues(url=f"{SITE}/people/dana", slug="dana", feeds=own, is_wordpress=True))[-1] == (
        *("feed", "site", "/feed/"),
    )


def test_the_guardian_calls_it_rss() -> None:
    found = candidates(Clues(url="https://www.theguardian.com/profile/dana", slug="dana"), "Dana")
    assert found[0].ref == "https://www.theguardian.com/profile/dana/rss"
    other = candidates(Clues(url="https://nottheguardian.com/profile/dana", slug="dana"), "Dana")
    assert other[0].ref == "https://nottheguardian.com/profile/dana/feed/"


def test_the_api_is_asked_by_number_where_the_page_tells_it() -> None:
    found = candidates(Clues(url=PAGE, api_root=f"{SITE}/wp-json/", api_user="7"), None)
    assert found[0] == Candidate(
        kind=SourceKind.WORDPRESS,
        ref=f"{SITE}/wp-json/wp/v2/posts?author=7",
        scope=Scope.OWN,
        told_by="the page names WordPress's API",
    )


def test_the_page_itself_and_what_is_named_twice_are_asked_once() -> None:
    feeds = (FeedLink(url=PAGE, title=""), FeedLink(url=f"{SITE}/feed", title=""))
    found = told(Clues(url=PAGE, slug="dana-serikova", feeds=feeds, is_wordpress=True))
    assert found == [
        ("feed", "own", "/author/dana-serikova/feed/"),
        ("wordpress", "own", "/wp-json/wp/v2/users?slug=dana-serikova"),
        ("feed", "site", "/feed"),
    ]


def test_a_saved_page_leads_nowhere() -> None:
    assert candidates(Clues(url="saved/author/dana.html", slug="dana"), "Dana") == ()
