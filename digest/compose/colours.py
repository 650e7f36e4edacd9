"""Colours as ``#rrggbb``: their contrast, and what lies between two of them. Pure."""

import re
from typing import Final

#: What text needs against its ground (WCAG 2.2, 1.4.3).
ENOUGH: Final = 4.5
Colour = tuple[int, int, int]
_HEX: Final = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_SHORT: Final = 3
_STRAIGHT_UP_TO: Final = 0.04045
_STEPS: Final = 50


def colour_of(text: str) -> Colour | None:
    """Read ``#rgb`` or ``#rrggbb`` in any case; ``None`` if it is neither."""
    found = _HEX.fullmatch(text.strip().lower())
    if found is None:
        return None
    digits = found[1] if len(found[1]) > _SHORT else "".join(digit * 2 for digit in found[1])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def spelled(colour: Colour) -> str:
    """Return a colour as ``#rrggbb``."""
    return "#" + "".join(f"{part:02x}" for part in colour)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return what lies between two colours: with ``share`` 0 the first, with 1 the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def standing_out(colour: Colour, ground: Colour, *, towards: Colour, enough: float = ENOUGH) -> Colour:
    """Return the colour, moved ``towards`` another one no further than it takes to stand out from its ground."""
    found = (mixed(colour, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next((one for one in found if contrast(one, ground) >= enough), towards)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    """Return the light of one channel (WCAG 2.2, "relative luminance")."""
    return part / 12.92 if part <= _STRAIGHT_UP_TO else ((part + 0.055) / 1.055) ** 2.4
