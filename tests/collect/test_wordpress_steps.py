"""Collecting from WordPress: sites that close their API, and sites whose articles several people write."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from digest.clock import StoppedClock
from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.collect.report import SourceReport, SourceState
from digest.collect.sources import READERS
from digest.collect.steps import collect_journalist
from digest.errors import BadAnswer, Challenged, FetchError, RobotsForbid, Unreachable
from digest.ids import JournalistId
from tests.collect.answers import MemoryShelf
from tests.fakes import FakeWeb

HERALD = "https://h.example"
REF = f"{HERALD}/author/dana/"
USERS = READERS[SourceKind.WORDPRESS].first(REF).ref
POSTS = READERS[SourceKind.WORDPRESS].first(f"{HERALD}/wp-json/wp/v2/posts?author=7").ref
FEED = f"{HERALD}/author/dana/feed/"
DANA = Journalist(
    id=JournalistId("dana"),
    name="Dana Serikova",
    outlet=Outlet(slug="herald", name="The Herald"),
    sources=(Source(kind=SourceKind.WORDPRESS, ref=REF),),
)
USER = json.dumps([{"id": 7, "slug": "dana", "name": "Dana Serikova"}]).encode()
RSS = (
    b'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title>Rivers rise</title>'
    b"<link>https://h.example/rivers/</link><guid isPermaLink='false'>https://h.example/?p=12</guid>"
    b"<pubDate>Thu, 18 Dec 2025 10:00:00 +0000</pubDate><dc:creator>Dana Serikova</dc:creator>"
    b"<description>Water reached the canal.</description></item></channel></rss>"
)
REFUSAL = json.dumps({"code": "rest_user_cannot_view", "message": "Sorry.", "data": {"status": 401}}).encode()
Pages = dict[str, bytes | FetchError]


def posts(*numbers: int, author: Any = None, **more: Any) -> bytes:
    user = author or {"id": 7, "slug": "desk", "name": "Web Desk"}
    shown = [
        {
            "id": number,
            "title": {"rendered": "Rivers rise" if number == 12 else f"Story {number}"},
            "link": f"{HERALD}/rivers/" if number == 12 else f"{HERALD}/{number}/",
            "guid": {"rendered": f"{HERALD}/?p={number}"},
            "date_gmt": "2025-12-18T10:00:00",
            "content": {"rendered": "<p>Water reached the canal.</p>"},
            "_embedded": {"author": [user]},
            **more,
        }
        for number in numbers
    ]
    return json.dumps(shown).encode()


async def collect(pages: Pages, shelf: MemoryShelf, **changes: Any) -> tuple[SourceReport, list[str]]:
    web = FakeWeb(pages=pages)
    who = replace(DANA, sources=(replace(DANA.sources[0], **changes),))
    clock = StoppedClock(datetime(2025, 12, 20, 6, tzinfo=UTC))
    collected = await collect_journalist(who, web=web, shelf=shelf, clock=clock)
    return collected.sources[0], web.asked


@pytest.mark.parametrize(
    "closed",
    [
        {USERS: REFUSAL},
        {USERS: BadAnswer(USERS, 401)},
        {USERS: BadAnswer(USERS, 404)},
        {USERS: Challenged(USERS, 403)},
        {USERS: RobotsForbid(USERS, "robots.txt forbids it")},
        {USERS: b"<html>Welcome</html>"},
        {USERS: b"[]"},
        {USERS: USER, POSTS: BadAnswer(POSTS, 401)},
        {USERS: USER, POSTS: posts(12, author={"code": "rest_user_cannot_view", "message": "Sorry."})},
    ],
)
async def test_when_the_api_is_closed_the_authors_feed_is_read_in_the_same_run(closed: Pages) -> None:
    shelf = MemoryShelf()
    report, _ = await collect({**closed, FEED: RSS}, shelf)
    assert (report.kind, report.ref, report.state, report.new) == (SourceKind.WORDPRESS, REF, SourceState.NEW, 1)
    assert report.error is None
    assert report.warnings[0].startswith("WordPress's API is closed to us (")
    assert report.warnings[0].endswith(f"The feed {FEED} was read instead; make that the source, with the kind feed.")
    assert next(iter(shelf.articles.values())).authors == ("Dana Serikova",)


async def test_an_article_that_the_api_showed_is_the_one_that_the_feed_shows() -> None:
    shelf = MemoryShelf()
    await collect({USERS: USER, POSTS: posts(12, author={"name": "Dana Serikova"})}, shelf)
    report, _ = await collect({USERS: REFUSAL, FEED: RSS}, shelf)
    assert (report.state, report.new, shelf.height) == (SourceState.UNCHANGED, 0, 1)


@pytest.mark.parametrize("feed", [Unreachable(FEED, "no answer"), BadAnswer(FEED, 404), b"<html>Welcome</html>"])
@pytest.mark.parametrize(("users", "name"), [(REFUSAL, "ParseError"), (BadAnswer(USERS, 403), "BadAnswer")])
async def test_when_the_feed_fails_too_the_sources_own_error_is_told(
    feed: bytes | FetchError, users: bytes | FetchError, name: str
) -> None:
    report, _ = await collect({USERS: users, FEED: feed}, MemoryShelf())
    assert (report.state, report.error_name) == (SourceState.FAILED, name)
    assert report.error is not None
    assert report.error.startswith(USERS)


async def test_a_site_that_is_down_is_not_asked_for_its_feed() -> None:
    report, asked = await collect({USERS: Unreachable(USERS, "no answer"), FEED: RSS}, MemoryShelf())
    assert (report.state, asked) == (SourceState.FAILED, [USERS])


async def test_posts_without_names_stay_where_there_is_no_feed() -> None:
    report, _ = await collect({USERS: USER, POSTS: posts(12, author={"code": "x"})}, MemoryShelf())
    assert (report.state, report.new) == (SourceState.NEW, 1)


def credits_at(number: int) -> str:
    return f"{HERALD}/wp-json/coauthors/v1/coauthors?post_id={number}"


def names(*of: str) -> bytes:
    return json.dumps([{"display_name": name} for name in of]).encode()


async def test_co_authors_are_asked_for_once_and_the_user_who_typed_it_in_is_none() -> None:
    shelf = MemoryShelf()
    pages: Pages = {
        USERS: USER,
        POSTS: posts(12, 13, coauthors=[31]),
        credits_at(12): names("Dana Serikova", "Timur Aliyev"),
        credits_at(13): names("Dana Serikova"),
    }
    report, asked = await collect(pages, shelf)
    assert (report.new, report.warnings) == (2, ())
    assert [url for url in asked if "coauthors/v1" in url] == [credits_at(12), credits_at(13)]
    for _ in range(2):
        authors = {article.title: article.authors for article in shelf.articles.values()}
        assert authors == {"Rivers rise": ("Dana Serikova", "Timur Aliyev"), "Story 13": ("Dana Serikova",)}
        report, asked = await collect(pages, shelf)
        assert (report.revised, [url for url in asked if "coauthors/v1" in url]) == (0, [])


async def test_a_site_that_does_not_tell_co_authors_is_asked_once_a_run() -> None:
    shelf = MemoryShelf()
    report, asked = await collect({USERS: USER, POSTS: posts(12, 13, coauthors=[31])}, shelf)
    assert [url for url in asked if "coauthors/v1" in url] == [credits_at(12)]
    assert report.warnings[0].startswith("Co-authors could not be asked for, so users' names were taken.")
    assert {article.authors for article in shelf.articles.values()} == {("Web Desk",)}


async def test_at_most_twenty_articles_are_asked_about() -> None:
    pages: Pages = {USERS: USER, POSTS: posts(*range(100, 125), coauthors=[31])}
    pages |= {credits_at(number): names("Dana Serikova") for number in range(100, 125)}
    report, asked = await collect(pages, MemoryShelf())
    assert sum("coauthors/v1" in url for url in asked) == 20
    assert report.warnings[0] == "Of 5 more articles co-authors were not asked for: 20 in one run are enough."
