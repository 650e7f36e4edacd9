"""An article's own words: the teaser that the outlet wrote for it, else the paragraphs of its body."""

import re
from collections.abc import Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_text
from digest.collect.sources.jsonld import Node
from digest.collect.sources.surroundings import is_beside
from digest.collect.text.words import is_cut, plain, text_of

_SHORTEST_TEASER: Final = 40  # characters; less is a section's name
_SHORTEST_PARAGRAPH: Final = 30
_MOST_PARAGRAPHS: Final = 400
_NO_BODIES: Final = frozenset(("header", "form", "li", "td"))
_FURNITURE: Final = re.compile(r"byline|author|date|meta|copyright", re.IGNORECASE)
_NOT_LETTER: Final = re.compile(r"[\W_]+")


def read_text(tree: LexborHTMLParser, head: Head, nodes: Sequence[Node], title: str) -> str:
    """Return the teaser, or the body's text where there is none or it is cut off; nothing where both are missing."""
    said = [plain(a_text(node.get("description"))) for node in nodes]
    said += [plain(text) for text in head.all("og:description", "description", "twitter:description")]
    teasers = [text for text in said if len(text) >= _SHORTEST_TEASER and _letters(text) != _letters(title)]
    whole = next((text for text in teasers if not is_cut(text)), "")
    if whole:
        return whole
    bodies = [plain(a_text(node.get("articleBody"))) for node in nodes]
    return next((body for body in bodies if body), "") or _body(tree) or next(iter(teasers), "")


def _body(tree: LexborHTMLParser) -> str:
    blocks: dict[int, list[str]] = {}
    for node in tree.css("p")[:_MOST_PARAGRAPHS]:
        parent = node.parent
        text = text_of(node).replace("\n\n", " ")
        if parent is None or len(text) < _SHORTEST_PARAGRAPH or parent.tag in _NO_BODIES:
            continue
        if not is_beside(node) and not _FURNITURE.search(node.attributes.get("class") or ""):
            blocks.setdefault(parent.mem_id, []).append(text)
    return "\n\n".join(max(blocks.values(), key=lambda texts: sum(map(len, texts)), default=[]))


def _letters(text: str) -> str:
    return _NOT_LETTER.sub("", text).casefold()
