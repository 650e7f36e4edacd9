import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.links import HOLDS, LinkFault, LinkKeys, LinkRefused, Purpose
from digest.audience.own_page import Access, Entry, come_back_until, enter, is_token, masked, own_link, token_of
from digest.audience.reader import Follow, Membership, Subscriber, SubscriptionState
from digest.ids import EVERY_JOURNALIST, JournalistId, ListName, SubscriberId
from tests.fakes import NOON


def a_membership(**changed: object) -> Membership:
    facts: dict[str, object] = {
        "subscriber": Subscriber(id=SubscriberId(1), address="ann@example.org", name="Ann", locale="ru"),
        "list_name": ListName("morning"),
        "state": SubscriptionState.ACTIVE,
        "joined_at": NOON,
        "follows": (Follow(journalist=JournalistId("dana-serikova")),),
    }
    return Membership(**(facts | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "x", "a" * 21, "a" * 23, "a" * 21 + "\x00", "a" * 21 + "\n", "а" * 22, "a" * 21 + "/"]
)
def test_what_has_not_the_shape_of_a_token_is_none(text: str) -> None:
    assert not is_token(text)


@given(st.binary(min_size=16, max_size=16))
def test_every_token_that_we_give_out_has_its_shape(random: bytes) -> None:
    assert is_token(base64.urlsafe_b64encode(random).rstrip(b"=").decode())


def test_an_address_is_known_to_its_owner_only() -> None:
    assert masked("reader@example.org") == "r•••@example.org"
    assert masked("") == "•••@"


@given(st.emails())
def test_no_more_than_the_first_letter_of_an_address_is_shown(address: str) -> None:
    local, _, domain = address.rpartition("@")
    assert masked(address) == f"{local[0]}•••@{domain}"


def test_whoever_left_can_come_back_for_thirty_days() -> None:
    left = a_membership(state=SubscriptionState.UNSUBSCRIBED, left_at=NOON)
    assert come_back_until(left) == NOON + timedelta(days=30)
    assert come_back_until(a_membership()) is None
    assert come_back_until(a_membership(state=SubscriptionState.UNSUBSCRIBED)) is None


def test_everybody_is_everybody() -> None:
    every = a_membership(follows=(Follow(journalist=EVERY_JOURNALIST),))
    assert every.follows_everybody
    assert every.is_following(JournalistId("whoever"))
    assert not a_membership().follows_everybody
    assert [a_membership().is_following(JournalistId(slug)) for slug in ("dana-serikova", "whoever")] == [True, False]


KEYS = LinkKeys(current=b"the key of this year")
TOKEN = "3fHq0ZpL2sVxT8mWc1RkYA"


class OneReader:
    """A reader book of which only one token opens anything."""

    def membership(self, token: str) -> Membership | None:
        return a_membership() if token == TOKEN else None


def entered(link: str, *, keys: LinkKeys | None = KEYS, **later: float) -> Entry | LinkRefused:
    return enter(link, book=OneReader(), keys=keys, now=NOON + timedelta(**later))  # type: ignore[arg-type]


@pytest.mark.parametrize(("purpose", "access"), [(Purpose.MAIL, Access.CHOOSE), (Purpose.OWN, Access.OWN)])
def test_what_a_link_may_do_stands_in_its_key_and_ends(purpose: Purpose, access: Access) -> None:
    link = own_link(TOKEN, keys=KEYS, at=NOON, purpose=purpose)
    found = entered(link)
    assert isinstance(found, Entry)
    assert (found.link, found.token, found.access, found.refused) == (link, TOKEN, access, None)
    assert found.until == NOON + HOLDS[purpose]
    later = entered(link, days=31)
    assert isinstance(later, Entry)
    assert (later.access, later.until) == (Access.LOOK, None)
    assert later.refused is not None
    assert later.refused.fault is LinkFault.EXPIRED


def test_a_token_alone_is_for_looking() -> None:
    for keys, link in ((KEYS, TOKEN), (None, own_link(TOKEN, keys=KEYS, at=NOON)), (KEYS, f"{TOKEN}.cut")):
        found = entered(link, keys=keys)
        assert isinstance(found, Entry)
        assert (found.access, found.token) == (Access.LOOK, TOKEN)
        assert found.refused is not None
    assert own_link(TOKEN, keys=None, at=NOON) == TOKEN


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        (TOKEN[:9], LinkFault.TRUNCATED),
        ("т" * 9, LinkFault.MALFORMED),
        (f"{TOKEN}x", LinkFault.MALFORMED),
        ("A" * 22, LinkFault.FORGED),
        ("", LinkFault.TRUNCATED),
    ],
)
def test_a_link_that_opens_nothing_is_refused_by_name(link: str, fault: LinkFault) -> None:
    found = entered(link)
    assert isinstance(found, LinkRefused)
    assert found.fault is fault
    assert token_of(f"{link}.more") == link


def test_another_readers_key_opens_ones_page_for_looking_only() -> None:
    theirs = own_link("B" * 22, keys=KEYS, at=NOON).partition(".")[2]
    found = entered(f"{TOKEN}.{theirs}")
    assert isinstance(found, Entry)
    assert found.access is Access.LOOK
    assert found.refused is not None
    assert found.refused.fault is LinkFault.SWAPPED
