"""A CSV file as rows of text with their line numbers, whatever program wrote it. Pure.

UTF-8 with or without a byte order mark, or UTF-16 with one; comma, semicolon or tab; quotes as in RFC 4180. One broken
quote spoils its own line only: reading goes on with the next line, so that no row is swallowed in silence.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from digest.errors import BadAudienceFile

DELIMITERS: Final = (",", ";", "\t")

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (from 1) and its fields; ``None`` where its quotes are broken."""

    line: int
    fields: tuple[str, ...] | None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it but separators and spaces."""
        return self.fields is not None and not any(field.strip() for field in self.fields)


def decode(data: bytes, *, path: str) -> str:
    """Return the text of a CSV file.

    :raises BadAudienceFile: it is empty, or no text in an encoding that we know; names the line.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].decode(encoding, "replace").count("\n") + 1
        raise BadAudienceFile(path, f"line {line}", "this is not UTF-8 text; save the file as “CSV UTF-8”") from None
    if not text.strip("\0 \t\r\n"):
        raise BadAudienceFile(path, "line 1", "the file is empty")
    if "\0" in text[:2]:  # UTF-16 without its mark
        raise BadAudienceFile(path, "line 1", "this is not UTF-8 text; save the file as “CSV UTF-8”")
    return text


def records(text: str, *, delimiter: str) -> Iterator[Record]:
    """Yield the records of a CSV text in order."""
    lines = list(io.StringIO(text, newline=""))
    at = 0
    while at < len(lines):
        for fields, used in _good_records(lines, at, delimiter):
            yield Record(at + 1, fields)
            at += used
        if at < len(lines):
            yield Record(at + 1, None)
            at += 1


def _good_records(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield fields and the number of lines they took, up to the end or the first broken quote."""
    reader = csv.reader((lines[at] for at in range(start, len(lines))), delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            fields = next(reader)
        except (csv.Error, StopIteration):
            return
        yield tuple(fields), reader.line_num - before
        before = reader.line_num
