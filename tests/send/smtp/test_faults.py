"""Whatever a mail server does: each reader has the answer that is true, and nobody is mailed twice."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from digest.errors import MailerError, Refused, TryLater
from digest.send.mail import Accepted, Answer, Mail, Postponed, Rejected, Unclear
from digest.send.mailers.smtp.mailer import SmtpMailer
from digest.send.mailers.smtp.server import read_server
from tests.send.mails import a_mail
from tests.send.smtp.mail_server import Act, MailServer, Script, listening

BAD = "reader3@example.org"


@dataclass
class Scripted:
    """Says ``what`` to ``command`` when ``about`` stands in it: every time, or only the first ``times``."""

    command: str
    what: str | Act
    about: str = ""
    times: int = 1_000_000
    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, command: str, rest: str) -> str | Act | None:
        if command != self.command or self.about not in rest:
            return None
        self.seen[command] += 1
        return self.what if self.seen[command] <= self.times else None


def mails(count: int = 8) -> list[Mail]:
    return [a_mail(f"d{number}", to_address=f"reader{number}@example.org") for number in range(count)]


def submit(
    script: Script, batch: list[Mail] | None = None, *, pipelining: bool = True, connections: int = 1
) -> tuple[list[Answer], MailerError | None, MailServer]:
    """Hand a batch over; return the answers (also those of an error), the error, and the server as it is then."""
    timeout = 1 if isinstance(script, Scripted) and script.what is Act.HANG else 60
    with listening(script=script, pipelining=pipelining) as server:
        url = f"smtp://127.0.0.1:{server.port}?timeout={timeout}&connections={connections}"
        with SmtpMailer(read_server(url)) as mailer:
            try:
                return list(mailer.submit(mails() if batch is None else batch)), None, server
            except MailerError as error:
                return list(error.answers), error, server


def kinds(answers: list[Answer]) -> Counter[type]:
    return Counter(type(answer) for answer in answers)


@pytest.fixture(params=[True, False], ids=["pipelining", "step by step"])
def pipelining(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


# --- one reader -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    ("says", "kind"),
    [("550 5.1.1 <reader3@example.org>: no such user", Rejected), ("450 4.2.1 <reader3@example.org>: busy", Postponed)],
)
def test_what_is_said_of_one_reader_is_about_that_reader(command: str, says: str, kind: type, pipelining: bool) -> None:
    script = _after_reader(command, says)

    answers, error, server = submit(script, pipelining=pipelining)

    assert error is None
    assert kinds(answers) == {Accepted: 7, kind: 1}
    assert isinstance(answers[3], Rejected | Postponed)
    assert answers[3].why == says.replace("<reader3@example.org>", "<…>")
    assert sorted(server.readers) == sorted({mail.to_address for mail in mails()} - {BAD})
    assert server.connections == 1


def _after_reader(command: str, says: str | Act) -> Script:
    """Say it to the command that is about ``BAD``: DATA itself does not tell about whom it is."""
    last = [""]

    def script(what: str, rest: str) -> str | Act | None:
        if what == "RCPT":
            last[0] = rest
        return says if what == command and BAD in last[0] else None

    return script


def test_a_server_that_wants_a_letter_for_nobody_gets_an_empty_one_and_nobody_anything() -> None:
    def script(command: str, rest: str) -> str | None:
        return "550 5.1.1 no" if command == "RCPT" and BAD in rest else None

    with (
        listening(script=script, eager=True) as server,
        SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}?connections=1")) as mailer,
    ):
        answers = list(mailer.submit(mails()))

    assert kinds(answers) == {Accepted: 7, Rejected: 1}
    assert sorted(server.readers) == sorted({mail.to_address for mail in mails()} - {BAD})
    assert len(server.letters) == 7


def test_an_answer_that_is_no_smtp_to_a_whole_letter_leaves_its_reader_in_doubt() -> None:
    answers, error, _ = submit(_after_reader("END", "354 what letter?"))

    assert (error, kinds(answers)) == (None, {Accepted: 7, Unclear: 1})


def test_a_grey_list_puts_off_the_reader_and_nobody_else() -> None:
    answers, _, server = submit(Scripted("RCPT", "450 4.2.0 Greylisted", BAD))

    assert answers[3] == Postponed(delivery=answers[3].delivery, after=300.0, why="450 4.2.0 Greylisted")
    assert len(server.letters) == 7


def test_a_domain_that_wants_us_slower_is_not_asked_again_for_a_while() -> None:
    script = Scripted("RCPT", "451 4.7.28 unusual rate of mail", "@busy.example")
    batch = [a_mail(f"b{number}", to_address=f"reader{number}@busy.example") for number in range(6)]
    with (
        listening(script=script) as server,
        SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}?connections=1")) as mailer,
    ):
        first = mailer.submit([batch[0], *mails(2)])
        asked = script.seen["RCPT"]
        second = mailer.submit([*batch[1:], a_mail("calm")])

    assert kinds(list(first)) == {Postponed: 1, Accepted: 2}
    assert kinds(list(second)) == {Postponed: 5, Accepted: 1}
    assert asked == script.seen["RCPT"] == 1
    # Ten minutes, less what has passed since: a busy machine may have stood still for a while.
    assert all(300 < answer.after <= 600 for answer in [*first, *second] if isinstance(answer, Postponed))
    assert isinstance(second[0], Postponed)
    assert second[0].why == "their mail server asked us to slow down: 451 4.7.28 unusual rate of mail"


def test_a_relay_that_is_closed_to_one_domain_refuses_its_reader(pipelining: bool) -> None:
    script = Scripted("RCPT", "554 5.7.1 Relay access denied", BAD)

    answers, error, _ = submit(script, pipelining=pipelining)

    assert (error, kinds(answers)) == (None, {Accepted: 7, Rejected: 1})


# --- about us ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "kind", "says"),
    [
        (Scripted("CONNECT", "421 4.3.2 come back later"), TryLater, "takes no mail now: 421 4.3.2 come back later"),
        (Scripted("CONNECT", "554 5.7.1 go away"), Refused, "will not take mail from us: 554 5.7.1 go away"),
        (Scripted("CONNECT", "HTTP/1.1 400 Bad Request"), Refused, "is no mail server"),
        (Scripted("CONNECT", Act.DROP), TryLater, "broke off before it took any mail"),
        (Scripted("CONNECT", Act.HANG), TryLater, "broke off before it took any mail: no answer in time"),
        (Scripted("EHLO", Act.DROP), TryLater, "broke off before it took any mail"),
        (Scripted("MAIL", "452 4.3.1 disk full"), TryLater, "takes no mail now: 452 4.3.1 disk full"),
        (Scripted("MAIL", "421 4.7.0 not now"), TryLater, "takes no mail now: 421 4.7.0 not now"),
        (Scripted("MAIL", "550 5.7.1 sender not allowed"), Refused, r"from us \(MAIL\): 550 5.7.1 sender not allowed"),
        (
            Scripted("RCPT", "554 5.7.1 Relay access denied"),
            Refused,
            r"from us \(RCPT\): 554 5.7.1 Relay access denied",
        ),
        (Scripted("MAIL", Act.DROP), TryLater, "breaks the connection off in the middle"),
        (Scripted("RCPT", Act.DROP), TryLater, "breaks the connection off in the middle"),
        (Scripted("MAIL", Act.HANG), TryLater, "breaks the connection off in the middle: no answer in time"),
    ],
)
def test_what_is_about_us_stops_the_batch_and_touches_no_reader(
    script: Script, kind: type[MailerError], says: str, pipelining: bool
) -> None:
    answers, error, server = submit(script, pipelining=pipelining)

    assert isinstance(error, kind)
    with pytest.raises(kind, match=says):
        raise error
    assert "@" not in str(error)
    assert [answer for answer in answers if not isinstance(answer, Postponed)] == []
    assert server.letters == []


def test_a_server_that_is_not_there_says_try_later() -> None:
    with listening() as server:
        port = server.port
    with (
        SmtpMailer(read_server(f"smtp://127.0.0.1:{port}")) as mailer,
        pytest.raises(TryLater, match=f"The mail server 127.0.0.1:{port} cannot be reached: Connection refused"),
    ):
        mailer.submit(mails())


def test_fewer_connections_than_we_wanted_are_enough() -> None:
    def script(command: str, _rest: str) -> str | None:
        return "421 4.7.0 too many connections" if command == "CONNECT" and server.connections > 2 else None

    with listening() as server:
        server.script = script
        with SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}?connections=8")) as mailer:
            first, second = mailer.submit(mails(60)), mailer.submit(mails(60))
            asked = server.connections

    assert kinds([*first, *second]) == {Accepted: 120}
    assert asked <= 10


# --- connections that break -------------------------------------------------------------------------------------------


def test_a_connection_lost_after_the_end_of_a_letter_leaves_that_reader_in_doubt_and_no_other(
    pipelining: bool,
) -> None:
    answers, error, server = submit(Scripted("END", Act.DROP, BAD), pipelining=pipelining)

    assert (error, kinds(answers)) == (None, {Accepted: 7, Unclear: 1})
    assert isinstance(answers[3], Unclear)
    assert answers[3].why.startswith("the connection was lost when the mail had been sent to its end")
    assert Counter(server.readers) == Counter({mail.to_address: 1 for mail in mails()} | {BAD: 0})


def test_a_server_that_never_answers_a_letter_brings_one_reader_per_connection_into_doubt(pipelining: bool) -> None:
    answers, error, _ = submit(Scripted("END", Act.HANG), mails(50), pipelining=pipelining, connections=2)

    assert isinstance(error, TryLater)
    assert kinds(answers) == {Unclear: 2}


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_a_letters_end_is_mended_and_everybody_gets_theirs_once(
    command: str, pipelining: bool
) -> None:
    answers, error, server = submit(Scripted(command, Act.DROP, times=2), pipelining=pipelining)

    assert (error, kinds(answers)) == (None, {Accepted: 8})
    assert Counter(server.readers) == Counter(mail.to_address for mail in mails())


def test_a_reader_whose_mail_always_breaks_the_connection_does_not_keep_back_the_others(pipelining: bool) -> None:
    answers, error, server = submit(Scripted("RCPT", Act.DROP, BAD), pipelining=pipelining)

    got = {answer.delivery: type(answer) for answer in answers}
    assert got.get("d3") in (Postponed, None)
    assert set(server.readers) <= {mail.to_address for mail in mails()} - {BAD}
    assert error is None or isinstance(error, TryLater)
    assert all(count == 1 for count in Counter(server.readers).values())


def test_a_server_that_has_had_enough_of_a_connection_is_called_again(pipelining: bool) -> None:
    taken = Counter[int]()

    def script(command: str, _rest: str) -> str | None:
        if command == "MAIL":
            taken[server.connections] += 1
            if taken[server.connections] > 3:
                return "421 4.7.0 too many messages on this connection"
        return None

    with listening(pipelining=pipelining) as server:
        server.script = script
        with SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}?connections=1")) as mailer:
            answers = mailer.submit(mails(10))

    assert kinds(list(answers)) == {Accepted: 10}
    assert server.connections == 4


def test_a_connection_that_was_idle_for_too_long_is_opened_again(pipelining: bool) -> None:
    with (
        listening(pipelining=pipelining) as server,
        SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}?connections=2")) as mailer,
    ):
        mailer.submit(mails(20))
        server.stop()
        server.start()
        answers = mailer.submit(mails(20))

    assert kinds(list(answers)) == {Accepted: 20}
    assert Counter(server.readers) == Counter({mail.to_address: 2 for mail in mails(20)})


def test_a_connection_lost_while_a_big_letter_is_on_its_way_is_no_doubt_when_it_was_not_sent_to_its_end() -> None:
    big = a_mail("big", to_address=BAD, html="<p>Снег</p>" * 1_000_000)

    answers, error, server = submit(Scripted("LETTER", Act.DROP), [big])

    assert (error, kinds(answers), server.letters) == (None, {Postponed: 1}, [])
    assert server.connections == 3


def test_a_server_that_stops_reading_a_big_letter_is_waited_for_no_longer_than_for_an_answer() -> None:
    big = a_mail("big", to_address=BAD, html="<p>Снег</p>" * 1_000_000)

    answers, error, server = submit(Scripted("LETTER", Act.HANG), [big])

    assert (error, kinds(answers), server.letters) == (None, {Postponed: 1}, [])
    assert isinstance(answers[0], Postponed)
    assert answers[0].why.endswith("no answer in time")


def test_a_clock_that_runs_out_leaves_the_rest_for_at_once() -> None:
    now = [0.0]

    def script(command: str, _rest: str) -> None:
        if command == "END":
            now[0] += 50

    with listening(script=script) as server:
        url = f"smtp://127.0.0.1:{server.port}?connections=1"
        with SmtpMailer(read_server(url), seconds=lambda: now[0]) as mailer:
            answers = list(mailer.submit(mails(8)))

    assert kinds(answers)[Accepted] == len(server.letters) < 8
    assert {answer.after for answer in answers if isinstance(answer, Postponed)} == {0.0}
