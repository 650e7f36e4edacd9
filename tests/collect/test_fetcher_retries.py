"""Asking again, at which pace, and not at all where a site asked to be left alone."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from digest.clock import StoppedClock
from digest.collect.web import Request
from digest.errors import AskedToWait, BadAnswer, Unreachable
from tests.collect.books import FetchesInMemory
from tests.collect.site import Naps, Site, names, opened, serving
from tests.fakes import NOON


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_gateways_trouble_is_tried_again_twice(site: Site, status: int) -> None:
    naps = Naps()
    ref = site.serve_in_turn("/a", *[lambda: web.Response(status=status)] * 2, lambda: web.Response(body=b"at last"))
    async with opened(sleep=naps) as fetcher:
        assert (await fetcher.fetch(Request(ref=ref))).body == b"at last"
    assert [round(nap) for nap in naps.taken] == [1, 2]
    always = site.serve("/b", status=status)
    async with opened() as fetcher:
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=always))
    assert site.paths.count("/b") == 3


async def test_the_servers_own_wish_for_a_pause_is_honoured_up_to_a_bound(site: Site) -> None:
    naps = Naps()
    patient = site.serve_in_turn(
        "/a", lambda: web.Response(status=503, headers={"Retry-After": "7"}), lambda: web.Response(body=b"now")
    )
    endless = site.serve("/b", status=503, Retry_After="3600")
    async with opened(sleep=naps) as fetcher:
        assert (await fetcher.fetch(Request(ref=patient))).body == b"now"
    assert [round(nap) for nap in naps.taken] == [7]
    async with opened() as fetcher:
        with pytest.raises(BadAnswer) as caught:
            await fetcher.fetch(Request(ref=endless))
    assert caught.value.retry_after == 3600.0
    assert site.paths.count("/b") == 1


async def test_a_server_that_does_not_answer_in_time_is_named(site: Site) -> None:
    stop = asyncio.Event()

    async def page(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"a first word")
        await stop.wait()
        return response

    site.pages["/a"] = page
    async with opened(timeout_seconds=0.2) as fetcher:
        with pytest.raises(Unreachable, match="no answer in time"):
            await fetcher.fetch(Request(ref=site.root + "/a"))
    stop.set()
    assert site.paths.count("/a") == 3


async def test_a_host_is_asked_at_a_pace_and_loopback_is_not_when_private_is_allowed(site: Site) -> None:
    site.serve("/a", b"a")
    for host, paused in (("news.example", True), ("127.0.0.1", False)):
        naps = Naps()
        async with opened(pace_seconds=30.0, sleep=naps, lookup=names(news_example=["127.0.0.1"])) as fetcher:
            for _ in range(2):
                await fetcher.fetch(Request(ref=f"http://{host}:{site.port}/a"))
        assert [round(nap) for nap in naps.taken] == ([30, 30] if paused else [])


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("said", ["3600", "Fri, 19 Dec 2025 13:00:00 GMT"])
async def test_a_site_that_asks_us_to_wait_is_left_alone_in_this_run_and_the_next(
    site: Site, status: int, said: str
) -> None:
    memory = FetchesInMemory()
    site.serve("/robots.txt", b"")
    ref, other = site.serve("/a", status=status, Retry_After=said), site.serve("/b", b"b")
    async with opened(memory) as fetcher:
        with pytest.raises(BadAnswer) as first:
            await fetcher.fetch(Request(ref=ref))
        with pytest.raises(AskedToWait, match="wait until 2025-12-19 13:00 UTC") as second:
            await fetcher.fetch(Request(ref=other))
    assert (first.value.status, first.value.retry_after) == (status, 3600.0)
    assert (second.value.until, second.value.url) == (NOON + HOUR, other)
    for minutes in (0, 59):
        async with opened(memory, clock=StoppedClock(NOON + timedelta(minutes=minutes))) as fetcher:
            with pytest.raises(AskedToWait):
                await fetcher.fetch(Request(ref=other))
    assert site.paths == ["/robots.txt", "/a"]
    async with opened(memory, clock=StoppedClock(NOON + HOUR)) as fetcher:
        assert (await fetcher.fetch(Request(ref=other))).body == b"b"


async def test_those_who_wait_for_their_turn_meanwhile_do_not_ask_either(site: Site) -> None:
    refs = [site.serve(f"/{n}", status=429, Retry_After="3600") for n in range(4)]
    async with opened() as fetcher:
        said = await asyncio.gather(*(fetcher.fetch(Request(ref=ref)) for ref in refs), return_exceptions=True)
    assert [type(one).__name__ for one in said] == ["BadAnswer", *["AskedToWait"] * 3]
    assert site.paths == ["/robots.txt", "/0"]


async def test_other_sites_go_on_meanwhile(site: Site) -> None:
    async with serving() as busy, opened() as fetcher:
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=busy.serve("/a", status=429, Retry_After="3600")))
        assert (await fetcher.fetch(Request(ref=site.serve("/a", b"a")))).body == b"a"


async def test_a_short_wait_is_waited_out(site: Site) -> None:
    memory, naps, later = FetchesInMemory(), Naps(), Naps()
    async with opened(memory, sleep=naps) as fetcher:
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=site.serve("/a", status=429, Retry_After="20")))
        await fetcher.fetch(Request(ref=site.serve("/b", b"b")))
    assert [round(nap) for nap in naps.taken] == [20]
    async with opened(memory, clock=StoppedClock(NOON + timedelta(seconds=5)), sleep=later) as fetcher:
        await fetcher.fetch(Request(ref=site.root + "/b"))
    assert [round(nap) for nap in later.taken] == [15]


async def test_no_site_is_left_alone_for_longer_than_a_day(site: Site) -> None:
    memory = FetchesInMemory()
    async with opened(memory) as fetcher:
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=site.serve("/a", status=503, Retry_After="9999999")))
    assert [wishes.not_before for wishes in memory.sites.values()] == [NOON + 24 * HOUR]
    async with opened(memory, clock=StoppedClock(NOON - HOUR)) as fetcher:  # noted by another clock
        await fetcher.fetch(Request(ref=site.serve("/b", b"b")))


async def test_whoever_wants_it_anew_asks_a_site_that_wanted_to_be_left_alone(site: Site) -> None:
    memory = FetchesInMemory()
    async with opened(memory) as fetcher:
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=site.serve("/a", status=503, Retry_After="3600")))
    async with opened(memory, anew=True) as fetcher:
        assert (await fetcher.fetch(Request(ref=site.serve("/a", b"a")))).body == b"a"


@pytest.mark.parametrize("status", [404, 500])
async def test_a_wish_that_comes_with_another_error_is_for_that_address_alone(site: Site, status: int) -> None:
    async with opened() as fetcher:
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=site.serve("/a", status=status, Retry_After="3600")))
        await fetcher.fetch(Request(ref=site.serve("/b", b"b")))


async def test_robots_that_ask_us_to_wait_are_heard(site: Site) -> None:
    memory = FetchesInMemory()
    site.serve("/robots.txt", status=429, Retry_After="3600")
    ref = site.serve("/a", b"a")
    for _ in range(2):
        async with opened(memory) as fetcher:
            with pytest.raises(AskedToWait) as caught:
                await fetcher.fetch(Request(ref=ref))
        assert caught.value.url == ref
    assert site.paths == ["/robots.txt"]


async def test_robots_that_lie_on_a_site_that_wants_to_be_left_alone_are_not_asked_for(site: Site) -> None:
    async with serving() as busy, opened() as fetcher:
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=busy.serve("/a", status=429, Retry_After="3600")))
        site.serve("/robots.txt", status=301, Location=busy.root + "/robots.txt")
        ref = site.serve("/a", b"a")
        with pytest.raises(AskedToWait) as caught:
            await fetcher.fetch(Request(ref=ref))
    assert caught.value.url == ref
    assert busy.paths == ["/robots.txt", "/a"]
