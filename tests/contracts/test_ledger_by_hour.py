"""The contract of ``Ledger`` on readers whose own hour is still to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from digest.audience.reader import Reader
from digest.compose.issue import NotDue
from digest.ids import Position
from digest.send.ledger import ByHour, Holder, Planned
from digest.send.mail import Postponed
from digest.send.proof import prove
from digest.send.states import DeliveryState
from tests.builders import an_owed
from tests.contracts.desk import ISSUE, Desk, contents_of, delivery_of
from tests.fakes import NOON

HEIGHT = Position(1)
SOON, LATER = NOON + timedelta(hours=1), NOON + timedelta(hours=9)


def _plan(desk: Desk, *due: datetime | None) -> Sequence[Reader]:
    desk.shelve("k1")
    readers = desk.subscribe(len(due))
    desk.approve_issue()
    rows = [
        Planned(id=delivery_of(reader), owed=an_owed(reader, contents=contents_of(), due=when))
        for reader, when in zip(readers, due, strict=True)
    ]
    desk.ledger.plan(ISSUE, rows, height=HEIGHT, at=NOON)
    return readers


def _claim(desk: Desk, at: datetime) -> list[str]:
    return [one.address for one in desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=at)]


def test_nobody_is_claimed_before_their_hour(desk: Desk) -> None:
    _plan(desk, None, SOON, LATER, SOON)
    assert _claim(desk, NOON) == ["reader1@example.org"]
    assert desk.ledger.ready(ISSUE, at=NOON) == 0
    assert desk.ledger.by_hour(ISSUE, after=NOON) == ByHour(readers=3, first=SOON, last=LATER)
    assert desk.ledger.put_off_until(ISSUE) is None  # no mailer asked us to come back
    assert _claim(desk, SOON) == ["reader2@example.org", "reader4@example.org"]
    assert desk.ledger.by_hour(ISSUE, after=SOON) == ByHour(readers=1, first=LATER, last=LATER)
    assert desk.ledger.by_hour(ISSUE, after=LATER) is None
    assert not desk.issues.finish(ISSUE, at=SOON)


def test_the_sum_tells_who_waits_and_until_when(desk: Desk) -> None:
    _plan(desk, SOON, LATER)
    tally = desk.ledger.tally(ISSUE)
    assert tally.by_hour == ByHour(readers=2, first=SOON, last=LATER)
    assert desk.ledger.tally(ISSUE, afterwards=False).by_hour is None
    proof = prove(tally)
    assert (proof.is_balanced, proof.is_on_time) == (False, True)


def test_who_is_put_off_by_the_mailer_does_not_wait_for_an_hour(desk: Desk) -> None:
    (reader,) = _plan(desk, SOON)
    _claim(desk, SOON)
    answer = Postponed(delivery=delivery_of(reader), after=300, why="450 come back later")
    desk.ledger.record(ISSUE, [answer], holder=Holder(worker="w", since=SOON), height=HEIGHT, at=SOON)
    assert desk.ledger.by_hour(ISSUE, after=NOON) is None
    assert desk.ledger.put_off_until(ISSUE) == SOON + timedelta(seconds=300)


def test_an_hour_that_was_missed_is_moved_or_left_to_the_next_issue(desk: Desk) -> None:
    one, two, three, four = _plan(desk, SOON, SOON, LATER, None)
    found = desk.ledger.overdue(ISSUE, before=LATER)
    assert [(overdue.delivery, overdue.reader.subscriber.id) for overdue in found] == [
        (delivery_of(one), one.subscriber.id),
        (delivery_of(two), two.subscriber.id),
    ]
    assert all(overdue.reader.is_awaiting for overdue in found)
    due = {delivery_of(one): LATER, delivery_of(two): NotDue.TOO_LATE, delivery_of(four): NotDue.TOO_LATE}
    assert desk.ledger.move(ISSUE, due, at=LATER) == 1  # what does not wait for an hour is no business of it
    tally = desk.ledger.tally(ISSUE)
    assert tally.by_hour == ByHour(readers=2, first=LATER, last=LATER)
    assert tally.excluded == {NotDue.TOO_LATE: 1}
    assert tally.states[DeliveryState.PLANNED] == 3
    assert desk.stored_cursors() == [0, 0, 0, 0]
    assert three.cursor == 0
