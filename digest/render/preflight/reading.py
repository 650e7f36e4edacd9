"""Reading a finished body: its words, and the styles that stand in its elements. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from lxml import etree

_DECLARATION: Final = re.compile(r"\s*([a-zA-Z-]+)\s*:\s*((?:[^;\"']|\"[^\"]*\"|'[^']*')+)")
#: So many different style strings are kept as they were read: a mail has some twenty.
_KEPT: Final = 256


def words_of(element: etree._Element) -> str:
    """Return an element's words as a screen reader says them: a picture by its alt text."""
    said = [element.get("alt", "") if element.tag == "img" else element.text or ""]
    for child in element:
        is_comment = not isinstance(child.tag, str)
        said += ["" if is_comment else child.get("aria-label") or words_of(child), child.tail or ""]
    return "".join(said).strip()


def style_of(element: etree._Element) -> Mapping[str, str]:
    """Return what an element's own style says, property by property, in lower case."""
    return declarations(element.get("style", ""))


@lru_cache(maxsize=_KEPT)
def declarations(style: str) -> Mapping[str, str]:
    """Return the declarations of a style: the later one of two holds."""
    return MappingProxyType({name.lower(): value.strip().lower() for name, value in _DECLARATION.findall(style)})
