"""A mailer with quotas for recipient domains: who is beyond is put off to their turn, and the others are mailed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from digest.clock import StoppedClock
from digest.errors import TryLater
from digest.ids import DeliveryId
from digest.send.mail import Accepted, Answer, Evidence, Mail, Postponed
from digest.send.paced import Paced
from tests.fakes import NOON, FakeMailer
from tests.send.mails import a_mail
from tests.send.office import TickingClock


def mails(count: int, domain: str, *, first: int = 0) -> list[Mail]:
    return [
        a_mail(delivery=f"{domain}-{number}", to_address=f"reader{number}@{domain}")
        for number in range(first, first + count)
    ]


@dataclass
class Halfway(FakeMailer):
    """Asks for patience at once."""

    asked: list[int] = field(default_factory=list)

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        self.asked.append(len(mails))
        answers = [Accepted(delivery=mail.delivery, receipt="r") for mail in mails[:1]]
        raise TryLater("Enough.", after=1, answers=answers)


def paced(mailer: FakeMailer, **quotas: int) -> Paced:
    named = {name.replace("_", "."): most for name, most in quotas.items()}
    return Paced(mailer, quotas=lambda: named, clock=StoppedClock(NOON))


def test_without_quotas_it_hands_everything_on() -> None:
    mailer = FakeMailer(batch_size=7)
    asked = mails(300, "big.example")
    assert paced(mailer).batch_size == 7
    assert len(paced(mailer, big_example=0).submit(asked)) == 300
    assert mailer.taken == asked


def test_readers_of_other_domains_are_not_held_up() -> None:
    mailer = FakeMailer()
    batch = [*mails(50, "big.example"), *mails(30, "small.example")]
    answers = paced(mailer, big_example=120).submit(batch)
    assert {one.delivery for one in answers} == {mail.delivery for mail in batch}
    assert [mail.to_address.partition("@")[2] for mail in mailer.taken].count("big.example") == 20
    assert [mail.to_address.partition("@")[2] for mail in mailer.taken].count("small.example") == 30
    put_off = [one for one in answers if isinstance(one, Postponed)]
    assert {one.why for one in put_off} == {"120 mails a minute may leave for its domain"}
    # Two a second: the thirty who are put off have their turn within a quarter of a minute, in groups.
    assert sorted(one.after for one in put_off) == [5] * 10 + [10] * 10 + [15] * 10


def test_whoever_comes_later_is_put_off_behind_the_others() -> None:
    mailer = FakeMailer()
    slow = paced(mailer, big_example=12)
    slow.submit(mails(14, "big.example"))
    assert len(mailer.taken) == 2
    (later,) = slow.submit(mails(1, "big.example", first=14))
    assert later == Postponed(
        delivery=DeliveryId("big.example-14"), after=65, why="12 mails a minute may leave for its domain"
    )
    assert slow.submit([]) == []


def test_spelling_does_not_make_another_domain() -> None:
    mailer = FakeMailer()
    slow = paced(mailer, big_example=1)
    answers = slow.submit([*mails(1, "big.example"), *mails(2, "BIG.example", first=1)])
    assert [type(one) for one in answers] == [Accepted, Postponed, Postponed]


def test_in_the_end_everybody_is_mailed_and_never_more_than_so_many_in_a_minute() -> None:
    clock, mailer = TickingClock(), FakeMailer()
    slow = Paced(mailer, quotas=lambda: {"big.example": 60}, clock=clock)
    waiting = {mail.delivery: (NOON, mail) for mail in mails(200, "big.example")}
    handed: list[tuple[float, int]] = []
    while waiting:
        now = clock.now()
        due = [mail for at, mail in waiting.values() if at <= now]
        before = len(mailer.taken)
        for answer in slow.submit(due) if due else ():
            if isinstance(answer, Postponed):
                waiting[answer.delivery] = (now + timedelta(seconds=answer.after), waiting[answer.delivery][1])
            else:
                del waiting[answer.delivery]
        handed.append(((now - NOON).total_seconds(), len(mailer.taken) - before))
        assert clock.at < NOON + timedelta(minutes=10)
    for start, _ in handed:
        assert sum(count for at, count in handed if start <= at < start + 59) <= 60


def test_an_error_of_the_mailer_names_those_who_were_put_off_too() -> None:
    mailer = Halfway()
    with pytest.raises(TryLater) as raised:
        paced(mailer, big_example=12).submit([*mails(3, "big.example"), *mails(2, "small.example")])
    assert mailer.asked == [4]
    assert [type(one) for one in raised.value.answers] == [Accepted, Postponed]


def test_evidence_is_the_mailer_s_own() -> None:
    mailer = FakeMailer()
    (mail,) = mails(1, "big.example")
    slow = paced(mailer, big_example=12)
    slow.submit([mail])
    assert slow.look_up([mail.delivery, DeliveryId("other")]) == {
        mail.delivery: Evidence.ACCEPTED,
        "other": Evidence.ABSENT,
    }
