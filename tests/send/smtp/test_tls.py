"""Nothing travels in the clear that should not, and no password is said to anybody but the server."""

import logging
from pathlib import Path

import pytest

from digest.errors import BadSetting, Refused, TryLater
from digest.send.mail import Accepted
from digest.send.mailers.smtp.mailer import SmtpMailer
from digest.send.mailers.smtp.server import read_server
from tests.send.mails import a_mail
from tests.send.smtp.certificates import self_signed
from tests.send.smtp.mail_server import MailServer, listening

PASSWORD = "s3cret:word"
LOGIN = "news:s3cret%3Aword@"


def submit(url: str) -> list:
    with SmtpMailer(read_server(url)) as mailer:
        return list(mailer.submit([a_mail("one")]))


def test_a_certificate_that_signed_itself_is_refused(tmp_path: Path) -> None:
    _, context = self_signed(tmp_path)
    with (
        listening(starttls=context, users={"news": PASSWORD}) as server,
        pytest.raises(Refused, match=r"shows a certificate that is not trusted: self.signed certificate"),
    ):
        submit(f"smtp://{LOGIN}localhost:{server.port}?starttls=required")

    assert server.letters == []
    assert not any(command.startswith("AUTH") for command in server.commands)


def test_a_certificate_that_the_url_names_is_trusted_and_the_login_comes_after_it(tmp_path: Path) -> None:
    trusted, context = self_signed(tmp_path)
    with listening(starttls=context, users={"news": PASSWORD}) as server:
        (answer,) = submit(f"smtp://{LOGIN}localhost:{server.port}?starttls=required&ca={trusted}")

    said = [command.split()[0].upper() for command in server.commands]
    assert isinstance(answer, Accepted)
    assert said == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


def test_tls_from_the_first_byte_on(tmp_path: Path) -> None:
    trusted, context = self_signed(tmp_path)
    with listening(tls=context, users={"news": PASSWORD}) as server:
        (answer,) = submit(f"smtps://{LOGIN}127.0.0.1:{server.port}?ca={trusted}")
        with pytest.raises(Refused, match="certificate that is not trusted"):
            submit(f"smtps://{LOGIN}127.0.0.1:{server.port}")

    assert isinstance(answer, Accepted)


def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    trusted, context = self_signed(tmp_path, names=("mail.example.net",))
    with listening(tls=context) as server, pytest.raises(Refused, match="not trusted: Hostname mismatch"):
        submit(f"smtps://localhost:{server.port}?ca={trusted}")


def test_a_server_without_starttls_gets_nothing() -> None:
    with listening() as server, pytest.raises(Refused, match="does not offer STARTTLS"):
        submit(f"smtp://{LOGIN}localhost:{server.port}?starttls=required")

    assert [command.split()[0].lower() for command in server.commands] == ["ehlo"]


def test_a_plain_server_where_tls_was_meant_is_named() -> None:
    with MailServer() as server, pytest.raises(Refused, match="does not speak TLS from the first byte on"):
        submit(f"smtps://localhost:{server.port}")


def test_a_wrong_password_refuses_no_reader_and_is_not_repeated(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with listening(users={"news": "another"}) as server, pytest.raises(Refused) as caught:
        submit(f"smtp://{LOGIN}localhost:{server.port}")

    said = f"{caught.value} {caught.value!r} {caplog.text} {capfd.readouterr()}"
    assert str(caught.value) == (
        f"The mail server localhost:{server.port} does not take our name and password: 535 5.7.8 not … with …. "
        "Look at them in DIGEST_SMTP_URL and try again."
    )
    assert PASSWORD not in said
    assert caught.value.__cause__ is None


def test_a_login_that_is_not_possible_now_is_tried_later() -> None:
    def script(command: str, _rest: str) -> str | None:
        return "454 4.7.0 Temporary authentication failure" if command == "AUTH" else None

    with MailServer(users={"news": PASSWORD}, script=script) as server, pytest.raises(TryLater, match=r"454 4\.7\.0"):
        submit(f"smtp://{LOGIN}localhost:{server.port}")


def test_encryption_that_is_not_possible_now_is_tried_later(tmp_path: Path) -> None:
    _, context = self_signed(tmp_path)

    def script(command: str, _rest: str) -> str | None:
        return "454 4.7.0 TLS not available" if command == "STARTTLS" else None

    with listening(starttls=context, script=script) as server, pytest.raises(TryLater, match=r"454 4\.7\.0 TLS"):
        submit(f"smtp://localhost:{server.port}?starttls=required")


def test_a_way_to_log_in_that_we_do_not_have_is_named() -> None:
    with (
        listening(users={"news": PASSWORD}, ways_in="GSSAPI") as server,
        pytest.raises(Refused, match="asks for a way to log in that we do not have"),
    ):
        submit(f"smtp://{LOGIN}localhost:{server.port}")


def test_a_name_and_password_that_nobody_asked_for_are_not_said() -> None:
    with listening() as server, pytest.raises(Refused, match="does not ask for a name and password"):
        submit(f"smtp://{LOGIN}localhost:{server.port}")

    assert [command.split()[0].lower() for command in server.commands] == ["ehlo"]


def test_a_server_that_wants_a_login_says_so() -> None:
    with (
        listening(users={"news": PASSWORD}) as server,
        pytest.raises(Refused, match=r"will not take mail from us \(MAIL\): 530 5.7.0 Authentication required"),
    ):
        submit(f"smtp://localhost:{server.port}")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_a_certificate_is_a_bad_setting(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)

    with pytest.raises(BadSetting, match="DIGEST_SMTP_URL: the file that ca names cannot be read, or holds no"):
        submit(f"smtps://mail.example.net?ca={file}")
