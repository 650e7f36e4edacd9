"""Doubts over an open runtime: settled by hand, by evidence and by policy; and what was left behind is sent on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest import newsroom, newsroom_doubts, newsroom_stops
from digest.compose.issue import IssueState
from digest.compose.newsletter import RatesWanted
from digest.compose.sending import Sending, WhenUncertain
from digest.config import read_settings
from digest.errors import NotInDoubt, Refused, UnknownIssue, UnknownReader, WrongUse
from digest.ids import DeliveryId, IssueId, NewsletterId
from digest.newsroom_doubts import Named, ReconcileReport
from digest.send.doubt import SettledBy, Verdict
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.mail import Answer, Evidence, Mail, Unclear
from digest.send.states import DeliveryState
from digest.send.worker import worker_name
from digest.wiring import Runtime, open_runtime
from tests.builders import a_declaration, a_newsletter
from tests.fakes import NOON, FakeMailer
from tests.test_newsroom import BRIEF, composed, join, write

ISSUE = IssueId("morning-brief-1")
READERS = ("one@example.org", "two@example.org", "three@example.org")
EVERYBODY = Named()
DAY = timedelta(days=1)


@dataclass
class Calendar:
    """A clock that a test sets; it goes on by a second with every look."""

    at: datetime = NOON

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Forgetful(FakeMailer):
    """A mailer that cannot tell what it took, and for a while does not answer."""

    silent: bool = True
    asked: list[str] = field(default_factory=list)

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        self.asked += [mail.to_address for mail in mails]
        if self.silent:
            return [Unclear(delivery=mail.delivery, why="timed out") for mail in mails]
        return FakeMailer.submit(self, mails)

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        return dict.fromkeys(deliveries, Evidence.UNKNOWN)


@pytest.fixture
def runtime(migrated_file: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime in which an issue for three readers is planned; the mailer forgets, and does not answer yet."""
    (tmp_path / "digest.db").write_bytes(migrated_file.read_bytes())
    settings = read_settings(database_url="sqlite:///digest.db", secret_key="k" * 16)
    with open_runtime(settings, clock=Calendar()) as opened:
        forgetful = replace(opened, mailer=Forgetful())
        declare(forgetful)
        write(forgetful, "one")
        join(forgetful, *READERS)
        issue = composed(forgetful)
        newsroom.approve_issue(forgetful, ISSUE, by="editor", hash_=issue.sealed.hash)
        newsroom.open_ledger(forgetful, ISSUE)
        yield forgetful


def declare(runtime: Runtime, when: WhenUncertain = WhenUncertain.PREFER_MISS) -> None:
    declaration = a_declaration(a_newsletter(rates=RatesWanted()))
    runtime.newsletters.apply(replace(declaration, sending=Sending(when_uncertain=when, canary_percent=0)), at=NOON)


def mailer(runtime: Runtime) -> Forgetful:
    assert isinstance(runtime.mailer, Forgetful)
    return runtime.mailer


def all_in_doubt(runtime: Runtime) -> list[DeliveryId]:
    newsroom.empty_ledger(runtime, ISSUE)
    mailer(runtime).silent = False
    ids = list(runtime.ledger.uncertain(ISSUE))
    assert len(ids) == len(READERS)
    assert runtime.issues.row(ISSUE).state is IssueState.SENT
    return ids


def pass_time(runtime: Runtime, long: timedelta) -> None:
    assert isinstance(runtime.clock, Calendar)
    runtime.clock.at += long


def states(runtime: Runtime) -> dict[DeliveryState, int]:
    return dict(runtime.ledger.tally(ISSUE).states)


def claim(runtime: Runtime, worker: str) -> None:
    runtime.ledger.claim(ISSUE, worker=worker, limit=1, lease_seconds=300, at=runtime.clock.now())


def gone_worker() -> str:
    host, pid, started = worker_name().rsplit("/", 2)
    return f"{host}/{pid}/{int(started) - 1}"


def done(report: ReconcileReport) -> newsroom_doubts.Reconciled:
    (one,) = report.issues
    return one


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_a_person_settles_one_reader_by_address_and_the_others_all_at_once(runtime: Runtime) -> None:
    ids = all_in_doubt(runtime)
    named = Named(addresses=("Two@example.org",), deliveries=(ids[1],))
    settlement, count = newsroom_doubts.settle_by_hand(
        runtime, ISSUE, named, verdict=Verdict.ACCEPTED, why=" in the\nlog. ", who=" Olga "
    )
    assert (count, settlement.who, settlement.why, settlement.by) == (1, "Olga", "in the log", SettledBy.PERSON)
    assert [one.delivery for one in newsroom_doubts.doubts_of(runtime, ISSUE, EVERYBODY)] == [ids[0], ids[2]]
    _, count = newsroom_doubts.settle_by_hand(
        runtime, ISSUE, EVERYBODY, verdict=Verdict.PLANNED, why="not in the log", who="Olga"
    )
    assert (count, newsroom.unfinished_issue(runtime, BRIEF)) == (2, ISSUE)
    mailer(runtime).asked.clear()
    assert newsroom.empty_ledger(runtime, ISSUE).is_finished
    assert sorted(mailer(runtime).asked) == ["one@example.org", "three@example.org"]
    assert newsroom.unfinished_issue(runtime, BRIEF) is None


@pytest.mark.parametrize(("why", "who"), [("", "Olga"), (" \n. ", "Olga"), ("in the log", " ")])
def test_without_a_reason_or_a_name_nothing_is_settled(runtime: Runtime, why: str, who: str) -> None:
    all_in_doubt(runtime)
    with pytest.raises(WrongUse, match="for a reason, by somebody"):
        newsroom_doubts.settle_by_hand(runtime, ISSUE, EVERYBODY, verdict=Verdict.ACCEPTED, why=why, who=who)
    assert states(runtime) == {DeliveryState.UNCERTAIN: 3}


def test_what_is_not_in_doubt_is_named_and_then_none_is_settled(runtime: Runtime) -> None:
    ids = all_in_doubt(runtime)
    newsroom_doubts.settle_by_hand(
        runtime, ISSUE, Named(deliveries=(ids[0],)), verdict=Verdict.ACCEPTED, why="seen", who="Olga"
    )
    with pytest.raises(NotInDoubt, match=rf"{ids[0]}' is accepted, 'stranger' is not of this issue"):
        newsroom_doubts.settle_by_hand(
            runtime, ISSUE, Named(deliveries=(*ids, "stranger")), verdict=Verdict.PLANNED, why="no", who="Olga"
        )
    assert states(runtime) == {DeliveryState.ACCEPTED: 1, DeliveryState.UNCERTAIN: 2}


def test_what_a_living_worker_has_in_its_hands_is_nobody_s_to_settle(runtime: Runtime) -> None:
    claim(runtime, "elsewhere/1/1")
    with pytest.raises(NotInDoubt, match="is claimed"):
        newsroom_doubts.settle_by_hand(
            runtime, ISSUE, Named(addresses=READERS[:1]), verdict=Verdict.PLANNED, why="no", who="Olga"
        )
    _, count = newsroom_doubts.settle_by_hand(runtime, ISSUE, EVERYBODY, verdict=Verdict.PLANNED, why="no", who="Olga")
    assert count == 0


def test_a_stranger_is_not_named(runtime: Runtime) -> None:
    with pytest.raises(UnknownReader):
        newsroom_doubts.doubts_of(runtime, ISSUE, Named(addresses=("stranger@example.org",)))


# --- the policy -------------------------------------------------------------------------------------------------------


def test_who_prefers_to_miss_mails_nobody_again(runtime: Runtime) -> None:
    all_in_doubt(runtime)
    pass_time(runtime, 30 * DAY)
    mailer(runtime).asked.clear()
    assert newsroom.empty_ledger(runtime, ISSUE).planned_again == 0
    assert not done(newsroom_doubts.reconcile(runtime)).has_changed
    assert mailer(runtime).asked == []
    assert states(runtime) == {DeliveryState.UNCERTAIN: 3}


@pytest.mark.parametrize("by", ["send", "reconcile"])
def test_who_prefers_a_duplicate_mails_again_after_the_wait_and_says_so(runtime: Runtime, by: str) -> None:
    all_in_doubt(runtime)
    declare(runtime, WhenUncertain.PREFER_DUPLICATE)
    mailer(runtime).asked.clear()
    assert newsroom.empty_ledger(runtime, ISSUE).planned_again == 0
    pass_time(runtime, DAY)
    if by == "send":
        report = newsroom.empty_ledger(runtime, ISSUE)
        assert (report.planned_again, report.as_json()["planned_again"]) == (3, 3)
    else:
        one = done(newsroom_doubts.reconcile(runtime))
        assert (one.planned_again, one.as_json()["planned_again"]) == (3, 3)
        assert "3 planned again by policy; 3 accepted by the mailer" in str(one.as_row()["what was done"])
    assert sorted(mailer(runtime).asked) == sorted(READERS)
    assert runtime.issues.row(ISSUE).state is IssueState.SENT
    assert runtime.ledger.tally(ISSUE).planned_again == {SettledBy.POLICY: 3}


def test_who_is_in_doubt_again_is_left_to_a_person(runtime: Runtime) -> None:
    all_in_doubt(runtime)
    declare(runtime, WhenUncertain.PREFER_DUPLICATE)
    mailer(runtime).silent = True
    for _ in range(3):
        pass_time(runtime, 2 * DAY)
        newsroom_doubts.reconcile(runtime)
    assert len(mailer(runtime).asked) == 2 * len(READERS)
    assert states(runtime) == {DeliveryState.UNCERTAIN: 3}


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_what_the_provider_tells_counts_where_the_mailer_knows_nothing(runtime: Runtime) -> None:
    claim(runtime, gone_worker())
    ((first, _count),) = [(one.id, 1) for one in [runtime.ledger.story(ISSUE, READERS[0])] if one]
    told = Feedback(kind=FeedbackKind.DELIVERED, source="sendgrid", said="delivered", at=NOON, delivery=first)
    runtime.feedback.take_in([told], at=NOON)
    mailer(runtime).silent = False
    one = done(newsroom_doubts.reconcile(runtime))
    assert (one.settled.given_up, one.settled.accepted, one.settled.absent) == (1, 1, 0)
    assert READERS[0] not in mailer(runtime).asked
    assert (one.is_finished, one.proof.accepted, one.proof.is_balanced) == (True, 3, True)


# --- reconcile --------------------------------------------------------------------------------------------------------


def test_where_nothing_hangs_there_is_nothing_to_do(runtime: Runtime) -> None:
    mailer(runtime).silent = False
    newsroom.empty_ledger(runtime, ISSUE)
    assert newsroom_doubts.reconcile(runtime) == ReconcileReport()
    one = done(newsroom_doubts.reconcile(runtime, [ISSUE]))
    assert (one.has_changed, one.is_finished, one.as_row()["what was done"]) == (False, True, "nothing to do")
    with pytest.raises(UnknownIssue):
        newsroom_doubts.reconcile(runtime, [IssueId("nowhere-7")])


def test_what_a_dead_worker_left_is_in_doubt_and_the_others_are_sent_on(runtime: Runtime) -> None:
    mailer(runtime).silent = False
    claim(runtime, gone_worker())
    one = done(newsroom_doubts.reconcile(runtime))
    assert (one.settled.given_up, one.proof.uncertain, one.proof.accepted) == (1, 1, 2)
    assert one.shard is not None
    assert (one.shard.accepted, one.is_finished, one.trouble) == (2, True, None)
    assert not done(newsroom_doubts.reconcile(runtime)).has_changed


def test_a_worker_at_work_is_left_to_itself(runtime: Runtime) -> None:
    mailer(runtime).silent = False
    claim(runtime, "elsewhere/1/1")
    one = done(newsroom_doubts.reconcile(runtime))
    assert (one.shard, one.left) == (None, "left to the workers who are at work on it")
    assert states(runtime) == {DeliveryState.CLAIMED: 1, DeliveryState.PLANNED: 2}
    pass_time(runtime, newsroom_doubts.AT_WORK)
    one = done(newsroom_doubts.reconcile(runtime))
    assert (one.settled.given_up, one.proof.uncertain, one.proof.accepted) == (1, 1, 2)


def test_what_is_stopped_stays_stopped(runtime: Runtime) -> None:
    mailer(runtime).silent = False
    newsroom_stops.stop_issue(runtime, ISSUE, by="Olga", why="a wrong rate")
    one = done(newsroom_doubts.reconcile(runtime))
    assert (one.trouble, one.is_finished, mailer(runtime).asked) == (None, False, [])
    assert one.left is not None
    assert "stopped by Olga: a wrong rate" in one.left


def test_an_issue_whose_readers_are_all_claimed_is_not_finished(runtime: Runtime) -> None:
    for _ in READERS:
        claim(runtime, "elsewhere/1/1")
    one = done(newsroom_doubts.reconcile(runtime))
    assert (one.is_finished, one.proof.claimed, one.has_changed) == (False, 3, False)


def test_trouble_of_one_issue_is_a_value(runtime: Runtime) -> None:
    class Locked(FakeMailer):
        def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
            raise Refused(f"The key is not valid, {len(mails)} mails were not taken.", advice="Mend it.")

    report = newsroom_doubts.reconcile(replace(runtime, mailer=Locked()))
    assert report.has_failures
    assert done(report).trouble == "The key is not valid, 3 mails were not taken. Mend it."
    assert report.as_json()["issues"][0]["sent_on"]["put_back"] == 3
    assert states(runtime) == {DeliveryState.PLANNED: 3}


def test_what_is_only_approved_is_left_to_whoever_sends_it(runtime: Runtime) -> None:
    mailer(runtime).silent = False
    newsroom.empty_ledger(runtime, ISSUE)
    write(runtime, "two")
    issue = composed(runtime)
    newsroom.approve_issue(runtime, issue.sealed.frozen.id, by="editor", hash_=issue.sealed.hash)
    assert newsroom_doubts.reconcile(runtime) == ReconcileReport()
    assert newsroom_doubts.reconcile(runtime, [issue.sealed.frozen.id]) == ReconcileReport()


def test_an_older_issue_that_is_taken_up_again_is_found_though_a_newer_one_was_sent(runtime: Runtime) -> None:
    ids = all_in_doubt(runtime)
    write(runtime, "two")
    newer = composed(runtime).sealed
    newsroom.approve_issue(runtime, newer.frozen.id, by="editor", hash_=newer.hash)
    assert newsroom.unfinished_issue(runtime, BRIEF) == newer.frozen.id
    newsroom.open_ledger(runtime, newer.frozen.id)
    newsroom.empty_ledger(runtime, newer.frozen.id)
    newsroom_doubts.settle_by_hand(
        runtime, ISSUE, Named(deliveries=(ids[0],)), verdict=Verdict.PLANNED, why="not in the log", who="Olga"
    )
    assert newsroom.unfinished_issue(runtime, BRIEF) == ISSUE


def test_the_doubts_of_what_was_sent_are_ended_without_sending_anything(runtime: Runtime) -> None:
    all_in_doubt(runtime)
    declare(runtime, WhenUncertain.PREFER_DUPLICATE)
    assert newsroom_doubts.settle_sent(runtime, BRIEF) == []
    pass_time(runtime, DAY)
    assert newsroom_doubts.settle_sent(runtime, NewsletterId("another")) == []
    (one,) = newsroom_doubts.settle_sent(runtime, BRIEF)
    assert (one.issue, one.planned_again, one.shard) == (ISSUE, 3, None)
    assert newsroom.unfinished_issue(runtime, BRIEF) == ISSUE
