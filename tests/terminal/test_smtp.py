"""``digest`` with a mail server: the whole way, an outage, and what a person is told."""

import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from digest.resources import newsletters_dir
from tests.send.smtp.mail_server import MailServer, listening
from tests.terminal.cli import LETTERS, MORNING, command, digest, environment, heed_ctrl_c

ISSUE = f"{LETTERS}-1"
PASSWORD = "s3cret-w0rd"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with listening(users={"news": PASSWORD}) as one:
        monkeypatch.setenv("DIGEST_MAILER", "smtp")
        monkeypatch.setenv("DIGEST_SMTP_URL", f"smtp://news:{PASSWORD}@127.0.0.1:{one.port}")
        monkeypatch.setenv("DIGEST_PUBLIC_URL", "https://digest.paper.example")
        yield one


@pytest.mark.usefixtures("imported")
def test_the_whole_way_ends_at_the_mail_server(server: MailServer) -> None:
    said = digest("run", LETTERS, "--yes", "--at", MORNING)

    assert (said.code, said.err) == (0, "")
    assert "3 readers = 2 accepted + 0 refused + 1 excluded + 0 uncertain." in said.out
    assert sorted(server.readers) == ["one@readers.example", "two@readers.example"]
    assert server.commands[0].split()[1] == "digest.paper.example"
    letter = message_from_bytes(server.letters[0].data, policy=default)
    assert "https://digest.paper.example/u/" in str(letter["List-Unsubscribe"])
    assert "outbox" not in said.out
    why = digest("why", "one@readers.example", ISSUE)
    assert "receipt 250 2.0.0 Ok: queued as Q" in " ".join(why.out.split())


@pytest.mark.usefixtures("imported")
def test_bounces_come_back_to_the_mailbox_that_the_newsletter_names(server: MailServer, tmp_path: Path) -> None:
    declared = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    declared = declared.replace("sample/", f"{newsletters_dir()}/sample/")
    file = tmp_path / "brief.toml"
    assert declared.count("\n[sending]\n") == 1
    told = declared.replace("\n[sending]\n", '\n[sending]\nreturn_path = "bounces@news.example"\n')
    file.write_text(told, encoding="utf-8")
    assert digest("newsletters", "apply", str(file)).code == 0

    assert digest("run", LETTERS, "--yes", "--at", MORNING).code == 0

    for letter in server.letters:
        message = message_from_bytes(letter.data, policy=default)
        delivery = str(message["Message-ID"]).strip("<>").partition("@")[0]
        assert letter.sender == f"bounces+{delivery}@news.example"
        token = str(message["List-Unsubscribe"]).partition("/u/")[2].partition(">")[0]
        assert str(message["List-Unsubscribe"]).endswith(f", <mailto:bounces+u-{token}@news.example>")
    assert len({letter.sender for letter in server.letters}) == 2


@pytest.mark.usefixtures("imported")
def test_an_outage_needs_nothing_but_the_same_command_again(server: MailServer) -> None:
    server.stop()
    said = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert said.code == 1
    assert f"The mail server 127.0.0.1:{server.port} cannot be reached" in " ".join(said.out.split())
    assert digest("issue", "prove", ISSUE).code == 1
    server.start()

    again = digest("run", LETTERS, "--yes", "--at", MORNING)

    assert again.code == 0
    assert sorted(server.readers) == ["one@readers.example", "two@readers.example"]
    assert digest("issue", "prove", ISSUE, "--json").json["balanced"]


@pytest.mark.usefixtures("imported")
def test_a_reader_who_is_refused_is_told_of_in_the_servers_words(server: MailServer) -> None:
    server.script = lambda command, rest: "550 5.1.1 no such user" if command == "RCPT" and "one@" in rest else None

    said = digest("run", LETTERS, "--yes", "--at", MORNING)

    assert "1 accepted + 1 refused + 1 excluded" in said.out
    why = digest("why", "one@readers.example", ISSUE)
    assert "refused their mail" in why.out
    assert "550 5.1.1 no such user" in " ".join(why.out.split())


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_stop_ends_the_mails_in_hand_and_leaves_nobody_in_doubt(
    applied: Path, server: MailServer, sign: signal.Signals
) -> None:
    rows = "".join(f"reader{number}@readers.example,Reader {number},*,en\n" for number in range(30))
    Path("readers.csv").write_text(f"address,name,follows,locale\n{rows}", encoding="utf-8")
    assert digest("audience", "import", "readers.csv", "--list", LETTERS).code == 0
    url = f"smtp://news:{PASSWORD}@127.0.0.1:{server.port}?connections=1"
    words = ("run", LETTERS, "--yes", "--at", MORNING)
    third_is_in_hand, is_told = threading.Event(), threading.Event()

    def script(said: str, _rest: str) -> None:
        if said == "END" and len(server.letters) == 2:
            third_is_in_hand.set()
            is_told.wait(20)

    server.script = script
    with subprocess.Popen(
        command(*words),
        cwd=applied,
        env=environment(DIGEST_MAILER="smtp", DIGEST_SMTP_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - one call of the system, and no lock
    ) as process:
        assert third_is_in_hand.wait(60)
        process.send_signal(sign)
        time.sleep(0.2)  # until it has heard; a mail or two more would be no fault either
        is_told.set()
        out, err = process.communicate()

    assert (process.returncode, err) == (1, "")
    assert "The run was stopped by hand. Run the same command again." in " ".join(out.split())
    assert 3 <= len(server.letters) < 30
    assert digest(*words).code == 0
    assert max(Counter(server.readers).values()) == 1
    proved = digest("issue", "prove", ISSUE, "--json").json
    assert (proved["accepted"], proved["uncertain"], proved["balanced"]) == (30, 0, True)


def checked() -> dict[str, Any]:
    said = digest("doctor", "--json")
    assert PASSWORD not in said.out + said.err
    assert said.json["settings"]["DIGEST_SMTP_URL"].startswith("set, ")
    (found,) = (one for one in said.json["checks"] if one["what"] == "mail server")
    return found


def test_the_doctor_logs_in_and_sends_nothing(server: MailServer) -> None:
    found = checked()

    assert (found["is_right"], found["found"]) == (
        True,
        "answers; in the clear, logged in, one round trip a mail",
    )
    assert [command.split()[0].upper() for command in server.commands] == ["EHLO", "AUTH", "QUIT"]


def test_the_doctor_says_what_is_wrong_with_a_mail_server(server: MailServer) -> None:
    server.users = {"news": "another"}

    found = checked()

    assert not found["is_right"]
    assert "does not take our name and password: 535 5.7.8" in found["found"]
    assert found["advice"] == "Look at them in DIGEST_SMTP_URL and try again."


@pytest.mark.usefixtures("imported")
def test_a_url_that_means_nothing_is_named_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_MAILER", "smtp")
    monkeypatch.setenv("DIGEST_SMTP_URL", f"smtp://news:{PASSWORD}@mail.example.org?starttls=perhaps")

    said = digest("run", LETTERS, "--yes", "--at", MORNING)

    said.refused("DIGEST_SMTP_URL", "starttls is required or never", "docs/sending.md")
    assert PASSWORD not in said.err


# --- signing ----------------------------------------------------------------------------------------------------------


def sign_as(domain: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bits: int = 2048) -> Path:
    key = generate_private_key(65537, bits)
    file = tmp_path / "dkim.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("DIGEST_DKIM_DOMAIN", domain)
    monkeypatch.setenv("DIGEST_DKIM_SELECTOR", "letters")
    monkeypatch.setenv("DIGEST_DKIM_KEY_FILE", str(file))
    return file


def signature_check() -> dict[str, Any]:
    checks = {one["what"]: one for one in digest("doctor", "--json").json["checks"]}
    found: dict[str, Any] = checks["signature (DKIM)"]
    return found


@pytest.mark.usefixtures("imported")
def test_mails_are_signed_by_the_key_whose_record_doctor_prints(
    server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_as("silk-road-post.example", monkeypatch, tmp_path)
    assert digest("run", LETTERS, "--yes", "--at", MORNING).code == 0

    (record,) = digest("doctor", "--json").json["dns"]
    assert record["name"] == "letters._domainkey.silk-road-post.example"
    assert f'TXT "{record["value"]}"' in digest("doctor").out
    assert signature_check()["found"] == "signs as silk-road-post.example, RSA, 2048 bits"
    assert len(server.letters) == 2
    for letter in server.letters:
        assert dkim.verify(letter.data, dnsfunc=lambda *_args, **_more: record["value"].encode())


@pytest.mark.usefixtures("server", "imported")
def test_a_signature_that_nobody_would_count_is_named_by_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_as("paper.example", monkeypatch, tmp_path)
    assert not signature_check()["is_right"]
    assert LETTERS in signature_check()["advice"]

    sign_as("silk-road-post.example", monkeypatch, tmp_path, bits=1024)
    assert signature_check()["is_right"]
    assert "2048 bits" in signature_check()["advice"]


@pytest.mark.usefixtures("server", "imported")
def test_without_a_key_somebody_else_signs() -> None:
    assert signature_check()["is_right"]
    assert digest("doctor", "--json").json["dns"] == []


@pytest.mark.usefixtures("server", "imported")
@pytest.mark.parametrize("name", ["DIGEST_DKIM_DOMAIN", "DIGEST_DKIM_SELECTOR", "DIGEST_DKIM_KEY_FILE"])
def test_the_three_settings_of_a_signature_go_together(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_as("silk-road-post.example", monkeypatch, tmp_path)
    monkeypatch.delenv(name)

    digest("issue", "list").refused(f"{name}: it is not set, and DIGEST_DKIM_", "Set all of them, or none.")


@pytest.mark.usefixtures("server", "imported")
def test_a_key_that_cannot_be_used_stops_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sign_as("silk-road-post.example", monkeypatch, tmp_path)
    file.write_text("no key", encoding="ascii")
    digest("run", LETTERS).refused("DIGEST_DKIM_KEY_FILE: it holds no private key in PEM", "openssl genrsa")
    assert not signature_check()["is_right"]

    file.unlink()
    digest("run", LETTERS).refused("DIGEST_DKIM_KEY_FILE: its file cannot be read: No such file")
