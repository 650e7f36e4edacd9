"""The secret word that a rendition is cut at and that its slots are spelled with. Pure.

A block begins where its mark stands and ends at the next one: ``<!--WORD card/dana/7-->`` in HTML,
``WORD[card/dana/7]`` in text. A slot is ``WORD.name.``, safe in text, in attributes and in addresses. The word comes
out of the frozen issue's own hash, so no text that was frozen into it can hold it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping

from digest.errors import RenderError

#: A literal stretch, then a slot's name, then a literal stretch…: odd places hold names.
Pieces = tuple[str, ...]


def word_for(digest: str, text: str) -> str:
    """Return the mark for a snapshot with this ``digest``: 22 letters and digits that do not occur in its ``text``."""
    turn = 0
    while True:
        word = "bd" + hashlib.sha256(f"{turn} {digest}".encode()).hexdigest()[:20]
        if word not in text:
            return word
        turn += 1


def slot(mark: str, name: str) -> str:
    """Return how the slot ``name`` is spelled: URL-safe, nothing that HTML would escape."""
    return f"{mark}.{name}."


def html_cutter(mark: str) -> Callable[[str], str]:
    """Return what writes the mark of a block in HTML."""
    return lambda name: f"<!--{mark} {name}-->"


def text_cutter(mark: str) -> Callable[[str], str]:
    """Return what writes the mark of a block in plain text."""
    return lambda name: f"{mark}[{name}]"


def cut(document: str, mark: str) -> dict[str, str]:
    """Cut a document at its block marks into segments by name; joined, they are the document without its marks.

    What stands before the first mark is the segment ``head``.

    :raises RenderError: two blocks have one name.
    """
    pattern = re.compile(rf"<!--{mark} ([^>]+)-->|{mark}\[([^\]]+)\]")
    segments: dict[str, str] = {}
    name, start = "head", 0
    for match in pattern.finditer(document):
        segments[name] = document[start : match.start()]
        name, start = match[1] or match[2], match.end()
        if name in segments:
            raise RenderError(f"The template marks two blocks {name!r}.", advice="Give each block a name of its own.")
    segments[name] = document[start:]
    return segments


def open_up(text: str, mark: str) -> Pieces:
    """Split ``text`` at its slots: literal, name, literal, …, literal."""
    return tuple(re.split(rf"{mark}\.([a-z_]+)\.", text))


def fill_in(pieces: Pieces, values: Mapping[str, str]) -> str:
    """Join ``pieces`` with the values of their slots; what is filled in is never looked at again.

    :raises KeyError: a slot has no value, which is a broken promise of whoever calls.
    """
    return "".join(values[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def fill_some(pieces: Pieces, values: Mapping[str, str]) -> Pieces:
    """Fill the slots that ``values`` names and leave the others open; of no pieces there come none."""
    filled = list(pieces[:1])
    for name, literal in _pairs(pieces[1:]):
        if name in values:
            filled[-1] += values[name] + literal
        else:
            filled += [name, literal]
    return tuple(filled)


def _pairs(rest: Pieces) -> Iterable[tuple[str, str]]:
    return zip(rest[::2], rest[1::2], strict=True)
