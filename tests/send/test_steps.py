import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from digest.audience.reader import SuppressionReason
from digest.clock import StoppedClock
from digest.compose.issue import IssueState
from digest.errors import NotInThisState, Refused, RenderError, TryLater, Uncertain, UnknownIssue
from digest.ids import DeliveryId, IssueId, Sha256
from digest.send import shard
from digest.send.mail import Accepted, Answer, Evidence, Mail, Rejected, Unclear
from digest.send.proof import prove
from digest.send.shard import LEASE_SECONDS
from digest.send.states import DeliveryState
from digest.send.steps import approve, finish
from digest.send.worker import worker_name
from tests.fakes import NOON, FakeMailer
from tests.send.office import HEIGHT, ISSUE, LIST, Office, TickingClock, a_sealed

#: A worker of whom nobody here can tell whether it runs.
ELSEWHERE = "elsewhere/1/1"


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


@pytest.fixture
def planned(office: Office) -> Office:
    office.open_up()
    office.plan()
    return office


def scripted(address: str, say: Callable[[Mail], Answer]) -> Callable[[Mail], Answer]:
    """Return a script that accepts every mail but the one to ``address``."""

    def script(mail: Mail) -> Answer:
        return say(mail) if mail.to_address == address else Accepted(delivery=mail.delivery, receipt="yes")

    return script


def claimed_by(office: Office, worker: str, *, limit: int = 5) -> None:
    office.ledger.claim(ISSUE, worker=worker, limit=limit, lease_seconds=LEASE_SECONDS, at=NOON)


def gone_worker() -> str:
    """Return the name of a worker that was on this host and has ended: our own number, another start."""
    host, pid, started = worker_name().rsplit("/", 2)
    return f"{host}/{pid}/{int(started) - 1}"


# --- approve ----------------------------------------------------------------------------------------------------------


def test_an_approval_names_who_and_which_bytes(office: Office) -> None:
    office.open_up(approved=False)
    hash_ = a_sealed().hash

    said = approve(ISSUE, by="Aliya", hash_=Sha256(hash_[:12]), archive=office.archive, clock=TickingClock())

    row = office.archive.row(ISSUE)
    assert (row.state, row.approved_by, row.hash) == (IssueState.APPROVED, "Aliya", said) == (row.state, "Aliya", hash_)


@pytest.mark.parametrize("hash_", ["0123456789abcdef", "", a_sealed().hash[:7]])
def test_another_hash_or_too_little_of_it_approves_nothing(office: Office, hash_: str) -> None:
    office.open_up(approved=False)

    with pytest.raises(NotInThisState):
        approve(ISSUE, by="Aliya", hash_=Sha256(hash_), archive=office.archive, clock=TickingClock())

    assert office.archive.row(ISSUE).state is IssueState.AWAITING_APPROVAL


# --- plan -------------------------------------------------------------------------------------------------------------


def test_planning_writes_one_row_per_reader(planned: Office) -> None:
    tally = planned.ledger.tally(ISSUE)

    assert tally.audience == 12
    assert dict(tally.states) == {DeliveryState.PLANNED: 12}
    assert planned.archive.row(ISSUE).state is IssueState.SENDING


def test_planning_again_changes_nothing(planned: Office) -> None:
    before = planned.ledger.tally(ISSUE)

    planned.plan()

    assert planned.ledger.tally(ISSUE) == before


def test_nothing_is_planned_that_nobody_approved(office: Office) -> None:
    office.open_up(approved=False)

    with pytest.raises(NotInThisState, match="Approve it first: digest issue approve morning-brief-1 --hash"):
        office.plan()


def test_an_issue_that_was_replaced_cannot_be_planned(office: Office) -> None:
    office.open_up(approved=False)
    newer = replace(a_sealed().frozen, id=IssueId("morning-brief-2"), number=2, composed_at=NOON + timedelta(hours=1))
    office.archive.put(a_sealed(newer))

    with pytest.raises(NotInThisState, match=r"superseded\. Compose a new one"):
        office.plan()


def test_an_unknown_issue_is_named(office: Office) -> None:
    with pytest.raises(UnknownIssue, match="morning-brief-1"):
        office.plan()


# --- a shard ----------------------------------------------------------------------------------------------------------


def test_everybody_is_mailed_once_and_the_issue_is_closed(planned: Office) -> None:
    mailer = FakeMailer(batch_size=5)

    report = planned.send_shard(mailer)

    assert (report.accepted, report.error, report.is_finished) == (12, None, True)
    assert sorted(mail.to_address for mail in mailer.taken) == sorted(planned.cursors())
    assert set(planned.cursors().values()) == {HEIGHT}
    assert planned.archive.row(ISSUE).state is IssueState.SENT
    assert prove(planned.ledger.tally(ISSUE)).is_balanced


def test_the_same_again_mails_nobody(planned: Office) -> None:
    mailer = FakeMailer(batch_size=5)
    planned.send_shard(mailer)

    report = planned.send_shard(mailer)

    assert len(mailer.taken) == 12
    assert report.as_json() == {
        "issue": ISSUE,
        "accepted": 0,
        "refused": 0,
        "unclear": 0,
        "postponed": 0,
        "put_back": 0,
        "settled": 0,
        "planned_again": 0,
        "finished": True,
        "stopped": None,
    }


def test_nothing_is_sent_that_is_not_planned(office: Office) -> None:
    office.open_up()

    with pytest.raises(NotInThisState, match="digest issue send morning-brief-1"):
        office.send_shard(FakeMailer())


def test_every_reader_gets_their_own_contents_and_links(planned: Office) -> None:
    mailer = FakeMailer()
    planned.send_shard(mailer)
    by_address = {mail.to_address: mail for mail in mailer.taken}

    first, fourth, third = (by_address[f"reader{number}@example.org"] for number in (1, 4, 3))

    assert "Dana Serikova" in first.text
    assert "Dana Serikova" not in fourth.text
    assert third.subject.endswith("(ru)")
    links = {mail.headers["List-Unsubscribe"] for mail in mailer.taken}
    assert len(links) == 12
    assert all(
        link.strip("<>") in mail.html for mail, link in ((m, m.headers["List-Unsubscribe"]) for m in mailer.taken)
    )


def test_progress_is_told_after_every_batch(planned: Office) -> None:
    told: list[int] = []

    planned.send_shard(FakeMailer(batch_size=5), progress=told.append)

    assert told == [5, 5, 2]


def test_it_can_be_stopped_after_some_deliveries(planned: Office) -> None:
    mailer = FakeMailer(batch_size=5)

    report = planned.send_shard(mailer, stop_after=7)

    assert (report.accepted, report.is_finished, len(mailer.taken)) == (7, False, 7)
    assert not prove(planned.ledger.tally(ISSUE)).is_balanced


def test_a_refused_reader_is_recorded_and_owed_the_articles_next_time(planned: Office) -> None:
    mailer = FakeMailer(
        script=scripted("reader2@example.org", lambda m: Rejected(delivery=m.delivery, why="no such box"))
    )

    report = planned.send_shard(mailer)

    assert (report.accepted, report.refused, report.is_finished) == (11, 1, True)
    assert planned.cursors()["reader2@example.org"] == 0
    story = planned.ledger.story(ISSUE, "reader2@example.org")
    assert story is not None
    assert (story.state, story.reason) == (DeliveryState.REFUSED, "no such box")


def test_a_mailer_that_cannot_take_mail_now_stops_the_run_and_loses_nobody(planned: Office) -> None:
    calls: list[int] = []

    @dataclass
    class Moody(FakeMailer):
        def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
            calls.append(len(mails))
            if len(calls) == 2:
                raise TryLater("The disk is full.", after=60)
            return FakeMailer.submit(self, mails)

    mailer = Moody(batch_size=5)

    report = planned.send_shard(mailer)

    assert (report.accepted, report.put_back, report.is_finished) == (5, 5, False)
    assert report.stopped == "The disk is full. Run the same command again."
    assert planned.ledger.tally(ISSUE).states == {DeliveryState.ACCEPTED: 5, DeliveryState.PLANNED: 7}
    assert planned.send_shard(mailer).is_finished
    assert len(mailer.taken) == 12


def test_a_mailer_that_refuses_us_as_a_whole_refuses_no_reader(planned: Office) -> None:
    class Locked(FakeMailer):
        def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
            raise Refused(f"The key is not valid, {len(mails)} mails were not taken.")

    report = planned.send_shard(Locked())

    assert isinstance(report.error, Refused)
    assert planned.ledger.tally(ISSUE).states == {DeliveryState.PLANNED: 12}


def test_a_batch_whose_answer_was_lost_is_in_doubt_as_a_whole_and_stops_the_run(planned: Office) -> None:
    class Silent(FakeMailer):
        def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
            raise Uncertain("The connection was lost.", [mail.delivery for mail in mails])

    report = planned.send_shard(Silent(batch_size=5))

    assert (report.unclear, report.is_finished) == (5, False)
    assert isinstance(report.error, Uncertain)
    assert planned.ledger.tally(ISSUE).states == {DeliveryState.UNCERTAIN: 5, DeliveryState.PLANNED: 7}


# --- doubts -----------------------------------------------------------------------------------------------------------


def test_a_doubt_of_this_run_is_looked_up_once_more_at_its_end(planned: Office) -> None:
    asked: list[str] = []

    def unclear_at_first(mail: Mail) -> Answer:
        asked.append(mail.to_address)
        if len(asked) == 1:
            return Unclear(delivery=mail.delivery, why="timed out")
        return Accepted(delivery=mail.delivery, receipt="yes")

    report = planned.send_shard(FakeMailer(batch_size=5, script=unclear_at_first))

    assert (report.accepted, report.unclear, report.settled, report.is_finished) == (12, 1, 1, True)
    assert asked[-1] == asked[0]


def test_a_reader_who_stays_in_doubt_is_not_asked_for_ever(planned: Office) -> None:
    mailer = FakeMailer(script=scripted("reader1@example.org", lambda m: Unclear(delivery=m.delivery, why="timed out")))

    report = planned.send_shard(mailer)

    assert (report.accepted, report.unclear, report.is_finished) == (11, 2, True)
    proof = prove(planned.ledger.tally(ISSUE))
    assert (proof.uncertain, proof.is_balanced) == (1, True)


@dataclass
class Forgetful(FakeMailer):
    """A mailer that cannot tell what it took."""

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        return dict.fromkeys(deliveries, Evidence.UNKNOWN)


def test_a_doubt_without_evidence_is_never_asked_again(planned: Office) -> None:
    claimed_by(planned, gone_worker())
    mailer = Forgetful()

    report = planned.send_shard(mailer)

    assert (report.accepted, report.settled) == (7, 0)
    assert planned.ledger.tally(ISSUE).states == {DeliveryState.ACCEPTED: 7, DeliveryState.UNCERTAIN: 5}
    assert len(mailer.taken) == 7


def test_what_a_dead_worker_of_this_host_left_is_settled_without_waiting(planned: Office) -> None:
    claimed_by(planned, gone_worker())

    def nobody_waits(_seconds: float) -> None:
        raise AssertionError("it waited")

    report = planned.send_shard(FakeMailer(), pause=nobody_waits)

    assert (report.accepted, report.settled, report.is_finished) == (12, 5, True)


def test_the_claims_of_a_worker_elsewhere_are_waited_for_until_their_lease_is_over(planned: Office) -> None:
    claimed_by(planned, ELSEWHERE)
    clock = TickingClock()
    paused: list[float] = []

    def wait(seconds: float) -> None:
        paused.append(seconds)
        clock.at += timedelta(seconds=60)

    report = planned.send_shard(FakeMailer(), clock=clock, pause=wait)

    assert (report.accepted, report.settled, report.is_finished) == (12, 5, True)
    assert 1 <= len(paused) <= LEASE_SECONDS / 60


def test_a_clock_that_stands_still_ends_in_an_error_and_not_in_waiting_for_ever(
    planned: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shard, "PAUSE_SECONDS", 30.0)  # fewer looks at the store
    claimed_by(planned, ELSEWHERE)

    report = planned.send_shard(FakeMailer(), clock=StoppedClock(NOON))

    assert (report.accepted, report.is_finished) == (7, False)
    assert report.stopped is not None
    assert report.stopped.startswith("Other workers have kept 5 deliveries of morning-brief-1")


def test_a_process_that_slept_past_its_lease_mails_nobody(planned: Office) -> None:
    class Sleepy(TickingClock):
        def now(self) -> datetime:
            self.at += timedelta(seconds=LEASE_SECONDS)
            return self.at

    asked: list[Mail] = []

    def remember(mail: Mail) -> Answer:
        asked.append(mail)
        return Accepted(delivery=mail.delivery, receipt="yes")

    planned.send_shard(FakeMailer(script=remember), clock=Sleepy(), stop_after=5)

    assert asked == []


def test_a_mailer_that_says_no_after_the_lease_does_not_touch_the_claims_any_more(planned: Office) -> None:
    clock = TickingClock()

    class Slow(FakeMailer):
        def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
            clock.at += timedelta(seconds=LEASE_SECONDS)
            raise TryLater(f"{len(mails)} mails are too many now.", after=60)

    report = planned.send_shard(Slow(batch_size=5), clock=clock, worker=ELSEWHERE)

    assert report.put_back == 0
    assert planned.ledger.tally(ISSUE).states == {DeliveryState.CLAIMED: 5, DeliveryState.PLANNED: 7}


def test_a_mailer_that_breaks_leaves_its_batch_to_the_next_run(planned: Office) -> None:
    def broken(_mail: Mail) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        planned.send_shard(FakeMailer(batch_size=5, script=broken), worker=gone_worker())

    assert planned.ledger.tally(ISSUE).states == {DeliveryState.CLAIMED: 5, DeliveryState.PLANNED: 7}
    assert planned.send_shard(FakeMailer(batch_size=5)).is_finished


def test_an_issue_that_cannot_be_written_asks_no_mailer_and_keeps_no_claim(office: Office) -> None:
    sealed = a_sealed()
    office.open_up(sealed=replace(sealed, renditions=sealed.renditions[:1]))  # English only
    office.plan()

    with pytest.raises(RenderError, match="not rendered in locale 'ru'"):
        office.send_shard(FakeMailer())

    assert office.ledger.tally(ISSUE).states == {DeliveryState.PLANNED: 12}


# --- readers who change their mind ------------------------------------------------------------------------------------


def test_whoever_left_after_planning_is_never_mailed(planned: Office) -> None:
    planned.audience.leave(LIST, "reader3@example.org", at=NOON)
    planned.audience.suppress("reader5@example.org", SuppressionReason.BOUNCED, at=NOON)
    mailer = FakeMailer(batch_size=5)

    planned.send_shard(mailer)

    mailed = {mail.to_address for mail in mailer.taken}
    assert not mailed & {"reader3@example.org", "reader5@example.org"}
    tally = planned.ledger.tally(ISSUE)
    assert tally.excluded == {"suppressed": 1, "unsubscribed": 1}
    assert prove(tally).is_balanced


def test_when_everybody_left_the_issue_is_closed_without_a_mail(planned: Office) -> None:
    for address in planned.cursors():
        planned.audience.leave(LIST, address, at=NOON)
    mailer = FakeMailer(batch_size=5)

    assert planned.send_shard(mailer).is_finished
    assert mailer.taken == []


# --- several workers --------------------------------------------------------------------------------------------------


def test_two_workers_at_once_share_the_readers_and_mail_each_once(planned: Office) -> None:
    both_have_claimed = threading.Barrier(2)
    first_time = threading.local()

    def together(mail: Mail) -> Answer:
        if not hasattr(first_time, "past"):
            first_time.past = True
            both_have_claimed.wait()
        return Accepted(delivery=mail.delivery, receipt="yes")

    mailers = [FakeMailer(batch_size=5, script=together) for _ in range(2)]
    with ThreadPoolExecutor(2) as workers:
        reports = list(workers.map(planned.send_shard, mailers))

    taken = [mail.to_address for mailer in mailers for mail in mailer.taken]
    assert sorted(taken) == sorted(planned.cursors())
    assert sum(report.accepted for report in reports) == 12
    assert all(report.accepted >= 1 for report in reports)
    assert finish(ISSUE, archive=planned.archive, clock=TickingClock())
    assert prove(planned.ledger.tally(ISSUE)).is_balanced
