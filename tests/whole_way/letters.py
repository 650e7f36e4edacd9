"""Mails of an outbox, read back as a reader's program reads them, and what a good one is."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from digest.config import Settings
from tests.whole_way.road import PUBLIC_URL


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of the outbox."""

    path: Path
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"].addresses[0].addr_spec)

    @property
    def text(self) -> str:
        return _part(self.message, "plain")

    @property
    def html(self) -> str:
        return _part(self.message, "html")


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


def outbox(settings: Settings) -> list[Letter]:
    """Return every mail in the outbox, by file name."""
    return [Letter(path, _read(path)) for path in sorted(settings.outbox_dir.glob("*.eml"))]


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def by_address(letters: Sequence[Letter]) -> dict[str, Letter]:
    """Return the letters by their reader's address; nobody may have two."""
    counted = Counter(letter.to for letter in letters)
    assert set(counted.values()) <= {1}, "somebody has two letters"
    return {letter.to: letter for letter in letters}


def squeezed(words: str) -> str:
    """Return the text without white space: a text part breaks its lines where it must."""
    return re.sub(r"\s+", "", words)


def defects(message: EmailMessage) -> list[str]:
    """Return everything that is wrong with a mail's MIME, in any part and any header."""
    return [
        f"{part.get_content_type()}: {defect!r}"
        for part in message.walk()
        for defect in (*part.defects, *(one for value in part.values() for one in getattr(value, "defects", ())))
    ]


def assert_is_a_good_letter(letter: Letter, *, newsletter: str, domain: str, sent_at: datetime) -> None:
    """Hold a mail to the standards: MIME, RFC 2369, RFC 2919, RFC 8058, RFC 5322."""
    message = letter.message
    assert defects(message) == []
    raw = letter.path.read_bytes()
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in parts] == ["utf-8", "utf-8"]
    assert str(message["List-Id"]).endswith(f"<{newsletter}.{domain}>")
    unsubscribe = str(message["List-Unsubscribe"])
    assert re.fullmatch(rf"<{re.escape(PUBLIC_URL)}/u/[\w-]{{22}}>", unsubscribe)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime == sent_at
    assert message["Message-ID"] == f"<{letter.path.stem}@{domain}>"
    assert message["From"].addresses[0].domain == domain
    assert all(len(message.get_all(name, [])) == 1 for name in ("Date", "From", "To", "Subject", "Message-ID"))
    assert unsubscribe.strip("<>") in letter.text
    assert unsubscribe.strip("<>") in letter.html
