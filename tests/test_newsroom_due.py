"""Readers with an hour of their own over an open runtime: who waits, who was missed, and what the next issue does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest import newsroom, newsroom_doubts
from digest.audience.rhythm import HourChange, Weekday
from digest.clock import StoppedClock
from digest.compose.issue import IssueState, NotDue
from digest.compose.newsletter import RatesWanted
from digest.compose.schedule import Schedule
from digest.config import read_settings
from digest.errors import NotInThisState
from digest.ids import IssueId
from digest.newsroom_due import settle_all_missed_hours, settle_missed_hours
from digest.send.mail import Postponed
from digest.send.proof import prove
from digest.wiring import Runtime, open_runtime
from tests.builders import a_declaration, a_newsletter
from tests.fakes import NOON, FakeMailer
from tests.test_newsroom import BRIEF, MORNING, composed, join, write

ISSUE = IssueId("morning-brief-1")
#: It comes out at noon, UTC, and whoever's hour was missed by more than two is too late.
NOONS = Schedule(at=("12:00",), late_hours=2)
FRIDAYS = Schedule(at=("12:00",), late_hours=2, days=(Weekday.FRIDAY,))
#: Eight in the evening in Almaty.
THEIR_HOUR = NOON + timedelta(hours=3)
DAY = timedelta(days=1)


@pytest.fixture
def runtime(migrated_file: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime with two readers, of whom the second wants their mail at eight in the evening; one article."""
    (tmp_path / "digest.db").write_bytes(migrated_file.read_bytes())
    settings = read_settings(database_url="sqlite:///digest.db", outbox_dir="outbox", secret_key="k" * 16)
    with open_runtime(settings, clock=StoppedClock(NOON)) as opened:
        comes_out(opened, NOONS)
        join(opened, "one@example.org", "two@example.org")
        two = opened.readership.reader(MORNING, "two@example.org")
        assert two is not None
        assert opened.readers.change_rhythm(two.token, [HourChange(hour=20)], at=NOON)
        write(opened, "Snow")
        yield replace(opened, mailer=FakeMailer())


def comes_out(runtime: Runtime, schedule: Schedule) -> None:
    declaration = replace(a_declaration(a_newsletter(rates=RatesWanted())), schedule=schedule)
    runtime.newsletters.apply(declaration, at=NOON)


def at(runtime: Runtime, instant: datetime) -> Runtime:
    return replace(runtime, clock=StoppedClock(instant))


def sent(runtime: Runtime) -> IssueId:
    issue = composed(runtime)
    name = issue.sealed.frozen.id
    newsroom.approve_issue(runtime, name, by="editor", hash_=issue.sealed.hash)
    newsroom.open_ledger(runtime, name)
    report = newsroom.empty_ledger(runtime, name)
    assert report.error is None
    return name


def mailed(runtime: Runtime) -> list[str]:
    assert isinstance(runtime.mailer, FakeMailer)
    return [mail.to_address for mail in runtime.mailer.taken]


def test_an_issue_waits_for_a_readers_hour_and_reconciling_sends_it(runtime: Runtime) -> None:
    issue = sent(runtime)
    assert mailed(runtime) == ["one@example.org"]
    proof = prove(runtime.ledger.tally(issue))
    assert (proof.is_balanced, proof.is_on_time) == (False, True)
    (early,) = newsroom_doubts.reconcile(at(runtime, THEIR_HOUR - timedelta(minutes=1))).issues
    assert early.left == "all who wait do so for hours of their own; the first is 2025-12-19 15:00 UTC"
    assert (early.trouble, early.shard) == (None, None)
    (then,) = newsroom_doubts.reconcile(at(runtime, THEIR_HOUR)).issues
    assert (then.is_finished, then.trouble) == (True, None)
    assert mailed(runtime) == ["one@example.org", "two@example.org"]


def test_the_next_issue_is_composed_while_somebody_waits_and_leaves_them_out(runtime: Runtime) -> None:
    sent(runtime)
    write(runtime, "Thaw")
    an_hour_later = at(runtime, NOON + timedelta(hours=1))
    second = composed(an_hour_later)
    assert second.shares.excluded == {NotDue.EARLIER_ISSUE: 1}
    assert newsroom.unfinished_issue(an_hour_later, BRIEF) == ISSUE
    assert newsroom.unfinished_issue(an_hour_later, BRIEF, but_not=[ISSUE]) is None


def test_no_issue_is_composed_while_somebody_could_be_sent_to(runtime: Runtime) -> None:
    sent(runtime)
    write(runtime, "Thaw")
    with pytest.raises(NotInThisState, match="Finish it first"):
        newsroom.compose_issue(at(runtime, THEIR_HOUR + timedelta(minutes=16)), BRIEF)


def test_a_reader_whose_hour_has_just_come_stands_in_nobodys_way(runtime: Runtime) -> None:
    sent(runtime)
    write(runtime, "Thaw")
    assert composed(at(runtime, THEIR_HOUR + timedelta(minutes=14)))  # somebody is about to send to them


def test_who_was_missed_by_less_gets_it_late(runtime: Runtime) -> None:
    sent(runtime)
    newsroom_doubts.reconcile(at(runtime, THEIR_HOUR + timedelta(hours=2)))
    assert mailed(runtime) == ["one@example.org", "two@example.org"]


def test_who_was_missed_by_more_is_left_to_the_next_issue_which_owes_them_everything(runtime: Runtime) -> None:
    issue = sent(runtime)
    late = at(runtime, THEIR_HOUR + timedelta(hours=2, minutes=1))
    (told,) = newsroom_doubts.reconcile(late).issues
    assert told.is_finished
    assert runtime.ledger.tally(issue).excluded == {NotDue.TOO_LATE: 1}
    assert mailed(runtime) == ["one@example.org"]
    write(runtime, "Thaw")
    tomorrow = at(runtime, NOON + DAY)
    second = composed(tomorrow)
    assert sorted(len(contents.positions) for contents, _readers in second.shares.groups) == [1, 2]


def test_who_was_missed_gets_it_at_their_next_hour_if_no_issue_comes_out_before(runtime: Runtime) -> None:
    comes_out(runtime, FRIDAYS)
    issue = sent(runtime)
    late = at(runtime, THEIR_HOUR + timedelta(hours=5))
    assert settle_all_missed_hours(late, BRIEF) == 0
    assert settle_missed_hours(late, issue) == 0
    by_hour = runtime.ledger.tally(issue).by_hour
    assert by_hour is not None
    assert (by_hour.first, by_hour.last) == (THEIR_HOUR + DAY, THEIR_HOUR + DAY)
    newsroom_doubts.reconcile(at(runtime, THEIR_HOUR + DAY))
    assert mailed(runtime) == ["one@example.org", "two@example.org"]
    assert runtime.issues.row(issue).state is IssueState.SENT
    assert settle_missed_hours(late, issue) == 0


def test_planning_first_gives_up_what_is_too_late(runtime: Runtime) -> None:
    """Else the second issue would pass by whoever the first one still waits for, and then nobody would mail them."""
    sent(runtime)
    write(runtime, "Thaw")
    tomorrow = at(runtime, NOON + DAY)  # nothing ran in between
    issue = sent(tomorrow)
    assert runtime.ledger.tally(ISSUE).excluded == {NotDue.TOO_LATE: 1}
    by_hour = runtime.ledger.tally(issue).by_hour
    assert by_hour is not None
    assert by_hour.first == THEIR_HOUR + DAY


def test_who_waits_for_an_hour_and_who_for_a_mail_server_are_told_apart(runtime: Runtime) -> None:
    later = FakeMailer(script=lambda mail: Postponed(delivery=mail.delivery, after=7200, why="450 come back later"))
    issue = sent_in_part(replace(runtime, mailer=later))
    (told,) = newsroom_doubts.reconcile(at(runtime, NOON + timedelta(minutes=5)), [issue]).issues
    assert told.left is not None
    assert "for hours of their own, or until their mail servers take mail again" in told.left
    assert not told.proof.is_on_time


def sent_in_part(runtime: Runtime) -> IssueId:
    issue = composed(runtime)
    name = issue.sealed.frozen.id
    newsroom.approve_issue(runtime, name, by="editor", hash_=issue.sealed.hash)
    newsroom.open_ledger(runtime, name)
    assert newsroom.empty_ledger(runtime, name).error is not None
    return name
