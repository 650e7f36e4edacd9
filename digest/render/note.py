"""The editor's note and a correction's own words, as templates print them. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from digest.compose.issue import Note
from digest.render.tidy import one_line

_BETWEEN_PARAGRAPHS: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A note: each paragraph is one line, ``signed`` is who wrote it."""

    paragraphs: tuple[str, ...]
    signed: str


def note_view(note: Note) -> NoteView:
    """Cut a note into paragraphs. It is the editor's own text, in whatever language: nothing is translated."""
    unix = note.text.replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = map(one_line, _BETWEEN_PARAGRAPHS.split(unix))
    return NoteView(paragraphs=tuple(filter(None, paragraphs)), signed=one_line(note.signed))
