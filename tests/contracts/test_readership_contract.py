"""The contract of ``Readership`` on long lists: one reader after another, one alone, and what a page of them had."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update

from digest.audience.reader import SubscriptionState
from digest.ids import IssueId, ListName, Position
from digest.send.ledger import Claim, Holder, Planned
from digest.send.mail import Accepted, Rejected, Unclear
from digest.store import contents, planning
from digest.store.tables import deliveries
from tests.builders import a_contents, a_joining, a_section, an_owed
from tests.contracts.desk import ASEL, DANA, ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON

HEIGHT = Position(2)


def _accepted(desk: Desk, count: int) -> None:
    """An issue that every reader's server took."""
    desk.shelve("k1", "k2")
    readers = list(desk.subscribe(count))
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    claims = desk.ledger.claim(ISSUE, worker="w", limit=count, lease_seconds=60, at=NOON)
    answers = [Accepted(delivery=claim.id, receipt="r") for claim in claims]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=HEIGHT, at=NOON)


def _bounce(desk: Desk, number: int) -> None:
    which = delivery_of(desk.audience.readers(MORNING)[number])
    later = NOON + timedelta(hours=1)
    with desk.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == which).values(bounced_at=later))


def test_a_list_of_several_pages_streams_in_order_with_everybodys_follows(desk: Desk) -> None:
    rows = [a_joining(f"r{n}@example.org", follows=(DANA, ASEL) if n % 2 else ()) for n in range(2_100)]
    desk.audience.join(MORNING, rows, since=Position(3), at=NOON)
    streamed = list(desk.audience.stream(MORNING))
    assert [reader.subscriber.address for reader in streamed] == [row.address for row in rows]
    assert [tuple(follow.journalist for follow in reader.follows) for reader in streamed[:2]] == [(), (ASEL, DANA)]
    assert streamed == desk.audience.readers(MORNING)
    assert list(desk.audience.stream(ListName("nobody"))) == []


def test_what_changes_while_a_list_streams_is_not_seen_and_harms_nobody(desk: Desk) -> None:
    desk.subscribe(3)
    stream = iter(desk.audience.stream(MORNING))
    seen = [next(stream)]
    desk.audience.join(MORNING, [a_joining("late@example.org")], since=Position(0), at=NOON)
    desk.audience.leave(MORNING, "reader3@example.org", at=NOON)
    seen += stream
    assert [reader.subscriber.address for reader in seen] == [f"reader{n}@example.org" for n in (1, 2, 3)]
    assert {reader.state for reader in seen} == {SubscriptionState.ACTIVE}


def test_a_stream_that_nobody_asks_on_leaves_the_store_free(desk: Desk) -> None:
    desk.subscribe(3)
    assert next(iter(desk.audience.stream(MORNING))).subscriber.address == "reader1@example.org"
    assert desk.audience.leave(MORNING, "reader1@example.org", at=NOON)


def test_one_reader_is_found_by_any_spelling_and_only_on_their_list(desk: Desk) -> None:
    _one, two = desk.subscribe(2)
    assert desk.audience.reader(MORNING, " READER2@example.org") == two
    assert desk.audience.reader(MORNING, "stranger@example.org") is None
    assert desk.audience.reader(ListName("evening"), "reader2@example.org") is None


def test_the_cursors_are_those_of_the_readers_and_of_what_is_under_way(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    readers = desk.subscribe(2)
    desk.audience.join(MORNING, [a_joining("late@example.org")], since=Position(1), at=NOON)
    assert set(desk.audience.cursors(MORNING)) == {0, 1}
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    assert set(desk.audience.cursors(MORNING)) >= {reader.cursor for reader in desk.audience.readers(MORNING)}


def test_only_those_who_are_asked_for_are_looked_up(desk: Desk) -> None:
    _accepted(desk, 3)
    one, two, _three = (reader.subscriber.id for reader in desk.audience.readers(MORNING))
    stories = [Position(1)]
    assert set(desk.audience.had(MORNING, stories, whom=[one, two])) == {one, two}
    assert desk.audience.had(MORNING, stories, whom=[]) == {}
    assert len(desk.audience.had(MORNING, stories)) == 3


def test_who_never_got_a_mail_because_it_bounced_did_not_have_its_stories(desk: Desk) -> None:
    _accepted(desk, 2)
    _bounce(desk, 0)
    one, two = (reader.subscriber.id for reader in desk.audience.readers(MORNING))
    assert set(desk.audience.had(MORNING, [Position(1)], whom=[one, two])) == {two}


def test_what_was_in_a_mail_that_was_refused_or_bounced_or_never_left_is_missing(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    readers = list(desk.subscribe(5))
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    desk.audience.leave(MORNING, readers[4].subscriber.address, at=NOON)
    claims = {one.id: one for one in desk.ledger.claim(ISSUE, worker="w", limit=5, lease_seconds=60, at=NOON)}
    refused, bounced, fine, unclear = (delivery_of(reader) for reader in readers[:4])
    assert claims.keys() == {refused, bounced, fine, unclear}
    answers = [
        Rejected(delivery=refused, why="no such mailbox"),
        Accepted(delivery=bounced, receipt="r"),
        Accepted(delivery=fine, receipt="r"),
        Unclear(delivery=unclear, why="no answer"),
    ]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=HEIGHT, at=NOON)
    _bounce(desk, 1)
    whom = [reader.subscriber.id for reader in readers]
    assert desk.audience.missing([ISSUE], whom=whom) == {whom[at]: {1: ISSUE} for at in (0, 1, 4)}
    assert desk.audience.missing([ISSUE], whom=whom[1:4]) == {whom[1]: {1: ISSUE}}
    assert desk.audience.missing([], whom=whom) == {}


def test_of_several_issues_the_earliest_is_named_as_the_one_that_failed(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    (reader,) = desk.subscribe(1)
    second = IssueId("morning-brief-2")
    for issue, number in ((ISSUE, 1), (second, 2)):
        desk.approve_issue(number=number, height=HEIGHT)
        desk.plan([reader], issue=issue, height=HEIGHT)
        desk.ledger.claim(issue, worker="w", limit=1, lease_seconds=60, at=NOON)
        no = [Rejected(delivery=delivery_of(reader, issue), why="full")]
        desk.ledger.record(issue, no, holder=Holder(worker="w", since=NOON), height=HEIGHT, at=NOON)
    who = reader.subscriber.id
    assert desk.audience.missing([second, ISSUE], whom=[who]) == {who: {1: ISSUE}}


def test_a_yes_to_what_is_known_to_have_bounced_moves_no_cursor(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    readers = desk.subscribe(2)
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    desk.ledger.claim(ISSUE, worker="w", limit=2, lease_seconds=60, at=NOON)
    _bounce(desk, 0)
    answers = [Accepted(delivery=delivery_of(reader), receipt="r") for reader in readers]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=HEIGHT, at=NOON)
    assert desk.stored_cursors() == [0, 2]


def test_as_many_contents_as_readers_are_planned_and_claimed_with_little_kept_at_hand(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "_PAGE", 3)
    monkeypatch.setattr(planning, "_KEPT_KEYS", 4)
    monkeypatch.setattr(contents, "_KEPT", 4)
    desk.shelve("k1", "k2")
    readers = desk.subscribe(12)
    desk.approve_issue(height=HEIGHT)
    theirs = {
        reader.subscriber.id: a_contents(a_section(positions=(1 + place % 6,)), issue=ISSUE)
        for place, reader in enumerate(readers)
    }
    desk.ledger.plan(
        ISSUE,
        [
            Planned(id=delivery_of(reader), owed=an_owed(reader, contents=theirs[reader.subscriber.id]))
            for reader in readers
        ],
        height=HEIGHT,
        at=NOON,
    )
    assert desk.ledger.tally(ISSUE).bodies == 6
    claims = [*_claims(desk, 5), *_claims(desk, 5), *_claims(desk, 5)]
    assert {claim.subscriber: claim.contents for claim in claims} == theirs


def _claims(desk: Desk, limit: int) -> Sequence[Claim]:
    return desk.ledger.claim(ISSUE, worker="w", limit=limit, lease_seconds=60, at=NOON)
