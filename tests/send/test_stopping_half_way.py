"""A mailer that stops in the middle of a batch: what it answered for counts, the others are as they were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from digest.errors import MailerError, Refused, TryLater, Uncertain
from digest.send.mail import Accepted, Answer, Mail, Rejected
from digest.send.shard import ShardReport
from digest.send.states import DeliveryState
from tests.fakes import FakeMailer
from tests.send.office import ISSUE, Office


@pytest.fixture
def planned(engine: Engine) -> Office:
    office = Office(engine)
    office.open_up()
    office.plan()
    return office


@dataclass
class Stops(FakeMailer):
    """Takes the first two mails of a batch of five, refuses the third, and stops."""

    batch_size: int = 5
    stop: Callable[[Sequence[Mail], Sequence[Answer]], MailerError] = lambda *_: TryLater("Enough.", after=1)

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        taken = [Accepted(delivery=mail.delivery, receipt="yes") for mail in mails[:2]]
        raise self.stop(mails, [*taken, Rejected(delivery=mails[2].delivery, why="no such box")])


def counted(office: Office, report: ShardReport) -> tuple[int, int, int, int]:
    states = office.ledger.tally(ISSUE).states
    assert (report.accepted, report.refused) == (2, 1)
    assert states.get(DeliveryState.CLAIMED, 0) == 0
    assert not report.is_finished
    return (
        states[DeliveryState.ACCEPTED],
        states[DeliveryState.REFUSED],
        states.get(DeliveryState.UNCERTAIN, 0),
        states[DeliveryState.PLANNED],
    )


def test_what_was_taken_before_it_asked_for_patience_stays_taken(planned: Office) -> None:
    report = planned.send_shard(Stops(stop=lambda _, answers: TryLater("Enough.", after=1, answers=answers)))
    assert counted(planned, report) == (2, 1, 0, 9)
    assert report.put_back == 2


def test_what_was_taken_before_the_key_was_withdrawn_stays_taken(planned: Office) -> None:
    report = planned.send_shard(Stops(stop=lambda _, answers: Refused("No.", advice="Ask.", answers=answers)))
    assert counted(planned, report) == (2, 1, 0, 9)
    assert report.stopped == "No. Ask."


def test_only_the_part_that_was_asked_for_is_in_doubt(planned: Office) -> None:
    def lost(mails: Sequence[Mail], answers: Sequence[Answer]) -> MailerError:
        return Uncertain("The line went dead.", [mails[3].delivery], answers=answers)

    report = planned.send_shard(Stops(stop=lost))
    assert counted(planned, report) == (2, 1, 1, 8)
    assert (report.unclear, report.put_back) == (1, 1)


def test_without_a_name_everybody_who_was_not_answered_for_is_in_doubt(planned: Office) -> None:
    report = planned.send_shard(Stops(stop=lambda _, answers: Uncertain("The line went dead.", answers=answers)))
    assert counted(planned, report) == (2, 1, 2, 7)
    assert (report.unclear, report.put_back) == (2, 0)
