"""The SMTP mailer against a real server: who gets what, on how many connections, and what readers' addresses can do."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

import pytest

from digest.errors import Refused
from digest.ids import DeliveryId
from digest.send.mail import Accepted, Evidence, Rejected
from digest.send.mailers.smtp.mailer import SmtpMailer
from digest.send.mailers.smtp.server import read_server
from digest.send.mime import to_bytes
from tests.send.mails import a_mail
from tests.send.smtp.mail_server import MailServer, listening


def mailer_for(server: MailServer, **options: object) -> SmtpMailer:
    asked = "&".join(f"{name}={value}" for name, value in options.items())
    return SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}?{asked}"))


@pytest.fixture(params=[True, False], ids=["pipelining", "step by step"])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    with listening(pipelining=request.param) as one:
        yield one


def some_mails(count: int) -> list:
    return [a_mail(f"delivery-{number}", to_address=f"reader{number}@example.org") for number in range(count)]


def test_every_mail_arrives_once_as_it_was_written(server: MailServer) -> None:
    mails = some_mails(40)
    with mailer_for(server) as mailer:
        answers = mailer.submit(mails)

    assert [answer.delivery for answer in answers] == [mail.delivery for mail in mails]
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert sorted(server.readers) == sorted(mail.to_address for mail in mails)
    taken = {letter.reader: letter for letter in server.letters}
    for mail in mails:
        assert taken[mail.to_address].data == to_bytes(mail)
        assert taken[mail.to_address].sender == mail.from_address


def test_a_mail_bounces_to_its_own_return_path(server: MailServer) -> None:
    with mailer_for(server) as mailer:
        mailer.submit([a_mail("one", return_path="bounces+one@news.example"), a_mail("two")])

    assert {letter.sender for letter in server.letters} == {"bounces+one@news.example", "brief@news.example.org"}


def test_lines_that_begin_with_a_dot_arrive_as_they_were(server: MailServer) -> None:
    mail = a_mail(text=".\r\n..\r\n.dot\r\nFrom here\r\n.", html="<p>.</p>\n.\n")
    with mailer_for(server) as mailer:
        mailer.submit([mail])

    message = message_from_bytes(server.letters[0].data, policy=default)
    assert message.get_body(("plain",)).get_content().splitlines() == [".", "..", ".dot", "From here", "."]


def test_connections_are_few_kept_and_used_again(server: MailServer) -> None:
    with mailer_for(server, connections=3) as mailer:
        assert mailer.batch_size >= 3
        for _ in range(4):
            mailer.submit(some_mails(30))
            assert 1 <= server.connections <= 3
        mailer.submit(some_mails(1))

    assert len(server.letters) == 121
    assert server.connections <= 3
    assert sum(command.upper() == "QUIT" for command in server.commands) == server.connections


def test_a_few_mails_need_one_connection(server: MailServer) -> None:
    with mailer_for(server) as mailer:
        mailer.submit(some_mails(4))

    assert server.connections == 1


def test_we_call_ourselves_what_the_url_says(server: MailServer) -> None:
    with mailer_for(server, name="out.example.org") as mailer:
        mailer.submit(some_mails(1))

    assert server.commands[0].lower() == "ehlo out.example.org"


def test_nobody_is_asked_where_nothing_is_to_be_sent(server: MailServer) -> None:
    with mailer_for(server) as mailer:
        assert list(mailer.submit([])) == []

    assert server.connections == 0


def test_a_mail_server_tells_nobody_what_it_took(server: MailServer) -> None:
    with mailer_for(server) as mailer:
        mailer.submit([a_mail("one")])

        assert mailer.look_up([DeliveryId("one")]) == {"one": Evidence.UNKNOWN}


def test_a_receipt_has_the_queues_id_and_no_address(server: MailServer) -> None:
    with mailer_for(server) as mailer:
        (answer,) = mailer.submit([a_mail("one")])

    assert answer == Accepted(delivery=DeliveryId("one"), receipt="250 2.0.0 Ok: queued as Q1 for <…>")


# --- readers as they come ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Dana\r\nBcc: all@example.org",
        "Dana\r\n\r\n<p>hello",
        "Dana\0\x1b[2J",
        "🎉 Дана 👩‍💻",
        '"',
        "a" * 500,
        "=?utf-8?q?x?=",
    ],
)
def test_no_name_makes_a_header_or_a_body(server: MailServer, name: str) -> None:
    mails = [a_mail("one", to_name=name), a_mail("two", to_address="reader2@example.org")]
    with mailer_for(server) as mailer:
        answers = mailer.submit(mails)

    assert all(isinstance(answer, Accepted) for answer in answers)
    message = message_from_bytes(server.letters[0].data, policy=default)
    assert message["Bcc"] is None
    assert parseaddr(str(message["To"]))[1] == "reader1@example.org"
    assert len(message.get_all("To")) == 1


@pytest.mark.parametrize(
    "address",
    [
        "reader1@example.org\r\nRCPT TO:<other@example.org>",
        "reader1@example.org>\r\nDATA",
        "reader1@exam ple.org",
        "reader1@example.org> NOTIFY=NEVER",
        "reader1@example.org>",
        "reader\0one@example.org",
        "дана@example.org",
        "reader1",
        "@example.org",
        "reader1@",
        f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 62}",
        "reader1@xn--\u0430.example",
    ],
)
def test_an_address_that_is_none_is_refused_and_says_nothing_to_the_server(server: MailServer, address: str) -> None:
    mails = [a_mail("bad", to_address=address), a_mail("good", to_address="reader2@example.org")]
    with mailer_for(server) as mailer:
        bad, good = mailer.submit(mails)

    assert isinstance(bad, Rejected)
    assert bad.why.startswith("it cannot be written as a mail: ")
    assert address not in bad.why
    assert isinstance(good, Accepted)
    assert server.readers == ["reader2@example.org"]
    assert sum(command.startswith("RCPT") for command in server.commands) == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("reader1@Почта.рф", "reader1@xn--80a1acny.xn--p1ai"),
        ("reader1@BÜCHER.example", "reader1@xn--bcher-kva.example"),
        ("o'hara+news@example.org", "o'hara+news@example.org"),
        ("two words@example.org", '"two words"@example.org'),
        ("reader1@[192.0.2.1]", "reader1@[192.0.2.1]"),
    ],
)
def test_unusual_addresses_are_said_as_mail_servers_want_them(server: MailServer, address: str, said: str) -> None:
    with mailer_for(server) as mailer:
        (answer,) = mailer.submit([a_mail(to_address=address)])

    assert isinstance(answer, Accepted)
    assert server.readers == [said]


def test_an_extra_header_with_a_line_end_refuses_the_mail_and_not_the_server(server: MailServer) -> None:
    mails = [a_mail("bad", headers={"List-Id": "x\r\nBcc: all@example.org"}), a_mail("good")]
    with mailer_for(server) as mailer:
        bad, good = mailer.submit(mails)

    assert isinstance(bad, Rejected)
    assert isinstance(good, Accepted)
    assert len(server.letters) == 1


def test_a_sender_that_cannot_be_written_refuses_nobody_but_stops_the_run(server: MailServer) -> None:
    with mailer_for(server) as mailer, pytest.raises(Refused, match="newsletter's sender cannot be written") as caught:
        mailer.submit([a_mail("one", from_address="бриф@news.example.org")])

    assert caught.value.answers == ()
    assert server.connections == 0
