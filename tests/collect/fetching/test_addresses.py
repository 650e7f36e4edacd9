from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.collect.fetching.addresses import is_loopback_host, is_public, literal_address


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "2606:2800:220:1:248:1893:25c8:1946",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::",
    ],
)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "::ffff:0:10.0.0.1",
        "2002:c0a8:1::",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "fc00::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_the_internet_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.1", "127.0.0.1.", "017700000001"]
)
def test_every_spelling_of_an_address_is_that_address(host: str) -> None:
    assert literal_address(host) == ip_address("127.0.0.1")


@pytest.mark.parametrize(
    "host", ["", ".", "news.example", "1.2.3.4.5", "9.example", "999.1.1.1.", "٣.1.1.1", "1\u0663"]
)
def test_a_name_is_no_address(host: str) -> None:
    assert literal_address(host) is None


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("a.example", False),
    ],
)
def test_loopback_is_known_by_its_spelling(host: str, ours: bool) -> None:
    assert is_loopback_host(host) is ours


@given(st.ip_addresses(v=4))
def test_an_address_in_disguise_is_as_public_as_itself(address) -> None:  # noqa: ANN001 - hypothesis's IPv4Address
    for disguise in (f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"):
        assert is_public(ip_address(disguise)) == is_public(address)


@example("0\0")
@example("1\ud800")
@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_name(text: str) -> None:
    literal_address(text)
    is_loopback_host(text)
