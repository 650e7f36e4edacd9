"""A mail as bytes: RFC 5322 and MIME, the same bytes for the same mail. Pure.

Headers are encoded here rather than folded by the library's policy, because the policy hides a long address of an
unsubscribe link in an encoded word (mailbox providers then ignore it) and differs between Python's patch releases.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from textwrap import wrap
from typing import Final

import idna

from digest.send.mail import Mail
from digest.send.mime_parts import encode_part

#: Line length without the line's end: what RFC 5322 section 2.1.1 recommends, and what it never allows to exceed.
_LINE: Final = 76
_LONGEST: Final = 998
_LONGEST_ADDRESS: Final = 254
_DOMAIN: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-z.:]+\]")
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#: What may stand before the @ without quotes (RFC 5321 section 4.1.2, "Dot-string").
_PLAIN_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
#: A display name that needs no quotes (RFC 5322 section 3.2.5, "phrase").
_PLAIN_NAME: Final = re.compile(f"{_ATOM}(?: {_ATOM})*")
_PRINTABLE: Final = re.compile(r"[ -~]*")
_HEADER_NAME: Final = re.compile(r"[!-9;-~]+")
#: Control characters and every kind of line end: none of them may reach a header.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: What a reader's software would decode although it was written plainly (RFC 2047).
_LOOKS_ENCODED: Final = "=?"
#: So many headers that many mails have in common are kept as they are written.
_KEPT: Final = 64


def to_bytes(mail: Mail) -> bytes:
    """Return the mail as multipart/alternative, text before HTML, lines ended by CRLF; no line begins with a dot.

    Everything outside ASCII is encoded (RFC 2047, IDNA 2008). Control characters and line ends in names and in the
    subject become spaces.

    :raises ValueError: an extra header is not one line of printable ASCII; or an address has no ``@``, no domain that
        could exist, or letters before the ``@`` that need SMTPUTF8 (RFC 6531), which few servers take and no reader of
        ours has. The message does not repeat the address.
    """
    filling = mail.filling
    text, html = encode_part(mail.draft.text), encode_part(mail.draft.html)
    # "=_" can stand in neither quoted-printable nor base64 (RFC 2045 section 6.7), so no part can hold the boundary.
    boundary = f"=_{mail.delivery}"
    return b"".join(
        (
            "\r\n".join(_headers(mail, boundary)).encode("ascii"),
            _part_head("plain", text.encoding, boundary),
            text.filled(filling.text),
            _part_head("html", html.encoding, boundary),
            html.filled(filling.html),
            f"\r\n--{boundary}--\r\n".encode("ascii"),
        )
    )


def _headers(mail: Mail, boundary: str) -> Iterator[str]:
    yield f"Date: {_date(mail.sent_at)}"
    yield f"From: {_same_mailbox('From', mail.from_name, mail.from_address)}"
    yield f"To: {_mailbox('To', mail.to_name, mail.to_address)}"
    if mail.reply_to:
        yield f"Reply-To: {_same_mailbox('Reply-To', '', mail.reply_to)}"
    yield f"Subject: {_subject(mail.subject)}"
    yield f"Message-ID: {_checked('Message-ID', f'<{mail.message_id}>')}"
    for name, value in mail.headers.items():
        yield f"{name}: {_checked(name, value)}"
    yield "MIME-Version: 1.0"
    yield f'Content-Type: multipart/alternative; boundary="{boundary}"'
    yield ""


def _part_head(subtype: str, encoding: str, boundary: str) -> bytes:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}'
    return f"\r\n--{boundary}\r\n{head}\r\n\r\n".encode("ascii")


def ascii_domain(address: str) -> str:
    """Return the domain of an address as it stands in DNS: ASCII, lower case.

    :raises ValueError: there is no ``@``, or the domain could not exist.
    """
    _, at, domain = address.rpartition("@")
    if not at or not domain or not domain.isprintable() or " " in domain:
        raise ValueError("an address needs an @ and a domain")
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError("the domain of an address cannot be written in ASCII (IDNA 2008)") from None


def envelope_address(address: str) -> str:
    """Return an address as it is named to a mail server: ASCII, without angle brackets (RFC 5321 section 4.1.2).

    :raises ValueError: it cannot be: letters before the ``@`` that need SMTPUTF8 (RFC 6531), a domain that could not
        exist, or more than 254 characters (section 4.5.3.1.3). The message does not repeat the address.
    """
    local = address.rpartition("@")[0]
    if not local or not _PRINTABLE.fullmatch(local):
        raise ValueError("an address has nothing, or something else than ASCII letters and signs, before its @")
    domain = ascii_domain(address)
    if not _DOMAIN.fullmatch(domain):
        raise ValueError("the domain of an address has signs that no domain has")
    spec = f"{local}@{domain}" if _PLAIN_LOCAL.fullmatch(local) else Address(username=local, domain=domain).addr_spec
    if len(spec) > _LONGEST_ADDRESS:
        raise ValueError(f"an address is longer than {_LONGEST_ADDRESS} characters")
    return spec


def one_line(text: str) -> str:
    """Return the text with runs of control characters and line ends as one space each."""
    return _UNPRINTABLE.sub(" ", _writable(text)).strip()


def is_plain(text: str) -> bool:
    """Tell whether a header may hold the text as it stands: printable ASCII that nobody takes for an encoded word."""
    return _PRINTABLE.fullmatch(text) is not None and _LOOKS_ENCODED not in text


def quoted(name: str) -> str:
    """Return a plain display name as a phrase: bare where RFC 5322 allows it, else in quotes."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _mailbox(header: str, name: str, address: str) -> str:
    local = address.rpartition("@")[0]
    if not _PRINTABLE.fullmatch(local):
        raise ValueError("an address has something else than ASCII letters and signs before its @")
    domain = ascii_domain(address)
    spec = f"{local}@{domain}" if _PLAIN_LOCAL.fullmatch(local) else Address(username=local, domain=domain).addr_spec
    shown = one_line(name)
    if not shown:
        return spec
    phrase = quoted(shown) if is_plain(shown) else ""
    if not phrase or len(header) + 2 + len(phrase) > _LINE:
        phrase = _encoded(header, shown)
    fits = len(header) + len(phrase) + len(spec) + len(":  <>") <= _LINE
    return f"{phrase} <{spec}>" if fits else f"{phrase}\r\n <{spec}>"


@lru_cache(maxsize=_KEPT)
def _same_mailbox(header: str, name: str, address: str) -> str:
    """Return a mailbox that all readers of an issue see."""
    return _mailbox(header, name, address)


@lru_cache(maxsize=_KEPT)
def _subject(subject: str) -> str:
    return _words("Subject", one_line(subject))


@lru_cache(maxsize=_KEPT)
def _date(at: datetime) -> str:
    return format_datetime(at)


def _words(header: str, text: str) -> str:
    """Encode an unstructured header. Plain text stays readable: it is folded at single spaces."""
    if not is_plain(text) or "  " in text:
        return _encoded(header, text)
    before = f"{header}: "  # stands on the first line
    lines = wrap(text, _LINE, initial_indent=before, break_long_words=False, break_on_hyphens=False) or [before]
    folded = "\r\n ".join(lines).removeprefix(before)
    return folded if max(map(len, lines)) <= _LINE else _encoded(header, text)


def _encoded(header: str, text: str) -> str:
    # Several encoded words of at most 75 characters, each of whole characters (RFC 2047 sections 2 and 5).
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")


def _checked(name: str, value: str) -> str:
    if not _HEADER_NAME.fullmatch(name) or not _PRINTABLE.fullmatch(value):
        raise ValueError(f"the header {name!r} is not one line of printable ASCII")
    if len(name) + 2 + len(value) > _LONGEST:
        raise ValueError(f"the header {name!r} is longer than a line may be")
    return value


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair has no UTF-8
