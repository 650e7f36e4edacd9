"""The rules that a mail has for dark schemes, and which of its elements they are about. Pure."""

import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import cast

import cssutils
from lxml import etree
from lxml.cssselect import CSSSelector

#: A selector, and its colours; only what is ``!important`` wins over an element's own style.
Rule = tuple[CSSSelector, Mapping[str, str]]
_COLOURS = ("color", "background-color")
#: So many stylesheets are kept as they were read: all bodies of an issue have the same.
_KEPT = 16


def dark_rules(tree: etree._Element) -> dict[etree._Element, dict[str, str]]:
    """Return the colours that dark rules give to elements; of two rules for one element the later one holds."""
    given: dict[etree._Element, dict[str, str]] = {}
    for block in tree.iterfind("head/style"):
        for select, colours in _rules(block.text or ""):
            for element in cast("Iterable[etree._Element]", select(tree)):  # noqa: SLF001 - lxml's public class has no other name
                given.setdefault(element, {}).update(colours)
    return given


@lru_cache(maxsize=_KEPT)
def _rules(css: str) -> tuple[Rule, ...]:
    parser = cssutils.CSSParser(loglevel=logging.CRITICAL, validate=False, raiseExceptions=False)
    found: list[Rule] = []
    for block in parser.parseString(css):
        if block.type != block.MEDIA_RULE or "prefers-color-scheme" not in block.media.mediaText:
            continue
        if "dark" not in block.media.mediaText:
            continue
        for rule in block:
            if rule.type == rule.STYLE_RULE:
                colours = _important(rule.style)
                found += [
                    (CSSSelector(one.selectorText), colours) for one in rule.selectorList if ":" not in one.selectorText
                ]
    return tuple(found)


def _important(style: cssutils.css.CSSStyleDeclaration) -> dict[str, str]:
    return {
        name: str(style.getPropertyValue(name)).lower()
        for name in _COLOURS
        if style.getPropertyPriority(name) == "important"
    }
