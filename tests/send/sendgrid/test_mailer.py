"""What becomes of mails when SendGrid takes them, refuses them, or fails in any way that is known."""

import json
import socket
from collections import Counter
from contextlib import closing
from select import select

import pytest

from digest.errors import MailerError, Refused, TryLater, Uncertain
from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid, serve
from digest.send.mail import Accepted, Answer, Mail, Postponed, Rejected
from digest.send.mailers.sendgrid.mailer import SendGridMailer, open_sendgrid
from digest.send.mailers.sendgrid.transport import Lines
from tests.send.mails import a_mail
from tests.send.sendgrid.letters import DANA, TIMUR, a_letter, letters
from tests.send.sendgrid.raw_server import saying


def kinds(answers: "list[Answer] | tuple[Answer, ...]") -> list[str]:
    return [type(answer).__name__ for answer in answers]


def took(provider: RehearsalSendGrid) -> list[str]:
    """Return whose mails the provider took, by delivery."""
    return [letter.custom_args["delivery"] for letter in provider.book.letters()]


# --- it takes them ----------------------------------------------------------------------------------------------------


def test_every_reader_gets_exactly_their_own_mail(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    mails = letters(9, (TIMUR, DANA))
    mails += [a_letter(10, name="José"), a_letter(11, name=""), a_letter(12, name="A & <b>")]

    answers = list(mailer.submit(mails))

    assert [answer.delivery for answer in answers] == [mail.delivery for mail in mails]
    assert set(kinds(answers)) == {"Accepted"}
    got = {letter.to_address: letter for letter in provider.book.letters()}
    for mail in mails:
        letter = got[mail.to_address]
        assert (letter.subject, letter.html, letter.text) == (mail.subject, mail.html, mail.text)
        assert letter.headers == mail.headers
        assert letter.custom_args == {"delivery": mail.delivery}
    assert provider.asked == 2  # one request for each of two bodies


def test_text_alone_goes_as_text_alone(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    mails = [a_mail(name, to_address=f"{name}@example.org", html=None) for name in ("one", "two")]
    assert set(kinds(list(mailer.submit(mails)))) == {"Accepted"}
    assert [(letter.html, letter.text) for letter in provider.book.letters()] == [("", "Snow – снег\n")] * 2
    assert provider.asked == 1


def test_the_receipt_is_the_provider_s_id_for_the_request(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    first, second = mailer.submit(letters(2))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.receipt == second.receipt == provider.book.requests()[0].message_id


def test_a_line_is_kept_from_request_to_request(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    for number in range(1, 6):
        mailer.submit([a_letter(number)])
    assert (provider.asked, provider.lines) == (5, 1)


def test_a_line_that_was_closed_meanwhile_is_not_used_again(provider: RehearsalSendGrid) -> None:
    provider.script.add(Fault(kind=FaultKind.IDLE_CLOSED))
    lines = Lines(provider.url)
    with closing(lines):
        mailer = SendGridMailer(KEY, lines, host=provider.url)
        assert kinds(list(mailer.submit([a_letter(1)]))) == ["Accepted"]
        ((line, _since),) = lines._idle
        select([line.sock], [], [])  # until its end has come
        assert kinds(list(mailer.submit([a_letter(2)]))) == ["Accepted"]
    assert provider.lines == 2


def test_an_address_twice_gets_both_mails_in_two_requests(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    answers = mailer.submit([a_letter(1), a_letter(2, address="READER1@example.org")])
    assert kinds(list(answers)) == ["Accepted", "Accepted"]
    assert provider.asked == 2


def test_a_slow_answer_is_an_answer(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    provider.script.add(Fault(kind=FaultKind.SLOW, seconds=0.05))
    assert kinds(list(mailer.submit(letters(2)))) == ["Accepted", "Accepted"]


# --- it refuses some --------------------------------------------------------------------------------------------------


def test_who_cannot_be_mailed_is_rejected_before_the_call(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    answers = mailer.submit([a_letter(1), a_letter(2, address="дана@example.org"), a_letter(3)])
    assert kinds(list(answers)) == ["Accepted", "Rejected", "Accepted"]
    assert provider.asked == 1


def test_whom_the_provider_names_is_rejected_in_its_words_and_the_others_are_sent_again(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    provider.script.add(Fault(kind=FaultKind.REFUSE, match="reader2@"))

    answers = list(mailer.submit(letters(4)))

    assert kinds(answers) == ["Accepted", "Rejected", "Accepted", "Accepted"]
    assert answers[1] == Rejected(delivery=letters(2)[1].delivery, why="The address <the address> does not exist.")
    assert took(provider) == ["delivery-0001", "delivery-0003", "delivery-0004"]


def test_an_address_that_only_the_provider_finds_wrong_is_rejected(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    answers = list(mailer.submit([a_letter(1), a_letter(2, address='"a"@example.org'), a_letter(3)]))
    assert kinds(answers) == ["Accepted", "Rejected", "Accepted"]
    assert took(provider) == ["delivery-0001", "delivery-0003"]


def test_if_all_are_refused_nobody_is_asked_for_again(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    provider.script.add(Fault(kind=FaultKind.REFUSE, match="@"))
    assert kinds(list(mailer.submit(letters(2)))) == ["Rejected", "Rejected"]
    assert provider.asked == 1


def test_what_is_too_large_is_sent_in_parts(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    provider.script.add(Fault(kind=FaultKind.TOO_LARGE, readers=2, times=20))
    assert set(kinds(list(mailer.submit(letters(7))))) == {"Accepted"}
    assert Counter(took(provider)) == Counter(mail.delivery for mail in letters(7))


def test_one_mail_that_is_too_large_is_rejected(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    provider.script.add(Fault(kind=FaultKind.TOO_LARGE, readers=0))
    (answer,) = mailer.submit(letters(1))
    assert answer == Rejected(delivery=letters(1)[0].delivery, why="it is too large for SendGrid")


# --- it certainly took nothing ----------------------------------------------------------------------------------------


def stopped(mailer: SendGridMailer, mails: list[Mail], kind: type[MailerError]) -> MailerError:
    with pytest.raises(kind) as caught:
        mailer.submit(mails)
    assert type(caught.value) is kind
    return caught.value


def test_nobody_at_home_is_safe_to_try_again() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with open_sendgrid(KEY, host=f"http://127.0.0.1:{port}") as mailer:
        error = stopped(mailer, letters(2), TryLater)
    assert error.answers == ()
    assert str(error).startswith("SendGrid cannot be reached: Connection refused.")


def test_a_line_that_breaks_before_the_request_has_left_is_safe_to_try_again(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    provider.script.add(Fault(kind=FaultKind.CUT_EARLY))
    # More than all buffers between us hold, so that the break comes while we write.
    error = stopped(mailer, [a_mail("one", html="–" * 4_000_000)], TryLater)
    assert error.answers == ()
    assert took(provider) == []


def test_429_is_waited_out_if_that_does_not_take_long(
    provider: RehearsalSendGrid, mailer: SendGridMailer, pauses: list[float]
) -> None:
    provider.script.add(Fault(kind=FaultKind.TOO_MANY, seconds=20, times=2))
    assert kinds(list(mailer.submit(letters(2)))) == ["Accepted", "Accepted"]
    assert len(pauses) == 2
    assert all(18 <= pause <= 20 for pause in pauses)


def test_429_that_does_not_end_stops_the_run_until_it_does(
    provider: RehearsalSendGrid, mailer: SendGridMailer, pauses: list[float]
) -> None:
    provider.script.add(Fault(kind=FaultKind.TOO_MANY, seconds=50, times=2))
    error = stopped(mailer, letters(2), TryLater)
    assert isinstance(error, TryLater)
    assert 45 <= error.after <= 50
    assert len(pauses) == 1
    assert took(provider) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FaultKind.UNAUTHORIZED, "does not accept the key: The provided authorization grant is invalid.* Set DIGEST_"),
        (FaultKind.FORBIDDEN, "forbids this account or sender to send: The from address does not match a verified"),
        (FaultKind.REDIRECT, "says 302, which SendGrid never does. Check DIGEST_SENDGRID_HOST"),
        (FaultKind.REFUSE_ALL, "finds the request wrong: Bad Request. No reader is at fault"),
    ],
)
def test_what_is_wrong_with_us_stops_everything_with_one_sentence(
    provider: RehearsalSendGrid, mailer: SendGridMailer, kind: FaultKind, said: str
) -> None:
    provider.script.add(Fault(kind=kind))
    with pytest.raises(Refused, match=said):
        mailer.submit(letters(2))
    assert took(provider) == []
    assert provider.asked == 1  # a redirect is not followed


def test_a_wrong_key_stops_everything(provider: RehearsalSendGrid) -> None:
    with open_sendgrid("SG.wrong", host=provider.url) as mailer:
        error = stopped(mailer, letters(2), Refused)
    assert "SG.wrong" not in str(error)


def test_a_complaint_about_what_we_wrote_for_everybody_rejects_nobody(mailer: SendGridMailer) -> None:
    mails = [a_mail(name, to_address=f"{name}@example.org", headers={"X-A:B": "x"}) for name in ("one", "two")]
    assert set(kinds(list(mailer.submit(mails)))) == {"Rejected"}  # found before the call, reader by reader
    error = stopped(mailer, [a_mail(one, to_address=f"{one}@example.org", subject="") for one in "ab"], Refused)
    assert "No reader is at fault" in str(error)
    assert error.answers == ()


def complaining(*fields: str) -> bytes:
    body = json.dumps({"errors": [{"message": "Too long.", "field": field, "help": None} for field in fields]}).encode()
    return b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def test_what_is_wrong_with_everybody_s_headers_is_our_fault_and_not_theirs() -> None:
    said = complaining("personalizations.0.headers", "personalizations.1.headers")
    with saying(said) as host, open_sendgrid(KEY, host=host) as mailer:
        error = stopped(mailer, letters(2), Refused)
    assert str(error).startswith("SendGrid finds the request wrong: Too long. No reader")
    assert error.answers == ()


def test_what_is_wrong_with_one_reader_s_values_is_theirs() -> None:
    yes = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: id\r\nContent-Length: 0\r\n\r\n"
    said = complaining("personalizations.1.substitutions")
    with saying(said, yes) as host, open_sendgrid(KEY, host=host) as mailer:
        answers = mailer.submit(letters(3))
    assert kinds(list(answers)) == ["Accepted", "Rejected", "Accepted"]


# --- nobody can say ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        (FaultKind.HANG, 0),
        (FaultKind.HANG_AFTER, 2),
        (FaultKind.CUT, 0),
        (FaultKind.CUT_AFTER, 2),
        (FaultKind.CUT_SHORT, 2),
        (FaultKind.HALF_CLOSED, 2),
        (FaultKind.ERROR, 0),
        (FaultKind.ERROR_AFTER, 2),
        (FaultKind.UNAVAILABLE, 0),
    ],
)
def test_what_left_whole_and_was_not_answered_is_in_doubt(
    provider: RehearsalSendGrid, mailer: SendGridMailer, kind: FaultKind, taken: int
) -> None:
    provider.script.add(Fault(kind=kind, seconds=0.1))

    error = stopped(mailer, letters(2), Uncertain)

    assert isinstance(error, Uncertain)
    assert error.batch == ("delivery-0001", "delivery-0002")
    assert error.answers == ()
    assert len(took(provider)) == taken
    assert kinds(list(mailer.submit([a_letter(3)]))) == ["Accepted"]  # the next request has a line of its own


def test_an_answer_is_not_waited_for_without_end(provider: RehearsalSendGrid) -> None:
    provider.script.add(Fault(kind=FaultKind.HANG_AFTER, seconds=3600))
    with open_sendgrid(KEY, host=provider.url, answer_seconds=0.2) as mailer:
        error = stopped(mailer, letters(2), Uncertain)
    assert str(error).startswith("SendGrid was asked and did not answer: nothing came in time.")


def test_only_one_request_is_in_doubt_and_what_came_before_it_counts(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    provider.script.add(Fault(kind=FaultKind.SLOW, seconds=0), Fault(kind=FaultKind.CUT_AFTER))
    third = a_letter(3, address="reader1@EXAMPLE.org")
    mails = [a_letter(1), a_letter(2, contents=DANA), third, a_letter(4, address="nobody")]

    error = stopped(mailer, mails, Uncertain)

    assert isinstance(error, Uncertain)
    assert [(answer.delivery, type(answer)) for answer in error.answers] == [
        ("delivery-0001", Accepted),
        ("delivery-0004", Rejected),
    ]
    assert error.batch == ("delivery-0003",)
    assert provider.asked == 2  # whoever was not asked for is in neither


# --- time -------------------------------------------------------------------------------------------------------------


def test_a_batch_that_takes_too_long_is_left_before_its_lease_is_over(provider: RehearsalSendGrid) -> None:
    seconds = iter([0, 100, 200])
    lines = Lines(provider.url)
    with closing(lines):
        mailer = SendGridMailer(KEY, lines, host=provider.url, ticks=lambda: next(seconds))
        answers = mailer.submit([a_letter(1), a_letter(2, contents=DANA)])
    assert kinds(list(answers)) == ["Accepted", "Postponed"]
    assert isinstance(answers[1], Postponed)
    assert answers[1].after == 0


# --- the sandbox ------------------------------------------------------------------------------------------------------


def test_in_the_sandbox_the_provider_looks_and_sends_nothing(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    assert list(mailer.rehearse(letters(3, (TIMUR, DANA)))) == []
    wrong = mailer.rehearse([a_letter(1), a_letter(2, address='"a"@example.org')])
    assert [one.delivery for one in wrong] == ["delivery-0002"]
    assert took(provider) == []


def test_no_line_is_opened_before_the_first_mail() -> None:
    with serve() as provider, open_sendgrid(KEY, host=provider.url) as mailer:
        mailer.submit([])
        mailer.look_up([a_letter(1).delivery])
        assert provider.lines == 0
