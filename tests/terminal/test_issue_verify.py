"""``digest issue verify``: a mail that somebody shows, held against what was approved."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest

from tests.terminal.cli import digest

pytestmark = pytest.mark.usefixtures("sent")


def a_mail(sent: Path) -> Path:
    return min((sent / "var").rglob("*.eml"))


def parsed(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def rewritten(path: Path, old: str, new: str) -> Path:
    """Change words of every part, and let another program encode it anew."""
    message = parsed(path)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            words = part.get_content()
            part.set_content(words.replace(old, new), subtype=part.get_content_subtype(), cte="base64")
    changed = path.with_name("changed.eml")
    changed.write_bytes(message.as_bytes(policy=SMTP))
    return changed


def test_a_mail_as_it_was_sent_is_equal(sent: Path) -> None:
    said = digest("issue", "verify", str(a_mail(sent)))
    assert said.code == 0
    assert "word for word and link for link" in said.out


def test_another_encoding_is_no_difference(sent: Path) -> None:
    said = digest("issue", "verify", str(rewritten(a_mail(sent), "no such words", "")), "--json")
    assert (said.code, said.json["equal"], said.json["differences"]) == (0, True, [])


def test_without_the_name_of_its_contents_a_mail_is_found_among_all(sent: Path) -> None:
    message = parsed(a_mail(sent))
    del message["X-Digest-Contents"]
    path = sent / "bare.eml"
    path.write_bytes(message.as_bytes(policy=SMTP))
    assert digest("issue", "verify", str(path), "--json").json["equal"]


def test_changed_words_are_shown(sent: Path) -> None:
    said = digest("issue", "verify", str(rewritten(a_mail(sent), "journalist", "advertiser")))
    assert said.code == 1
    assert "advertiser" in said.out
    assert "This mail differs from what was approved" in said.out


@pytest.mark.parametrize(
    ("header", "value", "words"),
    [
        ("Archived-At", None, "does not say which issue"),
        ("Archived-At", "<https://elsewhere.example/post/1>", "does not say which issue"),
        ("Archived-At", "<https://elsewhere.example/i/nothing-9>", "no issue called"),
        ("X-Digest-Contents", "0" * 64, "Nobody was sent such contents"),
    ],
)
def test_what_is_no_mail_of_ours_is_said(sent: Path, header: str, value: str | None, words: str) -> None:
    message = parsed(a_mail(sent))
    del message[header]
    if value is not None:
        message[header] = value
    path = sent / "strange.eml"
    path.write_bytes(message.as_bytes(policy=SMTP))
    digest("issue", "verify", str(path)).refused(words)


def test_what_is_no_mail_at_all_is_said(sent: Path) -> None:
    (sent / "no.eml").write_bytes(b"Content-Type: text/html; charset=klingon\n\n\xff")
    digest("issue", "verify", "no.eml").refused("mail")
