"""The contract of ``Ledger``: claim before asking, record after answering, and everybody is accounted for."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select, update

from digest.audience.may_mail import NoMail
from digest.audience.reader import Reader, SubscriptionState, SuppressionReason
from digest.compose.issue import Exclusion, IssueState, NothingToSend
from digest.errors import NotInThisState
from digest.ids import DeliveryId, IssueId, Position
from digest.send.ledger import Claim, Holder, LeftOut, Planned
from digest.send.mail import Accepted, Answer, Evidence, Rejected, Unclear
from digest.send.states import DeliveryState
from digest.store.tables import deliveries, issue_contents, subscriptions
from tests.builders import a_joining, an_excluded, an_owed
from tests.contracts.desk import ISSUE, MORNING, Desk, contents_of, delivery_of, sealed
from tests.fakes import NOON

PLANNED, CLAIMED, ACCEPTED = DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.ACCEPTED
REFUSED, UNCERTAIN, EXCLUDED = DeliveryState.REFUSED, DeliveryState.UNCERTAIN, DeliveryState.EXCLUDED
HEIGHT = Position(2)
LATER = NOON + timedelta(minutes=1)
#: Whose the claims of ``_claim`` are.
WORKER = Holder(worker="worker", since=NOON)


def _ready(desk: Desk, count: int) -> list[Reader]:
    """Subscribe readers to an approved issue of height 2."""
    desk.shelve("k1", "k2")
    readers = list(desk.subscribe(count))
    desk.approve_issue(height=HEIGHT)
    return readers


def _planned(desk: Desk, count: int) -> list[Reader]:
    readers = _ready(desk, count)
    desk.plan(readers, height=HEIGHT)
    return readers


def _claim(desk: Desk, limit: int = 100, *, worker: str = "worker", lease: int = 60) -> Sequence[Claim]:
    return desk.ledger.claim(ISSUE, worker=worker, limit=limit, lease_seconds=lease, at=NOON)


def _record(desk: Desk, *answers: Answer, holder: Holder = WORKER) -> None:
    desk.ledger.record(ISSUE, answers, holder=holder, height=HEIGHT, at=LATER)


def _yes(reader: Reader) -> Answer:
    return Accepted(delivery=delivery_of(reader), receipt=f"r{reader.subscriber.id}")


def _no(reader: Reader) -> Answer:
    return Rejected(delivery=delivery_of(reader), why="mailbox full")


def _perhaps(reader: Reader) -> Answer:
    return Unclear(delivery=delivery_of(reader), why="connection lost")


def _left_out(reader: Reader, reason: Exclusion) -> LeftOut:
    return LeftOut(id=delivery_of(reader), excluded=an_excluded(reader, reason=reason))


def _states(desk: Desk) -> dict[DeliveryState, int]:
    return dict(desk.ledger.tally(ISSUE).states)


def _cursors(desk: Desk) -> list[int]:
    return [reader.cursor for reader in desk.audience.readers(MORNING)]


def _story_of(desk: Desk, reader: Reader) -> tuple[DeliveryState, str | None]:
    story = desk.ledger.story(ISSUE, reader.subscriber.address)
    assert story is not None
    return story.state, story.reason


# --- plan ------------------------------------------------------------------------------------------------------------


def test_planning_writes_a_row_for_everybody_and_sets_the_issue_sending(desk: Desk) -> None:
    one, two, three, four = _ready(desk, 4)
    planned = [
        Planned(id=delivery_of(one), owed=an_owed(one, contents=contents_of())),
        Planned(id=delivery_of(two), owed=an_owed(two, contents=contents_of(locale="ru"))),
    ]
    left_out = [_left_out(three, NothingToSend.FOLLOWS_NOBODY), _left_out(four, NoMail.UNCONFIRMED)]
    desk.ledger.plan(ISSUE, planned, left_out, height=HEIGHT, at=NOON)
    tally = desk.ledger.tally(ISSUE)
    assert (tally.issue, tally.audience, tally.bodies) == (ISSUE, 4, 2)
    assert tally.states == {PLANNED: 2, EXCLUDED: 2}
    assert tally.excluded == {"follows-nobody": 1, "unconfirmed": 1}
    assert desk.issues.row(ISSUE).state is IssueState.SENDING


def test_an_issue_that_is_not_planned_has_nothing_to_add_up(desk: Desk) -> None:
    _ready(desk, 2)
    tally = desk.ledger.tally(ISSUE)
    assert (tally.audience, tally.states, tally.excluded, tally.bodies) == (0, {}, {}, 0)
    assert list(_claim(desk)) == []


def test_planning_again_does_nothing_and_reads_nothing(desk: Desk) -> None:
    readers = _planned(desk, 2)
    before = _claim(desk)

    def never() -> Iterator[Planned]:
        raise AssertionError("the readers of a planned issue are not asked for again")
        yield

    desk.ledger.plan(ISSUE, never(), [], height=Position(9), at=LATER)
    _record(desk, *(_yes(reader) for reader in readers))
    desk.issues.finish(ISSUE, at=LATER)
    desk.ledger.plan(ISSUE, never(), [], height=Position(9), at=LATER)
    assert len(before) == 2
    assert _states(desk) == {ACCEPTED: 2}
    assert desk.issues.row(ISSUE).state is IssueState.SENT


def test_what_nobody_approved_is_not_planned(desk: Desk) -> None:
    desk.issues.put(sealed())
    with pytest.raises(NotInThisState, match="awaiting-approval"):
        desk.ledger.plan(ISSUE, [], [], height=HEIGHT, at=NOON)


def test_a_plan_that_breaks_half_way_never_happened(desk: Desk) -> None:
    readers = _ready(desk, 1)
    desk.audience.join(MORNING, [a_joining(f"more{n}@example.org") for n in range(700)], since=Position(0), at=NOON)
    everybody = desk.audience.readers(MORNING)

    def breaking() -> Iterator[Planned]:
        for reader in everybody:
            yield Planned(id=delivery_of(reader), owed=an_owed(reader, contents=contents_of()))
        raise ConnectionError("the power went")

    nothing_new = [_left_out(readers[0], NothingToSend.NOTHING_NEW)]
    with pytest.raises(ConnectionError):
        desk.ledger.plan(ISSUE, breaking(), nothing_new, height=HEIGHT, at=NOON)
    assert desk.ledger.tally(ISSUE).audience == 0
    assert _states(desk) == {}
    assert desk.issues.row(ISSUE).state is IssueState.APPROVED
    desk.plan(everybody, height=HEIGHT)
    assert _states(desk) == {PLANNED: 701}


def test_equal_contents_are_kept_once(desk: Desk) -> None:
    readers = _ready(desk, 1)
    desk.audience.join(MORNING, [a_joining(f"more{n}@example.org") for n in range(1100)], since=Position(0), at=NOON)
    readers = list(desk.audience.readers(MORNING))
    desk.plan(readers, height=HEIGHT)
    with desk.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(issue_contents)) == 1
    assert desk.ledger.tally(ISSUE).bodies == 1
    assert desk.ledger.tally(ISSUE).audience == 1101


def test_only_who_was_owed_nothing_is_moved_up(desk: Desk) -> None:
    reasons: list[Exclusion] = [
        NothingToSend.NOTHING_NEW,
        NothingToSend.FOLLOWS_NOBODY,
        NoMail.SUPPRESSED,
        NoMail.UNSUBSCRIBED,
        NoMail.UNCONFIRMED,
        NothingToSend.NOTHING_NEW,
    ]
    readers = _ready(desk, len(reasons))
    left_out = [_left_out(reader, reason) for reader, reason in zip(readers, reasons, strict=True)]
    desk.ledger.plan(ISSUE, [], left_out, height=HEIGHT, at=NOON)
    assert _cursors(desk) == [2, 0, 0, 0, 0, 2]


def test_a_cursor_never_moves_down(desk: Desk) -> None:
    one, two = _ready(desk, 2)
    desk.set_cursors(7)
    planned = [Planned(id=delivery_of(one), owed=an_owed(one, contents=contents_of()))]
    desk.ledger.plan(ISSUE, planned, [_left_out(two, NothingToSend.NOTHING_NEW)], height=HEIGHT, at=NOON)
    _claim(desk)
    _record(desk, _yes(one))
    assert _cursors(desk) == [7, 7]


# --- claim -----------------------------------------------------------------------------------------------------------


def test_a_claim_has_all_that_mailing_needs(desk: Desk) -> None:
    (reader,) = _planned(desk, 1)
    (claim,) = _claim(desk)
    assert claim == Claim(
        id=delivery_of(reader),
        subscriber=reader.subscriber.id,
        address="reader1@example.org",
        name="Reader 1",
        token=reader.token,
        contents=contents_of(),
    )


def test_claims_are_cut_to_the_limit_and_end_when_none_is_left(desk: Desk) -> None:
    readers = _planned(desk, 5)
    batches = [[claim.id for claim in _claim(desk, 2)] for _ in range(4)]
    assert [len(batch) for batch in batches] == [2, 2, 1, 0]
    assert [one for batch in batches for one in batch] == [delivery_of(reader) for reader in readers]
    assert _states(desk) == {CLAIMED: 5}


def test_a_claim_uses_the_address_and_name_of_now(desk: Desk) -> None:
    _planned(desk, 1)
    desk.audience.join(MORNING, [a_joining(name="Ann")], since=Position(0), at=LATER)
    (claim,) = _claim(desk)
    assert claim.name == "Ann"


def test_who_left_or_was_suppressed_since_planning_is_excluded(desk: Desk) -> None:
    readers = _planned(desk, 4)
    desk.audience.leave(MORNING, readers[0].subscriber.address, at=NOON)
    desk.audience.suppress(readers[1].subscriber.address, SuppressionReason.COMPLAINED, at=NOON)
    assert [claim.id for claim in _claim(desk, 1)] == [delivery_of(readers[2])]
    assert [claim.id for claim in _claim(desk, 9)] == [delivery_of(readers[3])]
    tally = desk.ledger.tally(ISSUE)
    assert tally.states == {CLAIMED: 2, EXCLUDED: 2}
    assert tally.excluded == {"suppressed": 1, "unsubscribed": 1}
    assert tally.audience == 4
    assert _cursors(desk) == [0, 0, 2, 2]


def test_an_unconfirmed_reader_is_excluded_by_name(desk: Desk) -> None:
    _planned(desk, 1)
    with desk.engine.begin() as connection:
        connection.execute(update(subscriptions).values(state=SubscriptionState.UNCONFIRMED))
    assert list(_claim(desk)) == []
    assert desk.ledger.tally(ISSUE).excluded == {"unconfirmed": 1}


def test_everybody_left_still_ends_the_claiming(desk: Desk) -> None:
    readers = _planned(desk, 3)
    for reader in readers:
        desk.audience.leave(MORNING, reader.subscriber.address, at=NOON)
    assert list(_claim(desk, 2)) == []
    assert _states(desk) == {EXCLUDED: 3}
    assert desk.issues.finish(ISSUE, at=LATER)


def test_workers_that_claim_at_once_never_get_the_same_delivery(desk: Desk) -> None:
    desk.shelve("k1")
    desk.audience.join(MORNING, [a_joining(f"r{n}@example.org") for n in range(120)], since=Position(0), at=NOON)
    readers = desk.audience.readers(MORNING)
    desk.approve_issue()
    ids = desk.plan(readers)
    start = Barrier(4)

    def work(worker: str) -> list[DeliveryId]:
        start.wait()
        mine: list[DeliveryId] = []
        while claims := desk.ledger.claim(ISSUE, worker=worker, limit=7, lease_seconds=60, at=NOON):
            mine += [claim.id for claim in claims]
            answers = [Accepted(delivery=claim.id, receipt=worker) for claim in claims]
            desk.ledger.record(ISSUE, answers, holder=Holder(worker=worker, since=NOON), height=Position(1), at=NOON)
        return mine

    with ThreadPoolExecutor(4) as threads:
        claimed = [one for mine in threads.map(work, ["a", "b", "c", "d"]) for one in mine]
    assert sorted(claimed) == sorted(ids)
    assert _states(desk) == {ACCEPTED: 120}
    assert set(_cursors(desk)) == {1}


# --- record ----------------------------------------------------------------------------------------------------------


def test_answers_are_recorded_each_for_what_it_is(desk: Desk) -> None:
    yes, no, perhaps, silent = _planned(desk, 4)
    _claim(desk)
    _record(desk, _perhaps(perhaps), _yes(yes), _no(no))
    assert _states(desk) == {ACCEPTED: 1, REFUSED: 1, UNCERTAIN: 1, CLAIMED: 1}
    assert _story_of(desk, no) == (REFUSED, "mailbox full")
    assert _story_of(desk, perhaps) == (UNCERTAIN, "connection lost")
    assert _story_of(desk, silent) == (CLAIMED, None)
    story = desk.ledger.story(ISSUE, yes.subscriber.address)
    assert story is not None
    assert (story.id, story.issue, story.receipt) == (delivery_of(yes), ISSUE, "r1")
    assert (story.planned_at, story.claimed_at, story.answered_at) == (NOON, NOON, LATER)
    assert story.sections == ("Article 1",)


def test_only_an_accepted_readers_cursor_moves_for_good(desk: Desk) -> None:
    yes, no, perhaps = _planned(desk, 3)
    _claim(desk)
    _record(desk, _yes(yes), _no(no), _perhaps(perhaps))
    doubt = {delivery_of(perhaps): Evidence.ABSENT}
    desk.ledger.settle(ISSUE, doubt, height=HEIGHT, why="looked up", at=LATER)
    assert desk.stored_cursors() == [2, 0, 0]


def test_an_answer_to_what_was_not_claimed_changes_nothing(desk: Desk) -> None:
    planned, refused = _planned(desk, 2)
    _claim(desk)
    desk.ledger.release([delivery_of(planned)], holder=WORKER)
    _record(desk, _no(refused))
    _record(desk, _yes(planned), _yes(refused), Accepted(delivery=DeliveryId("nobody"), receipt="r"))
    assert _states(desk) == {PLANNED: 1, REFUSED: 1}
    assert desk.stored_cursors() == [0, 0]


def test_an_answer_for_another_issue_changes_nothing(desk: Desk) -> None:
    readers = _planned(desk, 1)
    _claim(desk)
    other = desk.approve_issue(number=2, height=HEIGHT)
    desk.ledger.record(other, [_yes(readers[0])], holder=WORKER, height=HEIGHT, at=LATER)
    assert _states(desk) == {CLAIMED: 1}


def test_a_yes_that_comes_late_settles_the_doubt_and_a_late_no_does_not(desk: Desk) -> None:
    yes, no = _planned(desk, 2)
    _claim(desk, lease=10)
    desk.ledger.give_up(ISSUE, is_gone=lambda _: False, at=LATER)
    _record(desk, _yes(yes), _no(no))
    assert _states(desk) == {ACCEPTED: 1, UNCERTAIN: 1}


def test_the_same_answer_twice_is_one_answer(desk: Desk) -> None:
    readers = _planned(desk, 1)
    _claim(desk)
    _record(desk, _yes(readers[0]))
    desk.ledger.record(ISSUE, [_no(readers[0])], holder=WORKER, height=HEIGHT, at=LATER + timedelta(days=1))
    _record(desk, _yes(readers[0]))
    assert _states(desk) == {ACCEPTED: 1}
    assert _story_of(desk, readers[0]) == (ACCEPTED, None)


# --- release, give up, settle ----------------------------------------------------------------------------------------


def test_what_is_released_can_be_claimed_again(desk: Desk) -> None:
    one, two, three = _planned(desk, 3)
    _claim(desk)
    _record(desk, _yes(three))
    desk.ledger.release([delivery_of(one), delivery_of(three)], holder=WORKER)
    assert _states(desk) == {PLANNED: 1, CLAIMED: 1, ACCEPTED: 1}
    story = desk.ledger.story(ISSUE, one.subscriber.address)
    assert story is not None
    assert story.claimed_at is None
    assert [claim.id for claim in _claim(desk)] == [delivery_of(one)]
    assert _story_of(desk, two) == (CLAIMED, None)


def test_a_claim_whose_lease_is_over_is_in_doubt(desk: Desk) -> None:
    readers = _planned(desk, 3)
    _claim(desk, 2, lease=59)
    _claim(desk, 1, lease=61)
    assert desk.ledger.give_up(ISSUE, is_gone=lambda _: False, at=LATER) == 2
    assert desk.ledger.give_up(ISSUE, is_gone=lambda _: False, at=LATER) == 0
    assert list(desk.ledger.uncertain(ISSUE)) == [delivery_of(reader) for reader in readers[:2]]
    state, reason = _story_of(desk, readers[0])
    assert state is UNCERTAIN
    assert reason


def test_a_claim_whose_worker_is_gone_is_in_doubt_at_once(desk: Desk) -> None:
    readers = _planned(desk, 3)
    _claim(desk, 1, worker="gone")
    _claim(desk, 1, worker="alive")
    asked: list[str] = []

    def is_gone(worker: str) -> bool:
        asked.append(worker)
        return worker == "gone"

    assert desk.ledger.give_up(ISSUE, is_gone=is_gone, at=NOON) == 1
    assert sorted(asked) == ["alive", "gone"]
    assert list(desk.ledger.uncertain(ISSUE)) == [delivery_of(readers[0])]
    assert _states(desk) == {UNCERTAIN: 1, CLAIMED: 1, PLANNED: 1}


def test_evidence_settles_what_is_in_doubt(desk: Desk) -> None:
    accepted, absent, unknown, claimed = _planned(desk, 4)
    _claim(desk)
    _record(desk, _perhaps(accepted), _perhaps(absent), _perhaps(unknown))
    evidence = {
        delivery_of(accepted): Evidence.ACCEPTED,
        delivery_of(absent): Evidence.ABSENT,
        delivery_of(unknown): Evidence.UNKNOWN,
        delivery_of(claimed): Evidence.ABSENT,
    }
    desk.ledger.settle(ISSUE, evidence, height=HEIGHT, why="found in the outbox", at=LATER)
    assert _states(desk) == {ACCEPTED: 1, PLANNED: 1, UNCERTAIN: 1, CLAIMED: 1}
    assert _story_of(desk, accepted) == (ACCEPTED, "found in the outbox")
    assert _story_of(desk, absent) == (PLANNED, "found in the outbox")
    assert list(desk.ledger.uncertain(ISSUE)) == [delivery_of(unknown)]
    assert [claim.id for claim in _claim(desk)] == [delivery_of(absent)]
    assert _story_of(desk, absent) == (CLAIMED, None)
    assert _cursors(desk)[0] == 2


# --- tally and story -------------------------------------------------------------------------------------------------


def test_a_row_that_vanishes_makes_the_sum_disagree(desk: Desk) -> None:
    readers = _planned(desk, 3)
    with desk.engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.id == delivery_of(readers[1])))
    tally = desk.ledger.tally(ISSUE)
    assert (tally.audience, sum(tally.states.values())) == (3, 2)


def test_bodies_count_what_is_mailed_not_what_was_planned(desk: Desk) -> None:
    one, two = _ready(desk, 2)
    planned = [
        Planned(id=delivery_of(one), owed=an_owed(one, contents=contents_of())),
        Planned(id=delivery_of(two), owed=an_owed(two, contents=contents_of(locale="ru"))),
    ]
    desk.ledger.plan(ISSUE, planned, [], height=HEIGHT, at=NOON)
    assert desk.ledger.tally(ISSUE).bodies == 2
    desk.audience.leave(MORNING, two.subscriber.address, at=NOON)
    _claim(desk)
    assert desk.ledger.tally(ISSUE).bodies == 1


def test_a_story_is_found_by_any_spelling_of_the_address(desk: Desk) -> None:
    _planned(desk, 1)
    story = desk.ledger.story(ISSUE, " Reader1@EXAMPLE.org")
    assert story is not None
    assert (story.state, story.sections) == (PLANNED, ("Article 1",))


def test_an_excluded_readers_story_has_a_reason_and_no_headlines(desk: Desk) -> None:
    (reader,) = _ready(desk, 1)
    desk.ledger.plan(ISSUE, [], [_left_out(reader, NothingToSend.NOTHING_NEW)], height=HEIGHT, at=NOON)
    story = desk.ledger.story(ISSUE, reader.subscriber.address)
    assert story is not None
    assert (story.state, story.reason, story.sections) == (EXCLUDED, "nothing-new", ())


def test_somebody_without_a_row_has_no_story(desk: Desk) -> None:
    _planned(desk, 1)
    assert desk.ledger.story(ISSUE, "stranger@example.org") is None


def test_two_issues_of_a_list_are_kept_apart(desk: Desk) -> None:
    readers = _planned(desk, 2)
    second = desk.approve_issue(number=2, height=2)
    desk.plan(readers, issue=second, height=2)
    _claim(desk)
    assert _states(desk) == {CLAIMED: 2}
    assert dict(desk.ledger.tally(IssueId(second)).states) == {PLANNED: 2}


# --- what was planned can be looked at -------------------------------------------------------------------------------


def test_the_planned_bodies_are_told_with_their_readers_and_stay_when_cursors_move(desk: Desk) -> None:
    readers = desk.subscribe(3)
    desk.approve_issue(height=1)
    desk.plan(readers, height=1)
    before = desk.ledger.bodies(ISSUE)
    assert [count for _contents, count in before] == [3]
    claims = desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    answers = [Accepted(delivery=claim.id, receipt="r") for claim in claims]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=Position(1), at=NOON)
    assert desk.ledger.bodies(ISSUE) == before
    assert {claim.contents for claim in claims} == {contents for contents, _count in before}
