"""From one address to the next."""

import pytest
from yarl import URL

from digest.collect.fetcher import Fetcher
from digest.collect.fetching.asking import Answer
from digest.collect.fetching.hops import secured
from digest.collect.web import Request
from digest.errors import BadAnswer, Unreachable
from tests.collect.books import FetchesInMemory
from tests.collect.site import Site, opened


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


@pytest.mark.parametrize(
    ("named", "allow_http", "asked"),
    [
        ("http://steppe.example/a?b=1", False, "https://steppe.example/a?b=1"),
        ("http://steppe.example:80/a", False, "https://steppe.example/a"),
        ("http://steppe.example:8080/a", False, "https://steppe.example:8080/a"),
        ("http://steppe.example/a", True, "http://steppe.example/a"),
        ("https://steppe.example/a", False, "https://steppe.example/a"),
    ],
)
def test_plain_http_becomes_https(named: str, asked: str, *, allow_http: bool) -> None:
    assert str(secured(URL(named), allow_http=allow_http)) == asked


async def test_a_site_that_leads_back_to_plain_http_is_named() -> None:
    async def downgrade(url: URL, _accept: str) -> Answer:
        return Answer(url=url, status=301, headers={"location": str(url.with_scheme("http"))}, body=b"")

    async with opened(allow_http=False) as fetcher:
        assert isinstance(fetcher, Fetcher)
        with pytest.raises(Unreachable, match=r"redirects to plain http.*DIGEST_FETCH_ALLOW_HTTP=1"):
            await fetcher._follow(URL("https://steppe.example/a"), downgrade, accept="*/*")
