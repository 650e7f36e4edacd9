"""The editor's note, and what is said above an issue that was corrected. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from digest.compose.issue import Note
from digest.render.tidy import in_attribute, in_html, one_line
from digest.render.words import Words

#: White on the accent (7.8 to 1), by day and by night.
_NOTICE: Final = (
    "margin:0;padding:12px 24px;background-color:#0f5a68;color:#ffffff;text-align:center;font:16px/24px sans-serif"
)
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


def correction_called(words: Words) -> str:
    """Return what a correction is called."""
    return words.gettext("Correction")


def with_notice_of_correction(html: str, url: str, words: Words) -> str:
    """Return an issue's HTML with a link to its correction above everything else; no other byte is touched."""
    said = words.gettext("There is a correction to this issue")
    head, body, rest = html.partition("<body")
    attributes, end, inside = rest.partition(">")
    notice = f'<p style="{_NOTICE}"><a style="color:#ffffff" href="{in_attribute(url)}">{in_html(said)}</a></p>'
    return f"{head}{body}{attributes}{end}\n{notice}{inside}"
