"""What a reader's mails look like: in which of our looks they come, and whether as text alone. Pure.

Both parts are chosen by themselves, and of two tabs that show the same page each changes what was changed in it. A look
is worth something in plain text, too: ``brief`` has no teasers.
"""

from dataclasses import dataclass
from typing import Final

#: The looks of this version, which the templates of ``templates/email/digest`` know.
LOOKS: Final = ("classic", "brief")
#: What stands for "as the newsroom sends it": the look that the newsletter has at the time.
OWN_LOOK: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A reader's choice for one list. ``look`` is one of ``LOOKS``, or ``OWN_LOOK``.

    With ``text_only`` a mail is plain text, with no HTML part beside it.
    """

    look: str = OWN_LOOK
    text_only: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to look at: mails are as the newsroom sends them."""
        return self == AS_SENT


#: As the newsroom sends it.
AS_SENT: Final = Appearance()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceChange:
    """What a reader changes of it; ``None`` leaves a part as it is."""

    look: str | None = None
    text_only: bool | None = None

    @property
    def is_none(self) -> bool:
        """Whether nothing is changed."""
        return self.look is None and self.text_only is None


def change_of_appearance(shown: Appearance, chosen: Appearance) -> AppearanceChange:
    """Return what a reader changed who was ``shown`` one appearance and sent another."""
    return AppearanceChange(
        look=chosen.look if chosen.look != shown.look else None,
        text_only=chosen.text_only if chosen.text_only != shown.text_only else None,
    )


def read_look(text: str) -> str:
    """Read the name of a look, or ``own`` (or ``no``) for the newsletter's.

    :raises ValueError: there is none of that name.
    """
    word = text.strip().casefold()
    if word in ("own", "no", "none"):
        return OWN_LOOK
    if word not in LOOKS:
        raise ValueError(f"a look is {' or '.join(LOOKS)}, or own for the newsletter's own")
    return word


def said_of(appearance: Appearance) -> str:
    """Tell an appearance in one line, in English: ``in the look brief, as text alone``."""
    look = "in the newsletter's own look" if appearance.look == OWN_LOOK else f"in the look {appearance.look}"
    return f"{look}, as text alone" if appearance.text_only else look
