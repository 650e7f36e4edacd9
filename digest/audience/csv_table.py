"""A CSV file as rows of text with their line numbers, whatever program wrote it. Pure.

Comma, semicolon or tab; quotes as in RFC 4180. One broken quote spoils its own line only: reading goes on with the next
line, so that no row is swallowed in silence. No more than one record's lines are held.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (from 1) and its fields; ``None`` where its quotes are broken."""

    line: int
    fields: tuple[str, ...] | None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it but separators and spaces."""
        return self.fields is not None and not any(map(str.strip, self.fields))


class _Lines:
    """Lines that remember those of the record under way, so that they can be read again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self.under_way: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.under_way.append(line)
        return line

    def give_back_all_but_one(self) -> None:
        """Read the lines of the record under way again, but for the first."""
        self._again.extend(reversed(self.under_way[1:]))
        self.under_way.clear()


def records(lines: Iterable[str], *, delimiter: str) -> Iterator[Record]:
    """Yield the records of a CSV text in order; ``lines`` keep their ends, of whatever kind.

    A quote that is never closed is given up when its field is longer than the csv module takes (128 KB), or at the end.
    """
    source = _Lines(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Record(line, None)
            line += 1
            source.give_back_all_but_one()
            reader = csv.reader(source, delimiter=delimiter, strict=True)
            continue
        yield Record(line, tuple(fields))
        line += len(source.under_way)
        source.under_way.clear()
