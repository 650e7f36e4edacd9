"""Several batches at once: each is answered for itself, and after the first failure nothing more is begun."""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

from digest.errors import IssueStopped, MailerError, Refused, TryLater, Uncertain
from digest.send.hands import worse
from digest.send.mail import Accepted, Answer, Mail
from digest.send.proof import prove
from tests.fakes import FakeMailer
from tests.send.office import ISSUE, Office

READERS, BATCH, AT_ONCE = 12, 2, 3


@dataclass
class Several(FakeMailer):
    """Takes batches from three threads; ``meet`` lets a batch wait until so many are in hand."""

    batch_size: int = BATCH
    at_once: int = AT_ONCE
    meet: threading.Barrier | None = None
    then: Callable[[int, Sequence[Mail]], None] = lambda _number, _mails: None
    begun: list[Sequence[Mail]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        with self.lock:
            self.begun.append(mails)
            number = len(self.begun)
        if self.meet is not None:
            self.meet.wait(60)
        self.then(number, mails)
        return super().submit(mails)

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def office(engine: Engine) -> Office:
    one = Office(engine)
    one.open_up(READERS)
    one.plan()
    return one


def test_as_many_batches_are_in_hand_as_the_mailer_takes(office: Office) -> None:
    mailer = Several(meet=threading.Barrier(AT_ONCE))  # none of them is answered before all three are there
    report = office.send_shard(mailer)
    assert (report.accepted, report.is_finished, report.error) == (READERS, True, None)
    assert len(mailer.begun) == READERS // BATCH
    assert len({mail.delivery for mail in mailer.taken}) == READERS


def test_after_the_first_failure_no_batch_is_handed_over_and_those_in_hand_count(office: Office) -> None:
    def fail(number: int, mails: Sequence[Mail]) -> None:
        if number == 1:
            raise Uncertain("The line went dead.", [mail.delivery for mail in mails])

    mailer = Several(meet=threading.Barrier(AT_ONCE), then=fail)
    report = office.send_shard(mailer)
    assert len(mailer.begun) == AT_ONCE
    assert (report.accepted, report.unclear) == ((AT_ONCE - 1) * BATCH, BATCH)
    assert isinstance(report.error, Uncertain)
    proof = prove(office.ledger.tally(ISSUE))
    assert (proof.claimed, proof.uncertain, proof.planned) == (0, BATCH, READERS - AT_ONCE * BATCH)


def test_of_several_failures_the_one_is_told_that_says_more(office: Office) -> None:
    def fail(number: int, _mails: Sequence[Mail]) -> None:
        raise [TryLater("Later.", after=1), Refused("No key."), TryLater("Later.", after=1)][number - 1]

    report = office.send_shard(Several(meet=threading.Barrier(AT_ONCE), then=fail))
    assert isinstance(report.error, Refused)
    assert report.put_back == AT_ONCE * BATCH


def test_which_of_two_troubles_says_more() -> None:
    later, uncertain = TryLater("Later.", after=1), Uncertain("Who knows.")
    stopped = IssueStopped.__new__(IssueStopped)
    assert worse(None, None) is None
    assert worse(later, None) is later
    assert worse(later, uncertain) is uncertain
    assert worse(stopped, later) is stopped
    assert worse(uncertain, stopped) is uncertain


def test_a_fault_of_our_own_leaves_the_other_batches_answered(office: Office) -> None:
    def fail(number: int, _mails: Sequence[Mail]) -> None:
        if number == 1:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.send_shard(Several(meet=threading.Barrier(AT_ONCE), then=fail))
    proof = prove(office.ledger.tally(ISSUE))
    assert (proof.accepted, proof.claimed) == (
        (AT_ONCE - 1) * BATCH,
        BATCH,
    )  # nobody knows of those what became of them


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_by_hand_ends_what_is_in_hand_and_records_it(office: Office, sign: signal.Signals) -> None:
    def stop(number: int, _mails: Sequence[Mail]) -> None:
        if number == 1:
            os.kill(os.getpid(), sign)
        mailer.stopped.wait(60)

    before = signal.getsignal(sign)
    mailer = Several(meet=threading.Barrier(AT_ONCE), then=stop)
    report = office.send_shard(mailer)
    assert signal.getsignal(sign) is before
    assert report.accepted == AT_ONCE * BATCH
    assert isinstance(report.error, MailerError)
    assert report.error.what == "The run was stopped by hand."
    proof = prove(office.ledger.tally(ISSUE))
    assert (proof.claimed, proof.uncertain, proof.planned) == (0, 0, READERS - AT_ONCE * BATCH)
    assert office.send_shard(Several()).is_finished


def test_whoever_presses_twice_does_not_wait(office: Office) -> None:
    mailer = Several(meet=threading.Barrier(AT_ONCE))
    again = threading.Event()

    def stop(number: int, _mails: Sequence[Mail]) -> None:
        if number == 1:
            os.kill(os.getpid(), signal.SIGINT)
            mailer.stopped.wait(60)
            os.kill(os.getpid(), signal.SIGINT)
        again.wait(60)

    mailer.then = stop
    threading.Timer(1, again.set).start()
    with pytest.raises(KeyboardInterrupt):
        office.send_shard(mailer)
    again.set()


def test_what_was_accepted_has_a_receipt_each(office: Office) -> None:
    mailer = Several(script=lambda mail: Accepted(delivery=mail.delivery, receipt=f"of {mail.delivery}"))
    assert office.send_shard(mailer).accepted == READERS
