"""The contract of ``DoubtBook``: only what is in doubt is settled, how is kept, and a sent issue is taken up again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import update

from digest.audience.reader import Reader
from digest.compose.issue import IssueState
from digest.errors import UnknownIssue
from digest.ids import DeliveryId, IssueId, Position
from digest.send.doubt import SettledBy, Settlement, Verdict
from digest.send.feedback.vocabulary import Fate
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Evidence, Postponed, Rejected, Unclear
from digest.send.states import DeliveryState
from digest.store.tables import deliveries, issues
from tests.contracts.desk import ISSUE, Desk, delivery_of
from tests.fakes import NOON

HEIGHT = Position(2)
LATER = NOON + timedelta(minutes=1)
WORKER = Holder(worker="worker", since=NOON)
NOBODY = IssueId("morning-brief-9")
ACCEPTED = Settlement(verdict=Verdict.ACCEPTED, by=SettledBy.PERSON, who="Aliya", why="in the log", at=LATER)
PLANNED = Settlement(verdict=Verdict.PLANNED, by=SettledBy.PERSON, who="Aliya", why="not in the log", at=LATER)
BY_POLICY = Settlement(verdict=Verdict.PLANNED, by=SettledBy.POLICY, why="prefer-duplicate", at=LATER)


def _claimed(desk: Desk, count: int) -> list[Reader]:
    desk.shelve("k1", "k2")
    readers = list(desk.subscribe(count))
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    desk.ledger.claim(ISSUE, worker=WORKER.worker, limit=count, lease_seconds=60, at=WORKER.since)
    return readers


def _in_doubt(desk: Desk, readers: Sequence[Reader], *, why: str = "timed out") -> list[DeliveryId]:
    ids = [delivery_of(reader) for reader in readers]
    answers = [Unclear(delivery=one, why=why) for one in ids]
    desk.ledger.record(ISSUE, answers, holder=WORKER, height=HEIGHT, at=LATER)
    return ids


def _states(desk: Desk) -> dict[DeliveryState, int]:
    return dict(desk.ledger.tally(ISSUE).states)


def test_doubts_are_listed_with_what_is_known_of_them(desk: Desk) -> None:
    one, two, _three = _claimed(desk, 3)
    _in_doubt(desk, [two, one])
    first, second = desk.ledger.doubts(ISSUE)
    assert (first.delivery, first.address, first.why) == (delivery_of(one), "reader1@example.org", "timed out")
    assert (first.asked_at, first.since, first.worker, first.planned_before) == (NOON, LATER, "worker", False)
    assert second.delivery == delivery_of(two)
    assert list(desk.ledger.uncertain(ISSUE)) == [first.delivery, second.delivery]


def test_an_unknown_issue_is_named(desk: Desk) -> None:
    with pytest.raises(UnknownIssue):
        desk.ledger.doubts(NOBODY)
    with pytest.raises(UnknownIssue):
        desk.ledger.end_doubts(NOBODY, [], ACCEPTED)


def test_what_was_accepted_after_all_moves_the_cursor_with_it(desk: Desk) -> None:
    readers = _claimed(desk, 2)
    ids = _in_doubt(desk, readers)
    assert desk.ledger.end_doubts(ISSUE, ids[:1], ACCEPTED) == 1
    assert desk.stored_cursors() == [HEIGHT, 0]
    assert _states(desk) == {DeliveryState.ACCEPTED: 1, DeliveryState.UNCERTAIN: 1}
    story = desk.ledger.story(ISSUE, readers[0].subscriber.address)
    assert story is not None
    assert (story.reason, story.answered_at) == ("settled by Aliya: in the log", LATER)
    assert story.settlements == (ACCEPTED,)


def test_what_is_planned_again_waits_as_if_it_had_never_been_claimed(desk: Desk) -> None:
    readers = _claimed(desk, 1)
    ids = _in_doubt(desk, readers)
    assert desk.ledger.end_doubts(ISSUE, ids, PLANNED) == 1
    assert desk.stored_cursors() == [0]
    story = desk.ledger.story(ISSUE, readers[0].subscriber.address)
    assert story is not None
    assert (story.state, story.reason) == (DeliveryState.PLANNED, "settled by Aliya: not in the log")
    assert (story.claimed_at, story.answered_at) == (None, None)
    (claim,) = desk.ledger.claim(ISSUE, worker="next", limit=9, lease_seconds=60, at=LATER)
    assert claim.id == ids[0]
    again = desk.ledger.story(ISSUE, readers[0].subscriber.address)
    assert again is not None
    assert (again.reason, again.settlements) == (None, (PLANNED,))


def test_nothing_but_a_doubt_is_ever_settled(desk: Desk) -> None:
    accepted, refused, put_off, claimed, doubt = _claimed(desk, 5)
    answers = [
        Accepted(delivery=delivery_of(accepted), receipt="r"),
        Rejected(delivery=delivery_of(refused), why="no"),
        Postponed(delivery=delivery_of(put_off), after=60, why="later"),
    ]
    desk.ledger.record(ISSUE, answers, holder=WORKER, height=HEIGHT, at=LATER)
    _in_doubt(desk, [doubt])
    everybody = [delivery_of(one) for one in (accepted, refused, put_off, claimed, doubt)]
    assert desk.ledger.end_doubts(ISSUE, [*everybody, DeliveryId("stranger")], PLANNED) == 1
    assert _states(desk) == {
        DeliveryState.ACCEPTED: 1,
        DeliveryState.REFUSED: 1,
        DeliveryState.CLAIMED: 1,
        DeliveryState.PLANNED: 2,
    }
    assert desk.ledger.state_of(ISSUE, delivery_of(claimed)) is DeliveryState.CLAIMED
    assert desk.ledger.state_of(ISSUE, DeliveryId("stranger")) is None
    assert desk.ledger.state_of(NOBODY, delivery_of(claimed)) is None


def test_a_doubt_is_no_other_issue_s_to_settle(desk: Desk) -> None:
    ids = _in_doubt(desk, _claimed(desk, 1))
    other = desk.approve_issue(number=2, height=HEIGHT)
    assert desk.ledger.end_doubts(other, ids, ACCEPTED) == 0
    assert _states(desk) == {DeliveryState.UNCERTAIN: 1}


@pytest.mark.parametrize("how", ["person", "evidence"])
def test_a_sent_issue_is_being_sent_again_when_somebody_of_it_is_planned_again(desk: Desk, how: str) -> None:
    ids = _in_doubt(desk, _claimed(desk, 2))
    assert desk.issues.finish(ISSUE, at=LATER)
    assert desk.ledger.end_doubts(ISSUE, ids[:1], ACCEPTED) == 1
    assert desk.issues.row(ISSUE).state is IssueState.SENT
    if how == "person":
        desk.ledger.end_doubts(ISSUE, ids[1:], PLANNED)
    else:
        desk.ledger.settle(ISSUE, {ids[1]: Evidence.ABSENT}, height=HEIGHT, why="looked up", at=LATER)
    assert desk.issues.row(ISSUE).state is IssueState.SENDING
    assert not desk.issues.finish(ISSUE, at=LATER)


def test_an_issue_is_never_closed_over_somebody_who_is_planned_again_at_that_moment(desk: Desk) -> None:
    ids = _in_doubt(desk, _claimed(desk, 1))
    for _ in range(20):
        with desk.engine.begin() as connection:
            connection.execute(update(deliveries).values(state=DeliveryState.UNCERTAIN))
            connection.execute(update(issues).values(state=IssueState.SENDING))
        both = Barrier(2)

        def plan_again(both: Barrier = both) -> None:
            both.wait()
            assert desk.ledger.end_doubts(ISSUE, ids, PLANNED) == 1

        def close(both: Barrier = both) -> None:
            both.wait()
            desk.issues.finish(ISSUE, at=LATER)

        with ThreadPoolExecutor(2) as workers:
            for done in [workers.submit(plan_again), workers.submit(close)]:
                done.result()
        assert desk.issues.row(ISSUE).state is IssueState.SENDING


def test_evidence_is_kept_as_what_ended_the_doubt(desk: Desk) -> None:
    one, two = _claimed(desk, 2)
    ids = _in_doubt(desk, [one, two])
    found = {ids[0]: Evidence.ACCEPTED, ids[1]: Evidence.ABSENT}
    desk.ledger.settle(ISSUE, found, height=HEIGHT, why="looked up", at=LATER)
    for reader, verdict in ((one, Verdict.ACCEPTED), (two, Verdict.PLANNED)):
        story = desk.ledger.story(ISSUE, reader.subscriber.address)
        assert story is not None
        (ended,) = story.settlements
        assert (ended.verdict, ended.by, ended.who, ended.why) == (verdict, SettledBy.EVIDENCE, None, "looked up")


def test_what_the_policy_planned_again_is_known_when_it_is_in_doubt_once_more(desk: Desk) -> None:
    ids = _in_doubt(desk, _claimed(desk, 2))
    desk.ledger.end_doubts(ISSUE, ids[:1], BY_POLICY)
    desk.ledger.end_doubts(ISSUE, ids[1:], PLANNED)
    desk.ledger.claim(ISSUE, worker="next", limit=9, lease_seconds=60, at=LATER)
    again = [Unclear(delivery=one, why="again") for one in ids]
    holder = Holder(worker="next", since=LATER)
    desk.ledger.record(ISSUE, again, holder=holder, height=HEIGHT, at=LATER + timedelta(hours=1))
    assert {one.delivery: one.planned_before for one in desk.ledger.doubts(ISSUE)} == {ids[0]: True, ids[1]: False}


def test_second_mails_are_counted_by_whose_word_they_were(desk: Desk) -> None:
    ids = _in_doubt(desk, _claimed(desk, 4))
    desk.ledger.settle(ISSUE, {ids[0]: Evidence.ABSENT}, height=HEIGHT, why="looked up", at=LATER)
    desk.ledger.end_doubts(ISSUE, ids[1:3], BY_POLICY)
    desk.ledger.end_doubts(ISSUE, ids[3:], PLANNED)
    assert desk.ledger.tally(ISSUE).planned_again == {SettledBy.POLICY: 2, SettledBy.PERSON: 1}


def test_fates_are_counted_of_the_accepted_and_who_bounced_was_not_delivered(desk: Desk) -> None:
    readers = _claimed(desk, 5)
    answers = [Accepted(delivery=delivery_of(reader), receipt="r") for reader in readers[:4]]
    desk.ledger.record(ISSUE, answers, holder=WORKER, height=HEIGHT, at=LATER)
    told = ({"delivered_at": LATER}, {"delivered_at": LATER, "bounced_at": LATER}, {"complained_at": LATER})
    with desk.engine.begin() as connection:
        for reader, fate in zip([*readers[:3], readers[4]], [*told, told[0]], strict=True):
            connection.execute(update(deliveries).where(deliveries.c.id == delivery_of(reader)).values(**fate))
    assert desk.ledger.tally(ISSUE).fates == {Fate.DELIVERED: 1, Fate.BOUNCED: 1, Fate.COMPLAINED: 1}
    assert desk.ledger.tally(ISSUE, afterwards=False).fates == {}


def test_what_is_sending_or_in_doubt_is_unsettled(desk: Desk) -> None:
    readers = _claimed(desk, 2)
    assert list(desk.ledger.unsettled()) == [ISSUE]
    ids = _in_doubt(desk, readers)
    desk.issues.finish(ISSUE, at=LATER)
    second = desk.approve_issue(number=2, height=HEIGHT)
    assert list(desk.ledger.unsettled()) == [ISSUE]
    desk.plan(readers, issue=second, height=HEIGHT)
    assert list(desk.ledger.unsettled()) == [ISSUE, second]
    desk.ledger.end_doubts(ISSUE, ids, ACCEPTED)
    assert list(desk.ledger.unsettled()) == [second]


def test_who_was_put_off_is_not_ready_before_it_is_time(desk: Desk) -> None:
    put_off, waiting = _claimed(desk, 2)
    later = [Postponed(delivery=delivery_of(put_off), after=60, why="grey list")]
    desk.ledger.record(ISSUE, later, holder=WORKER, height=HEIGHT, at=NOON)
    desk.ledger.release([delivery_of(waiting)], holder=WORKER)
    assert [desk.ledger.ready(ISSUE, at=at) for at in (NOON, NOON + timedelta(seconds=60))] == [1, 2]


def test_who_claimed_something_lately_may_be_at_work(desk: Desk) -> None:
    _claimed(desk, 1)
    assert desk.ledger.at_work(ISSUE, since=NOON) == {"worker"}
    assert desk.ledger.at_work(ISSUE, since=LATER) == frozenset()
