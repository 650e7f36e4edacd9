"""Where a page shows its byline: in markup that is called so, or in a line of its own that begins with "By"."""

import itertools
import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.sources.surroundings import is_beside
from digest.collect.text.words import one_line, text_of

#: The surest first.
_BYLINES: Final = (
    "[itemprop~=author] [itemprop~=name], [itemprop~=author][itemprop~=name]",
    "[rel~=author]",
    "[itemprop~=author], .p-author, .hentry .vcard .fn, .author.vcard, .byline.vcard .fn",
    (
        "[class*=byline] a[href*=author], [class*=byline] a[href*=autor], [class*=byline] a[href*='/by/'], "
        "[class*=author] a[href*=author], [class*=author] a[href*=autor], [class*=autor] a[href*=autor]"
    ),
    (
        ".author-name, .author__name, .byline-name, .byline__name, [class*=author-name], [class*=authorName], "
        "[class*=author__name], [class*=AuthorName], [class*=autor-name], [class*=authorname], "
        "[data-testid*=author-name], [data-test*=author-name]"
    ),
    (
        ".byline, .author, .authors, .autor, .article-author, [class*=byline], [class*=Byline], #byline, #author, "
        "[data-testid*=byline], [data-qa*=byline]"
    ),
    (
        "[class*=author], [class*=Author], [class*=autor], [class*=Autor], [class*=writer], article address, "
        "main address, a[href*='/author/'], a[href*='/authors/'], a[href*='/autor/'], a[href*='/by/'], "
        "a[href*='/contributor/'], a[href*='/contributors/'], a[href*='/autoren/'], a[href*='/auteur/'], "
        "a[href*='/autore/'], a[href*='/autori/'], a[href*='/autores/'], a[href*='/journalist/']"
    ),
)
_FEW: Final = 12  # nodes of one kind: whoever needs more is a list of people
_LONGEST: Final = 200
_NEAR: Final = 3  # elements above a name, in which its co-authors' names stand too
_WHOLE: Final = frozenset(("article", "main", "body", "html", "head"))

#: Where a line of words may stand, and how many of them are looked at.
_LINES: Final = "p, li, span, div, em, i, small, h4, h5, h6, dd, td, strong, b"
_MOST_LINES: Final = 2_000
_LONGEST_LINE: Final = 90
_WRITTEN: Final = re.compile(
    r"(?:(?:written |posted |submitted |story |words |reporting )?by|von|verfasst von|par|por|di|door|av|af|przez|"
    r"intatheli|autor(?:in|en|/in|:in)?(?:/autor)?|authors?|auteure?|autore|автор[ыи]?|текст|tekst|muallif|муаллиф)"
    r"\s*(?:[:|]\s*|\s+|\Z)",
    re.IGNORECASE,
)
_AROUND: Final = re.compile(r"\s+[·•–—]\s+")
#: "on Sun, 28/04/2024" behind a name.
_WHEN: Final = re.compile(r"\s+(?:on|am|le|el|at)\s+(?=(?:[^\W\d_]{3,9}\.?,?\s*)?\d).*\Z")
_SENTENCE: Final = re.compile(r"[.!?…]\s*\Z")
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[-.'’ʻ‘])*")
_SMALL: Final = re.compile(r"d[aeio]|dos|l[ae]|van|von|de[rnl]|[ae]l|bin|ibn|y|zur?", re.IGNORECASE)
_FEWEST_WORDS: Final = 2
_MOST_WORDS: Final = 5


def shown_bylines(tree: LexborHTMLParser) -> list[list[str]]:
    """Return what the markup for bylines shows, a list for each kind of markup, the surest kind first.

    Of each kind only what stands close to the first is taken: names further off are other articles'.
    """
    readings = []
    for places in _BYLINES:
        found = [node for node in tree.css(places)[: 4 * _FEW] if not is_beside(node)]
        texts = [_text(node) for node in _beside_the_first(found)[:_FEW]]
        readings.append([text for text in texts if 0 < len(text) <= _LONGEST])
    return readings


def written_byline(tree: LexborHTMLParser) -> str:
    """Return whom the first line names that is a byline by its words ("By Ann One", "Автор: Анна"), or nothing."""
    for node in tree.css(_LINES)[:_MOST_LINES]:
        lead = _WRITTEN.match(node.text(deep=False).strip())
        if lead is None or is_beside(node):
            continue
        line = _text(node)
        if lead.end() == len(line) and node.parent is not None:  # a label, with the name beside it
            line = _text(node.parent)
        if len(line) <= _LONGEST_LINE and not _SENTENCE.search(line):
            return _WHEN.sub("", _WRITTEN.sub("", line, count=1))
    return ""


def is_personal(name: str) -> bool:
    """Tell whether a name has the looks of a person's: two to five words that begin with capitals."""
    words = [word for word in name.split() if not _SMALL.fullmatch(word)]
    return _FEWEST_WORDS <= len(words) <= _MOST_WORDS and all(
        _NAME.fullmatch(word) and not word[0].islower() for word in words
    )


def _beside_the_first(nodes: list[LexborNode]) -> list[LexborNode]:
    around = {node.mem_id for first in nodes[:1] for node in _part(first)}
    return [node for node in nodes if not around.isdisjoint(above.mem_id for above in _part(node))]


def _part(node: LexborNode) -> list[LexborNode]:
    part = [node]
    while len(part) <= _NEAR and part[-1].parent is not None and part[-1].parent.tag not in _WHOLE:
        part.append(part[-1].parent)
    return part


def _text(node: LexborNode) -> str:
    if node.tag == "meta":
        return one_line(node.attributes.get("content") or "")
    lines = " | ".join(line for line in text_of(node).split("\n\n") if line)
    return _AROUND.sub(" | ", _unglued(node, lines) if len(lines) <= _LONGEST else lines)


def _unglued(node: LexborNode, text: str) -> str:
    """Part what only the style sheet parts: ``<span>By</span><span>Ann One</span>``.

    Letters that have no capitals are left alone, and so is a single letter: an initial is set apart for its looks.
    """
    pieces = [one_line(piece.text(deep=False)) for piece in node.traverse(include_text=True) if piece.tag == "-text"]
    pieces = [piece for piece in pieces if piece]
    for one, two in itertools.pairwise(pieces):
        if min(len(one), len(two)) > 1 and _is_cased(one[-1]) and _is_cased(two[0]):
            text = text.replace(one + two, f"{one} | {two}", 1)
    return text


def _is_cased(letter: str) -> bool:
    return letter.isupper() or letter.islower()
