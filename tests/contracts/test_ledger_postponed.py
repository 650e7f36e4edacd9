"""The contract of ``Ledger`` on readers who are put off: planned again, and left alone until then."""

from datetime import timedelta

from digest.audience.reader import Reader
from digest.ids import DeliveryId, Position
from digest.send.ledger import DeliveryStory, Holder
from digest.send.mail import Accepted, Evidence, Postponed
from digest.send.states import DeliveryState
from tests.contracts.desk import ISSUE, Desk, delivery_of
from tests.fakes import NOON

HEIGHT = Position(2)
WORKER = Holder(worker="w", since=NOON)
SOON, LATER = NOON + timedelta(seconds=299), NOON + timedelta(seconds=300)


def _claimed(desk: Desk, count: int) -> list[Reader]:
    desk.shelve("k1", "k2")
    readers = list(desk.subscribe(count))
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    desk.ledger.claim(ISSUE, worker=WORKER.worker, limit=count, lease_seconds=60, at=WORKER.since)
    return readers


def _put_off(desk: Desk, *readers: Reader, after: float = 300, holder: Holder = WORKER) -> None:
    answers = [Postponed(delivery=delivery_of(one), after=after, why="450 come back later") for one in readers]
    desk.ledger.record(ISSUE, answers, holder=holder, height=HEIGHT, at=NOON)


def _claim(desk: Desk, at: timedelta) -> list[DeliveryId]:
    return [one.id for one in desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON + at)]


def _story(desk: Desk, reader: Reader) -> DeliveryStory:
    story = desk.ledger.story(ISSUE, reader.subscriber.address)
    assert story is not None
    return story


def test_who_is_put_off_is_planned_and_cannot_be_claimed_before(desk: Desk) -> None:
    one, two = _claimed(desk, 2)
    _put_off(desk, one)
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.PLANNED: 1, DeliveryState.CLAIMED: 1}
    story = _story(desk, one)
    assert (story.state, story.reason) == (DeliveryState.PLANNED, "450 come back later")
    assert (story.claimed_at, story.answered_at, story.not_before) == (None, None, LATER)
    assert _claim(desk, SOON - NOON) == []
    assert _claim(desk, LATER - NOON) == [delivery_of(one)]
    assert (_story(desk, one).reason, _story(desk, one).not_before) == (None, None)
    assert _story(desk, two).state is DeliveryState.CLAIMED
    assert desk.stored_cursors() == [0, 0]


def test_the_ledger_tells_when_the_first_of_them_may_be_asked_for(desk: Desk) -> None:
    one, two, three = _claimed(desk, 3)
    assert desk.ledger.put_off_until(ISSUE) is None
    _put_off(desk, one, after=600)
    _put_off(desk, two, after=300)
    assert desk.ledger.put_off_until(ISSUE) == LATER
    assert _claim(desk, LATER - NOON) == [delivery_of(two)]
    assert desk.ledger.put_off_until(ISSUE) == NOON + timedelta(seconds=600)
    desk.ledger.record(
        ISSUE, [Accepted(delivery=delivery_of(three), receipt="r")], holder=WORKER, height=HEIGHT, at=NOON
    )
    assert desk.stored_cursors() == [0, 0, 2]


def test_an_issue_with_somebody_put_off_is_not_closed(desk: Desk) -> None:
    readers = _claimed(desk, 1)
    _put_off(desk, *readers)
    assert not desk.issues.finish(ISSUE, at=LATER)


def test_only_the_holder_of_a_claim_puts_off(desk: Desk) -> None:
    (reader,) = _claimed(desk, 1)
    _put_off(desk, reader, holder=Holder(worker="other", since=NOON))
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.CLAIMED: 1}
    desk.ledger.give_up(ISSUE, is_gone=lambda _: True, at=NOON)
    _put_off(desk, reader)  # in doubt by now: only evidence settles that
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.UNCERTAIN: 1}
    absent = {delivery_of(reader): Evidence.ABSENT}
    desk.ledger.settle(ISSUE, absent, height=HEIGHT, why="looked up", at=NOON)
    assert _claim(desk, timedelta()) == [delivery_of(reader)]
