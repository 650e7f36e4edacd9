"""Readers whose mail servers ask to come back later: a run waits for a while, and leaves the rest to the next one."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from digest.clock import StoppedClock
from digest.errors import TryLater
from digest.send.mail import Accepted, Answer, Mail, Postponed
from digest.send.proof import prove
from digest.send.shard import PATIENCE_SECONDS
from digest.send.states import DeliveryState
from tests.fakes import NOON, FakeMailer
from tests.send.office import ISSUE, Office, TickingClock

LATE = "reader2@example.org"


@pytest.fixture
def planned(engine: Engine) -> Office:
    office = Office(engine)
    office.open_up()
    office.plan()
    return office


@dataclass
class Greylist:
    """Puts ``LATE`` off ``times`` times, each time for ``after`` seconds."""

    times: int
    after: float = 300.0
    asked: Counter[str] = field(default_factory=Counter)

    def __call__(self, mail: Mail) -> Answer:
        self.asked[mail.to_address] += 1
        if mail.to_address == LATE and self.asked[LATE] <= self.times:
            return Postponed(delivery=mail.delivery, after=self.after, why="450 4.2.0 greylisted")
        return Accepted(delivery=mail.delivery, receipt="yes")


@dataclass
class Waiting:
    """A pause that makes the clock go on."""

    clock: TickingClock
    seconds: float = 0.0

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds
        self.clock.at += timedelta(seconds=seconds)


def test_a_reader_who_is_put_off_is_mailed_later_in_the_same_run(planned: Office) -> None:
    clock, greylist = TickingClock(), Greylist(times=1)
    wait = Waiting(clock)

    report = planned.send_shard(FakeMailer(batch_size=5, script=greylist), clock=clock, pause=wait)

    assert (report.accepted, report.postponed, report.error, report.is_finished) == (12, 1, None, True)
    assert greylist.asked[LATE] == 2
    assert set(greylist.asked.values()) == {1, 2}
    assert clock.at >= NOON + timedelta(seconds=300)
    assert wait.seconds <= 300
    assert prove(planned.ledger.tally(ISSUE)).is_balanced


def test_a_run_does_not_wait_for_ever_and_the_next_one_goes_on(planned: Office) -> None:
    clock, greylist = TickingClock(), Greylist(times=2, after=890)
    wait = Waiting(clock)

    report = planned.send_shard(FakeMailer(batch_size=5, script=greylist), clock=clock, pause=wait)

    assert (report.accepted, report.postponed, report.is_finished) == (11, 2, False)
    assert isinstance(report.error, TryLater)
    assert report.stopped is not None
    assert report.stopped.startswith("1 delivery is put off, from ")
    assert wait.seconds <= PATIENCE_SECONDS
    assert planned.ledger.tally(ISSUE).states == {DeliveryState.ACCEPTED: 11, DeliveryState.PLANNED: 1}
    again = planned.send_shard(FakeMailer(script=greylist), clock=clock, pause=wait)
    assert (again.postponed, again.accepted, again.is_finished) == (0, 1, True)


def test_a_run_as_of_an_instant_waits_for_nobody(planned: Office) -> None:
    paused: list[float] = []

    report = planned.send_shard(FakeMailer(script=Greylist(times=1)), clock=StoppedClock(NOON), pause=paused.append)

    assert (report.accepted, report.is_finished, len(paused)) == (11, False, 1)
    assert isinstance(report.error, TryLater)
