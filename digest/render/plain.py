"""The plain-text part's layout: wrapping and tables by display columns. Pure.

A wide character (most of East Asia, emoji) takes two columns, a combining one none (Unicode Standard Annex 11).
"""

import unicodedata
from typing import Final

from digest.collect.text.bidi import line_by_line
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
    return "\n".join(line_by_line([*lines, line]))


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
    """Return the rates as aligned columns: currency, quote, change; below each its week and what is not as usual."""
    quotes = [row.quote for row in rates.rows]
    left = max(columns(row.name) for row in rates.rows)
    right = max(map(columns, quotes))
    lines = []
    for row, quote in zip(rates.rows, quotes, strict=True):
        gap = " " * (left - columns(row.name) + 2 + right - columns(quote))
        line = f"{row.name}{gap}{quote}"
        whole = f"{line}  {row.words.change}"
        lines += [whole] if columns(whole) <= WIDTH else [line, f"  {row.words.change}"]
        week = row.words.week
        if week is not None:
            lines.append(f"  {', '.join(part for part in (week.span, week.trend) if part)}")
        lines += [f"  {note}" for note in row.words.notes]
    return "\n".join(lines)


def sources(rates: RatesView) -> str:
    """Return who published the rates, each with the address that it wants to be named with."""
    return "; ".join(f"{one.name} ({one.site})" if one.site else one.name for one in rates.sources)
