"""What every mailer promises, whatever way out it is."""

from pathlib import Path

import pytest

from digest.ids import DeliveryId
from digest.send.mail import Accepted, Evidence, Mailer
from digest.send.mailers.outbox import OutboxMailer
from tests.fakes import FakeMailer
from tests.send.mails import a_mail


@pytest.fixture(params=["fake", "outbox"])
def mailer(request: pytest.FixtureRequest, tmp_path: Path) -> Mailer:
    return FakeMailer() if request.param == "fake" else OutboxMailer(tmp_path / "outbox")


def test_it_takes_at_least_one_mail_at_once(mailer: Mailer) -> None:
    assert mailer.batch_size >= 1


def test_it_answers_for_every_mail_in_their_order(mailer: Mailer) -> None:
    mails = [a_mail(name) for name in ("one", "two", "three")]

    answers = mailer.submit(mails)

    assert [answer.delivery for answer in answers] == ["one", "two", "three"]
    assert all(isinstance(answer, Accepted) for answer in answers)


def test_an_empty_batch_is_no_trouble(mailer: Mailer) -> None:
    assert list(mailer.submit([])) == []
    assert dict(mailer.look_up([])) == {}


def test_what_it_accepted_it_can_attest(mailer: Mailer) -> None:
    mailer.submit([a_mail("one"), a_mail("two")])

    assert mailer.look_up([DeliveryId("one"), DeliveryId("two")]) == {
        "one": Evidence.ACCEPTED,
        "two": Evidence.ACCEPTED,
    }


def test_it_never_attests_what_it_was_not_asked(mailer: Mailer) -> None:
    mailer.submit([a_mail("one")])

    assert mailer.look_up([DeliveryId("other")])[DeliveryId("other")] is not Evidence.ACCEPTED


def test_a_receipt_does_not_hold_the_address(mailer: Mailer) -> None:
    (answer,) = mailer.submit([a_mail("one", to_address="reader1@example.org")])

    assert isinstance(answer, Accepted)
    assert answer.receipt
    assert "reader1@example.org" not in answer.receipt
