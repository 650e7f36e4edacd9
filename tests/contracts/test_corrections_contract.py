"""The contract of the store about corrections: they are issues like any other, and the next ordinary issue does not
notice them.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from digest.compose.issue import Frozen, IssueState
from digest.compose.snapshot import rates_fingerprint
from digest.ids import IssueId, NewsletterId, Position, SubscriberId
from digest.render.rendition import Sealed
from digest.send.ledger import Holder, LeftOut, Planned
from digest.send.mail import Accepted, Rejected, Unclear
from digest.store.tables import deliveries
from tests.builders import (
    a_frozen_issue,
    a_newsletter,
    a_note,
    a_rate,
    a_snapshot,
    an_article,
    an_excluded,
    an_owed,
)
from tests.contracts.desk import ASEL, DANA, ISSUE, Desk, contents_of, delivery_of, sealed
from tests.fakes import NOON

BRIEF = NewsletterId("morning-brief")
LATER = NOON + timedelta(hours=1)


def _frozen(number: int, *, corrects: str | None = None, value: str = "510.0") -> Frozen:
    return a_frozen_issue(
        an_article(),
        newsletter=a_newsletter(journalists=(DANA, ASEL)),
        number=number,
        rates=a_snapshot(a_rate(value=value)),
        corrects=corrects,
        note=None if corrects is None else a_note(),
    )


def _put(desk: Desk, number: int, *, corrects: str | None = None, value: str = "510.0") -> Sealed:
    one = sealed(_frozen(number, corrects=corrects, value=value))
    desk.issues.put(one)
    return one


def _approve(desk: Desk, one: Sealed) -> None:
    desk.issues.approve(one.frozen.id, one.hash, by="editor", at=LATER)


def _states(desk: Desk) -> list[IssueState]:
    return [desk.issues.row(one).state for one in sorted(row.id for row in desk.issues.rows())]


def test_a_correction_comes_back_with_its_note_and_what_it_corrects(desk: Desk) -> None:
    _approve(desk, _put(desk, 1))
    correction = _put(desk, 2, corrects=ISSUE)
    assert desk.issues.sealed(correction.frozen.id) == correction
    assert [row.corrects for row in desk.issues.rows()] == [ISSUE, None]
    assert desk.issues.row(correction.frozen.id).corrects == ISSUE


def test_a_waiting_issue_and_a_waiting_correction_leave_each_other_alone(desk: Desk) -> None:
    _approve(desk, _put(desk, 1))
    _put(desk, 2)
    _put(desk, 3, corrects=ISSUE)
    assert _states(desk) == [IssueState.APPROVED, IssueState.AWAITING_APPROVAL, IssueState.AWAITING_APPROVAL]
    _put(desk, 4)
    assert _states(desk)[1:] == [IssueState.SUPERSEDED, IssueState.AWAITING_APPROVAL, IssueState.AWAITING_APPROVAL]


def test_a_second_correction_of_an_issue_takes_the_place_of_the_first_and_of_no_others(desk: Desk) -> None:
    _approve(desk, _put(desk, 1))
    _approve(desk, _put(desk, 2))
    _put(desk, 3, corrects=ISSUE)
    _put(desk, 4, corrects="morning-brief-2")
    _put(desk, 5, corrects=ISSUE)
    assert _states(desk)[2:] == [IssueState.SUPERSEDED, IssueState.AWAITING_APPROVAL, IssueState.AWAITING_APPROVAL]


def test_an_approved_correction_is_not_superseded_by_the_next_one(desk: Desk) -> None:
    _approve(desk, _put(desk, 1))
    _approve(desk, _put(desk, 2, corrects=ISSUE))
    _put(desk, 3, corrects=ISSUE)
    assert _states(desk)[1:] == [IssueState.APPROVED, IssueState.AWAITING_APPROVAL]


def test_a_correction_takes_a_number_and_is_never_the_last_issue_nor_the_last_rates(desk: Desk) -> None:
    first = _put(desk, 1)
    _approve(desk, first)
    _approve(desk, _put(desk, 2, corrects=ISSUE, value="777.0"))
    assert desk.issues.next_number(BRIEF) == 3
    assert desk.issues.last(BRIEF) == (ISSUE, IssueState.APPROVED)
    assert desk.issues.last_rates(BRIEF) == rates_fingerprint(first.frozen.rates)


def test_a_merge_of_journalists_leaves_a_waiting_correction_alone(desk: Desk) -> None:
    desk.open_newsroom()
    one = _put(desk, 1)
    _approve(desk, one)
    desk.ledger.plan(ISSUE, [], [], height=Position(1), at=NOON)
    correction = _put(desk, 2, corrects=ISSUE)
    waiting = _put(desk, 3)
    desk.roster_desk.merge(ASEL, DANA, at=NOON)
    assert desk.issues.row(correction.frozen.id).state is IssueState.AWAITING_APPROVAL
    assert desk.issues.row(waiting.frozen.id).state is IssueState.SUPERSEDED


def test_a_correction_may_name_who_left_the_roster_meanwhile(desk: Desk) -> None:
    desk.open_newsroom()
    _approve(desk, _put(desk, 1))
    desk.ledger.plan(ISSUE, [], [], height=Position(1), at=NOON)
    desk.roster_desk.merge(ASEL, DANA, at=NOON)
    assert _put(desk, 2, corrects=ISSUE).frozen.id == IssueId("morning-brief-2")


def test_articles_are_read_as_they_stand_now(desk: Desk) -> None:
    desk.open_newsroom()
    desk.shelve("one", "two", "three")
    desk.shelve("one", by=ASEL)
    found = desk.shelf.standing_at([Position(3), Position(1)])
    assert [(one.position, one.title) for one in found] == [(3, "On three"), (1, "On one")]
    assert [byline.journalist for byline in found[1].bylines] == [DANA, ASEL]
    assert list(desk.shelf.standing_at([])) == []


@pytest.mark.parametrize("state", [IssueState.AWAITING_APPROVAL, IssueState.APPROVED])
def test_a_correction_that_waits_keeps_nobody_from_composing(desk: Desk, state: IssueState) -> None:
    correction = _put(desk, 1, corrects="morning-brief-0")
    if state is IssueState.APPROVED:
        _approve(desk, correction)
    assert desk.issues.last(BRIEF) is None


def test_who_got_an_issue_is_told_with_what_their_mail_held(desk: Desk) -> None:
    """Accepted and not bounced; not refused, in doubt, planned, excluded, nor another issue's."""
    desk.shelve("one")
    readers = desk.subscribe(6)
    desk.approve_issue()
    left_out = LeftOut(id=delivery_of(readers[5]), excluded=an_excluded(readers[5]))
    planned = [Planned(id=delivery_of(one), owed=an_owed(one, contents=contents_of())) for one in readers[:5]]
    desk.ledger.plan(ISSUE, planned, [left_out], height=Position(1), at=NOON)
    desk.ledger.claim(ISSUE, worker="w", limit=4, lease_seconds=60, at=NOON)
    first, second, third, fourth = (delivery_of(one) for one in readers[:4])
    answers = [
        Accepted(delivery=first, receipt="r"),
        Accepted(delivery=second, receipt="r"),
        Rejected(delivery=third, why="no such box"),
        Unclear(delivery=fourth, why="timed out"),
    ]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=Position(1), at=NOON)
    with desk.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == second).values(bounced_at=LATER))

    everybody = [one.subscriber.id for one in readers]
    got = readers[0].subscriber.id
    assert desk.ledger.held(ISSUE, everybody) == {got: contents_of()}
    assert desk.ledger.held(ISSUE, everybody[1:]) == {}
    assert desk.ledger.held(ISSUE, []) == {}
    assert desk.ledger.held(IssueId("morning-brief-2"), everybody) == {}


def test_who_got_an_issue_may_be_asked_for_many_readers_at_once(desk: Desk) -> None:
    desk.shelve("one")
    (reader,) = desk.subscribe(1)
    desk.approve_issue()
    desk.plan([reader])
    desk.ledger.claim(ISSUE, worker="w", limit=1, lease_seconds=60, at=NOON)
    yes = Accepted(delivery=delivery_of(reader), receipt="r")
    desk.ledger.record(ISSUE, [yes], holder=Holder(worker="w", since=NOON), height=Position(1), at=NOON)
    many = [SubscriberId(number) for number in range(100_000, 102_000)]
    assert list(desk.ledger.held(ISSUE, [*many, reader.subscriber.id])) == [reader.subscriber.id]
