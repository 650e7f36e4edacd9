"""Issues that would be too large: how many articles a mail can hold before mailbox providers clip it. Pure.

What is left out of a mail is counted in it, with a link to the whole issue on the web. The rule is the newsletter's own
for its cap on the whole issue: the journalist with the most articles gives up the oldest, again and again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from digest.compose.issue import Frozen
from digest.render.assembly import QUOTED_FIRST
from digest.render.marks import open_up
from digest.render.preflight.parts import TRACKED_LINK_BYTES, WARN_BYTES
from digest.render.rendition import Rendition, Sealed
from digest.render.steps import seal

#: What a reader's own slots may take in all places together, in bytes: links to us, their name.
_SLOTS_BYTES: Final = 2_000
#: Blocks of which a mail has some, by the beginnings of their names; of all others it has each.
_CARD: Final = "card/"
_QUOTE: Final = "top/"
#: What stands in a slot of a card or below it: when it came out, and that a former issue should have brought it.
_OF_CARDS: Final = ("when/", "late/", "missed/")
#: What a journalist's section has around its cards.
_AROUND_CARDS: Final = ("section/", "close/", "new/")
#: A count of what was left out, in words.
_MORE: Final = re.compile(r"more/[^/]+/\d+")
#: What is told of journalists of whom nothing is printed, and of each of them.
_OTHERS: Final = "others"
_OTHER: Final = "other/"
#: What stands instead of all sections.
_NONE: Final = "nothing_new"
#: What stands in a slot of the foot.
_OF_FOOT: Final = ("zone", "closing")
_SOME: Final = (_CARD, _QUOTE, *_OF_CARDS, *_AROUND_CARDS, "more/", _OTHER, _OTHERS, _NONE, *_OF_FOOT)


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
    """Return how many cards fit, should they be the largest ones, and by as many journalists as there can be."""
    sizes = {name: _size(html, rendition.mark, tracked=tracked) for name, html in rendition.html.segments.items()}
    room = WARN_BYTES - _SLOTS_BYTES - sum(size for name, size in sizes.items() if not name.startswith(_SOME))
    room -= sum(sorted(_of(sizes, _QUOTE), reverse=True)[:QUOTED_FIRST])
    room -= sum(_largest(sizes, kind) for kind in _OF_FOOT)
    with_each = sum(_largest(sizes, kind) for kind in _OF_CARDS)
    cards = sorted((size + with_each for size in _of(sizes, _CARD)), reverse=True)
    if sum(cards) + sum(sum(_of(sizes, kind)) for kind in _AROUND_CARDS) <= room:
        return len(cards)  # whatever a cap leaves out: its count takes less room than the card would
    journalists = len(_of(sizes, "section/"))
    counted = max((size for name, size in sizes.items() if _MORE.fullmatch(name)), default=0)
    told_of = _largest(sizes, _OTHER) + counted
    room -= sum(_of(sizes, _OTHERS)) + journalists * told_of
    with_each_section = sum(_largest(sizes, kind) for kind in (*_AROUND_CARDS, "more/")) + counted - told_of
    fitting = 0
    for size in cards:
        room -= size + (with_each_section if fitting < journalists else 0)
        if room < 0:
            return fitting
        fitting += 1
    return fitting


def _size(html: str, mark: str, *, tracked: bool) -> int:
    """Return the size of a block in bytes, without what its slots take."""
    literal = "".join(open_up(html, mark)[::2])
    return len(literal.encode()) + (TRACKED_LINK_BYTES * html.count("<a ") if tracked else 0)


def _largest(sizes: Mapping[str, int], beginning: str) -> int:
    return max(_of(sizes, beginning), default=0)


def _of(sizes: Mapping[str, int], beginning: str) -> Sequence[int]:
    return [size for name, size in sizes.items() if name.startswith(beginning)]
