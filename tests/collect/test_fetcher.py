"""The fetcher against a real server on loopback; private addresses are allowed only where a test says so."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from digest.clock import StoppedClock
from digest.collect import resolver
from digest.collect.fetcher import open_fetcher
from digest.collect.web import Request, Web
from digest.errors import (
    BadAnswer,
    Challenged,
    FetchError,
    PrivateAddress,
    RobotsForbid,
    TooLarge,
    Unreachable,
)
from tests.collect.books import FetchesInMemory
from tests.fakes import NOON

PUBLIC_URL = "https://digest.example.org"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A site of our own: pages by path, and every request that it got. Without a robots.txt of its own it has none."""

    pages: dict[str, Handler] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)
    port: int = 0

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        page = self.pages.get(request.path)
        return web.Response(status=404) if page is None else await page(request)

    def serve(self, path: str, body: bytes = b"", *, status: int = 200, **headers: str) -> str:
        names = {name.replace("_", "-"): value for name, value in headers.items()}

        async def page(_: web.Request) -> web.Response:
            return web.Response(body=body, status=status, headers=names)

        self.pages[path] = page
        return self.root + path

    def serve_in_turn(self, path: str, *answers: Callable[[], web.StreamResponse]) -> str:
        left = list(answers)

        async def page(_: web.Request) -> web.StreamResponse:
            return left.pop(0)() if len(left) > 1 else left[0]()

        self.pages[path] = page
        return self.root + path


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    here = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", here.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    here.port = runner.addresses[0][1]
    yield here
    await runner.cleanup()


@dataclass
class Naps:
    """A sleep that only writes down how long it would have been."""

    taken: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def opened(
    memory: FetchesInMemory | None = None, *, allow_private: bool = True, **more: object
) -> AsyncIterator[Web]:
    settings: dict[str, object] = {"pace_seconds": 0.0, "sleep": Naps(), **more}
    async with open_fetcher(
        memory=FetchesInMemory() if memory is None else memory,
        clock=StoppedClock(NOON),
        public_url=PUBLIC_URL,
        allow_private=allow_private,
        **settings,  # type: ignore[arg-type]
    ) as fetcher:
        yield fetcher


def names(**addresses: Sequence[str]) -> Callable[[str], Awaitable[Sequence[str]]]:
    """A name service of our own; underscores stand for dots."""
    known = {name.replace("_", "."): found for name, found in addresses.items()}

    async def lookup(host: str) -> Sequence[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return known[host]

    return lookup


async def test_a_page_comes_with_its_bytes_headers_and_instant(site: Site) -> None:
    ref = site.serve("/feed", b"<rss/>", Content_Type="application/rss+xml; charset=utf-8", ETag='"1"')
    async with opened() as fetcher:
        response = await fetcher.fetch(Request(ref=ref + "#part", accept="application/rss+xml"))
    assert (response.body, response.status, response.unchanged) == (b"<rss/>", 200, False)
    assert (response.ref, response.url, response.fetched_at) == (ref + "#part", ref, NOON)
    assert response.media_type == "application/rss+xml"
    assert response.headers["etag"] == '"1"'
    asked = site.asked[-1]
    assert (asked.method, asked.headers["Accept"]) == ("GET", "application/rss+xml")
    assert asked.headers["User-Agent"].startswith("BylineDigest/")
    assert f"(+{PUBLIC_URL})" in asked.headers["User-Agent"]


async def test_only_get_is_ever_used(site: Site) -> None:
    async with opened() as fetcher:
        await fetcher.fetch(Request(ref=site.serve("/a", b"a")))
    assert {request.method for request in site.asked} == {"GET"}


async def test_cookies_are_not_kept(site: Site) -> None:
    ref = site.serve("/a", b"a", Set_Cookie="PHPSESSID=1; Path=/")
    async with opened() as fetcher:
        await fetcher.fetch(Request(ref=ref))
        response = await fetcher.fetch(Request(ref=ref))
    assert all("Cookie" not in request.headers for request in site.asked)
    assert "set-cookie" not in response.headers


async def test_what_has_not_changed_is_not_read_again(site: Site) -> None:
    async def page(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=b"one", headers={"ETag": '"1"', "Last-Modified": "Fri, 19 Dec 2025 08:00:00 GMT"})

    site.pages["/feed"] = page
    memory = FetchesInMemory()
    for unchanged in (False, True, True):
        async with opened(memory) as fetcher:
            response = await fetcher.fetch(Request(ref=site.root + "/feed"))
        assert (response.body, response.unchanged, response.status) == (b"one", unchanged, 200)
        assert response.headers["etag"] == '"1"'
    assert site.asked[-1].headers["If-Modified-Since"] == "Fri, 19 Dec 2025 08:00:00 GMT"
    assert "If-None-Match" not in site.asked[1].headers


async def test_the_same_bytes_again_are_unchanged(site: Site) -> None:
    memory = FetchesInMemory()
    async with opened(memory) as fetcher:
        first = await fetcher.fetch(Request(ref=site.serve("/a", b"one")))
        second = await fetcher.fetch(Request(ref=site.serve("/a", b"one", ETag='"2"')))
        third = await fetcher.fetch(Request(ref=site.serve("/a", b"two")))
    assert [one.unchanged for one in (first, second, third)] == [False, True, False]
    assert memory.kept[site.root + "/a"].body == b"two"


async def test_only_good_answers_are_remembered(site: Site) -> None:
    memory = FetchesInMemory()
    ref = site.serve("/a", b"good")
    async with opened(memory) as fetcher:
        await fetcher.fetch(Request(ref=ref))
        site.serve("/a", b"error page", status=500)
        with pytest.raises(BadAnswer):
            await fetcher.fetch(Request(ref=ref))
    assert [known.body for known in memory.kept.values()] == [b"good"]


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 404, 410, 429, 500, 501])
async def test_a_status_that_is_no_success_is_named_and_not_tried_again(site: Site, status: int) -> None:
    ref = site.serve("/a", status=status, Retry_After="120")
    async with opened() as fetcher:
        with pytest.raises(BadAnswer) as caught:
            await fetcher.fetch(Request(ref=ref))
    assert (caught.value.status, caught.value.retry_after, caught.value.url) == (status, 120.0, ref)
    assert site.paths == ["/robots.txt", "/a"]


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


async def test_redirects_are_followed_by_hand(site: Site) -> None:
    memory = FetchesInMemory()
    site.serve("/b", b"here")
    ref = site.serve("/a", status=301, Location="/b?x=1#part")
    async with opened(memory) as fetcher:
        response = await fetcher.fetch(Request(ref=ref))
    assert (response.body, response.ref, response.url) == (b"here", ref, site.root + "/b?x=1")
    assert list(memory.kept) == [site.root + "/b?x=1"]


async def test_five_redirects_are_followed_and_a_sixth_is_not(site: Site) -> None:
    for n in range(6):
        site.serve(f"/{n}", status=302, Location=f"/{n + 1}")
    site.serve("/6", b"far")
    async with opened() as fetcher:
        assert (await fetcher.fetch(Request(ref=site.root + "/1"))).body == b"far"
        with pytest.raises(Unreachable, match="redirects more than 5 times"):
            await fetcher.fetch(Request(ref=site.root + "/0"))


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("file:///etc/passwd", "redirects to a file: address"),
        ("ftp://example.org/", "redirects to a ftp: address"),
        ("http://[::1", "something that is no address"),
        ("http://xn--/", "something that is no address"),
    ],
)
async def test_a_redirect_leads_nowhere_but_the_web(site: Site, location: str, why: str) -> None:
    ref = site.serve("/a", status=302, Location=location)
    async with opened() as fetcher:
        with pytest.raises(Unreachable, match=why):
            await fetcher.fetch(Request(ref=ref))


async def test_a_redirect_without_a_place_is_a_bad_answer(site: Site) -> None:
    async with opened() as fetcher:
        with pytest.raises(BadAnswer, match="302"):
            await fetcher.fetch(Request(ref=site.serve("/a", status=302)))


async def test_more_than_the_cap_is_not_read(site: Site) -> None:
    exact, more = site.serve("/exact", b"x" * 1000), site.serve("/more", b"x" * 1001)
    async with opened(most_bytes=1000) as fetcher:
        assert len((await fetcher.fetch(Request(ref=exact))).body) == 1000
        with pytest.raises(TooLarge, match="bigger than 1,000 bytes"):
            await fetcher.fetch(Request(ref=more))


async def test_the_cap_counts_what_a_small_packet_unpacks_to(site: Site) -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    assert len(bomb) < 50_000
    ref = site.serve("/a", bomb, Content_Encoding="gzip")
    async with opened(most_bytes=1_000_000) as fetcher:
        with pytest.raises(TooLarge):
            await fetcher.fetch(Request(ref=ref))


async def test_a_packed_answer_is_unpacked_and_a_broken_one_is_named(site: Site) -> None:
    good = site.serve("/good", gzip.compress(b"hello"), Content_Encoding="gzip")
    bad = site.serve("/bad", b"this is no gzip", Content_Encoding="gzip")
    async with opened() as fetcher:
        assert (await fetcher.fetch(Request(ref=good))).body == b"hello"
        with pytest.raises(Unreachable, match="broke off"):
            await fetcher.fetch(Request(ref=bad))


async def test_a_cloudflare_challenge_has_a_name(site: Site) -> None:
    ref = site.serve("/a", b"Just a moment...", status=403, cf_mitigated="challenge")
    async with opened() as fetcher:
        with pytest.raises(Challenged, match="see a person in a browser") as caught:
            await fetcher.fetch(Request(ref=ref))
    assert caught.value.status == 403


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


async def test_a_host_is_asked_at_a_pace_and_loopback_is_not_when_private_is_allowed(site: Site) -> None:
    site.serve("/a", b"a")
    for host, paused in (("news.example", True), ("127.0.0.1", False)):
        naps = Naps()
        async with opened(pace_seconds=30.0, sleep=naps, lookup=names(news_example=["127.0.0.1"])) as fetcher:
            for _ in range(2):
                await fetcher.fetch(Request(ref=f"http://{host}:{site.port}/a"))
        assert [round(nap) for nap in naps.taken] == ([30, 30] if paused else [])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.1",
        "127.0.0.1.",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
        "localhost",
    ],
)
async def test_private_addresses_are_refused_however_they_are_written(site: Site, host: str) -> None:
    site.serve("/a", b"secret")
    async with opened(allow_private=False) as fetcher:
        with pytest.raises(PrivateAddress, match="DIGEST_FETCH_ALLOW_PRIVATE"):
            await fetcher.fetch(Request(ref=f"http://{host}:{site.port}/a"))
    assert not site.asked


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["2606:2800:220::1", "::ffff:10.0.0.1"],
        ["fe80::1%1"],
        ["garbage"],
    ],
)
async def test_a_name_with_any_private_address_is_refused(site: Site, found: list[str]) -> None:
    async with opened(allow_private=False, lookup=names(news_example=found)) as fetcher:
        with pytest.raises(PrivateAddress) as caught:
            await fetcher.fetch(Request(ref=f"http://news.example:{site.port}/a"))
    assert caught.value.address == found[-1]
    assert caught.value.url == f"http://news.example:{site.port}/a"
    assert not site.asked


async def test_what_was_checked_is_what_is_connected_to(site: Site) -> None:
    """A name that answers differently the second time (DNS rebinding) gains nothing: every connection is checked."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    looked_up: list[str] = []

    async def lookup(host: str) -> Sequence[str]:
        looked_up.append(host)
        return answers[min(len(looked_up), len(answers)) - 1]

    site.serve("/a", b"a", Connection="close")
    site.serve("/robots.txt", status=404, Connection="close")
    async with opened(allow_private=False, lookup=lookup) as fetcher:
        for _ in range(2):
            with pytest.raises(PrivateAddress):
                await fetcher.fetch(Request(ref=f"http://news.example:{site.port}/a"))
    assert len(looked_up) == 2
    assert not site.asked


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/secret", "http://inner.example:{port}/secret"])
async def test_a_redirect_into_a_private_network_is_refused(
    site: Site, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first host is declared public for this test; the second is checked like any other."""
    real = resolver.is_public
    monkeypatch.setattr(resolver, "is_public", lambda address: str(address) == "127.0.0.1" or real(address))
    site.serve("/secret", b"secret")
    site.serve("/a", status=302, Location=target.format(port=site.port))
    lookup = names(news_example=["127.0.0.1"], inner_example=["10.0.0.1"])
    async with opened(allow_private=False, lookup=lookup) as fetcher:
        with pytest.raises(PrivateAddress):
            await fetcher.fetch(Request(ref=f"http://news.example:{site.port}/a"))
    assert site.paths == ["/robots.txt", "/a"]


async def test_a_name_that_does_not_exist_is_named() -> None:
    async with opened(lookup=names(empty_example=[])) as fetcher:
        for host in ("nowhere.example", "empty.example"):
            with pytest.raises(Unreachable, match="no server of that name") as caught:
                await fetcher.fetch(Request(ref=f"http://{host}/a"))
            assert caught.value.url == f"http://{host}/a"


async def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with opened() as fetcher:
            with pytest.raises(Unreachable, match="does not take the connection"):
                await fetcher.fetch(Request(ref=f"http://127.0.0.1:{taken.getsockname()[1]}/a"))


async def test_a_server_that_speaks_no_tls_is_named(site: Site) -> None:
    async with opened() as fetcher:
        with pytest.raises(Unreachable, match="TLS"):
            await fetcher.fetch(Request(ref=f"https://127.0.0.1:{site.port}/a"))


@asynccontextmanager
async def speaking(said: bytes) -> AsyncIterator[str]:
    """A server that says just these bytes to whoever asks for a page; its root."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" if b"/robots.txt" in asked else said)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 100_000 + b"\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhello", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nhello", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "broke off"),
        (b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", "answered 304"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "answered 101"),
        (b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n", "answered 999"),
    ],
)
async def test_an_answer_that_cannot_be_is_named(said: bytes, why: str) -> None:
    async with speaking(said) as root, opened() as fetcher:
        with pytest.raises(FetchError, match=why):
            await fetcher.fetch(Request(ref=f"{root}/a"))


async def test_headers_of_any_bytes_can_be_stored_and_sent_back() -> None:
    memory = FetchesInMemory()
    said = (
        b'HTTP/1.1 200 OK\r\nETag: "\xff\xfe"\r\nContent-Type: text/plain; charset=\xff\r\nContent-Length: 2\r\n\r\nok'
    )
    async with speaking(said) as root, opened(memory) as fetcher:
        for _ in range(2):
            response = await fetcher.fetch(Request(ref=f"{root}/a"))
            assert "".join(response.headers.values()).encode()
    assert [kept.etag for kept in memory.kept.values()] == ['""']


async def test_a_password_in_an_address_is_not_repeated() -> None:
    async with opened(allow_private=False) as fetcher:
        with pytest.raises(PrivateAddress) as caught:
            await fetcher.fetch(Request(ref="http://dana:secret@127.0.0.1/a"))
    assert "secret" not in str(caught.value)
    assert caught.value.url == "http://127.0.0.1/a"


async def test_robots_with_a_byte_order_mark_are_obeyed(site: Site) -> None:
    site.serve("/robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n")
    async with opened() as fetcher:
        with pytest.raises(RobotsForbid):
            await fetcher.fetch(Request(ref=site.serve("/a", b"a")))


@pytest.mark.parametrize(
    ("said", "why"),
    [(b"", "broke off"), (b"HELO\r\n\r\n", "no HTTP"), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "broke off")],
)
async def test_a_server_that_breaks_off_or_speaks_no_http_is_named(said: bytes, why: str) -> None:
    async with speaking(said) as root, opened() as fetcher:
        with pytest.raises(Unreachable, match=why):
            await fetcher.fetch(Request(ref=f"{root}/a"))


@pytest.mark.parametrize(
    "ref",
    [
        "http://",
        "http:///a",
        "http://[::1",
        "https://exa mple.org:99999/",
        "HTTP://a:b/",
        "http://" + "a" * 70 + ".org/",
        "http://..//",
        "http://xn--/",
    ],
)
async def test_what_is_no_address_is_named(ref: str) -> None:
    async with opened(allow_private=False) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(Request(ref=ref))
    assert caught.value.why


async def test_a_local_file_is_read_with_its_kind(tmp_path: Path) -> None:
    memory = FetchesInMemory()
    path = tmp_path / "мой feed.XML"
    path.write_bytes(b"<rss/>")
    async with opened(memory, allow_private=False) as fetcher:
        for ref in (str(path), path.as_uri()):
            response = await fetcher.fetch(Request(ref=ref))
            assert (response.body, response.media_type, response.fetched_at) == (b"<rss/>", "application/xml", NOON)
            assert (response.ref, response.url, response.unchanged) == (ref, ref, False)
        (tmp_path / "capture").write_bytes(b"text")
        assert (await fetcher.fetch(Request(ref=str(tmp_path / "capture")))).media_type == ""
    assert not memory.kept


async def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_bytes(b"x" * 11)
    cases = {
        str(tmp_path / "missing.txt"): (Unreachable, "there is no such file"),
        str(tmp_path): (Unreachable, "it is a folder"),
        "": (Unreachable, "it is a folder"),
        "/dev/zero": (Unreachable, "no plain file"),
        str(big / "under"): (Unreachable, "cannot be read"),
        "nul\0byte": (Unreachable, "cannot be read"),
        "x" * 5000: (Unreachable, "cannot be read"),
        "file://elsewhere/etc/hosts": (Unreachable, "on another machine"),
        "ftp://example.org/feed": (Unreachable, "there is no such file"),
        str(big): (TooLarge, "bigger than 10 bytes"),
    }
    async with opened(most_bytes=10) as fetcher:
        for ref, (kind, why) in cases.items():
            with pytest.raises(kind, match=why):
                await fetcher.fetch(Request(ref=ref))
