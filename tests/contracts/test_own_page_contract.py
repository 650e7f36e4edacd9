"""The contract of what a subscription's token opens in the ``ReaderBook``."""

from datetime import timedelta

import pytest

from digest.audience.choosing import FollowChange
from digest.audience.reader import Reader, SubscriptionState, SuppressionReason
from digest.ids import EVERY_JOURNALIST, JournalistId, ListName, Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted
from tests.builders import a_declaration, a_joining, a_newsletter
from tests.contracts.desk import ASEL, DANA, ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON

LATER = NOON + timedelta(days=3)
STRANGER = "A" * 22


def _join(desk: Desk, *follows: JournalistId, since: int = 0) -> str:
    desk.audience.join(MORNING, [a_joining(follows=follows)], since=Position(since), at=NOON)
    return _reader(desk).token


def _reader(desk: Desk) -> Reader:
    (reader,) = desk.audience.readers(MORNING)
    return reader


def _follows(desk: Desk) -> dict[str, int]:
    return {follow.journalist: follow.since for follow in _reader(desk).follows}


def _begin(*slugs: JournalistId) -> FollowChange:
    return FollowChange(begin=frozenset(slugs))


def _end(*slugs: JournalistId) -> FollowChange:
    return FollowChange(end=frozenset(slugs))


def test_a_token_opens_one_subscription_and_nothing_else(desk: Desk) -> None:
    token = _join(desk, DANA)
    desk.audience.suppress("reader1@example.org", SuppressionReason.BOUNCED, at=NOON)
    membership = desk.audience.membership(token)
    assert membership is not None
    reader = _reader(desk)
    assert (membership.subscriber, membership.follows) == (reader.subscriber, reader.follows)
    assert (membership.list_name, membership.state) == (MORNING, SubscriptionState.ACTIVE)
    assert (membership.joined_at, membership.left_at) == (NOON, None)
    assert membership.suppression is SuppressionReason.BOUNCED
    for other in (STRANGER, token.swapcase(), token[:-1], ""):
        assert desk.audience.membership(other) is None


def test_leaving_by_token_ends_that_subscription_only_and_keeps_the_first_instant(desk: Desk) -> None:
    evening = ListName("evening")
    newsletter = a_newsletter("evening-brief", list_name=evening, journalists=(DANA,))
    desk.newsletters.apply(a_declaration(newsletter), at=NOON)
    token = _join(desk, DANA)
    desk.audience.join(evening, [a_joining()], since=Position(0), at=NOON)
    assert desk.audience.leave_by_token(token, at=LATER)
    assert not desk.audience.leave_by_token(token, at=LATER + timedelta(days=1))
    assert not desk.audience.leave_by_token(STRANGER, at=LATER)
    membership = desk.audience.membership(token)
    assert membership is not None
    assert (membership.has_left, membership.left_at) == (True, LATER)
    (there,) = desk.audience.readers(evening)
    assert there.state is SubscriptionState.ACTIVE


def test_leaving_in_the_middle_of_a_send_holds_from_the_next_claim_on(desk: Desk) -> None:
    first, second, third = desk.subscribe(3)
    desk.shelve("k1")
    desk.approve_issue()
    desk.plan([first, second, third])
    (claimed,) = desk.ledger.claim(ISSUE, worker="w", limit=1, lease_seconds=60, at=NOON)
    assert claimed.token == first.token
    assert desk.audience.leave_by_token(second.token, at=NOON)
    (next_,) = desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    assert next_.token == third.token
    assert desk.ledger.tally(ISSUE).excluded == {"unsubscribed": 1}


def test_coming_back_takes_up_bookmark_and_follows_as_they_were(desk: Desk) -> None:
    token = _join(desk, DANA, since=4)
    desk.set_cursors(7)
    before = _reader(desk)
    desk.audience.leave_by_token(token, at=NOON)
    desk.shelve("k1", "k2")
    assert desk.audience.come_back(token, left_since=NOON)
    assert _reader(desk) == before
    membership = desk.audience.membership(token)
    assert membership is not None
    assert membership.left_at is None
    assert not desk.audience.come_back(token, left_since=NOON)


def test_nobody_comes_back_who_left_too_long_ago_or_never(desk: Desk) -> None:
    token = _join(desk, DANA)
    assert not desk.audience.come_back(token, left_since=NOON - timedelta(days=9))
    assert not desk.audience.come_back(STRANGER, left_since=NOON - timedelta(days=9))
    desk.audience.leave_by_token(token, at=NOON)
    assert not desk.audience.come_back(token, left_since=NOON + timedelta(seconds=1))
    assert _reader(desk).state is SubscriptionState.UNSUBSCRIBED


def test_who_left_and_came_back_between_two_claims_is_mailed(desk: Desk) -> None:
    first, second = desk.subscribe(2)
    desk.shelve("k1")
    desk.approve_issue()
    desk.plan([first, second])
    desk.audience.leave_by_token(second.token, at=NOON)
    desk.audience.come_back(second.token, left_since=NOON)
    claimed = desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    assert [one.token for one in claimed] == [first.token, second.token]


def test_who_was_passed_over_and_came_back_is_owed_it_next_time(desk: Desk) -> None:
    (reader,) = desk.subscribe(1)
    desk.shelve("k1")
    desk.approve_issue()
    desk.plan([reader])
    desk.audience.leave_by_token(reader.token, at=NOON)
    assert list(desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)) == []
    desk.audience.come_back(reader.token, left_since=NOON)
    assert _reader(desk).cursor == 0


def test_a_follow_begins_at_the_shelfs_height_and_the_others_keep_theirs(desk: Desk) -> None:
    token = _join(desk, DANA)
    desk.shelve("k1", "k2")
    assert desk.audience.change_follows(token, _begin(ASEL))
    assert _follows(desk) == {DANA: 0, ASEL: 2}
    assert desk.audience.change_follows(token, _begin(ASEL))
    assert _follows(desk) == {DANA: 0, ASEL: 2}
    assert desk.audience.change_follows(token, _end(DANA))
    assert _follows(desk) == {ASEL: 2}
    desk.shelve("k3")
    assert desk.audience.change_follows(token, _begin(DANA))
    assert _follows(desk) == {ASEL: 2, DANA: 3}


def test_from_everybody_to_one_the_follow_goes_on_from_where_it_was(desk: Desk) -> None:
    token = _join(desk, EVERY_JOURNALIST, since=1)
    desk.shelve("k1", "k2")
    change = FollowChange(begin=frozenset({DANA}), end=frozenset({EVERY_JOURNALIST, ASEL}))
    assert desk.audience.change_follows(token, change)
    assert _follows(desk) == {DANA: 1}
    assert desk.audience.change_follows(token, _begin(EVERY_JOURNALIST))
    assert _follows(desk) == {DANA: 1, EVERY_JOURNALIST: 2}


def test_who_was_merged_away_since_the_page_was_shown_means_who_stayed(desk: Desk) -> None:
    token = _join(desk)
    desk.shelve("k1")
    desk.roster_desk.merge(DANA, ASEL, at=NOON)
    assert desk.audience.change_follows(token, _begin(DANA))
    assert _follows(desk) == {ASEL: 1}
    assert desk.audience.change_follows(token, _end(DANA))
    assert _follows(desk) == {}


def test_nobody_chooses_who_has_left_or_whom_nobody_knows(desk: Desk) -> None:
    token = _join(desk, DANA)
    desk.audience.leave_by_token(token, at=NOON)
    assert not desk.audience.change_follows(token, _begin(ASEL))
    assert not desk.audience.change_follows(STRANGER, _begin(ASEL))
    assert _follows(desk) == {DANA: 0}


@pytest.mark.parametrize("count", [0, 2])
def test_what_the_ledger_has_of_a_reader_is_theirs_alone(desk: Desk, count: int) -> None:
    readers = desk.subscribe(2)
    desk.shelve("k1")
    for number in range(1, count + 1):
        issue = desk.approve_issue(number=number)
        ids = desk.plan(readers, issue=issue)
        desk.ledger.claim(issue, worker="w", limit=9, lease_seconds=60, at=NOON)
        mine = [Accepted(delivery=delivery_of(readers[0], issue), receipt="r")]
        assert ids[0] == mine[0].delivery
        desk.ledger.record(issue, mine, holder=Holder(worker="w", since=NOON), height=Position(1), at=LATER)
    received = desk.audience.received(readers[0].token)
    assert [(one.issue, one.state, one.answered_at) for one in received] == [
        (f"morning-brief-{number}", "accepted", LATER) for number in range(1, count + 1)
    ]
    assert [one.state for one in desk.audience.received(readers[1].token)] == ["claimed"] * count
    assert list(desk.audience.received(STRANGER)) == []
