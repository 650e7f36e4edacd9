"""Readers as a CSV file gives them: good rows, rejected rows with a named reason, warnings. Pure.

Rows come one after another: a file may be longer than memory. Which of them have the same address is for the store to
find. No message repeats an address: reports and logs say the line instead.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final

from digest.audience.csv_columns import (
    COLUMNS,
    CellError,
    Column,
    Known,
    RejectReason,
    column_called,
    in_common,
    joining_of,
    quoted,
)
from digest.audience.csv_table import DELIMITERS, Record, records
from digest.audience.csv_written import meant
from digest.audience.joining import Joining
from digest.audience.tags import has_control_character
from digest.errors import BadAudienceFile

#: Among how many lines the header must be: only blank ones may come before it.
_HEAD: Final = 1_000
#: Of how many rows what they have in common with others is kept at hand.
_KEPT: Final = 4_096
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
    """Return what makes a reader of a row's fields, for rows under this header.

    Nearly all rows are good, and what they do not have of their own was read before. Which of several faults a row is
    rejected for is looked into when it has one.
    """
    there = [column for column in COLUMNS if column.name in header.columns]
    own, common = _Cells.of(there, header, own=True), _Cells.of(there, header, own=False)
    absent = {column.name: column.read(column.absent, known) for column in COLUMNS if column not in there}
    own_absent = {column.name: absent[column.name] for column in COLUMNS if column.own and column.name in absent}
    others_absent = {name: value for name, value in absent.items() if name not in own_absent}

    @lru_cache(maxsize=_KEPT)
    def read_common(cells: tuple[str, ...]) -> Mapping[str, Any]:
        return in_common(others_absent | common.read(cells, known))

    def read(fields: tuple[str, ...]) -> Joining:
        try:
            return joining_of(own_absent | own.read(own.pick(fields), known), read_common(common.pick(fields)))
        except CellError as error:
            if error.column == "address" and not has_control_character("".join(common.pick(fields))):
                raise  # the first of all columns: nothing comes before it, and asking again would take long
            raise _first_fault(there, header, fields, known) or error from None

    return read


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of some columns in a row."""

    columns: tuple[Column, ...]
    pick: Callable[[tuple[str, ...]], tuple[str, ...]]

    @classmethod
    def of(cls, there: Iterable[Column], header: _Header, *, own: bool) -> "_Cells":
        columns = tuple(column for column in there if column.own is own)
        places = [header.columns.index(column.name) for column in columns]
        if len(places) > 1:
            return cls(columns, itemgetter(*places))
        return cls(columns, lambda fields: tuple(fields[place] for place in places))

    def read(self, cells: tuple[str, ...], known: Known) -> dict[str, Any]:
        """Return what the cells say, by column.

        :raises CellError: one of them says nothing that is known.
        """
        _must_be_clean("".join(cells))
        pairs = zip(self.columns, cells, strict=True)
        return {column.name: column.read(meant(cell.strip(_AROUND)), known) for column, cell in pairs}


def _first_fault(there: Iterable[Column], header: _Header, fields: tuple[str, ...], known: Known) -> CellError | None:
    """Return the fault that a row is rejected for: a control character before all else, then the first column's."""
    cells = {column: fields[header.columns.index(column.name)].strip(_AROUND) for column in there}
    for look in (lambda _column, cell: _must_be_clean(cell), lambda column, cell: column.read(meant(cell), known)):
        for column, cell in cells.items():
            try:
                look(column, cell)
            except CellError as error:
                error.column = column.name
                return error
    return None


def _must_be_clean(text: str) -> None:
    if has_control_character(text):
        raise CellError(RejectReason.CONTROL_CHARACTER, "a line break or another control character is in it")


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
