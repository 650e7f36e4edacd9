"""Which mail server, and how to speak to it: what ``DIGEST_SMTP_URL`` says. Pure.

``smtp://user:password@host:587?starttls=required&ca=FILE&name=HOST&timeout=60&connections=8``, or ``smtps://…``.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from digest.errors import BadSetting

SETTING: Final = "DIGEST_SMTP_URL"
_PORTS: Final = {"smtp": 587, "smtps": 465}  # RFC 8314: submission, with STARTTLS and with TLS from the first byte on
_KNOWN: Final = ("starttls", "ca", "name", "timeout", "connections")
#: A claim is its worker's for five minutes, and a batch must be over by then (``digest.send.shard``).
_LONGEST_TIMEOUT: Final = 120
_MOST_CONNECTIONS: Final = 64
_HOST_NAME: Final = re.compile(r"\[[0-9A-Za-z.:]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_LOOPBACK: Final = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")
_GRAPHIC: Final = re.compile(r"[!-~]*")


class Tls(StrEnum):
    """When the connection is encrypted."""

    AT_ONCE = "at once"
    BY_STARTTLS = "by STARTTLS"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server. ``name`` is what we call ourselves (EHLO); ``timeout`` is in seconds, for every answer."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None
    name: str = ""
    timeout: float = 60.0
    connections: int = 8

    def __str__(self) -> str:
        """Return host and port."""
        return f"{self.host}:{self.port}"


def read_server(url: str) -> Server:
    """Read ``DIGEST_SMTP_URL``.

    :raises BadSetting: it means nothing; says what is wrong with it and repeats no part of it, since it has a password.
    """
    parts = _parts(url)
    asked = _asked(parts.query)
    host = parts.hostname or ""
    if not _HOST_NAME.fullmatch(host) and ":" not in host:
        raise _bad("it names no host, or one that is not ASCII")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise _bad("a user needs a password, and a password a user")
    if not _GRAPHIC.fullmatch(user.replace(" ", "")) or not _GRAPHIC.fullmatch(password.replace(" ", "")):
        raise _bad("user and password must be ASCII")
    return Server(
        host=host,
        port=_port(parts) or _PORTS[parts.scheme],
        tls=_tls(parts.scheme, host, asked.get("starttls")),
        user=user,
        password=password,
        ca=Path(asked["ca"]) if "ca" in asked else None,
        name=_name(asked.get("name", "")),
        timeout=_number(asked, "timeout", 60, _LONGEST_TIMEOUT),
        connections=_number(asked, "connections", 8, _MOST_CONNECTIONS),
    )


def _bad(why: str) -> BadSetting:
    return BadSetting(SETTING, why, advice="See docs/sending.md for how it is written.")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise _bad("it is no URL") from None
    if parts.scheme not in _PORTS:
        raise _bad("it must begin with smtp:// or smtps://")
    if parts.path not in ("", "/") or parts.fragment:
        raise _bad("something stands after the host; in a password, write / ? # @ : as %2F %3F %23 %40 %3A")
    return parts


def _asked(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        pairs = [("", "")]
    asked = dict(pairs)
    if asked.keys() - set(_KNOWN) or len(asked) != len(pairs) or not all(asked.values()):
        raise _bad(f"after the ? it may say, once each: {', '.join(f'{name}=…' for name in _KNOWN)}")
    return asked


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise _bad("its port is no number from 1 to 65535")
    return port


def _tls(scheme: str, host: str, starttls: str | None) -> Tls:
    """Plain only where the way cannot be listened to, or where the URL says so itself."""
    if starttls not in (None, "required", "never") or (scheme == "smtps" and starttls is not None):
        raise _bad("starttls is required or never, and for smtp:// only")
    if scheme == "smtps":
        return Tls.AT_ONCE
    is_plain = starttls == "never" or (starttls is None and _LOOPBACK.fullmatch(host))
    return Tls.NEVER if is_plain else Tls.BY_STARTTLS


def _name(name: str) -> str:
    if name and not _HOST_NAME.fullmatch(name):
        raise _bad("name must be a host name, or an address in square brackets")
    return name


def _number(asked: dict[str, str], name: str, default: int, most: int) -> int:
    value = asked.get(name, str(default))
    number = int(value) if re.fullmatch(r"[0-9]{1,4}", value) else 0
    if not 1 <= number <= most:
        raise _bad(f"{name} must be a number from 1 to {most}")
    return number
