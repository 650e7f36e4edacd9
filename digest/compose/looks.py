"""In which looks an issue is rendered, and in which of them a reader gets it. Pure.

An issue is rendered in the looks that its readers chose, and these are frozen with it, so that an approval covers what
everybody reads. Whoever chooses a look after that has the newsletter's own in this issue.
"""

from collections.abc import Collection

from digest.audience.appearance import LOOKS, Appearance
from digest.compose.issue import Frozen


def looks_to_render(own: str, chosen: Collection[str]) -> tuple[str, ...]:
    """Return the looks that an issue needs besides the newsletter's ``own``, of those that its readers have chosen.

    What is no look of this version any more needs none.
    """
    return tuple(look for look in LOOKS if look in chosen and look != own)


def look_of(appearance: Appearance, frozen: Frozen) -> str:
    """Return the look in which a reader gets a frozen issue: theirs if it was rendered in it, else its own."""
    return appearance.look if appearance.look in frozen.looks else frozen.newsletter.look
