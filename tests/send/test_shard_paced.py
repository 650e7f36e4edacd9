"""Workers at the gate: a wave goes first, a stop holds within a batch, a run ends rather than wait too long."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from digest.clock import StoppedClock
from digest.compose.sending import Sending
from digest.errors import IssueStopped, TryLater
from digest.send.mail import Accepted, Answer, Mail, Rejected
from digest.send.proof import prove
from digest.send.states import DeliveryState
from digest.send.stopping import THE_BREAKER, THE_CANARY
from tests.fakes import NOON, FakeMailer
from tests.send.office import HASTY, ISSUE, Office, TickingClock

READERS = 60
WAVE = Sending(canary_percent=1, canary_readers=10, canary_minutes=5)


@pytest.fixture
def planned(engine: Engine) -> Office:
    office = Office(engine)
    office.open_up(READERS)
    office.plan()
    return office


@dataclass
class Waiting:
    """A pause that makes the clock go on, and does something on the way."""

    clock: TickingClock
    seconds: float = 0.0
    on_the_way: Callable[[], object] = lambda: None

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds
        self.clock.at += timedelta(seconds=seconds)
        self.on_the_way()


@dataclass
class Listening(FakeMailer):
    """Does something after each batch."""

    after: Callable[[], object] = lambda: None
    batches: list[int] = field(default_factory=list)

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        self.batches.append(len(mails))
        answers = super().submit(mails)
        self.after()
        return answers


def refuse(*addresses: int) -> Callable[[Mail], Answer]:
    """Refuse the readers of these numbers."""
    wrong = {f"reader{number}@example.org" for number in addresses}

    def script(mail: Mail) -> Answer:
        if mail.to_address in wrong:
            return Rejected(delivery=mail.delivery, why="no such box")
        return Accepted(delivery=mail.delivery, receipt="r")

    return script


def states(office: Office) -> dict[DeliveryState, int]:
    return dict(office.ledger.tally(ISSUE).states)


def test_the_wave_goes_first_and_the_others_when_its_bounces_would_have_come(planned: Office) -> None:
    clock, said = TickingClock(), list[str]()
    wait, mailer = Waiting(clock), Listening(batch_size=25)

    report = planned.send_shard(mailer, clock=clock, pause=wait, rules=WAVE, hears_back=True, say=said.append)

    assert (report.accepted, report.is_finished, report.error) == (READERS, True, None)
    assert mailer.batches == [10, 25, 25]
    assert 150 < wait.seconds <= 300  # the clock goes on by itself besides
    assert said == ["morning-brief-1 waits: bounces of the first 10 readers may still come."]


def test_where_nobody_tells_of_bounces_nobody_waits_for_them(planned: Office) -> None:
    wait = Waiting(TickingClock())
    report = planned.send_shard(FakeMailer(), rules=WAVE, pause=wait)
    assert (report.is_finished, wait.seconds) == (True, 0)


def test_a_wave_of_which_too_many_fail_stops_the_issue_until_somebody_resumes_it(planned: Office) -> None:
    mailer = FakeMailer(batch_size=25, script=refuse(3, 7, 40))

    report = planned.send_shard(mailer, rules=WAVE)

    assert isinstance(report.error, IssueStopped)
    assert report.stopped == (
        "morning-brief-1 was stopped by the canary: of the first 10 readers 2 were refused or bounced, 20 in a hundred;"
        " 5 are allowed. To go on: digest issue resume morning-brief-1"
    )
    assert states(planned) == {
        DeliveryState.ACCEPTED: 8, DeliveryState.REFUSED: 2, DeliveryState.PLANNED: 50,
    }  # fmt: skip
    (held,) = planned.stops.holding()[ISSUE]
    assert held.by == THE_CANARY
    again = planned.send_shard(mailer, rules=WAVE)
    assert (again.accepted, again.stopped) == (0, report.stopped)
    planned.stops.resume(ISSUE, by="Olga", at=NOON + timedelta(minutes=30))
    last = planned.send_shard(mailer, rules=WAVE, clock=TickingClock(NOON + timedelta(minutes=31)))
    assert (last.accepted, last.refused, last.is_finished) == (49, 1, True)
    assert prove(planned.ledger.tally(ISSUE)).is_balanced


def test_workers_who_begin_at_once_send_one_wave(planned: Office) -> None:
    mailer = FakeMailer(batch_size=25, script=refuse(*range(1, READERS + 1)))
    with ThreadPoolExecutor(3) as workers:
        reports = list(
            workers.map(lambda name: planned.send_shard(mailer, rules=WAVE, worker=name), ("a/1/1", "b/2/2", "c/3/3"))
        )
    assert all(isinstance(one.error, IssueStopped) for one in reports)
    assert states(planned) == {DeliveryState.REFUSED: 10, DeliveryState.PLANNED: 50}
    assert len(planned.stops.holding()[ISSUE]) == 1


def test_a_worker_that_dies_inside_the_wave_holds_nobody_up_for_longer_than_its_lease(planned: Office) -> None:
    clock = TickingClock()
    dead = planned.ledger.claim(ISSUE, worker="elsewhere/1/1", limit=4, lease_seconds=300, at=clock.now())
    wait, mailer = Waiting(clock), Listening(batch_size=25)

    report = planned.send_shard(mailer, clock=clock, pause=wait, rules=WAVE)

    assert mailer.batches[0] == 6
    assert (report.accepted, report.is_finished) == (READERS, True)  # this mailer can tell that the four were not taken
    assert wait.seconds <= 301
    assert len({mail.delivery for mail in mailer.taken}) == len(mailer.taken)
    assert {claim.id for claim in dead} <= {mail.delivery for mail in mailer.taken}


def test_the_breaker_stops_a_send_in_which_refusals_rise(engine: Engine) -> None:
    office = Office(engine)
    office.open_up(300)
    office.plan()
    rules = Sending(canary_percent=0)
    mailer = Listening(batch_size=20, script=refuse(*range(101, 301)))

    report = office.send_shard(mailer, rules=rules)

    assert isinstance(report.error, IssueStopped)
    assert report.error.by == THE_BREAKER
    assert states(office) == {
        DeliveryState.ACCEPTED: 100, DeliveryState.REFUSED: 20, DeliveryState.PLANNED: 180,
    }  # fmt: skip
    office.stops.resume(ISSUE, by="Olga", at=NOON + timedelta(minutes=30))
    again = office.send_shard(mailer, rules=rules, clock=TickingClock(NOON + timedelta(minutes=31)))
    assert isinstance(again.error, IssueStopped)
    assert again.refused == 100  # so many it must see before it has an opinion again


def test_a_stop_takes_effect_within_one_batch_and_what_is_in_hand_is_recorded(planned: Office) -> None:
    def stop() -> None:
        if len(mailer.batches) == 2:
            planned.stops.stop(ISSUE, by="Olga", why="a typo", at=NOON)

    mailer = Listening(batch_size=10, after=stop)

    report = planned.send_shard(mailer)

    assert (mailer.batches, report.accepted, report.is_finished) == ([10, 10], 20, False)
    assert report.stopped == (
        "morning-brief-1 was stopped by Olga: a typo. To go on: digest issue resume morning-brief-1"
    )
    assert states(planned) == {DeliveryState.ACCEPTED: 20, DeliveryState.PLANNED: 40}
    planned.stops.resume(ISSUE, by="Olga", at=NOON)
    assert planned.send_shard(mailer).is_finished


def test_a_stop_that_comes_with_the_last_batch_holds_nobody(planned: Office) -> None:
    mailer = Listening(batch_size=READERS)
    mailer.after = lambda: planned.stops.stop(ISSUE, by="Olga", why="a typo", at=NOON)
    report = planned.send_shard(mailer)
    assert (report.error, report.is_finished) == (None, True)


def test_a_stop_ends_a_wait(planned: Office) -> None:
    clock = TickingClock()
    stop = Waiting(clock, on_the_way=lambda: planned.stops.stop(ISSUE, by="Olga", why="a typo", at=NOON))
    report = planned.send_shard(FakeMailer(), clock=clock, pause=stop, rules=WAVE, hears_back=True)
    assert isinstance(report.error, IssueStopped)
    assert (report.accepted, stop.seconds) == (10, 5)


def test_a_window_is_shared_by_its_workers_and_lasts_as_long_as_it_says(planned: Office) -> None:
    rules = Sending(canary_percent=0, spread_minutes=10)
    clock = TickingClock()
    mailer = Listening(batch_size=25)
    report = planned.send_shard(mailer, clock=clock, pause=Waiting(clock), rules=rules)
    assert (report.accepted, report.is_finished) == (READERS, True)
    assert timedelta(minutes=9) < clock.at - NOON < timedelta(minutes=11)
    assert max(mailer.batches) <= 2


def test_a_worker_hands_over_no_more_than_its_quota_of_a_minute(planned: Office) -> None:
    rules = Sending(canary_percent=0, per_minute=24)
    clock = TickingClock()
    begun = clock.at
    report = planned.send_shard(FakeMailer(batch_size=25), clock=clock, pause=Waiting(clock), rules=rules)
    assert (report.accepted, report.is_finished) == (READERS, True)
    assert timedelta(minutes=2) < clock.at - begun < timedelta(minutes=4)


def test_a_domain_beyond_its_quota_is_mailed_in_the_same_run_bit_by_bit(planned: Office) -> None:
    rules = Sending(canary_percent=0, per_domain={"example.org": 24})
    clock = TickingClock()
    begun = clock.at
    report = planned.send_shard(FakeMailer(batch_size=25), clock=clock, pause=Waiting(clock), rules=rules)
    assert (report.accepted, report.is_finished) == (READERS, True)
    assert report.postponed >= READERS - 24
    assert clock.at - begun > timedelta(minutes=2)


def test_a_warm_up_ends_the_run_until_the_next_day_which_finishes_the_job(planned: Office) -> None:
    rules = Sending(canary_percent=0, warm_up=(40, 100))
    clock, wait = TickingClock(), Waiting(TickingClock())

    report = planned.send_shard(FakeMailer(batch_size=25), clock=clock, pause=wait, rules=rules)

    assert (report.accepted, report.is_finished, wait.seconds) == (40, False, 0)
    assert isinstance(report.error, TryLater)
    assert report.error.what == (
        "morning-brief-1 goes on from 2025-12-20 00:00:00 UTC on:"
        " 40 mails are all that the warm-up of news.example.org has for its day 1."
    )
    tomorrow = TickingClock(NOON + timedelta(hours=12))
    again = planned.send_shard(FakeMailer(batch_size=25), clock=tomorrow, rules=rules)
    assert (again.accepted, again.is_finished) == (20, True)


@pytest.mark.parametrize(
    "rules",
    [
        Sending(canary_percent=0, spread_minutes=60),
        Sending(canary_percent=0, per_minute=6),
        Sending(canary_percent=0, per_domain={"example.org": 6}),
        WAVE,
    ],
)
def test_where_the_clock_stands_still_nobody_waits(planned: Office, rules: Sending) -> None:
    clock = StoppedClock(NOON + timedelta(minutes=1))
    pauses: list[float] = []
    report = planned.send_shard(FakeMailer(), clock=clock, pause=pauses.append, rules=rules, hears_back=True)
    assert isinstance(report.error, TryLater)
    assert 0 < report.error.after <= 900
    assert 0 < report.accepted < READERS
    assert len(pauses) <= 5
    assert planned.send_shard(FakeMailer(), rules=HASTY).is_finished


def test_rules_that_change_in_the_middle_hold_from_the_next_claim_on(engine: Engine) -> None:
    office = Office(engine)
    office.open_up(READERS)
    office.plan()
    rules = [Sending(canary_percent=0, per_minute=60)]
    clock = TickingClock()

    def hurry() -> None:
        rules[0] = HASTY

    wait = Waiting(clock, on_the_way=hurry)
    begun = clock.at
    assert office.send_shard(FakeMailer(), clock=clock, pause=wait, rules=lambda: rules[0]).is_finished
    assert clock.at - begun < timedelta(minutes=1)
