"""A strict reader of one TOML table: typed values, no unknown keys, and errors that name line and key. Pure."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NoReturn, TypeVar

from digest.audience.tags import has_control_character
from digest.compose.toml_lines import KeyPath, line_of, lines_of, spelled
from digest.errors import BadNewsletterFile

E = TypeVar("E", bound=StrEnum)

#: The longest single text, in characters; a biography has room, a pasted article has not.
LONGEST_TEXT: Final = 4_000
LONGEST_LINE: Final = 300


class Table:
    """One table of the file. Every key that is asked for counts as known; ``close`` refuses the others."""

    def __init__(self, file: str, lines: Mapping[KeyPath, int], path: KeyPath, values: Mapping[str, Any]) -> None:
        """Read ``values``, which stand at ``path`` of ``file``."""
        self._file = file
        self._lines = lines
        self._path = path
        self._values = values
        self._known: set[str] = set()

    def refuse(self, key: str, why: str, *more: int) -> NoReturn:
        """Refuse the file because of one key of this table (``more``: a place in its array).

        :raises BadNewsletterFile: always; names the line where it can be found, and the key.
        """
        path = (*self._path, key, *more)
        line = line_of(path, self._lines)
        where = ", ".join(filter(None, (f"line {line}" if line else "", spelled(path))))
        raise BadNewsletterFile(self._file, where, why)

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        self._known.add(key)
        return key in self._values

    def _get(self, key: str, kind: type, named: str) -> Any:
        if not self.has(key):
            self.refuse(key, "this key is missing")
        value = self._values[key]
        if type(value) is not kind:
            self.refuse(key, f"this must be {named}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return one line of text; ``default`` where the key may be left out, which alone may be empty."""
        if default is not None and (not self.has(key) or self._values[key] == default):
            return default
        return self._checked(key, self._get(key, str, "a text in quotes"))

    def prose(self, key: str, default: str | None = None) -> str:
        """Return a text that may have several lines."""
        if default is not None and (not self.has(key) or self._values[key] == default):
            return default
        value: str = self._get(key, str, "a text in quotes").strip()
        if not value or len(value) > LONGEST_TEXT or has_control_character(value.replace("\n", "")):
            self.refuse(key, f"this must be a text of 1 to {LONGEST_TEXT} characters without control characters")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return an array of lines of text; empty where the key is left out."""
        if not self.has(key):
            return ()
        values = self._get(key, list, 'an array of texts, such as ["a", "b"]')
        for at, value in enumerate(values):
            if type(value) is not str:
                self.refuse(key, "this must be a text in quotes", at)
        return tuple(self._checked(key, value, at) for at, value in enumerate(values))

    def _checked(self, key: str, value: str, *more: int) -> str:
        text = value.strip()
        if not text or len(text) > LONGEST_LINE or has_control_character(text):
            self.refuse(key, f"this must be one line of 1 to {LONGEST_LINE} characters", *more)
        return text

    def whole(self, key: str, default: int, *, most: int, least: int = 1) -> int:
        """Return a whole number from ``least`` to ``most``."""
        if not self.has(key):
            return default
        value: int = self._get(key, int, "a whole number")
        if not least <= value <= most:
            self.refuse(key, f"this must be a whole number from {least} to {most}")
        return value

    def wholes(self, key: str, *, most: int) -> tuple[int, ...]:
        """Return an array of whole numbers from 1 to ``most``; empty where the key is left out."""
        values = self._get(key, list, "an array of whole numbers, such as [500, 1000]") if self.has(key) else []
        for at, value in enumerate(values):
            if type(value) is not int or not 1 <= value <= most:
                self.refuse(key, f"this must be a whole number from 1 to {most}", at)
        return tuple(values)

    def yes(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value: bool = self._get(key, bool, "true or false") if self.has(key) else default
        return value

    def percent(self, key: str, *, most: int) -> Decimal:
        """Return a number above 0 and up to ``most``, with its digits: ``5``, ``7.5``."""
        value = self._values[key] if self.has(key) else self.refuse(key, "this key is missing")
        number = Decimal(value) if type(value) is int else value
        if not isinstance(number, Decimal) or not number.is_finite() or not 0 < number <= most:
            self.refuse(key, f"this must be a number above 0 and up to {most}, in percent, such as 5 or 7.5")
        return number

    def refuse_twins(self, key: str, names: Sequence[str]) -> None:
        """Refuse a key whose array names something twice.

        :raises BadNewsletterFile: it does.
        """
        for at, name in enumerate(names):
            if name in names[:at]:
                self.refuse(key, f"{name!r} is there twice", at)

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """Return one of an enumeration's values."""
        text = self.text(key, default)
        if text not in list(kind):
            self.refuse(key, f"this must be one of {', '.join(kind)}{meant(text, kind)}")
        return kind(text)

    def table(self, key: str) -> "Table":
        """Return a table; an empty one where the key is left out."""
        values = self._get(key, dict, "a table") if self.has(key) else {}
        return Table(self._file, self._lines, (*self._path, key), values)

    def tables(self, key: str) -> Sequence["Table"]:
        """Return an array of tables; empty where the key is left out."""
        if not self.has(key):
            return ()
        values = self._get(key, list, "an array of tables")
        for at, value in enumerate(values):
            if type(value) is not dict:
                self.refuse(key, "this must be a table", at)
        return [Table(self._file, self._lines, (*self._path, key, at), value) for at, value in enumerate(values)]

    def keys(self) -> Iterable[str]:
        """Return the keys that are there, for a table whose keys are data."""
        return self._values.keys()

    def is_array(self, key: str) -> bool:
        """Tell whether the key holds an array."""
        return self.has(key) and isinstance(self._values[key], list)

    def close(self) -> None:
        """Refuse keys that nobody asked for: a misspelt key must not be ignored.

        :raises BadNewsletterFile: there is one.
        """
        for key in (key for key in self._values if key not in self._known):
            self.refuse(key, f"there is no such key{meant(key, self._known)}")


def meant(word: str, words: Iterable[str]) -> str:
    """Return ``; did you mean …?`` where a known word is near."""
    near = difflib.get_close_matches(word, list(words), n=1)
    return f"; did you mean {near[0]}" if near else ""


def open_table(file: str, data: bytes) -> Table:
    """Return the whole file as a table.

    :raises BadNewsletterFile: it is no UTF-8, or no TOML; names the line.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadNewsletterFile(file, f"line {line}", "this is not UTF-8 text") from None
    try:
        values = tomllib.loads(text, parse_float=Decimal)  # no number becomes binary
    except (ValueError, RecursionError) as error:
        raise BadNewsletterFile(file, *_syntax(str(error), text)) from None
    return Table(file, lines_of(text), (), values)


def _syntax(message: str, text: str) -> tuple[str, str]:
    """Split ``Expected '=' after a key (at line 3, column 5)`` into where and why."""
    place = re.search(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)", message)
    if place is None:
        return "somewhere in it", f"this is no TOML: {message}"
    line = place[1] or str(text.rstrip("\n").count("\n") + 1)
    why = message[: place.start()]
    return f"line {line}", f"this is no TOML: {why[:1].lower()}{why[1:]}"
