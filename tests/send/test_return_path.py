from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.mailbox import mailbox
from digest.ids import DeliveryId
from digest.send.return_path import ReturnPath, delivery_in, token_in

TAG = "-_Zm9vYmFyYmF6cXV4MTIz"
BOUNCES = ReturnPath("bounces@news.example")


def test_a_return_path_names_its_delivery_and_no_subscription() -> None:
    address = BOUNCES.of(DeliveryId(TAG))

    assert address == f"bounces+{TAG}@news.example"
    assert (delivery_in(address), token_in(address)) == (TAG, None)


def test_an_address_to_leave_by_names_a_subscription_and_no_delivery() -> None:
    link = BOUNCES.mailto(TAG)

    assert link == f"mailto:bounces+u-{TAG}@news.example"
    assert (delivery_in(link), token_in(link)) == (None, TAG)


def test_a_mailbox_that_has_a_tag_itself_is_no_hindrance() -> None:
    path = ReturnPath("desk+bounces@news.example")

    assert delivery_in(path.of(DeliveryId(TAG))) == TAG
    assert token_in(path.mailto(TAG)) == TAG


@given(st.text(st.sampled_from("abc.!#$%&'*+/=?^_`{|}~-"), min_size=1, max_size=39))
def test_whatever_may_stand_before_the_at_comes_out_of_the_link_as_it_was(local: str) -> None:
    try:
        address = mailbox(f"{local}@news.example")
    except ValueError:
        return
    link = urlsplit(ReturnPath(address).mailto(TAG))

    assert unquote(link.path) == address.replace("@", f"+u-{TAG}@")
    assert (link.query, link.fragment) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "bounces@news.example",
        "bounces+short@news.example",
        f"bounces+{TAG}A@news.example",
        f"bounces+u-{TAG}A@news.example",
        f"bounces+{TAG}",
        f"+{TAG}@",
        "",
    ],
)
def test_other_addresses_name_nothing(text: str) -> None:
    assert (delivery_in(text), token_in(text)) == (None, None)


def test_it_is_found_in_a_header_with_names_and_others() -> None:
    header = f'Desk <desk@news.example>, "B." <bounces+{TAG}@news.example>'

    assert delivery_in(header) == TAG
    assert parseaddr(header.split(", ")[1])[1] == BOUNCES.of(DeliveryId(TAG))
