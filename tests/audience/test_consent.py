import pytest

from digest.audience.consent import truncated


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:7:1::5", "2001:db8:7::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("testclient", None),
        ("", None),
    ],
)
def test_no_more_of_an_address_is_kept_than_its_network(address: str, network: str | None) -> None:
    assert truncated(address) == network
