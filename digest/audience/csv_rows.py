"""Readers as a CSV file gives them: good rows, rejected rows with a named reason, warnings. Pure.

No message repeats an address: reports and logs say the line instead.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from digest.audience.csv_table import DELIMITERS, Record, decode, records
from digest.audience.mailbox import mailbox
from digest.audience.ports import Joining
from digest.audience.reader import SuppressionReason
from digest.audience.tags import has_control_character, locale_tag, zone_name
from digest.errors import BadAudienceFile
from digest.ids import EVERY_JOURNALIST, JournalistId

LONGEST_NAME: Final = 200

#: What a header may say, in lower case and with letters only, and the column that it means.
_COLUMNS: Final[Mapping[str, str]] = {
    "address": "address",
    "email": "address",
    "emailaddress": "address",
    "name": "name",
    "follows": "follows",
    "locale": "locale",
    "language": "locale",
    "timezone": "time_zone",
    "tz": "time_zone",
    "suppressed": "suppressed",
}
_EVERYBODY: Final = frozenset({"*", "all"})
_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"", "no", "false", "0", "n"})


class RejectReason(StrEnum):
    """Why a row was not taken in."""

    BAD_ADDRESS = "bad-address"
    UNKNOWN_JOURNALIST = "unknown-journalist"
    UNKNOWN_LOCALE = "unknown-locale"
    UNKNOWN_TIME_ZONE = "unknown-time-zone"
    UNKNOWN_SUPPRESSION = "unknown-suppression"
    NAME_TOO_LONG = "name-too-long"
    CONTROL_CHARACTER = "control-character"
    DUPLICATE = "duplicate"
    WRONG_FIELDS = "wrong-number-of-fields"
    BROKEN_QUOTES = "broken-quotes"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRow:
    """A row that can be taken in. ``line`` counts from 1, the header's line included."""

    line: int
    joining: Joining


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that cannot, and why. ``column`` is our name for it; empty where it is about the whole row."""

    line: int
    reason: RejectReason
    column: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceRows:
    """A file of readers, read: its rows in order, and what an editor should know about the file."""

    rows: tuple[GoodRow | RejectedRow, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    delimiter: str
    line: int
    columns: tuple[str | None, ...]  # ours; None where the file's is unknown
    unknown: tuple[str, ...]


class _RejectError(Exception):
    """Stops the reading of one row; never leaves this module."""

    def __init__(self, reason: RejectReason, column: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.column = column
        self.detail = detail


def read_rows(
    data: bytes, *, path: str, journalists: Collection[JournalistId], locale: str, time_zone: str
) -> AudienceRows:
    """Read a CSV file of readers. ``locale`` and ``time_zone`` stand in where a row has none.

    Of several rows with one address the first counts and the others are rejected, but a suppression wins wherever it
    stands. A file without a ``follows`` column makes everybody follow everyone, with a warning.

    :raises BadAudienceFile: the file is empty, no text, or has no address column.
    """
    text = decode(data, path=path)
    header = _header(text, path=path)
    defaults = {"follows": "*", "locale": locale, "time_zone": time_zone}
    rows: list[GoodRow | RejectedRow] = []
    seen: dict[str, int] = {}
    for record in _body(text, header):
        row = _row(record, header, journalists, defaults)
        if isinstance(row, GoodRow):
            first = seen.setdefault(row.joining.address, len(rows))
            if first != len(rows):
                row = _duplicate(row, first, rows)
        rows.append(row)
    return AudienceRows(rows=tuple(rows), warnings=tuple(_warnings(header, rows)))


def _header(text: str, *, path: str) -> _Header:
    """Find the header and the delimiter: the one that shows an address column and the most columns."""
    found = [header for delimiter in DELIMITERS if (header := _header_with(text, delimiter)) is not None]
    best = max((one for one in found if "address" in one.columns), key=lambda one: len(one.columns), default=None)
    if best is None:
        line = found[0].line if found else 1
        why = "there is no column called address (or email); the first line must name the columns"
        raise BadAudienceFile(path, f"line {line}", why)
    for column in set(best.columns) - {None}:
        if best.columns.count(column) > 1:
            raise BadAudienceFile(path, f"line {best.line}, column {column}", "more than one column means this")
    return best


def _header_with(text: str, delimiter: str) -> _Header | None:
    for record in records(text, delimiter=delimiter):
        if record.fields is None:
            return None
        if not record.is_blank:
            columns = tuple(_COLUMNS.get(re.sub(r"[\s_.-]", "", name.casefold())) for name in record.fields)
            names = zip(record.fields, columns, strict=True)
            unknown = tuple(name.strip()[:40] for name, column in names if column is None and name.strip())
            return _Header(delimiter=delimiter, line=record.line, columns=columns, unknown=unknown)
    return None


def _body(text: str, header: _Header) -> Iterator[Record]:
    for record in records(text, delimiter=header.delimiter):
        if record.line > header.line and not record.is_blank:
            yield record


def _row(
    record: Record, header: _Header, journalists: Collection[JournalistId], defaults: Mapping[str, str]
) -> GoodRow | RejectedRow:
    try:
        return GoodRow(line=record.line, joining=_joining(_cells(record, header), journalists, defaults))
    except _RejectError as error:
        return RejectedRow(line=record.line, reason=error.reason, column=error.column, detail=error.detail)


def _cells(record: Record, header: _Header) -> dict[str, str]:
    if record.fields is None:
        raise _RejectError(RejectReason.BROKEN_QUOTES, "", "a quote is never closed, or stands where none may stand")
    if len(record.fields) != len(header.columns):
        raise _RejectError(
            RejectReason.WRONG_FIELDS, "", f"{len(record.fields)} fields, but the header has {len(header.columns)}"
        )
    named = zip(header.columns, record.fields, strict=True)
    cells = {column: field.strip(" \t\u00a0") for column, field in named if column is not None}
    for column, cell in cells.items():
        if has_control_character(cell):
            raise _RejectError(
                RejectReason.CONTROL_CHARACTER, column, "a line break or another control character is in it"
            )
    return cells


def _joining(cells: Mapping[str, str], journalists: Collection[JournalistId], defaults: Mapping[str, str]) -> Joining:
    address = _address(cells["address"])
    name = cells.get("name", "")
    if len(name) > LONGEST_NAME:
        raise _RejectError(RejectReason.NAME_TOO_LONG, "name", f"{len(name)} characters, at most {LONGEST_NAME}")
    return Joining(
        address=address,
        name=name,
        follows=_follows(cells.get("follows", defaults["follows"]), journalists),
        locale=_locale(cells.get("locale") or defaults["locale"]),
        time_zone=_time_zone(cells.get("time_zone") or defaults["time_zone"]),
        suppressed=_suppressed(cells.get("suppressed", "")),
    )


def _address(cell: str) -> str:
    try:
        return mailbox(cell)
    except ValueError as error:
        raise _RejectError(RejectReason.BAD_ADDRESS, "address", str(error)) from None


def _follows(cell: str, journalists: Collection[JournalistId]) -> tuple[JournalistId, ...]:
    slugs = list(dict.fromkeys(re.findall(r"[^\s;|,]+", cell.casefold())))
    if not _EVERYBODY.isdisjoint(slugs):
        return (EVERY_JOURNALIST,)
    unknown = [slug for slug in slugs if slug not in journalists]
    if unknown:
        names = ", ".join(_quoted(slug) for slug in unknown[:5])
        raise _RejectError(RejectReason.UNKNOWN_JOURNALIST, "follows", f"nobody on the roster is called {names}")
    return tuple(JournalistId(slug) for slug in slugs)


def _locale(cell: str) -> str:
    tag = locale_tag(cell)
    if tag is None:
        raise _RejectError(
            RejectReason.UNKNOWN_LOCALE, "locale", f"{_quoted(cell)} is no known locale, such as en or ru-KZ"
        )
    return tag


def _time_zone(cell: str) -> str:
    zone = zone_name(cell)
    if zone is None:
        why = f"{_quoted(cell)} is no known time zone, such as Asia/Almaty"
        raise _RejectError(RejectReason.UNKNOWN_TIME_ZONE, "time_zone", why)
    return zone


def _suppressed(cell: str) -> SuppressionReason | None:
    word = cell.casefold()
    if word in _NO:
        return None
    if word in _YES:
        return SuppressionReason.BY_HAND
    if word in list(SuppressionReason):
        return SuppressionReason(word)
    why = f"{_quoted(cell)} is none of yes, no, {', '.join(SuppressionReason)}"
    raise _RejectError(RejectReason.UNKNOWN_SUPPRESSION, "suppressed", why)


def _quoted(cell: str) -> str:
    """Show what a cell holds, unless columns have slipped and it may be an address."""
    return "what looks like an address" if "@" in cell else repr(cell[:40])


def _duplicate(row: GoodRow, first: int, rows: list[GoodRow | RejectedRow]) -> RejectedRow:
    earlier = rows[first]
    assert isinstance(earlier, GoodRow)
    detail = f"the same address as in line {earlier.line}"
    if row.joining.suppressed is not None and earlier.joining.suppressed is None:
        rows[first] = replace(earlier, joining=replace(earlier.joining, suppressed=row.joining.suppressed))
        detail += ", which is now suppressed"
    return RejectedRow(line=row.line, reason=RejectReason.DUPLICATE, column="address", detail=detail)


def _warnings(header: _Header, rows: Sequence[GoodRow | RejectedRow]) -> Iterator[str]:
    if header.unknown:
        names = ", ".join(_quoted(name) for name in header.unknown)
        yield f"Columns that mean nothing here were left out: {names}."
    if "follows" not in header.columns:
        yield "There is no follows column: every reader in the file follows every journalist."
    if not rows:
        yield "There is no reader in the file, only a header."
