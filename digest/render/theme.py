"""A newsletter's theme as the templates need it: its accent in light and in dark, and what is mixed of it. Pure.

The accent that comes with the program has its colours from the design; for any other they are worked out, so that text
stands out at 6:1 in the dark, too.
"""

from dataclasses import dataclass
from typing import Final

from digest.compose.colours import Colour, colour_of, mixed, spelled, standing_out
from digest.compose.newsletter import Logo, Theme, Typeface

_WHITE: Final[Colour] = (0xFF, 0xFF, 0xFF)
_BLACK: Final[Colour] = (0, 0, 0)
_DARK: Final[Colour] = (0x1F, 0x22, 0x26)
#: What the design asks of all text.
_CLEAR: Final = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeView:
    """Colours as ``#rrggbb``; those with ``dark`` are for the dark scheme. ``is_serif``: headlines have serifs.

    ``line`` is what headlines are underlined with, ``tint`` the ground of initials and ``letters`` what stands on it.
    """

    accent: str
    line: str
    tint: str
    letters: str
    dark_accent: str
    dark_line: str
    dark_tint: str
    dark_letters: str
    is_serif: bool
    logo: Logo | None


#: The accent that comes with the program, and its colours (the design's page on the look).
_OURS: Final = ("#0f5a68", "#a9c6cb", "#e1edef", "#0f5a68", "#84cbd9", "#3f6a73", "#1d3d44", "#a9dde7")


def theme_view(theme: Theme, look: str) -> ThemeView:
    """Return a theme within a look; headlines of ``brief`` have no serifs unless the theme says so."""
    colours = _OURS if theme.accent == _OURS[0] else _mixed(colour_of(theme.accent) or _BLACK)
    accent, line, tint, letters, dark_accent, dark_line, dark_tint, dark_letters = colours
    return ThemeView(
        accent=accent,
        line=line,
        tint=tint,
        letters=letters,
        dark_accent=dark_accent,
        dark_line=dark_line,
        dark_tint=dark_tint,
        dark_letters=dark_letters,
        is_serif=theme.headlines is Typeface.SERIF or (theme.headlines is None and look != "brief"),
        logo=theme.logo,
    )


def _mixed(accent: Colour) -> tuple[str, ...]:
    tint = mixed(accent, _WHITE, 0.88)
    dark = standing_out(accent, _DARK, towards=_WHITE, enough=_CLEAR)
    dark_tint = mixed(_DARK, accent, 0.35)
    return tuple(
        map(
            spelled,
            (
                accent,
                mixed(accent, _WHITE, 0.6),
                tint,
                standing_out(accent, tint, towards=_BLACK, enough=_CLEAR),
                dark,
                mixed(dark, _DARK, 0.6),
                dark_tint,
                standing_out(dark, dark_tint, towards=_WHITE, enough=_CLEAR),
            ),
        )
    )
