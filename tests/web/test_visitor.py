"""From which network a visitor comes, whatever proxies and visitors write into the request."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import read_settings
from digest.web.visitor import network_of


def network(came_from: str, forwarded: str = "", trusted: str = "127.0.0.0/8, ::1, 10.0.0.0/8") -> str | None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = SimpleNamespace(headers=headers, client=SimpleNamespace(host=came_from))
    return network_of(request, read_settings(web_trusted_proxies=trusted))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("came_from", "forwarded", "expected"),
    [
        ("203.0.113.77", "", "203.0.113.0/24"),
        ("203.0.113.77", "198.51.100.9", "203.0.113.0/24"),  # it says so itself
        ("127.0.0.1", "198.51.100.9", "198.51.100.0/24"),
        ("127.0.0.1", "192.0.2.1, 198.51.100.9", "198.51.100.0/24"),  # what stands before, the visitor wrote
        ("127.0.0.1", "198.51.100.9, 10.1.2.3", "198.51.100.0/24"),  # two proxies of ours
        ("::1", "2001:db8:7:1::5", "2001:db8:7::/48"),
        ("127.0.0.1", "", None),
        ("127.0.0.1", "10.1.2.3", None),
        ("127.0.0.1", "unknown", None),
    ],
)
def test_the_last_address_counts_that_is_none_of_our_proxies(
    came_from: str, forwarded: str, expected: str | None
) -> None:
    assert network(came_from, forwarded) == expected


def test_where_no_proxy_is_trusted_nobody_is_believed() -> None:
    assert network("127.0.0.1", "198.51.100.9", trusted="") == "127.0.0.0/24"


@given(st.text(max_size=60))
def test_any_header_gives_a_network_or_none(forwarded: str) -> None:
    found = network("127.0.0.1", forwarded)
    assert found is None or "/" in found
