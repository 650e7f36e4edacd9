"""Readers as a CSV file gives them: good rows, rejected rows with a named reason, warnings. Pure.

Rows come one after another: a file may be longer than memory. Which of them have the same address is for the store to
find. No message repeats an address: reports and logs say the line instead.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final

from digest.audience.csv_columns import COLUMNS, CellError, Known, RejectReason, column_called, joining_of, quoted
from digest.audience.csv_table import DELIMITERS, Record, records
from digest.audience.csv_written import meant
from digest.audience.joining import Joining
from digest.audience.tags import has_control_character
from digest.errors import BadAudienceFile

#: Among how many lines the header must be: only blank ones may come before it.
_HEAD: Final = 1_000
_AROUND: Final = " \t\u00a0"


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
class AudienceTable:
    """A file of readers whose header was understood: its rows in order, once, and what an editor should know of it."""

    rows: Iterator[GoodRow | RejectedRow]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    delimiter: str
    line: int
    columns: tuple[str | None, ...]  # ours; None where the file's is unknown
    unknown: tuple[str, ...]


def read_table(lines: Iterable[str], known: Known, *, path: str) -> AudienceTable:
    """Read the lines of a CSV file of readers, which keep their ends.

    A file without a ``follows`` column makes everybody follow everyone, with a warning.

    :raises BadAudienceFile: the file has no address column.
    """
    source = iter(lines)
    head = list(islice(source, _HEAD))
    header = _header(head, path=path)
    found = records(chain(head, source), delimiter=header.delimiter)
    rows = map(
        partial(_row, header=header, read=_reading(header, known)),
        (record for record in found if record.line > header.line and not record.is_blank),
    )
    return AudienceTable(rows=rows, warnings=tuple(_warnings(header)))


def _header(head: list[str], *, path: str) -> _Header:
    """Find the header and the delimiter: the one that shows an address column and the most columns."""
    found = [header for delimiter in DELIMITERS if (header := _header_with(head, delimiter)) is not None]
    best = max((one for one in found if "address" in one.columns), key=lambda one: len(one.columns), default=None)
    if best is None:
        line = found[0].line if found else 1
        why = "there is no column called address (or email); the first line must name the columns"
        raise BadAudienceFile(path, f"line {line}", why)
    for column in set(best.columns) - {None}:
        if best.columns.count(column) > 1:
            raise BadAudienceFile(path, f"line {best.line}, column {column}", "more than one column means this")
    return best


def _header_with(head: list[str], delimiter: str) -> _Header | None:
    for record in records(head, delimiter=delimiter):
        if record.fields is None:
            return None
        if not record.is_blank:
            columns = tuple(map(column_called, record.fields))
            names = zip(record.fields, columns, strict=True)
            unknown = tuple(name.strip()[:40] for name, column in names if column is None and name.strip())
            return _Header(delimiter=delimiter, line=record.line, columns=columns, unknown=unknown)
    return None


def _reading(header: _Header, known: Known) -> Callable[[tuple[str, ...]], Joining]:
    """Return what makes a reader of a row's fields, for rows under this header."""
    there = [column for column in COLUMNS if column.name in header.columns]
    # The address comes first, so that there are always two: of one place itemgetter makes no tuple.
    pick = itemgetter(*(header.columns.index(name) for name in ("address", *(column.name for column in there))))
    absent = {column.name: column.read(column.absent, known) for column in COLUMNS if column not in there}

    def read(fields: tuple[str, ...]) -> Joining:
        cells = pick(fields)[1:]
        is_clean = not has_control_character("".join(cells))
        values: dict[str, Any] = dict(absent)
        for column, field in zip(there, cells, strict=True):
            cell = field.strip(_AROUND)
            if not is_clean and has_control_character(cell):
                why = "a line break or another control character is in it"
                raise CellError(RejectReason.CONTROL_CHARACTER, why, column=column.name)
            values[column.name] = meant(cell)
        for column in there:
            try:
                values[column.name] = column.read(values[column.name], known)
            except CellError as error:
                error.column = column.name
                raise
        return joining_of(values)

    return read


def _row(record: Record, *, header: _Header, read: Callable[[tuple[str, ...]], Joining]) -> GoodRow | RejectedRow:
    fields = record.fields
    if fields is None:
        why = "a quote is never closed, or stands where none may stand"
        return RejectedRow(line=record.line, reason=RejectReason.BROKEN_QUOTES, column="", detail=why)
    if len(fields) != len(header.columns):
        why = f"{len(fields)} fields, but the header has {len(header.columns)}"
        return RejectedRow(line=record.line, reason=RejectReason.WRONG_FIELDS, column="", detail=why)
    try:
        return GoodRow(line=record.line, joining=read(fields))
    except CellError as error:
        return RejectedRow(line=record.line, reason=error.reason, column=error.column, detail=error.detail)


def _warnings(header: _Header) -> Iterator[str]:
    if header.unknown:
        names = ", ".join(quoted(name) for name in header.unknown)
        yield f"Columns that mean nothing here were left out: {names}."
    if "follows" not in header.columns:
        yield "There is no follows column: every reader in the file follows every journalist."
