"""The last look before an editor's: what is wrong with a finished body. Pure.

Each rule is a generator of findings; this is their order. An error keeps an issue from being sent, a warning is shown.
"""

from dataclasses import dataclass
from typing import Final

from lxml import html

from digest.render.preflight.contrast import of_contrast
from digest.render.preflight.dropped import of_dropped
from digest.render.preflight.findings import Finding
from digest.render.preflight.links import of_links, of_parity, of_way_out
from digest.render.preflight.parts import (
    of_charset,
    of_marks,
    of_required_words,
    of_size,
    of_subject,
    size_of,
)
from digest.render.preflight.structure import of_headings, of_pictures_and_tables, of_structure
from digest.render.rendition import Body, Slots

#: What preflight fills in where no reader is known.
EXAMPLE: Final = Slots(
    name="Reader",
    unsubscribe_url="https://digest.example.org/u/0000000000000000000000",
    preferences_url="https://digest.example.org/r/0000000000000000000000",
    browser_url="https://digest.example.org/i/issue/0000000000000000000000.00000000000000000000000000000000",
    web_url="https://digest.example.org/i/issue",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What one newsletter asks for beside what everybody needs: words, and whether links become longer on the way."""

    required_words: tuple[str, ...] = ()
    tracks_clicks: bool = False


def preflight(body: Body, *, slots: Slots, house: House = House(), text_only: bool = False) -> tuple[Finding, ...]:
    """Look at one finished body that was filled with ``slots``. With ``text_only`` there is to be no HTML."""
    of_all_parts = (
        *of_subject(body.subject),
        *of_marks(body),
        *of_charset(body),
        *of_required_words(body, house.required_words),
        *of_way_out(body.text, slots),
    )
    if text_only:
        return of_all_parts
    tree = html.document_fromstring(body.html)
    return (
        *of_all_parts,
        *of_size(size_of(body.html, tracked=house.tracks_clicks)),
        *of_structure(tree),
        *of_headings(tree),
        *of_pictures_and_tables(tree),
        *of_links(tree, slots),
        *of_parity(tree, body.text, slots),
        *of_contrast(tree),
        *of_dropped(tree),
    )
