"""The contract of ``FeedbackBook``: what is told is kept once, and everything follows from it whenever it is told."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, Row, select, update

from digest.audience.reader import Reader, SuppressionReason
from digest.errors import StoreUnreachable
from digest.ids import DeliveryId, Position
from digest.send.feedback.ports import TakenIn
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Evidence, Rejected, Unclear
from digest.send.proof import prove
from digest.send.states import DeliveryState
from digest.store.feedback import SqlFeedback
from digest.store.tables import deliveries, feedback, suppressions
from digest.store.transactions import writing
from tests.contracts.desk import ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON

HEIGHT = Position(2)
LATER = NOON + timedelta(minutes=5)
WORKER = Holder(worker="worker", since=NOON)
KINDS = FeedbackKind


@pytest.fixture
def book(engine: Engine) -> SqlFeedback:
    return SqlFeedback(engine)


def claimed(desk: Desk, count: int = 1) -> list[Reader]:
    """Plan an issue of height 2 for readers, and claim it for all of them."""
    desk.shelve("k1", "k2")
    readers = list(desk.subscribe(count))
    desk.approve_issue(height=HEIGHT)
    desk.plan(readers, height=HEIGHT)
    desk.ledger.claim(ISSUE, worker="worker", limit=count, lease_seconds=60, at=NOON)
    return readers


def accepted(desk: Desk, count: int = 1) -> list[Reader]:
    readers = claimed(desk, count)
    say_yes(desk, *readers)
    return readers


def say_yes(desk: Desk, *readers: Reader) -> None:
    answers = [Accepted(delivery=delivery_of(reader), receipt="r") for reader in readers]
    desk.ledger.record(ISSUE, answers, holder=WORKER, height=HEIGHT, at=NOON)


def uncertain(desk: Desk, count: int = 1) -> list[Reader]:
    readers = claimed(desk, count)
    answers = [Unclear(delivery=delivery_of(reader), why="no answer") for reader in readers]
    desk.ledger.record(ISSUE, answers, holder=WORKER, height=HEIGHT, at=NOON)
    return readers


def about(reader: Reader, kind: FeedbackKind = KINDS.DELIVERED, *, after: int = 0) -> Feedback:
    """Return something told of a reader's delivery, so many minutes after noon."""
    return Feedback(
        kind=kind,
        source="sendgrid",
        said=kind,
        at=NOON + timedelta(minutes=after),
        delivery=delivery_of(reader),
        address=reader.subscriber.address,
        event_id=f"{kind}-{reader.subscriber.id}-{after}",
    )


def row_of(desk: Desk, reader: Reader) -> Row[tuple[object, ...]]:
    with desk.engine.connect() as connection:
        return connection.execute(select(deliveries).where(deliveries.c.id == delivery_of(reader))).one()


def fates_in(desk: Desk, reader: Reader) -> tuple[datetime | None, datetime | None, datetime | None]:
    row = row_of(desk, reader)
    return row.delivered_at, row.bounced_at, row.complained_at


def suppressed(desk: Desk) -> dict[str, tuple[str, str]]:
    with desk.engine.connect() as connection:
        rows = connection.execute(select(suppressions.c.identity, suppressions.c.reason, suppressions.c.note))
        return {row.identity: (row.reason, row.note) for row in rows}


def test_what_is_told_twice_is_kept_once_whatever_its_id(desk: Desk, book: SqlFeedback) -> None:
    (reader,) = accepted(desk)
    told = about(reader)
    redelivered = replace(told, event_id="another", raw="{}")
    same_id = replace(told, said="delivered again")

    first = book.take_in([told, told, redelivered], at=LATER)

    assert first == TakenIn(new=1, known=2)
    assert book.take_in([redelivered, same_id], at=LATER) == TakenIn(known=2)
    assert book.counts() == {KINDS.DELIVERED: 1}


def test_nothing_is_told_at_all(desk: Desk, book: SqlFeedback) -> None:
    accepted(desk)
    assert book.take_in([], at=LATER) == TakenIn()
    assert book.evidence([]) == {}


def test_fates_stand_in_the_ledger_with_their_first_instants(desk: Desk, book: SqlFeedback) -> None:
    (reader, other) = accepted(desk, 2)
    book.take_in([about(reader, after=2), about(reader, KINDS.COMPLAINED, after=9)], at=LATER)
    book.take_in([about(reader, after=1), about(reader, KINDS.OPENED)], at=LATER)
    assert fates_in(desk, reader) == (NOON + timedelta(minutes=1), None, NOON + timedelta(minutes=9))
    assert fates_in(desk, other) == (None, None, None)
    assert row_of(desk, reader).state == DeliveryState.ACCEPTED


def test_a_doubt_is_settled_with_a_reason_and_the_reader_had_the_issue(desk: Desk, book: SqlFeedback) -> None:
    first, second, third = uncertain(desk, 3)
    told = [about(first, KINDS.ACCEPTED), about(first), about(second, KINDS.UNKNOWN)]

    assert book.take_in(told, at=LATER) == TakenIn(new=3, settled=1)

    row = row_of(desk, first)
    assert (row.state, row.reason, row.answered_at) == (DeliveryState.ACCEPTED, "told afterwards by sendgrid", LATER)
    assert desk.stored_cursors() == [HEIGHT, 0, 0]
    assert [row_of(desk, one).state for one in (second, third)] == [DeliveryState.UNCERTAIN] * 2
    assert prove(desk.ledger.tally(ISSUE)).is_balanced
    assert book.take_in(told, at=LATER) == TakenIn(known=3)


def test_an_event_before_the_answer_waits_for_it_and_is_evidence_if_it_never_comes(
    desk: Desk, book: SqlFeedback
) -> None:
    answered, lost = claimed(desk, 2)
    taken = book.take_in([about(answered), about(lost, KINDS.ACCEPTED)], at=NOON)
    assert (taken.new, taken.settled) == (2, 0)
    assert row_of(desk, lost).state == DeliveryState.CLAIMED

    say_yes(desk, answered)
    assert (row_of(desk, answered).state, fates_in(desk, answered)[0]) == (DeliveryState.ACCEPTED, NOON)
    desk.ledger.give_up(ISSUE, is_gone=lambda _: True, at=LATER)
    found = book.evidence([delivery_of(lost), DeliveryId("nobody's")])
    assert found == {delivery_of(lost): Evidence.ACCEPTED, DeliveryId("nobody's"): Evidence.UNKNOWN}


def test_a_word_that_we_do_not_know_proves_nothing_and_is_kept_as_it_came(desk: Desk, book: SqlFeedback) -> None:
    (reader,) = uncertain(desk)
    book.take_in([replace(about(reader, KINDS.UNKNOWN), raw='{"event":"tomorrow"}')], at=LATER)
    assert book.evidence([delivery_of(reader)]) == {delivery_of(reader): Evidence.UNKNOWN}
    with desk.engine.connect() as connection:
        assert connection.scalars(select(feedback.c.raw)).all() == ['{"event":"tomorrow"}']


def test_a_refusal_stays_one_whatever_is_told(desk: Desk, book: SqlFeedback) -> None:
    (reader,) = claimed(desk)
    no = Rejected(delivery=delivery_of(reader), why="no")
    desk.ledger.record(ISSUE, [no], holder=WORKER, height=HEIGHT, at=NOON)
    book.take_in([about(reader)], at=LATER)
    assert row_of(desk, reader).state == DeliveryState.REFUSED
    assert desk.stored_cursors() == [0]


def test_whoever_bounced_is_owed_the_articles_next_time(desk: Desk, book: SqlFeedback) -> None:
    bounced, fine = accepted(desk, 2)
    book.take_in([about(bounced, KINDS.BLOCKED, after=3), about(fine)], at=LATER)
    assert fates_in(desk, bounced) == (None, NOON + timedelta(minutes=3), None)
    assert desk.stored_cursors() == [0, HEIGHT]
    assert desk.audience.had(MORNING, [Position(1)]).keys() == {fine.subscriber.id}


def test_a_bounce_that_was_told_before_the_answer_was_recorded_is_owed_all_the_same(
    desk: Desk, book: SqlFeedback
) -> None:
    recorded, in_doubt = claimed(desk, 2)
    book.take_in([about(recorded, KINDS.BLOCKED)], at=NOON)
    say_yes(desk, recorded)
    unclear = Unclear(delivery=delivery_of(in_doubt), why="no answer")
    desk.ledger.record(ISSUE, [unclear], holder=WORKER, height=HEIGHT, at=NOON)
    assert book.take_in([about(in_doubt, KINDS.DROPPED)], at=LATER).settled == 1
    assert row_of(desk, recorded).state == row_of(desk, in_doubt).state == DeliveryState.ACCEPTED
    assert desk.stored_cursors() == [0, 0]


@pytest.mark.parametrize("late", [False, True])
def test_a_mail_that_got_through_at_a_later_try_did_not_bounce(desk: Desk, book: SqlFeedback, late: bool) -> None:
    (reader,) = accepted(desk)
    story = [about(reader, KINDS.BLOCKED, after=1), about(reader, after=2)]
    for told in reversed(story) if late else story:
        book.take_in([told], at=LATER)
    assert fates_in(desk, reader) == (NOON + timedelta(minutes=2), None, None)
    assert desk.stored_cursors() == [HEIGHT]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (KINDS.BOUNCED, SuppressionReason.BOUNCED),
        (KINDS.COMPLAINED, SuppressionReason.COMPLAINED),
        (KINDS.UNSUBSCRIBED, SuppressionReason.UNSUBSCRIBED),
    ],
)
def test_who_must_not_be_mailed_is_suppressed_at_once(
    desk: Desk, book: SqlFeedback, kind: FeedbackKind, reason: SuppressionReason
) -> None:
    reader, other = accepted(desk, 2)
    forwarded = replace(about(reader, kind), address="Somebody.Else@Example.org")
    assert book.take_in([forwarded, about(other)], at=LATER).suppressed == 1
    assert suppressed(desk) == {reader.subscriber.address: (reason, "told by sendgrid about 2025-12-19")}
    assert [one.suppression for one in desk.audience.readers(MORNING)] == [reason, None]


def test_the_first_reason_stays_and_a_drop_says_its_own(desk: Desk, book: SqlFeedback) -> None:
    reader, by_hand = accepted(desk, 2)
    desk.audience.suppress(by_hand.subscriber.address, SuppressionReason.BY_HAND, at=NOON, note="rang us")
    invalid = replace(about(reader, KINDS.DROPPED), reason=SuppressionReason.INVALID)
    both = [about(reader, KINDS.COMPLAINED, after=4), invalid, about(by_hand, KINDS.BOUNCED)]
    assert book.take_in(both, at=LATER).suppressed == 1
    assert suppressed(desk)[reader.subscriber.address][0] == SuppressionReason.INVALID
    assert suppressed(desk)[by_hand.subscriber.address] == (SuppressionReason.BY_HAND, "rang us")


def test_what_is_about_no_delivery_of_ours_is_kept_counted_and_goes_by_its_address(
    desk: Desk, book: SqlFeedback
) -> None:
    (reader,) = accepted(desk)
    known = about(reader)
    strange = [
        replace(
            known, delivery=DeliveryId("theirs"), kind=KINDS.COMPLAINED, address=" Reader1@Example.ORG ", event_id="1"
        ),
        replace(known, delivery=None, kind=KINDS.BOUNCED, said="b", address="stranger@example.org", event_id="2"),
        replace(known, delivery=None, kind=KINDS.UNKNOWN, said="account", address=None, event_id=None),
    ]
    assert book.take_in([known, *strange], at=LATER) == TakenIn(new=4, unmatched=3, suppressed=2)
    assert suppressed(desk).keys() == {"reader1@example.org", "stranger@example.org"}
    assert book.counts(unmatched=True) == {KINDS.BOUNCED: 1, KINDS.COMPLAINED: 1, KINDS.UNKNOWN: 1}
    assert {one.issue for one in book.heard(unmatched=True)} == {None}


def test_what_was_told_is_shown_the_newest_first(desk: Desk, book: SqlFeedback) -> None:
    first, second = accepted(desk, 2)
    told = [about(first, KINDS.ACCEPTED), replace(about(first, after=1), why="250 OK"), about(second, after=2)]
    book.take_in(told, at=LATER)
    newest, *_, oldest = book.heard()
    assert (newest.at, newest.received_at, newest.issue) == (NOON + timedelta(minutes=2), LATER, ISSUE)
    assert (oldest.kind, oldest.source, oldest.delivery) == (KINDS.ACCEPTED, "sendgrid", delivery_of(first))
    assert [one.why for one in book.heard(delivery=delivery_of(first))] == ["250 OK", ""]
    assert len(book.heard(issue=ISSUE, most=2)) == 2
    assert book.counts(issue=ISSUE) == {KINDS.ACCEPTED: 1, KINDS.DELIVERED: 2}


def test_text_that_no_database_takes_is_taken(desk: Desk, book: SqlFeedback) -> None:
    (reader,) = accepted(desk)
    nasty = "\0\ud800" + "x" * 5_000
    told = Feedback(
        kind=KINDS.BOUNCED,
        source="sendgrid\0",
        said=nasty,
        at=NOON,
        delivery=DeliveryId(nasty),
        address=nasty,
        event_id=nasty,
        why=nasty,
        raw=nasty,
    )
    short = replace(told, delivery=DeliveryId("a\0b"), address="a\0b@example.org", event_id="e\ud800")
    assert book.take_in([told, short, about(reader)], at=LATER) == TakenIn(new=3, unmatched=2, suppressed=1)
    assert book.take_in([told, short], at=LATER).known == 2
    assert book.evidence([DeliveryId("a\ufffdb")]) == {DeliveryId("a\ufffdb"): Evidence.ACCEPTED}


def test_many_events_at_once(desk: Desk, book: SqlFeedback) -> None:
    readers = uncertain(desk, 700)
    told = [about(reader, kind) for reader in readers for kind in (KINDS.ACCEPTED, KINDS.DELIVERED)]
    assert book.take_in(told + told[::-1], at=LATER) == TakenIn(new=1_400, known=1_400, settled=700)
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.ACCEPTED: 700}
    assert set(desk.stored_cursors()) == {HEIGHT}


def test_two_posts_of_the_same_events_at_the_same_time(desk: Desk, book: SqlFeedback) -> None:
    readers = uncertain(desk, 40)
    told = [about(reader, kind) for reader in readers for kind in (KINDS.ACCEPTED, KINDS.DELIVERED)]
    barrier = Barrier(4)

    def post(turn: int) -> TakenIn:
        barrier.wait()
        return book.take_in(told[turn:] + told[:turn], at=LATER)

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(post, range(0, 80, 20)))
    assert sum(one.new for one in taken) == 80
    assert sum(one.settled for one in taken) == 40
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.ACCEPTED: 40}
    assert all(fates_in(desk, reader)[0] == NOON for reader in readers)


def test_events_and_answers_at_the_same_time_end_as_if_one_came_after_the_other(desk: Desk, book: SqlFeedback) -> None:
    readers = claimed(desk, 60)
    barrier = Barrier(3)

    def tell(half: int) -> None:
        barrier.wait()
        for reader in readers[half::2]:
            book.take_in([about(reader, KINDS.BLOCKED), about(reader, KINDS.ACCEPTED)], at=NOON)

    def record() -> None:
        barrier.wait()
        for start in range(0, 60, 20):
            say_yes(desk, *reversed(readers[start : start + 20]))

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(tell, 0), pool.submit(tell, 1), pool.submit(record)]:
            done.result()
    assert desk.ledger.tally(ISSUE).states == {DeliveryState.ACCEPTED: 60}
    assert set(desk.stored_cursors()) == {0}


def test_events_wait_for_a_worker_that_records_its_answers(desk: Desk, book: SqlFeedback) -> None:
    readers = claimed(desk, 3)
    with ThreadPoolExecutor(1) as pool:
        with writing(desk.engine) as worker:  # as a worker does that has recorded some answers and not yet all
            held = select(deliveries.c.id).where(deliveries.c.id == delivery_of(readers[1])).with_for_update()
            worker.execute(held).all()
            telling = pool.submit(book.take_in, [about(reader) for reader in readers], at=LATER)
            with pytest.raises(TimeoutError):
                telling.result(timeout=0.3)
            rest = [delivery_of(reader) for reader in readers]
            worker.execute(update(deliveries).where(deliveries.c.id.in_(rest)).values(reason="recorded"))
        assert telling.result().new == 3
    assert [row_of(desk, reader).delivered_at for reader in readers] == [NOON] * 3


def test_a_store_in_which_a_worker_never_ends_is_named(
    desk: Desk, book: SqlFeedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    if desk.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: the whole database is locked, as every other test of it has it")
    (reader,) = claimed(desk)
    monkeypatch.setattr("digest.store.feedback_steps._TRIES", 2)
    with writing(desk.engine) as worker:
        worker.execute(select(deliveries.c.id).with_for_update()).all()
        with pytest.raises(StoreUnreachable):
            book.take_in([about(reader)], at=LATER)
    assert book.counts() == {}
