"""The plain-text part's layout: wrapping and tables by display columns. Pure.

A wide character (most of East Asia, emoji) takes two columns, a combining one none (Unicode Standard Annex 11).
"""

import unicodedata
from typing import Final

from digest.render.view import RatesView

#: The text part's width in columns; quoted twice it still fits a terminal.
WIDTH: Final = 72
_UNSEEN: Final = frozenset(("Mn", "Me", "Cf"))


def columns(text: str) -> int:
    """Return how many columns ``text`` takes."""
    return len(text) if text.isascii() else sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.category(char) in _UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, width: int = WIDTH) -> str:
    """Wrap one line of text at spaces; a word longer than ``width`` is cut. Addresses must not come through here."""
    lines: list[str] = []
    line = ""
    for word in (piece for whole in text.split(" ") if whole for piece in _pieces(whole, width)):
        if line and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _pieces(word: str, width: int) -> list[str]:
    if columns(word) <= width:
        return [word]
    pieces, used = [""], 0
    for char in word:
        if used + _columns_of(char) > width:
            pieces.append("")
            used = 0
        pieces[-1] += char
        used += _columns_of(char)
    return pieces


def table(rates: RatesView) -> str:
    """Return the rates as aligned columns: currency, value, change; a rate that is not today's says so below it."""
    names = [f"{row.name} {row.code}" for row in rates.rows]
    left = max(map(columns, names))
    right = max(columns(row.value) for row in rates.rows)
    lines = []
    for name, row in zip(names, rates.rows, strict=True):
        gap = " " * (left - columns(name) + 2 + right - columns(row.value))
        lines.append(f"{name}{gap}{row.value}  {row.change}".rstrip())
        if row.effective:
            lines.append(f"  {row.effective}")
    return "\n".join(lines)
