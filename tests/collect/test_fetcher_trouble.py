"""What can be wrong with an answer, each by its name."""

import asyncio
import gzip
import socket

import pytest
from aiohttp import web

from digest.collect.web import Request
from digest.errors import Challenged, FetchError, NotText, RobotsForbid, TooLarge, Unreachable
from tests.collect.books import FetchesInMemory
from tests.collect.site import Site, names, opened, speaking


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
    assert [said.etag for said in memory.said.values()] == ['""']


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


async def test_a_cloudflare_challenge_has_a_name(site: Site) -> None:
    ref = site.serve("/a", b"Just a moment...", status=403, cf_mitigated="challenge")
    async with opened() as fetcher:
        with pytest.raises(Challenged, match="see a person in a browser") as caught:
            await fetcher.fetch(Request(ref=ref))
    assert caught.value.status == 403


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


async def test_a_picture_is_refused_before_it_is_read(site: Site) -> None:
    stop = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        await response.prepare(request)
        await response.write(b"\x89PNG")
        await stop.wait()
        return response

    site.pages["/a.png"] = endless
    memory = FetchesInMemory()
    async with opened(memory) as fetcher:
        with pytest.raises(NotText, match="the answer is image/png, and no text") as caught:
            await fetcher.fetch(Request(ref=site.root + "/a.png"))
    stop.set()
    assert caught.value.url == site.root + "/a.png"
    assert not memory.kept


async def test_robots_count_whatever_the_server_calls_them(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /\n", Content_Type="image/png")
    async with opened() as fetcher:
        with pytest.raises(RobotsForbid):
            await fetcher.fetch(Request(ref=site.serve("/a", b"a")))


async def test_a_challenge_or_a_login_in_place_of_the_page_is_named_and_not_remembered(site: Site) -> None:
    memory = FetchesInMemory()
    site.serve("/challenge", b"<title>Just a moment...</title>", Content_Type="text/html")
    site.serve("/wp-login.php", b"<title>Log in</title>", Content_Type="text/html")
    site.serve("/members", status=302, Location="/wp-login.php?redirect_to=members")
    async with opened(memory) as fetcher:
        with pytest.raises(Challenged, match="a Cloudflare challenge"):
            await fetcher.fetch(Request(ref=site.root + "/challenge"))
        with pytest.raises(Challenged, match=r"a login, /wp-login\.php") as caught:
            await fetcher.fetch(Request(ref=site.root + "/members"))
    assert caught.value.url == site.root + "/members"
    assert not memory.kept


async def test_headers_that_come_twice_are_one_and_cookies_none() -> None:
    said = b"HTTP/1.1 200 OK\r\nLink: <a>\r\nSet-Cookie: b\r\nlink: <c>\r\nSet-Cookie: d\r\nContent-Length: 0\r\n\r\n"
    async with speaking(said) as root, opened() as fetcher:
        response = await fetcher.fetch(Request(ref=f"{root}/a"))
    assert response.headers == {"link": "<a>, <c>", "content-length": "0"}
