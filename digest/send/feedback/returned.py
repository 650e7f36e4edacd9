"""What a mail that came back says of the mail that it is about: which delivery, when, in whose words. Pure.

A delivery's id cannot be guessed, so whoever names one had the mail. A report that names nobody but an address can be
written by anybody about anybody: it is kept, and nobody is silenced by it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import HeaderParser
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, Final

from digest.ids import DeliveryId
from digest.send.return_path import delivery_in

#: Where the envelope's recipient may be found, our return path: what came back was sent there.
_ENVELOPE: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Original-Recipient")
_ANSWERS: Final = ("In-Reply-To", "References")
#: Our Message-ID is the delivery's id at the sender's domain (``digest.send.delivery_id``).
_OURS: Final = re.compile(r"<([A-Za-z0-9_-]{22})@[^\s<>@]+>")
_RETURNED_LINE: Final = re.compile(r"^[ \t>]*Message-ID:\s*(<[^>\s]+>)", re.IGNORECASE | re.MULTILINE)
_HEADERS_ONLY: Final = frozenset({"text/rfc822-headers", "message/rfc822-headers", "text/rfc822"})
_WHOLE: Final = frozenset({"message/rfc822", "message/global", "message/rfc822-headers", "message/global-headers"})
#: A clock that is wrong by more than this is not believed.
_AHEAD: Final = timedelta(days=1)
_LONGEST_TEXT: Final = 200_000


def delivery_of(message: Message, *more: str) -> DeliveryId | None:
    """Return the delivery that a report is about; ``None`` if it names none of the shape of ours.

    By the return path that it was sent to (VERP), else by our Message-ID in what it brings back. ``more`` are texts of
    the report that may name the return path.
    """
    headers = [value for name in _ENVELOPE for value in header(message, name)]
    by_path = next(filter(None, map(delivery_in, (*headers, *more))), None)
    if by_path is not None:
        return by_path
    ids = " ".join((*returned_ids(message), *(value for name in _ANSWERS for value in header(message, name))))
    found = _OURS.search(ids)
    return DeliveryId(found[1]) if found else None


def returned_ids(message: Message) -> Iterator[str]:
    """Yield the Message-IDs of the mails that a report brings back, whole, as headers, or quoted in its text."""
    for returned in returned_mails(message):
        yield from header(returned, "Message-ID")
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield from _RETURNED_LINE.findall(text_of(part))


def returned_mails(message: Message) -> Iterator[Message]:
    """Yield the mails that a report brings back, or their headers."""
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        if kind in _WHOLE and isinstance(payload, list):
            yield from (one for one in payload if isinstance(one, Message))
        elif kind in _HEADERS_ONLY:
            yield HeaderParser().parsestr(text_of(part))


def header(message: Message, name: str) -> list[str]:
    """Return a header's values as text; none if it is not there."""
    return [str(value) for value in message.get_all(name, [])]


def text_of(part: Message) -> str:
    """Return a part's text, as far as it is one; bounded."""
    payload: Any = part.get_payload(decode=True)
    said = bytes(payload or b"")[:_LONGEST_TEXT]
    try:
        return said.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return said.decode("utf-8", "replace")


def told_at(message: Message, received_at: datetime) -> datetime:
    """Return when the report was written (UTC); ``received_at`` where it does not say, or names a time to come."""
    try:
        at = parsedate_to_datetime(" ".join(header(message, "Date")))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return received_at
    return at if at <= received_at + _AHEAD else received_at


def event_id(message: Message, data: bytes) -> str:
    """Return what makes the same report the same: its own Message-ID, else the hash of its bytes."""
    own = " ".join(header(message, "Message-ID")).strip()
    return own or sha256(data).hexdigest()
