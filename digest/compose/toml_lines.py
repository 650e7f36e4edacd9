"""Where in a TOML text does a key stand? ``tomllib`` does not say, and an editor wants the line. Pure.

Good enough to point at: keys inside inline tables and arrays are not found, then the line of what holds them is given.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

#: The way to a key: names, and places in arrays of tables counted from 0.
KeyPath = tuple[str | int, ...]

_TABLE: Final = re.compile(r"\s*\[(?P<keys>[^\[\]]+)\]")
_TABLES: Final = re.compile(r"\s*\[\[(?P<keys>[^\[\]]+)\]\]")
_PART: Final = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY: Final = re.compile(rf"\s*(?P<keys>{_PART}(?:\s*\.\s*{_PART})*)\s*=")


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """Return the line (from 1) of every table and key that stands at the beginning of a line."""
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    inside: str | None = None  # the quotes of the multi-line string that we are in
    for number, line in enumerate(text.split("\n"), start=1):
        if inside is not None:
            inside = None if inside in line else inside
            continue
        if header := _TABLES.match(line):
            table = _resolved(_parts(header["keys"]), counts, is_new=True)
            found.setdefault(table, number)
        elif header := _TABLE.match(line):
            table = _resolved(_parts(header["keys"]), counts, is_new=False)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key["keys"])), number)
        inside = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), None)
    return found


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """Return the line of a key, else of the nearest thing around it, else ``None``."""
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), None)


def spelled(path: KeyPath) -> str:
    """Spell a key as people write it, counting from 1: ``journalists[2].sources[1].kind``."""
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(words).removeprefix(".")


def _parts(keys: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_PART, keys)]


def _resolved(parts: Sequence[str], counts: dict[KeyPath, int], *, is_new: bool) -> KeyPath:
    """Turn a header's names into a path: what is an array of tables stands for its newest table."""
    path: KeyPath = ()
    for at, part in enumerate(parts):
        path = (*path, part)
        if is_new and at == len(parts) - 1:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path
