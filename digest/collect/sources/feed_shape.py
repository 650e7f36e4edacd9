"""What feedparser cannot be given: it takes minutes over feeds that are nested, crowded or broken as no feed is."""

import re
from typing import Final

from digest.errors import ParseError

#: Of a feed that holds more, the first ones are read: the newest, as feeds are ordered.
MOST_ITEMS: Final = 2_000

_MOST_ELEMENTS: Final = 200_000  # a hundred in each item
_DEEPEST: Final = 5_000
_MOST_ATTRIBUTES: Final = 1_000
_LONG_TAG: Final = 10_000  # bytes; in a shorter one there is no room for too many attributes
_MOST_STRAY: Final = 50_000
_OPAQUE: Final = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_BARE_AMPERSAND: Final = re.compile(_OPAQUE.pattern + rb"|(?P<bare>&)(?!#?\w{1,31};)", re.DOTALL)
_TAG: Final = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)([^<>]*)>")
_STRAY: Final = re.compile(rb"<(?![/A-Za-z_!?])|&(?![#A-Za-z])")
_ITEM: Final = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_ROOT: Final = re.compile(rb"<((?:\w+:)?(?:rss|feed|RDF))[\s>]")
# HTML that stands raw in broken feeds, and is never closed there.
_UNCLOSED: Final = frozenset((b"br", b"img", b"hr", b"p", b"li", b"input", b"link", b"meta", b"source", b"wbr"))


def manageable(ref: str, body: bytes) -> tuple[bytes, bool]:
    """Return an XML feed (in UTF-8, or a superset of ASCII) with no more than ``MOST_ITEMS``, and whether it was cut.

    Ampersands that begin no entity are escaped.

    :raises ParseError: it is nested thousands deep, an element has thousands of attributes, items have thousands of
        elements, or it is not markup at all.
    """
    bare = _OPAQUE.sub(b"", body)
    stray = sum(1 for _ in _STRAY.finditer(bare))
    if stray > _MOST_STRAY or _is_monstrous(bare):
        raise _no_such(ref)
    if stray or b"&" in bare:
        # feedparser would make "R&D;" of "R&D".
        body = _BARE_AMPERSAND.sub(lambda found: b"&amp;" if found["bare"] else found.group(), body)
    items = [found.start() for found in _ITEM.finditer(body)][: MOST_ITEMS + 1]
    root = _ROOT.search(body) if len(items) > MOST_ITEMS else None
    read = bare if root is None else _OPAQUE.sub(b"", body[: items[MOST_ITEMS]])
    if read.count(b"<") - read.count(b"</") > _MOST_ELEMENTS:
        raise _no_such(ref)
    if root is None:
        return body, False
    channel = b"</channel>" if root[1].endswith(b"rss") else b""
    return body[: items[MOST_ITEMS]] + channel + b"</" + root[1] + b">", True


def _no_such(ref: str) -> ParseError:
    return ParseError(
        ref, "this feed is built as no feed is", advice="Open it in a browser to see what the outlet serves."
    )


def _is_monstrous(bare: bytes) -> bool:
    depth = 0
    for closing, name, rest in _TAG.findall(bare):
        if len(rest) > _LONG_TAG and rest.count(b"=") > _MOST_ATTRIBUTES:
            return True
        if closing:
            depth -= name not in _UNCLOSED
        elif not rest.endswith(b"/") and name not in _UNCLOSED:
            depth += 1
            if depth > _DEEPEST:
                return True
    return False
