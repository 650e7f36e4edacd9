"""Robots.txt, as the fetcher meets it."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from digest.clock import StoppedClock
from digest.collect.web import Request
from digest.errors import RobotsForbid
from tests.collect.books import FetchesInMemory
from tests.collect.site import Naps, Site, names, opened
from tests.fakes import NOON


async def test_robots_are_asked_once_per_run_and_obeyed(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: BylineDigest\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n")
    site.serve("/private/a", b"secret")
    async with opened() as fetcher:
        assert (await fetcher.fetch(Request(ref=site.serve("/open", b"open")))).body == b"open"
        with pytest.raises(RobotsForbid, match="asks us not to read it"):
            await fetcher.fetch(Request(ref=site.root + "/private/a"))
    assert site.paths == ["/robots.txt", "/open"]


async def test_robots_forbid_where_a_redirect_leads_to(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /b\n")
    site.serve("/b", b"b")
    ref = site.serve("/a", status=302, Location="/b")
    async with opened() as fetcher:
        with pytest.raises(RobotsForbid):
            await fetcher.fetch(Request(ref=ref))
    assert "/b" not in site.paths


@pytest.mark.parametrize("status", [400, 403, 404, 429])
async def test_no_robots_mean_no_rules(site: Site, status: int) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /\n", status=status)
    async with opened() as fetcher:
        assert (await fetcher.fetch(Request(ref=site.serve("/a", b"a")))).body == b"a"


async def test_robots_behind_a_redirect_are_obeyed_and_behind_endless_ones_are_none(site: Site) -> None:
    site.serve("/robots.txt", status=301, Location="/rules.txt")
    site.serve("/rules.txt", b"User-agent: *\nDisallow: /\n")
    ref = site.serve("/a", b"a")
    async with opened() as fetcher:
        with pytest.raises(RobotsForbid):
            await fetcher.fetch(Request(ref=ref))
    site.serve("/robots.txt", status=301, Location="/robots.txt")
    async with opened() as fetcher:
        assert (await fetcher.fetch(Request(ref=ref))).body == b"a"


async def test_a_site_that_cannot_show_its_robots_is_skipped_in_this_run(site: Site) -> None:
    ref = site.serve("/a", b"a")
    site.serve("/robots.txt", status=500)
    async with opened() as fetcher:
        for _ in range(2):
            with pytest.raises(RobotsForbid, match="the server answered 500"):
                await fetcher.fetch(Request(ref=ref))
    assert site.paths == ["/robots.txt"]
    async with opened() as fetcher:
        site.serve("/robots.txt", b"")
        assert (await fetcher.fetch(Request(ref=ref))).body == b"a"


async def test_robots_that_are_slow_or_huge_skip_the_site(site: Site) -> None:
    stop = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        await stop.wait()
        return web.Response()

    ref = site.serve("/a", b"a")
    site.pages["/robots.txt"] = slow
    async with opened(timeout_seconds=0.2) as fetcher:
        with pytest.raises(RobotsForbid, match="did not come in time"):
            await fetcher.fetch(Request(ref=ref))
    stop.set()
    site.serve("/robots.txt", b"#" * 2000)
    async with opened(most_bytes=1000) as fetcher:
        with pytest.raises(RobotsForbid, match="too large"):
            await fetcher.fetch(Request(ref=ref))


async def test_several_at_once_ask_for_robots_once_and_one_by_one(site: Site) -> None:
    busy, most = 0, 0

    async def page(_: web.Request) -> web.Response:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.01)
        busy -= 1
        return web.Response(body=b"a")

    for n in range(5):
        site.pages[f"/{n}"] = page
    async with opened() as fetcher:
        await asyncio.gather(*(fetcher.fetch(Request(ref=f"{site.root}/{n}")) for n in range(5)))
    assert site.paths.count("/robots.txt") == 1
    assert most == 1


async def test_robots_with_a_byte_order_mark_are_obeyed(site: Site) -> None:
    site.serve("/robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n")
    async with opened() as fetcher:
        with pytest.raises(RobotsForbid):
            await fetcher.fetch(Request(ref=site.serve("/a", b"a")))


async def test_robots_are_remembered_for_a_day(site: Site) -> None:
    memory = FetchesInMemory()
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /private\n")
    ref = site.serve("/a", b"a")
    for hours, asked in ((0, 1), (23, 1), (24, 2), (25, 2)):
        async with opened(memory, clock=StoppedClock(NOON + timedelta(hours=hours))) as fetcher:
            await fetcher.fetch(Request(ref=ref))
            with pytest.raises(RobotsForbid):
                await fetcher.fetch(Request(ref=site.root + "/private"))
        assert site.paths.count("/robots.txt") == asked
    assert list(memory.sites) == [site.root]


async def test_that_there_are_none_is_remembered_too(site: Site) -> None:
    memory = FetchesInMemory()
    for _ in range(2):
        async with opened(memory) as fetcher:
            await fetcher.fetch(Request(ref=site.serve("/a", b"a")))
    assert site.paths.count("/robots.txt") == 1


async def test_what_another_clock_noted_of_robots_counts_for_nothing(site: Site) -> None:
    memory = FetchesInMemory()
    for days in (1, 0):
        async with opened(memory, clock=StoppedClock(NOON + timedelta(days=days))) as fetcher:
            await fetcher.fetch(Request(ref=site.serve("/a", b"a")))
    assert site.paths.count("/robots.txt") == 2


@pytest.mark.parametrize("status", [500, 502])
async def test_that_robots_could_not_be_read_is_not_remembered(site: Site, status: int) -> None:
    memory = FetchesInMemory()
    site.serve("/robots.txt", status=status)
    for _ in range(2):
        async with opened(memory) as fetcher:
            with pytest.raises(RobotsForbid):
                await fetcher.fetch(Request(ref=site.serve("/a", b"a")))
    assert not memory.sites
    assert site.paths.count("/robots.txt") > 1


async def test_whoever_wants_it_anew_asks_for_robots_again(site: Site) -> None:
    memory = FetchesInMemory()
    for anew in (False, True):
        async with opened(memory, anew=anew) as fetcher:
            await fetcher.fetch(Request(ref=site.serve("/a", b"a")))
    assert site.paths.count("/robots.txt") == 2


@pytest.mark.parametrize(
    ("said", "ours", "pauses"),
    [
        ("Crawl-delay: 5", 1.0, [1, 5, 5]),
        ("Crawl-delay: 5", 30.0, [30, 30, 30]),
        ("Request-rate: 1/7s", 1.0, [1, 7, 7]),
        ("Crawl-delay: 3600", 1.0, [1, 60, 60]),
    ],
)
async def test_a_site_is_asked_as_slowly_as_it_wants(site: Site, said: str, ours: float, pauses: list[int]) -> None:
    site.serve("/robots.txt", f"User-agent: *\n{said}\n".encode())
    naps, memory, lookup = Naps(), FetchesInMemory(), names(news_example=["127.0.0.1"])
    async with opened(memory, pace_seconds=ours, sleep=naps, lookup=lookup) as fetcher:
        for n in range(3):
            await fetcher.fetch(Request(ref=f"http://news.example:{site.port}" + site.serve(f"/{n}", b"a")[-2:]))
    assert [round(nap) for nap in naps.taken] == pauses
    again = Naps()
    async with opened(memory, pace_seconds=ours, sleep=again, lookup=lookup) as fetcher:
        for n in range(2):
            await fetcher.fetch(Request(ref=f"http://news.example:{site.port}/{n}"))
    assert [round(nap) for nap in again.taken] == pauses[1:2]


async def test_a_server_of_our_own_is_asked_slowly_only_if_it_wants(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: *\nCrawl-delay: 5\n")
    naps = Naps()
    async with opened(sleep=naps) as fetcher:
        for n in range(2):
            await fetcher.fetch(Request(ref=site.serve(f"/{n}", b"a")))
    assert [round(nap) for nap in naps.taken] == [5]
