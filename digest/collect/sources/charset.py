"""Bytes become text, whatever the server says they are."""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from digest.collect.web import Response

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LABEL: Final = re.compile(r"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Python has codecs that are no character sets ("hex", "punycode"), and raise.
_CHARACTER_SET: Final = re.compile(
    r"ascii|cp\d+|iso8859-\d+|koi8-\w|utf-(?:8|16|32)(?:-[bl]e)?|mac-\w+|kz1048|ptcp154|gb\w+|big5\w*|shift_jis\w*|euc_\w+"
)
_HEAD: Final = 2048
# The Encoding Standard reads these labels as the larger Windows sets (encoding.spec.whatwg.org, "names and labels").
_MEANT: Final = {"iso8859-1": "cp1252", "ascii": "cp1252"}


def decode(response: Response) -> str:
    """Return the body as text: by its byte order mark, as UTF-16 or UTF-8 where it is, by its labels, by its looks.

    UTF-8 goes before labels, since text in another encoding is hardly ever valid UTF-8 by chance, and servers still
    label UTF-8 pages as Latin-1. Never raises: what cannot be decoded becomes U+FFFD.
    """
    body = response.body
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, errors="replace").removeprefix("\ufeff")
    wide = _wide(body)
    if wide is not None:
        return body.decode(wide, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass  # not UTF-8: ask the labels
    head = body[:_HEAD].decode("ascii", errors="replace")
    labels = [_LABEL.search(place) for place in (response.headers.get("content-type", ""), head)]
    named = [name for label in labels if label and (name := _known(label[1])) and name != "utf-8"]
    if named:
        # Servers call everything Latin-1 that they know nothing of; what the document says of itself is meant.
        return body.decode(named[-1] if named[0] == "cp1252" else named[0], errors="replace")
    guess = from_bytes(body[: 64 * _HEAD]).best()
    return body.decode(guess.encoding if guess else "utf-8", errors="replace")


def _wide(body: bytes) -> str | None:
    """Return the UTF-16 that a body without a mark is in: every other byte of its spaces and digits is then zero."""
    even, odd = body[:_HEAD:2], body[1:_HEAD:2]
    if not any(byte in body[:_HEAD] for byte in b" \n") or body[:_HEAD].count(0) * 4 < len(body[:_HEAD]):
        return None
    if 0 not in even:
        return "utf-16-le"
    return "utf-16-be" if 0 not in odd else None


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return _MEANT.get(name, name) if _CHARACTER_SET.fullmatch(name) else None
