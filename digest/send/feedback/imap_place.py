"""Which mailbox, and how to reach it: what ``DIGEST_FEEDBACK_IMAP_URL`` says. Pure.

``imaps://user:password@host:993/INBOX?ca=FILE&timeout=30``; always encrypted from the first byte on (RFC 8314).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from digest.errors import BadSetting

SETTING: Final = "DIGEST_FEEDBACK_IMAP_URL"
_PORT: Final = 993
_LONGEST_TIMEOUT: Final = 300
_KNOWN: Final = frozenset({"ca", "timeout"})
#: What can be said in quotes to an IMAP server (RFC 3501 section 9), but for the two that must be escaped there.
_SAYABLE: Final = re.compile(r"[ -~]+")
_HOST: Final = re.compile(r"[0-9A-Za-z_](?:[0-9A-Za-z_.-]*[0-9A-Za-z])?|[0-9a-fA-F:.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapPlace:
    """A mailbox on a server. ``timeout`` is in seconds, for every answer."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    ca: Path | None = None
    timeout: float = 30.0

    def __str__(self) -> str:
        """Return folder, host and port."""
        return f"{self.folder} at {self.host}:{self.port}"


def read_place(url: str) -> ImapPlace:
    """Read ``DIGEST_FEEDBACK_IMAP_URL``.

    :raises BadSetting: it means nothing; says what is wrong with it and repeats no part of it, since it has a password.
    """
    try:
        parts = urlsplit(url.strip())
        port = _PORT if parts.port is None else parts.port
    except ValueError:
        _refuse("it is no URL, or its port is no number from 1 to 65535")
    if parts.scheme != "imaps" or parts.fragment or port == 0:
        _refuse("it must look like imaps://user:password@host/INBOX; in a password, write / ? # @ : as %2F %3F %23 …")
    host = parts.hostname or ""
    if not _HOST.fullmatch(host):
        _refuse("it names no host, or one that is not ASCII")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.removeprefix("/")) or "INBOX"
    if not all(map(_SAYABLE.fullmatch, (user, password, folder))):
        _refuse("it needs a user and a password; these and the folder must be ASCII")
    asked = _asked(parts.query)
    return ImapPlace(
        host=host,
        port=port,
        user=user,
        password=password,
        folder=folder,
        ca=Path(asked["ca"]) if "ca" in asked else None,
        timeout=_seconds(asked.get("timeout", "30")),
    )


def _asked(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, strict_parsing=bool(query))
    except ValueError:
        pairs = [("", "")]
    asked = dict(pairs)
    if asked.keys() - _KNOWN or len(asked) != len(pairs):
        _refuse("after the ? it may say, once each: ca=…, timeout=…")
    return asked


def _seconds(value: str) -> float:
    seconds = int(value) if re.fullmatch(r"[0-9]{1,3}", value) else 0
    if not 1 <= seconds <= _LONGEST_TIMEOUT:
        _refuse(f"timeout must be a number from 1 to {_LONGEST_TIMEOUT}")
    return float(seconds)


def _refuse(why: str) -> NoReturn:
    raise BadSetting(SETTING, why, advice="See docs/sending.md for how it is written.")
