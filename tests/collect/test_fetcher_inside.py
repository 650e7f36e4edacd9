"""Private networks are never reached, and plain http only where it is allowed."""

from collections.abc import Sequence

import pytest

from digest.collect.fetching import resolver
from digest.collect.web import Request
from digest.errors import PrivateAddress, Unreachable
from tests.collect.books import FetchesInMemory
from tests.collect.site import Site, names, opened


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


async def test_a_password_in_an_address_is_not_repeated() -> None:
    async with opened(allow_private=False) as fetcher:
        with pytest.raises(PrivateAddress) as caught:
            await fetcher.fetch(Request(ref="http://dana:secret@127.0.0.1/a"))
    assert "secret" not in str(caught.value)
    assert caught.value.url == "http://127.0.0.1/a"


async def test_plain_http_is_not_spoken_unless_it_is_allowed(site: Site) -> None:
    lookup = names(news_example=["127.0.0.1"])
    ref = f"http://news.example:{site.port}" + site.serve("/a", b"a").removeprefix(site.root)
    async with opened(allow_http=False, lookup=lookup) as fetcher:
        with pytest.raises(Unreachable, match=r"TLS.*DIGEST_FETCH_ALLOW_HTTP=1") as caught:
            await fetcher.fetch(Request(ref=ref))
        assert caught.value.url == ref.replace("http:", "https:")
        assert not site.asked
        assert (await fetcher.fetch(Request(ref=site.root + "/a"))).body == b"a"  # this machine itself
    async with opened(lookup=lookup) as fetcher:
        assert (await fetcher.fetch(Request(ref=ref))).body == b"a"


async def test_a_redirect_to_plain_http_is_not_followed_unless_it_is_allowed(site: Site) -> None:
    site.serve("/b", b"b")
    ref = site.serve("/a", status=302, Location=f"http://news.example:{site.port}/b")
    lookup = names(news_example=["127.0.0.1"])
    async with opened(allow_http=False, lookup=lookup) as fetcher:
        with pytest.raises(Unreachable, match="TLS"):
            await fetcher.fetch(Request(ref=ref))
    assert site.paths == ["/robots.txt", "/a"]
    async with opened(lookup=lookup) as fetcher:
        assert (await fetcher.fetch(Request(ref=ref))).body == b"b"


async def test_what_was_read_when_it_was_allowed_is_private_still(site: Site) -> None:
    memory = FetchesInMemory()
    ref = site.serve("/a", b"secret", Cache_Control="max-age=600")
    async with opened(memory) as fetcher:
        await fetcher.fetch(Request(ref=ref))
    async with opened(memory, allow_private=False) as fetcher:
        with pytest.raises(PrivateAddress):
            await fetcher.fetch(Request(ref=ref))
