"""A yes to all that was claimed is recorded as one span: what it must not touch, and what it must not leave out."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from digest.audience.reader import Reader, SubscriptionState
from digest.ids import DeliveryId, Position, SubscriberId
from digest.send.ledger import Claim, Holder
from digest.send.mail import Accepted, Answer, Rejected
from digest.send.states import DeliveryState
from digest.store.spans import Span, Spans
from digest.store.tables import deliveries, follows, subscriptions
from tests.contracts.desk import ISSUE, Desk, contents_of, delivery_of
from tests.fakes import NOON

HEIGHT = Position(2)
HOLDER = Holder(worker="worker", since=NOON)
LATER = NOON + timedelta(minutes=1)
PLANNED, CLAIMED, ACCEPTED = DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.ACCEPTED


def _planned(desk: Desk, count: int) -> Sequence[Reader]:
    desk.shelve("k1", "k2")
    readers = desk.subscribe(count)
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    return readers


def _claim(desk: Desk, limit: int = 100, holder: Holder = HOLDER) -> Sequence[Claim]:
    return desk.ledger.claim(ISSUE, worker=holder.worker, limit=limit, lease_seconds=60, at=holder.since)


def _record(desk: Desk, answers: Sequence[Answer], holder: Holder = HOLDER) -> None:
    desk.ledger.record(ISSUE, answers, holder=holder, height=HEIGHT, at=LATER)


def _yes(claims: Sequence[Claim], receipt: str = "r") -> list[Answer]:
    return [Accepted(delivery=claim.id, receipt=receipt) for claim in claims]


def _states(desk: Desk) -> dict[DeliveryState, int]:
    return dict(desk.ledger.tally(ISSUE).states)


def test_a_yes_to_all_accepts_them_with_their_receipt_and_moves_their_cursors(desk: Desk) -> None:
    one, *_ = _planned(desk, 5)
    _record(desk, _yes(_claim(desk, 3)))
    assert _states(desk) == {ACCEPTED: 3, PLANNED: 2}
    assert desk.stored_cursors() == [2, 2, 2, 0, 0]
    story = desk.ledger.story(ISSUE, one.subscriber.address)
    assert story is not None
    assert (story.receipt, story.answered_at, story.reason) == ("r", LATER, None)


def test_who_bounced_before_the_yes_was_recorded_is_accepted_and_still_owed(desk: Desk) -> None:
    one, _ = _planned(desk, 2)
    claims = _claim(desk)
    with desk.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == delivery_of(one)).values(bounced_at=NOON))
    _record(desk, _yes(claims))
    assert _states(desk) == {ACCEPTED: 2}
    assert desk.stored_cursors() == [0, 2]


def test_what_somebody_has_claimed_since_is_left_as_it_is(desk: Desk) -> None:
    one, *_ = _planned(desk, 3)
    claims = _claim(desk)
    other = {"claimed_by": "another", "claimed_at": LATER}
    with desk.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == delivery_of(one)).values(**other))
    _record(desk, _yes(claims))
    assert _states(desk) == {CLAIMED: 1, ACCEPTED: 2}
    assert desk.stored_cursors() == [0, 2, 2]


def test_what_came_into_doubt_meanwhile_is_accepted_all_the_same(desk: Desk) -> None:
    _planned(desk, 3)
    claims = _claim(desk)
    assert desk.ledger.give_up(ISSUE, is_gone=lambda worker: worker == "worker", at=LATER) == 3
    _record(desk, _yes(claims))
    assert _states(desk) == {ACCEPTED: 3}
    assert desk.stored_cursors() == [2, 2, 2]


def test_parts_of_a_claim_are_recorded_in_one_transaction_or_none_is(desk: Desk) -> None:
    _planned(desk, 6)
    claims = _claim(desk)
    with contextlib.suppress(ZeroDivisionError), desk.ledger.together():
        _record(desk, _yes(claims[:2], "one"))
        raise ZeroDivisionError
    assert _states(desk) == {CLAIMED: 6}
    with desk.ledger.together():
        _record(desk, _yes(claims[:2], "one"))
        _record(desk, _yes(claims[2:4], "two"))
        _record(desk, [Rejected(delivery=claims[4].id, why="no"), *_yes(claims[5:], "three")])
    assert _states(desk) == {ACCEPTED: 5, DeliveryState.REFUSED: 1}
    assert desk.stored_cursors() == [2, 2, 2, 2, 0, 2]


def test_two_claims_of_one_instant_are_recorded_each_by_its_own_deliveries(desk: Desk) -> None:
    _planned(desk, 4)
    first, second = _claim(desk, 2), _claim(desk, 2)
    _record(desk, _yes(first, "one"))
    assert _states(desk) == {ACCEPTED: 2, CLAIMED: 2}
    _record(desk, _yes(second, "two"))
    assert _states(desk) == {ACCEPTED: 4}


def test_another_process_records_what_it_has_not_claimed_itself(desk: Desk) -> None:
    _planned(desk, 3)
    claims = _claim(desk)
    _record(Desk(desk.engine), _yes(claims))
    assert _states(desk) == {ACCEPTED: 3}
    assert desk.stored_cursors() == [2, 2, 2]


def test_claiming_goes_on_behind_the_last_reader_and_then_from_the_first(desk: Desk) -> None:
    _planned(desk, 4)
    first = _claim(desk, 2)
    desk.ledger.release([claim.id for claim in first], holder=HOLDER)
    assert [claim.subscriber for claim in _claim(desk, 2)] == [3, 4]
    assert [claim.subscriber for claim in _claim(desk, 5)] == [1, 2]
    assert list(_claim(desk)) == []


def test_a_reader_without_a_subscription_is_not_claimed_with_those_around_them(desk: Desk) -> None:
    _, two, _ = _planned(desk, 3)
    theirs = subscriptions.c.subscriber == two.subscriber.id
    with desk.engine.begin() as connection:
        connection.execute(delete(follows))
        connection.execute(delete(subscriptions).where(theirs))
    assert [claim.subscriber for claim in _claim(desk)] == [1, 3]
    assert _states(desk) == {CLAIMED: 2, PLANNED: 1}


def test_who_left_is_excluded_from_the_midst_of_a_span(desk: Desk) -> None:
    _, two, _ = _planned(desk, 3)
    theirs = subscriptions.c.subscriber == two.subscriber.id
    with desk.engine.begin() as connection:
        connection.execute(update(subscriptions).where(theirs).values(state=SubscriptionState.UNSUBSCRIBED))
    _record(desk, _yes(_claim(desk)))
    assert _states(desk) == {ACCEPTED: 2, DeliveryState.EXCLUDED: 1}
    assert desk.stored_cursors() == [2, 0, 2]


CLAIMS = tuple(
    Claim(
        id=delivery_of_number,
        subscriber=SubscriberId(number),
        address="",
        name="",
        token="",
        contents=contents_of(),
    )
    for number, delivery_of_number in ((4, "four"), (7, "seven"))
)
YES = (Accepted(delivery="four", receipt="r"), Accepted(delivery="seven", receipt="r"))


def test_one_yes_to_all_is_a_span_once() -> None:
    spans = Spans()
    spans.claimed(ISSUE, HOLDER, CLAIMS)
    span = Span(first=SubscriberId(4), last=SubscriberId(7), count=2)
    assert spans.answered(ISSUE, HOLDER, YES) == (span, "r")
    assert spans.answered(ISSUE, HOLDER, YES) is None


@pytest.mark.parametrize(
    "answers",
    [
        (),
        YES[::-1],
        (YES[0], Accepted(delivery="seven", receipt="another")),
        (YES[0], Rejected(delivery="seven", why="no")),
        (YES[0], Accepted(delivery="eight", receipt="r")),
    ],
)
def test_anything_else_is_none(answers: Sequence[Answer]) -> None:
    spans = Spans()
    spans.claimed(ISSUE, HOLDER, CLAIMS)
    assert spans.answered(ISSUE, HOLDER, answers) is None


def test_one_yes_to_readers_who_were_claimed_side_by_side_is_a_span_once() -> None:
    claims = [
        CLAIMS[0]._replace(id=DeliveryId(f"d{number}"), subscriber=SubscriberId(number)) for number in range(1, 7)
    ]
    yes = [Accepted(delivery=claim.id, receipt="r") for claim in claims]
    spans = Spans()
    spans.claimed(ISSUE, HOLDER, claims)
    assert spans.answered(ISSUE, HOLDER, [yes[2], yes[4]]) is None  # somebody stands between them
    for some in (yes[2:4], yes[4:], yes[:2]):
        span = Span(
            first=SubscriberId(int(some[0].delivery[1:])), last=SubscriberId(int(some[-1].delivery[1:])), count=2
        )
        assert spans.answered(ISSUE, HOLDER, some) == (span, "r")
        assert spans.answered(ISSUE, HOLDER, some) is None
    assert spans.answered(ISSUE, HOLDER, yes) is None


def test_so_many_batches_are_remembered_and_no_more() -> None:
    spans = Spans()
    holders = [Holder(worker="worker", since=NOON + timedelta(seconds=number)) for number in range(300)]
    for holder in holders:
        spans.claimed(ISSUE, holder, CLAIMS)
    assert spans.answered(ISSUE, holders[0], YES) is None
    assert spans.answered(ISSUE, holders[-1], YES) is not None
