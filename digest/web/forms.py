"""What a form's bytes say: urlencoded or multipart, from a browser or from a mail provider's one click. Pure.

Any bytes at all give a form; what cannot be read has no fields.
"""

from collections.abc import Mapping, Sequence
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Final
from urllib.parse import parse_qsl

#: The largest body that is read at all, in bytes. Ours have a few hundred.
MOST_BYTES: Final = 65_536
#: The most fields that are read.
MOST_FIELDS: Final = 2_000

MULTIPART: Final = "multipart/form-data"
URLENCODED: Final = "application/x-www-form-urlencoded"

Form = Mapping[str, Sequence[str]]


def read_form(content_type: str, body: bytes) -> Form:
    """Return a form's fields by name, each with its values in order. A body without a type is taken as urlencoded."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == MULTIPART:
        return _multipart(content_type, body)
    return _urlencoded(body) if kind in ("", URLENCODED) else {}


def said(form: Form, name: str) -> str:
    """Return the one value of a field, without the space around it; empty where it is not there."""
    return next(iter(form.get(name, ())), "").strip()


def _urlencoded(body: bytes) -> Form:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:  # no ASCII, or too many fields
        return {}
    return _collected(pairs)


def _multipart(content_type: str, body: bytes) -> Form:
    """Read a multipart form (RFC 7578), which has the shape of a MIME message."""
    try:
        head = f"Content-Type: {content_type}\r\n\r\n".encode("ascii")
        message = BytesParser(policy=HTTP).parsebytes(head + body)
        parts = [part for part in message.walk() if part is not message][:MOST_FIELDS]
        return _collected([field for part in parts if (field := _field(part)) is not None])
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return {}  # the library trips over malformed headers in as many ways as there are


def _field(part: Message) -> tuple[str, str] | None:
    name = part.get_param("name", header="content-disposition")
    value = part.get_payload(decode=True)
    if not isinstance(name, str) or not isinstance(value, bytes):
        return None
    return name, value.decode("utf-8", "replace")


def _collected(pairs: Sequence[tuple[str, str]]) -> Form:
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form
