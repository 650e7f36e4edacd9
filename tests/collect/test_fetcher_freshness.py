"""An answer that still holds is not asked for again; and what may then be said of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from digest.clock import StoppedClock
from digest.collect.web import Request, Response
from digest.errors import BadAnswer
from tests.collect.books import FetchesInMemory
from tests.collect.site import Site, opened
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)


async def read(ref: str, memory: FetchesInMemory, at: datetime = NOON, **more: object) -> Response:
    """Fetch in a run of its own, as of an instant."""
    async with opened(memory, clock=StoppedClock(at), **more) as fetcher:
        return await fetcher.fetch(Request(ref=ref))


@pytest.fixture
def memory() -> FetchesInMemory:
    return FetchesInMemory()


async def test_an_answer_that_still_holds_is_not_asked_for_again(site: Site, memory: FetchesInMemory) -> None:
    ref = site.serve("/feed", b"one", Cache_Control="max-age=600", Content_Type="text/xml", ETag='"1"')
    first = await read(ref, memory)
    again = await read(ref, memory, NOON + 9 * MINUTE)
    assert site.paths == ["/robots.txt", "/feed"]
    assert (first.unchanged, again.unchanged, again.body) == (False, True, b"one")
    assert (again.media_type, again.status, again.url, again.fetched_at) == ("text/xml", 200, ref, NOON)
    site.serve("/feed", b"two")
    later = await read(ref, memory, NOON + 10 * MINUTE)
    assert (later.body, later.unchanged) == (b"two", False)


async def test_two_who_want_the_same_address_ask_once(site: Site, memory: FetchesInMemory) -> None:
    ref = site.serve("/feed", b"one", Cache_Control="max-age=600")
    async with opened(memory) as fetcher:
        bodies = [(await fetcher.fetch(Request(ref=ref))).body for _ in range(2)]
    assert bodies == [b"one", b"one"]
    assert site.paths.count("/feed") == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cache_Control": "no-cache, max-age=600"},
        {"Cache_Control": "no-store"},
        {"Cache_Control": "must-revalidate, max-age=0"},
        {"Expires": "0"},
    ],
)
async def test_an_answer_that_promises_nothing_is_asked_for_again(
    site: Site, memory: FetchesInMemory, headers: dict[str, str]
) -> None:
    ref = site.serve("/feed", b"one", **headers)
    for _ in range(2):
        await read(ref, memory)
    assert site.paths.count("/feed") == 2


async def test_not_modified_lengthens_what_was_promised(site: Site, memory: FetchesInMemory) -> None:
    hour = {"Cache-Control": "max-age=3600"}

    async def page(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"', "Last-Modified": "new", **hour})
        return web.Response(body=b"one", headers={"ETag": '"1"', **hour})

    site.pages["/feed"] = page
    ref = site.root + "/feed"
    for minutes, asked in ((0, 1), (59, 1), (60, 2), (119, 2), (121, 3)):
        assert (await read(ref, memory, NOON + minutes * MINUTE)).body == b"one"
        assert site.paths.count("/feed") == asked
    assert memory.said[ref].last_modified == "new"


async def test_not_modified_that_promises_nothing_is_asked_for_again(site: Site, memory: FetchesInMemory) -> None:
    ref = site.serve_in_turn(
        "/feed",
        lambda: web.Response(body=b"one", headers={"ETag": '"1"', "Cache-Control": "max-age=60"}),
        lambda: web.Response(status=304),
    )
    for minutes in (0, 2, 2):
        await read(ref, memory, NOON + minutes * MINUTE)
    assert site.paths.count("/feed") == 3


async def test_whoever_wants_it_anew_asks_all_the_same(site: Site, memory: FetchesInMemory) -> None:
    ref = site.serve("/feed", b"one", Cache_Control="max-age=600")
    await read(ref, memory)
    again = await read(ref, memory, anew=True)
    assert (again.unchanged, site.paths) == (True, ["/robots.txt", "/feed"] * 2)


async def test_what_a_clock_of_another_day_noted_counts_for_nothing(site: Site, memory: FetchesInMemory) -> None:
    ref = site.serve("/feed", b"one", Cache_Control="max-age=600")
    await read(ref, memory, NOON + timedelta(days=3))
    await read(ref, memory, NOON)
    assert site.paths.count("/feed") == 2


async def test_where_a_redirect_leads_may_still_hold(site: Site, memory: FetchesInMemory) -> None:
    site.serve("/new", b"one", Cache_Control="max-age=600")
    ref = site.serve("/old", status=301, Location="/new")
    for _ in range(2):
        assert (await read(ref, memory)).url == site.root + "/new"
    assert (site.paths.count("/old"), site.paths.count("/new")) == (2, 1)


async def test_the_same_bytes_with_another_media_type_are_another_answer(site: Site, memory: FetchesInMemory) -> None:
    for media_type, unchanged in (("text/html", False), ("text/html", True), ("text/plain", False)):
        ref = site.serve("/a", b"one", Content_Type=media_type)
        response = await read(ref, memory)
        assert (response.unchanged, response.media_type) == (unchanged, media_type)


async def test_nothing_is_written_where_nothing_new_was_said(site: Site, memory: FetchesInMemory) -> None:
    answers: list[Callable[[], web.Response]] = [
        lambda: web.Response(body=b"one", headers={"ETag": '"1"'}),
        lambda: web.Response(status=304),
        lambda: web.Response(body=b"one", headers={"ETag": '"1"'}),
        lambda: web.Response(body=b"one", headers={"ETag": '"2"'}),
    ]
    ref = site.serve_in_turn("/a", *answers)
    for minutes, written in enumerate((0, 0, 0, 1)):
        await read(ref, memory, NOON + minutes * MINUTE)
        assert len(memory.confirmed) == written


async def test_a_page_that_was_forgotten_is_asked_for_although_it_would_hold(
    site: Site, memory: FetchesInMemory
) -> None:
    ref = site.serve("/a", b"one", Cache_Control="max-age=600")
    await read(ref, memory)
    memory.kept.clear()
    assert (await read(ref, memory)).body == b"one"
    assert site.paths.count("/a") == 2


async def test_not_modified_since_what_was_forgotten_is_a_bad_answer(site: Site, memory: FetchesInMemory) -> None:
    ref = site.serve_in_turn(
        "/a", lambda: web.Response(body=b"one", headers={"ETag": '"1"'}), lambda: web.Response(status=304)
    )
    await read(ref, memory)
    memory.kept.clear()
    with pytest.raises(BadAnswer, match="304"):
        await read(ref, memory)
