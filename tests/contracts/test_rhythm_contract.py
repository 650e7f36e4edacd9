"""The contract of ``ReaderBook`` and ``Readership`` on how often and when a reader gets issues."""

from datetime import date, timedelta

from digest.audience.reader import Reader
from digest.audience.rhythm import (
    PLAIN,
    HourChange,
    Pace,
    PaceChange,
    PauseChange,
    QuietDaysChange,
    Rhythm,
    RhythmChange,
    Weekday,
)
from digest.compose.issue import NotDue
from digest.ids import GROUND, Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Evidence, Unclear
from digest.send.states import DeliveryState
from tests.builders import a_joining
from tests.contracts.desk import ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON

WEEKLY = PaceChange(pace=Pace.WEEKLY, weekday=Weekday.SUNDAY)
ALL_OF_IT = (WEEKLY, HourChange(hour=7), QuietDaysChange(days=frozenset({Weekday.SATURDAY, Weekday.FRIDAY})))
HOLDER = Holder(worker="w", since=NOON)


def _reader(desk: Desk, number: int = 1) -> Reader:
    reader = desk.audience.reader(MORNING, f"reader{number}@example.org")
    assert reader is not None
    return reader


def _change(desk: Desk, *changes: RhythmChange, number: int = 1) -> bool:
    return desk.audience.change_rhythm(_reader(desk, number).token, changes, at=NOON)


def test_whoever_joins_gets_every_issue_when_it_comes_out(desk: Desk) -> None:
    desk.subscribe(1)
    assert _reader(desk).rhythm == PLAIN
    assert _reader(desk).joined_at == NOON


def test_each_part_is_kept_by_itself(desk: Desk) -> None:
    desk.subscribe(2)
    assert _change(desk, *ALL_OF_IT)
    assert _change(desk, HourChange(hour=22))
    wanted = Rhythm(
        pace=Pace.WEEKLY,
        weekday=Weekday.SUNDAY,
        hour=22,
        quiet_days=frozenset({Weekday.SATURDAY, Weekday.FRIDAY}),
    )
    membership = desk.audience.membership(_reader(desk).token)
    assert membership is not None
    assert membership.rhythm == _reader(desk).rhythm == wanted
    assert _reader(desk, 2).rhythm == PLAIN
    assert _change(desk, PaceChange(pace=Pace.DAILY), HourChange(hour=None), QuietDaysChange(days=frozenset()))
    assert _reader(desk).rhythm == Rhythm(pace=Pace.DAILY)


def test_nobody_changes_what_they_have_left_or_what_no_token_opens(desk: Desk) -> None:
    desk.subscribe(1)
    token = _reader(desk).token
    desk.audience.leave_by_token(token, at=NOON)
    assert not desk.audience.change_rhythm(token, [HourChange(hour=7)], at=NOON)
    assert not desk.audience.change_rhythm("A" * 22, [HourChange(hour=7)], at=NOON)
    assert _reader(desk).rhythm == PLAIN


def test_an_import_changes_what_its_rows_say_and_nothing_else(desk: Desk) -> None:
    rows = [a_joining("reader1@example.org"), a_joining("reader2@example.org")]
    with_words = [a_joining("reader1@example.org", rhythm=ALL_OF_IT), rows[1]]
    assert desk.audience.join(MORNING, with_words, since=GROUND, at=NOON) == ["added", "added"]
    assert (_reader(desk).rhythm.weekday, _reader(desk).rhythm.hour) == (Weekday.SUNDAY, 7)
    assert desk.audience.join(MORNING, with_words, since=GROUND, at=NOON) == ["unchanged", "unchanged"]
    assert desk.audience.join(MORNING, rows, since=GROUND, at=NOON) == ["unchanged", "unchanged"]
    daily = [a_joining("reader1@example.org", rhythm=(PaceChange(pace=Pace.DAILY),)), rows[1]]
    assert desk.audience.join(MORNING, daily, since=GROUND, at=NOON) == ["updated", "unchanged"]
    assert (_reader(desk).rhythm.pace, _reader(desk).rhythm.hour) == (Pace.DAILY, 7)


def test_a_pause_holds_back_what_waits_and_moves_no_cursor(desk: Desk) -> None:
    desk.shelve("k1")
    readers = desk.subscribe(2)
    desk.approve_issue()
    desk.plan(readers)
    assert _change(desk, PauseChange(until=NOON.date() + timedelta(days=3)))
    assert _change(desk, PauseChange(until=NOON.date()), number=2)  # over already
    tally = desk.ledger.tally(ISSUE)
    assert tally.excluded == {NotDue.PAUSED: 1}
    assert tally.states[DeliveryState.PLANNED] == 1
    assert desk.stored_cursors() == [0, 0]
    assert _reader(desk).rhythm.paused_until == date(2025, 12, 22)
    assert not _reader(desk).is_awaiting
    assert _reader(desk, 2).is_awaiting


def test_it_is_known_when_the_last_issue_was_accepted(desk: Desk) -> None:
    desk.shelve("k1")
    readers = desk.subscribe(3)
    desk.approve_issue()
    desk.plan(readers)
    assert [reader.accepted_at for reader in desk.audience.readers(MORNING)] == [None, None, None]
    desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    one, two, three = map(delivery_of, readers)
    then = NOON + timedelta(minutes=1)
    answers = [Accepted(delivery=one, receipt="r"), Unclear(delivery=two, why="lost"), Unclear(delivery=three, why="?")]
    desk.ledger.record(ISSUE, answers, holder=HOLDER, height=Position(1), at=then)
    # Who may have got it counts as somebody who did, from when the mailer was asked.
    assert [reader.accepted_at for reader in desk.audience.readers(MORNING)] == [then, NOON, NOON]
    evidence = {two: Evidence.ACCEPTED, three: Evidence.ABSENT}
    desk.ledger.settle(ISSUE, evidence, height=Position(1), why="looked up", at=then + timedelta(days=1))
    assert [reader.accepted_at for reader in desk.audience.readers(MORNING)] == [then, NOON, None]
    assert [reader.is_awaiting for reader in desk.audience.readers(MORNING)] == [False, False, True]
