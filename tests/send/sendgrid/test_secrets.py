"""Whatever happens, nobody's address and no key stands in a log, an error or a repr."""

import logging
import pickle
from contextlib import suppress

import pytest

from digest.errors import MailerError
from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid
from digest.send.mail import Rejected, Unclear
from digest.send.mailers.sendgrid.mailer import SendGridMailer
from tests.send.sendgrid.letters import a_letter, letters


@pytest.mark.parametrize("kind", FaultKind)
def test_nothing_is_given_away(
    provider: RehearsalSendGrid, mailer: SendGridMailer, caplog: pytest.LogCaptureFixture, kind: FaultKind
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("python_http_client", "sendgrid", "urllib3", "http.client"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    provider.script.add(Fault(kind=kind, seconds=0.1, match="reader2@"))
    said: list[object] = []
    with suppress(MailerError):
        try:
            said += mailer.submit([*letters(3), a_letter(9, address="дана@example.org")])
        except MailerError as error:
            said += [str(error), repr(error), pickle.dumps(error), *error.answers]
            raise
    shown = [getattr(one, "why", "") if isinstance(one, Rejected | Unclear) else repr(one) for one in said]
    for text in (*shown, caplog.text, repr(mailer), repr(vars(mailer))):
        assert KEY not in text
        assert "@example.org" not in text


def test_the_request_itself_has_the_key_and_nothing_of_it_in_its_address(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    mailer.submit(letters(1))
    assert provider.key == KEY
    assert KEY not in str(provider.book.requests())
