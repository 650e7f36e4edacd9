import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.own_page import come_back_until, data_of, is_token, masked
from digest.audience.reader import Follow, Membership, Received, Subscriber, SubscriptionState
from digest.ids import EVERY_JOURNALIST, IssueId, JournalistId, ListName, SubscriberId
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


def test_a_readers_data_is_all_that_is_kept_of_them() -> None:
    received = [
        Received(issue=IssueId("morning-brief-1"), state="accepted", reason=None, planned_at=NOON, answered_at=NOON),
        Received(issue=IssueId("morning-brief-2"), state="planned", reason=None, planned_at=NOON, answered_at=None),
    ]
    assert data_of(a_membership(), received) == {
        "address": "ann@example.org",
        "name": "Ann",
        "language": "ru",
        "time_zone": "UTC",
        "list": "morning",
        "state": "active",
        "joined_at": "2025-12-19T12:00:00+00:00",
        "left_at": None,
        "not_mailed_because": None,
        "follows": ["dana-serikova"],
        "issues": [
            {
                "issue": "morning-brief-1",
                "state": "accepted",
                "reason": None,
                "planned_at": "2025-12-19T12:00:00+00:00",
                "answered_at": "2025-12-19T12:00:00+00:00",
            },
            {
                "issue": "morning-brief-2",
                "state": "planned",
                "reason": None,
                "planned_at": "2025-12-19T12:00:00+00:00",
                "answered_at": None,
            },
        ],
    }
