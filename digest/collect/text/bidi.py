"""Which way text runs, and keeping a piece of the one direction together amid the other. Pure.

Directions are those of letters (Unicode Standard Annex 9): R and AL run from right to left, L from left to right;
figures and punctuation have none of their own and follow what is around them.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

LTR: Final = "ltr"
RTL: Final = "rtl"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
#: First-strong, left-to-right, and pop directional isolate (UAX 9 §2.4): what stands between takes no part around it.
_FIRST_STRONG: Final = "\u2068"
_LEFT_TO_RIGHT: Final = "\u2066"
_END: Final = "\u2069"
_BEGINNINGS: Final = (_FIRST_STRONG, _LEFT_TO_RIGHT)


def directions_in(text: str) -> frozenset[str]:
    """Return the directions of the letters in ``text``; none where it has no letters."""
    if text.isascii():
        return frozenset({LTR}) if any(map(str.isalpha, text)) else frozenset()
    classes = set(map(unicodedata.bidirectional, text))
    right, left = bool(classes & _RIGHT_TO_LEFT), "L" in classes
    return frozenset(one for one, is_there in ((RTL, right), (LTR, left)) if is_there)


def direction_of_text(text: str, *, otherwise: str) -> str:
    """Return the one direction of all letters of ``text``, or ``otherwise`` where it has both or none."""
    found = directions_in(text)
    return next(iter(found)) if len(found) == 1 else otherwise


def isolated(text: str, *, around: str) -> str:
    """Return ``text`` so that it keeps its own order, and its punctuation, amid words of the direction ``around``.

    Nothing is added to what has no letter of the other direction.
    """
    return apart(text) if directions_in(text) - {around} else text


def apart(text: str) -> str:
    """Return ``text`` so that it runs the way of its own first letter, whatever is around it."""
    return f"{_FIRST_STRONG}{text}{_END}"


def left_to_right(text: str, *, around: str) -> str:
    """Return figures and signs so that they stand as they are written, whatever the direction ``around`` them is."""
    return text if around == LTR else f"{_LEFT_TO_RIGHT}{text}{_END}"


def line_by_line(lines: Iterable[str]) -> Iterator[str]:
    """Return lines that were one, so that what is set apart in several of them is so in each: a line's end ends it."""
    is_open: list[str] = []
    for line in lines:
        again = "".join(is_open)
        for char in line:
            if char in _BEGINNINGS:
                is_open.append(char)
            elif char == _END and is_open:
                is_open.pop()
        yield f"{again}{line}{_END * len(is_open)}"
