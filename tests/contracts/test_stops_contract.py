"""The contract of ``Stops``: what holds an issue, who lifts it, and that a claim hands out nothing meanwhile."""

from datetime import timedelta

import pytest

from digest.errors import UnknownIssue
from digest.ids import DeliveryId, IssueId, Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted
from digest.send.states import DeliveryState
from digest.send.stopping import Stop
from digest.store.stops import SqlStops
from tests.contracts.desk import ISSUE, Desk
from tests.fakes import NOON

LATER = NOON + timedelta(minutes=5)


def _stops(desk: Desk) -> SqlStops:
    return SqlStops(desk.engine)


def _planned(desk: Desk, count: int = 4) -> list[DeliveryId]:
    readers = desk.subscribe(count)
    desk.approve_issue()
    return desk.plan(readers)


def _claim(desk: Desk, limit: int = 9) -> list[DeliveryId]:
    return [one.id for one in desk.ledger.claim(ISSUE, worker="w", limit=limit, lease_seconds=60, at=NOON)]


def test_nothing_of_a_stopped_issue_can_be_claimed_until_it_is_resumed(desk: Desk) -> None:
    planned = _planned(desk)
    _stops(desk).stop(ISSUE, by="Olga", why="a typo", at=NOON)
    assert _claim(desk) == []
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.PLANNED: 4}
    lifted = _stops(desk).resume(ISSUE, by="Timur", at=LATER)
    assert [(one.by, one.why, one.at) for one in lifted] == [("Olga", "a typo", NOON)]
    assert _claim(desk) == planned


def test_what_was_claimed_before_the_stop_is_recorded(desk: Desk) -> None:
    first, *_ = _planned(desk)
    assert _claim(desk, 1) == [first]
    _stops(desk).stop(ISSUE, by="Olga", why="a typo", at=NOON)
    holder = Holder(worker="w", since=NOON)
    desk.ledger.record(ISSUE, [Accepted(delivery=first, receipt="r")], holder=holder, height=Position(1), at=LATER)
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.ACCEPTED: 1, DeliveryState.PLANNED: 3}


def test_stopping_again_changes_nothing_and_another_person_s_stop_is_kept_too(desk: Desk) -> None:
    desk.approve_issue()
    one = _stops(desk).stop(ISSUE, by="Olga", why="a typo", at=NOON)
    assert _stops(desk).stop(ISSUE, by="Olga", why="still that typo", at=LATER) == one
    two = _stops(desk).stop(ISSUE, by="the canary", why="of 20 readers 3 bounced", at=LATER)
    assert _stops(desk).holding() == {ISSUE: [one, two]}
    assert _stops(desk).resume(ISSUE, by="Timur", at=LATER) == [one, two]
    assert _stops(desk).holding() == {}
    assert _stops(desk).resume(ISSUE, by="Timur", at=LATER) == []


def test_an_issue_that_was_resumed_can_be_stopped_again(desk: Desk) -> None:
    desk.approve_issue()
    _stops(desk).stop(ISSUE, by="Olga", why="a typo", at=NOON)
    _stops(desk).resume(ISSUE, by="Olga", at=NOON)
    again = _stops(desk).stop(ISSUE, by="Olga", why="another typo", at=LATER)
    assert again == Stop(issue=ISSUE, by="Olga", why="another typo", at=LATER)
    assert _stops(desk).holding() == {ISSUE: [again]}


def test_a_stop_holds_one_issue_only(desk: Desk) -> None:
    planned = _planned(desk)
    other = desk.approve_issue(number=2)
    _stops(desk).stop(other, by="Olga", why="a typo", at=NOON)
    assert _claim(desk) == planned


def test_an_issue_that_is_not_there_can_be_neither_stopped_nor_resumed(desk: Desk) -> None:
    with pytest.raises(UnknownIssue):
        _stops(desk).stop(IssueId("nothing-1"), by="Olga", why="", at=NOON)
    with pytest.raises(UnknownIssue):
        _stops(desk).resume(IssueId("nothing-1"), by="Olga", at=NOON)
