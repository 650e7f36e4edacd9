"""The fetcher against a real server on loopback; private addresses are allowed only where a test says so."""

from pathlib import Path

import pytest
from aiohttp import web

from digest.collect.web import Request
from digest.errors import BadAnswer, TooLarge, Unreachable
from tests.collect.books import FetchesInMemory
from tests.collect.site import PUBLIC_URL, Site, opened
from tests.fakes import NOON


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
