"""Issues that would be too large: how many articles a mail can hold before mailbox providers clip it. Pure.

What is left out of a mail is counted in it, with a link to the whole issue on the web. The rule is the newsletter's own
for its cap on the whole issue: the journalist with the most articles gives up the oldest, again and again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from digest.compose.issue import Frozen
from digest.render.assembly import QUOTED_FIRST
from digest.render.preflight.parts import TRACKED_LINK_BYTES, WARN_BYTES
from digest.render.rendition import Rendition, Sealed
from digest.render.steps import seal

#: What a reader's own slots may take in all places together, in bytes: links to us, their name.
_SLOTS_BYTES: Final = 2_000
#: Blocks of which every mail has all, by the beginnings of their names; of cards and quotes it has some.
_CARD: Final = "card/"
_QUOTE: Final = "top/"
_COUNTS: Final = ("new/", "more/")
#: What stands in a slot of a card or below it: when it came out, and that a former issue should have brought it.
_OF_CARDS: Final = ("when/", "late/", "missed/")
#: What stands in a slot of the foot.
_OF_FOOT: Final = ("zone", "closing")


def seal_to_fit(frozen: Frozen, *, templates: Path, tracked: bool = False) -> Sealed:
    """Seal an issue; one whose mails could become too large with a lower cap on the whole issue.

    ``tracked`` reckons with links that a provider makes longer.

    :raises RenderError: as ``seal`` does.
    """
    sealed = seal(frozen, templates=templates)
    most = fitting_total(sealed, tracked=tracked)
    selection = frozen.newsletter.selection
    if most >= min(selection.total, len(frozen.articles)):
        return sealed
    capped = replace(frozen.newsletter, selection=replace(selection, total=most))
    return seal(replace(frozen, newsletter=capped), templates=templates)


def fitting_total(sealed: Sealed, *, tracked: bool = False) -> int:
    """Return how many articles fit into whichever mail of the issue, be they the longest; one at least."""
    return max(1, min(_fitting(rendition, tracked=tracked) for rendition in sealed.renditions))


def _fitting(rendition: Rendition, *, tracked: bool) -> int:
    sizes = {name: _size(html, tracked=tracked) for name, html in rendition.html.segments.items()}
    quotes = sorted(_of(sizes, _QUOTE), reverse=True)[:QUOTED_FIRST]
    some = (_CARD, _QUOTE, *_OF_CARDS, *_OF_FOOT, *_COUNTS)
    rest = sum(size for name, size in sizes.items() if not name.startswith(some))
    room = WARN_BYTES - _SLOTS_BYTES - rest - sum(quotes)
    room -= sum(max(_of(sizes, kind), default=0) for kind in _OF_FOOT)
    with_each = sum(max(_of(sizes, kind), default=0) for kind in _OF_CARDS)
    # A count stands in a slot of its journalist's blocks: the longest of all, for every journalist.
    room -= sum(max(_of(sizes, kind), default=0) for kind in _COUNTS) * sum(
        name.startswith("section/") for name in sizes
    )
    fitting = 0
    for size in sorted(_of(sizes, _CARD), reverse=True):
        room -= size + with_each
        if room < 0:
            return fitting
        fitting += 1
    return fitting


def _size(html: str, *, tracked: bool) -> int:
    return len(html.encode()) + (TRACKED_LINK_BYTES * html.count("<a ") if tracked else 0)


def _of(sizes: Mapping[str, int], beginning: str) -> Iterable[int]:
    return [size for name, size in sizes.items() if name.startswith(beginning)]
