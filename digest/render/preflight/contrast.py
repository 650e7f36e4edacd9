"""Contrast, computed from the styles that stand in the elements, in light and in dark. Pure.

Text needs 4.5:1 against its ground, large text 3:1 (WCAG 2.2, 1.4.3): from 24 px, or bold from 18.66 px on. The dark
colours are those of the mail's own ``prefers-color-scheme: dark`` rules, which are ``!important`` and so win over what
stands in an element. Clients that invert colours by themselves cannot be computed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from digest.compose.colours import ENOUGH, Colour, colour_of, contrast, spelled
from digest.render.preflight.dark_rules import dark_rules
from digest.render.preflight.findings import Finding, an_error
from digest.render.preflight.reading import style_of

ENOUGH_LARGE: Final = 3.0
_LARGE_PX: Final = 24.0
_LARGE_BOLD_PX: Final = 18.66
_BOLD: Final = 600
_PX: Final = re.compile(r"(\d+(?:\.\d+)?)px")
_BOLD_TAGS: Final = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6", "caption"})
_SILENT: Final = frozenset({"script", "style", "title", "head"})

_WHITE: Final[Colour] = (255, 255, 255)
_BLACK: Final[Colour] = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """How text looks at a place: colour, ground, size in px, weight."""

    colour: Colour = _BLACK
    ground: Colour = _WHITE
    size: float = 16.0
    is_bold: bool = False

    @property
    def enough(self) -> float:
        is_large = self.size >= _LARGE_PX or (self.is_bold and self.size >= _LARGE_BOLD_PX)
        return ENOUGH_LARGE if is_large else ENOUGH


def of_contrast(tree: etree._Element) -> Iterator[Finding]:
    """Find text that does not stand out from its ground, in light and in dark; each pair of colours once."""
    body = tree.find("body")
    if body is None:
        return
    for scheme, rules in (("light", {}), ("dark", dark_rules(tree))):
        found: dict[tuple[Colour, Colour], str] = {}
        for words, ink in _texts(body, _Ink(), rules):
            if contrast(ink.colour, ink.ground) < ink.enough:
                found.setdefault((ink.colour, ink.ground), words)
        for (colour, ground), words in found.items():
            where = f"html, {scheme}, “{words[:40]}”"
            pair = f"{spelled(colour)} on {spelled(ground)}"
            said = f"{pair} is {contrast(colour, ground):.1f}:1, and must be 4.5:1 at least."
            yield an_error("low-contrast", where, said)


def _texts(
    element: etree._Element, around: _Ink, rules: Mapping[etree._Element, Mapping[str, str]]
) -> Iterator[tuple[str, _Ink]]:
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return
    ink = _ink(element, around, rules.get(element, {}))
    if element.text and element.text.strip():
        yield element.text.strip(), ink
    for child in element:
        yield from _texts(child, ink, rules)
        if child.tail and child.tail.strip():
            yield child.tail.strip(), ink


def _ink(element: etree._Element, around: _Ink, dark: Mapping[str, str]) -> _Ink:
    style = {**style_of(element), **dark}
    ground = style.get("background-color") or element.get("bgcolor") or ""
    size = _PX.fullmatch(style.get("font-size", ""))
    weight = style.get("font-weight", "bold" if element.tag in _BOLD_TAGS else "")
    return replace(
        around,
        colour=colour_of(style.get("color", "")) or around.colour,
        ground=colour_of(ground) or around.ground,
        size=float(size[1]) if size else around.size,
        is_bold=_is_bold(weight) if weight else around.is_bold,
    )


def _is_bold(weight: str) -> bool:
    return int(weight) >= _BOLD if weight.isdigit() else weight in ("bold", "bolder")
