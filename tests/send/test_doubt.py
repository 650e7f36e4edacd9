from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.sending import Sending, WhenUncertain
from digest.ids import DeliveryId
from digest.send.doubt import Doubt, SettledBy, Settlement, Verdict, by_policy, due_by_policy, masked
from digest.send.states import DeliveryState, may_step
from tests.fakes import NOON

TWICE = Sending(when_uncertain=WhenUncertain.PREFER_DUPLICATE, uncertain_hours=6)


def a_doubt(name: str = "one", *, hours: int = 6, planned_before: bool = False) -> Doubt:
    return Doubt(
        delivery=DeliveryId(name),
        address="reader1@example.org",
        asked_at=NOON - timedelta(hours=hours, minutes=1),
        since=NOON - timedelta(hours=hours),
        why="timed out",
        worker="host/1/1",
        planned_before=planned_before,
    )


def test_who_prefers_to_miss_plans_nobody_again_however_long_it_takes() -> None:
    assert due_by_policy([a_doubt(hours=1_000)], Sending(uncertain_hours=1), now=NOON) == []


def test_who_prefers_a_duplicate_plans_again_who_has_waited_long_enough() -> None:
    doubts = [a_doubt("long", hours=7), a_doubt("just", hours=6), a_doubt("not yet", hours=5)]
    assert due_by_policy(doubts, TWICE, now=NOON) == ["long", "just"]


def test_nobody_is_planned_again_by_the_policy_twice() -> None:
    assert due_by_policy([a_doubt(planned_before=True)], TWICE, now=NOON) == []


@given(st.lists(st.integers(-3, 30)))
def test_a_clock_that_jumps_back_only_makes_the_wait_longer(ages: list[int]) -> None:
    doubts = [a_doubt(str(place), hours=age) for place, age in enumerate(ages)]
    later = due_by_policy(doubts, TWICE, now=NOON)
    assert set(due_by_policy(doubts, TWICE, now=NOON - timedelta(hours=1))) <= set(later)


@pytest.mark.parametrize(("hours", "shown"), [(1, "for 1 hour,"), (24, "for 24 hours,")])
def test_what_the_policy_did_is_said_in_the_reason(hours: int, shown: str) -> None:
    sending = Sending(when_uncertain=WhenUncertain.PREFER_DUPLICATE, uncertain_hours=hours)
    settlement = by_policy(sending, now=NOON)
    assert (settlement.verdict, settlement.by, settlement.at) == (Verdict.PLANNED, SettledBy.POLICY, NOON)
    assert shown in settlement.reason
    assert "prefer-duplicate" in settlement.reason


def test_a_person_stands_in_the_reason_by_name() -> None:
    settlement = Settlement(verdict=Verdict.ACCEPTED, by=SettledBy.PERSON, who="Aliya", why="in the log", at=NOON)
    assert settlement.reason == "settled by Aliya: in the log"


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_a_step_that_a_doubt_may_take(verdict: Verdict) -> None:
    assert may_step(DeliveryState.UNCERTAIN, verdict.state)


def test_a_program_gets_everything_but_the_address() -> None:
    said = a_doubt().as_json()
    assert said == {
        "delivery": "one",
        "asked_at": "2025-12-19T05:59:00+00:00",
        "since": "2025-12-19T06:00:00+00:00",
        "why": "timed out",
        "worker": "host/1/1",
    }
    never = Doubt(delivery=DeliveryId("x"), address="", asked_at=None, since=NOON, why="", worker=None)
    assert never.as_json()["asked_at"] is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("aliya@example.org", "a…@example.org"),
        ("a@example.org", "a…@example.org"),
        ('"a@b"@example.org', '"…@example.org'),
        ("Ñu@пример.example", "Ñ…@пример.example"),
        ("no address", "…"),
        ("", "…"),
    ],
)
def test_of_an_address_only_so_much_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown
