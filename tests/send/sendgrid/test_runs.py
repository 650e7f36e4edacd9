"""Whole runs against a SendGrid that fails: run it again, and everybody is accounted for; nobody gets two mails."""

from collections import Counter

import pytest
from sqlalchemy import Engine

from digest.clock import SystemClock
from digest.errors import MailerError
from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid, serve
from digest.send.mailers.sendgrid.mailer import SendGridMailer, open_sendgrid
from digest.send.proof import Proof, prove
from digest.send.shard import ShardReport
from tests.send.office import ISSUE, Office

READERS, BATCH = 12, 5
#: What leaves a request in doubt.
LEAVE_DOUBT = {
    FaultKind.HANG,
    FaultKind.HANG_AFTER,
    FaultKind.CUT,
    FaultKind.CUT_AFTER,
    FaultKind.CUT_SHORT,
    FaultKind.HALF_CLOSED,
    FaultKind.ERROR,
    FaultKind.ERROR_AFTER,
    FaultKind.UNAVAILABLE,
}
#: What may do so: it depends on whether the line is found cut while we write or after it.
MAY_LEAVE_DOUBT = {FaultKind.CUT_EARLY, FaultKind.IDLE_CLOSED}


@pytest.fixture
def office(engine: Engine) -> Office:
    one = Office(engine)
    one.open_up(READERS)
    one.plan()
    return one


def run(office: Office, provider: RehearsalSendGrid, pauses: list[float]) -> ShardReport:
    """Run once, as a process of its own would: with a mailer of its own."""
    with open_sendgrid(KEY, host=provider.url, pause=pauses.append) as mailer:
        mailer.batch_size = BATCH
        return office.send_shard(mailer, clock=SystemClock())


def run_to_the_end(office: Office, provider: RehearsalSendGrid, *, most: int) -> tuple[list[ShardReport], Proof]:
    reports: list[ShardReport] = []
    while not reports or reports[-1].error is not None:
        assert len(reports) < most, "running it again does not finish the job"
        reports.append(run(office, provider, []))
    return reports, prove(office.ledger.tally(ISSUE))


def mails_by_reader(provider: RehearsalSendGrid) -> Counter[str]:
    return Counter(letter.to_address for letter in provider.book.letters())


@pytest.mark.parametrize("kind", FaultKind)
def test_after_any_failure_running_again_finishes_the_job(office: Office, kind: FaultKind) -> None:
    good = Fault(kind=FaultKind.SLOW, seconds=0)
    bad = Fault(kind=kind, seconds=0.05, match="reader2@")
    with serve(faults=[good, bad]) as provider:
        _, proof = run_to_the_end(office, provider, most=3)
        got = mails_by_reader(provider)
    assert proof.is_balanced
    assert max(got.values()) == 1
    if kind not in MAY_LEAVE_DOUBT:
        assert (proof.uncertain > 0) == (kind in LEAVE_DOUBT)
    assert proof.uncertain <= BATCH
    assert proof.refused == READERS - proof.accepted - proof.uncertain
    assert proof.refused <= (1 if kind is FaultKind.REFUSE else 0)
    assert proof.accepted <= len(got) <= proof.accepted + proof.uncertain


def test_a_burst_of_failures_puts_what_was_under_way_in_doubt_and_then_one_request_for_each_run(office: Office) -> None:
    with serve(faults=[Fault(kind=FaultKind.ERROR_AFTER, times=20)]) as provider:
        first = run(office, provider, [])
        assert first.error is not None
        again = run(office, provider, [])  # an outage goes on, and somebody tries again
        assert again.unclear <= BATCH
        provider.script.clear()
        _, proof = run_to_the_end(office, provider, most=2)
        assert max(mails_by_reader(provider).values()) == 1
    assert proof.is_balanced
    assert proof.uncertain == first.unclear + again.unclear


def test_a_storm_of_429_costs_time_and_nothing_else(office: Office) -> None:
    pauses: list[float] = []
    with serve(faults=[Fault(kind=FaultKind.TOO_MANY, seconds=10, times=5)]) as provider:
        report = run(office, provider, pauses)
        assert (report.error, report.accepted, report.is_finished) == (None, READERS, True)
        assert set(mails_by_reader(provider).values()) == {1}
    assert len(pauses) == 5


def test_an_outage_needs_no_more_than_the_same_again(office: Office) -> None:
    with serve() as provider:
        address = provider.url
    with open_sendgrid(KEY, host=address) as mailer:  # nobody is at home any more
        for _ in range(2):
            report = office.send_shard(mailer, clock=SystemClock())
            assert isinstance(report.error, MailerError)
            assert (report.put_back, report.accepted) == (READERS, 0)
    with serve() as provider:
        _, proof = run_to_the_end(office, provider, most=1)
        assert set(mails_by_reader(provider).values()) == {1}
    assert (proof.accepted, proof.is_balanced) == (READERS, True)


def test_a_key_that_was_withdrawn_leaves_the_ledger_as_it_was(office: Office) -> None:
    with serve(key="SG.new") as provider, open_sendgrid(KEY, host=provider.url) as mailer:
        assert isinstance(mailer, SendGridMailer)
        report = office.send_shard(mailer, clock=SystemClock())
    assert report.stopped is not None
    assert "does not accept the key" in report.stopped
    proof = prove(office.ledger.tally(ISSUE))
    assert (proof.planned, proof.finished) == (READERS, 0)
