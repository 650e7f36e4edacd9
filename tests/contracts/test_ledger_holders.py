"""The contract of ``Ledger`` on whose a claim is: a worker that comes back too late has nothing to say any more."""

import pytest

from digest.audience.reader import Reader
from digest.ids import Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Evidence, Rejected, Unclear
from digest.send.states import DeliveryState
from tests.contracts.desk import ISSUE, Desk, delivery_of
from tests.fakes import NOON

HEIGHT = Position(2)
LATER = NOON.replace(minute=1)
WORKER = Holder(worker="worker", since=NOON)
OTHER = Holder(worker="other", since=LATER)


def _planned(desk: Desk) -> Reader:
    desk.shelve("k1", "k2")
    (reader,) = desk.subscribe(1)
    desk.approve_issue(height=HEIGHT)
    desk.plan([reader], height=HEIGHT)
    return reader


def _claim(desk: Desk, holder: Holder) -> None:
    assert desk.ledger.claim(ISSUE, worker=holder.worker, limit=1, lease_seconds=10, at=holder.since)


def _taken_over(desk: Desk) -> Reader:
    """A claim of ``WORKER`` that was given up, looked up, and claimed again by ``OTHER``."""
    reader = _planned(desk)
    _claim(desk, WORKER)
    desk.ledger.give_up(ISSUE, is_gone=lambda _: False, at=LATER)
    absent = {delivery_of(reader): Evidence.ABSENT}
    desk.ledger.settle(ISSUE, absent, height=HEIGHT, why="looked up", at=LATER)
    _claim(desk, OTHER)
    return reader


def _record(desk: Desk, answer: Answer, holder: Holder) -> None:
    desk.ledger.record(ISSUE, [answer], holder=holder, height=HEIGHT, at=LATER)


def _yes(reader: Reader) -> Answer:
    return Accepted(delivery=delivery_of(reader), receipt="r")


def _no(reader: Reader) -> Answer:
    return Rejected(delivery=delivery_of(reader), why="mailbox full")


def _perhaps(reader: Reader) -> Answer:
    return Unclear(delivery=delivery_of(reader), why="connection lost")


def _state(desk: Desk) -> DeliveryState:
    (state,) = desk.ledger.tally(ISSUE).states
    return state


@pytest.mark.parametrize("say", [_yes, _no, _perhaps])
def test_an_answer_to_a_claim_that_another_worker_has_now_changes_nothing(desk: Desk, say: type) -> None:
    reader = _taken_over(desk)
    _record(desk, say(reader), WORKER)
    assert _state(desk) is DeliveryState.CLAIMED
    assert desk.stored_cursors() == [0]
    _record(desk, _no(reader), OTHER)
    assert _state(desk) is DeliveryState.REFUSED


def test_a_worker_that_wakes_up_puts_no_claim_of_another_back(desk: Desk) -> None:
    reader = _taken_over(desk)
    desk.ledger.release([delivery_of(reader)], holder=WORKER)
    assert _state(desk) is DeliveryState.CLAIMED
    desk.ledger.release([delivery_of(reader)], holder=OTHER)
    assert _state(desk) is DeliveryState.PLANNED


def test_a_worker_that_claims_again_has_nothing_to_say_of_its_former_claim(desk: Desk) -> None:
    reader = _planned(desk)
    _claim(desk, WORKER)
    desk.ledger.release([delivery_of(reader)], holder=WORKER)
    _claim(desk, Holder(worker=WORKER.worker, since=LATER))
    _record(desk, _no(reader), WORKER)
    desk.ledger.release([delivery_of(reader)], holder=WORKER)
    assert _state(desk) is DeliveryState.CLAIMED


def test_a_late_yes_to_a_doubt_that_is_another_workers_changes_nothing(desk: Desk) -> None:
    reader = _taken_over(desk)
    _record(desk, _perhaps(reader), OTHER)
    _record(desk, _yes(reader), WORKER)
    assert _state(desk) is DeliveryState.UNCERTAIN
    _record(desk, _yes(reader), OTHER)
    assert _state(desk) is DeliveryState.ACCEPTED
