"""What every mailer promises, whatever way out it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.ids import DeliveryId
from digest.rehearsal.sendgrid import KEY, serve
from digest.send.mail import Accepted, Evidence, Mailer
from digest.send.mailers.outbox import OutboxMailer
from digest.send.mailers.sendgrid.mailer import open_sendgrid
from digest.send.mailers.smtp.mailer import SmtpMailer
from digest.send.mailers.smtp.server import read_server
from digest.send.notice_letter import notice_mail
from tests.builders import a_newsletter
from tests.contracts.test_notices_contract import WELCOME, a_notice
from tests.fakes import NOON, FakeMailer
from tests.send.mails import a_mail
from tests.send.smtp.mail_server import listening
from tests.send.test_notice_letter import BODY

#: Those that keep no record which can be asked for: they may not know, but must never deny.
FORGETFUL = {"sendgrid", "smtp"}


@pytest.fixture(params=["fake", "outbox", "sendgrid", "smtp"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def mailer(kind: str, tmp_path: Path) -> Iterator[Mailer]:
    match kind:
        case "sendgrid":
            with serve() as provider, open_sendgrid(KEY, host=provider.url) as one:
                yield one
        case "smtp":
            with listening() as server, SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}")) as one:
                yield one
        case "outbox":
            yield OutboxMailer(tmp_path / "outbox")
        case _:
            yield FakeMailer()


def test_it_takes_at_least_one_mail_at_once(mailer: Mailer) -> None:
    assert mailer.batch_size >= 1


def test_it_answers_for_every_mail_in_their_order(mailer: Mailer) -> None:
    mails = [a_mail(name, to_address=f"{name}@example.org") for name in ("one", "two", "three")]

    answers = mailer.submit(mails)

    assert [answer.delivery for answer in answers] == ["one", "two", "three"]
    assert all(isinstance(answer, Accepted) for answer in answers)


@pytest.mark.parametrize("text", ["Snow\n", "Snow without an end"])
def test_it_carries_text_alone(mailer: Mailer, text: str) -> None:
    mails = [a_mail(name, html=None, text=text, to_address=f"{name}@example.org") for name in ("one", "two")]

    assert all(isinstance(answer, Accepted) for answer in mailer.submit(mails))


def test_an_empty_batch_is_no_trouble(mailer: Mailer) -> None:
    assert list(mailer.submit([])) == []
    assert dict(mailer.look_up([])) == {}


def test_what_it_accepted_it_can_attest_or_at_least_never_denies(mailer: Mailer, kind: str) -> None:
    mailer.submit([a_mail("one"), a_mail("two")])

    known = Evidence.UNKNOWN if kind in FORGETFUL else Evidence.ACCEPTED
    assert mailer.look_up([DeliveryId("one"), DeliveryId("two")]) == {"one": known, "two": known}


def test_it_never_attests_what_it_was_not_asked(mailer: Mailer) -> None:
    mailer.submit([a_mail("one")])

    assert mailer.look_up([DeliveryId("other")])[DeliveryId("other")] is not Evidence.ACCEPTED


def test_it_carries_a_mail_about_one_thing_as_well(mailer: Mailer) -> None:
    notices = [a_notice(), a_notice("two", WELCOME, subscription="0123456789012345678901")]
    mails = [notice_mail(one, BODY, a_newsletter(), at=NOON, return_path="bounces@news.example.org") for one in notices]

    answers = mailer.submit(mails)

    assert [answer.delivery for answer in answers] == [one.id for one in notices]
    assert all(isinstance(answer, Accepted) for answer in answers)


def test_a_receipt_does_not_hold_the_address(mailer: Mailer) -> None:
    (answer,) = mailer.submit([a_mail("one", to_address="reader1@example.org")])

    assert isinstance(answer, Accepted)
    assert answer.receipt
    assert "reader1@example.org" not in answer.receipt
