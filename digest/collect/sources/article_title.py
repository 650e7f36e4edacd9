"""Which of a page's several titles is the article's: the one that most of them agree on."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_list, a_text
from digest.collect.sources.jsonld import Node
from digest.collect.sources.surroundings import is_beside
from digest.collect.text.bylines import is_brand
from digest.collect.text.words import is_cut, one_line, text_of
from digest.collect.text.words import title as as_title

# How much a title counts by its place. What is made for search engines and networks agrees with itself more often
# than with the article, so such copies of one another count little.
_OPEN_GRAPH: Final = 2.9
_HEADLINE: Final = 3.0
_HEADING: Final = 2.5
_META_TITLE: Final = 1.0
_COPIES: Final = 0.5

#: An outlet's own name for it, ``herald:title``, mostly without the words over the headline.
_OWN_META: Final = re.compile(r"(?!og|twitter|parsely|sailthru|cxense|image|dc|video)[a-z]{2,20}[:.]title")

_SEPARATOR: Final = re.compile(r"\s+[|–—\-·•»:‹«]{1,2}\s+|\s*[|｜：]\s*|\s+//\s+|_")
_SOFT_HYPHEN: Final = "\N{SOFT HYPHEN}"
_NOT_LETTER: Final = re.compile(r"[\W_]+")
_SHORTEST: Final = 10  # letters; a shorter title that begins a longer one is a kicker, not a cut copy
_MOST_HEADINGS: Final = 10


def read_title(tree: LexborHTMLParser, head: Head, nodes: Sequence[Node], brands: Iterable[str]) -> str:
    """Return the article's title as plain text, or nothing where the page has none.

    The headline of the structured data, ``og:title``, the visible heading and the copies of these for other readers
    are compared by their letters, without the site's name at the end; the form that is best written wins among equals.
    """
    own = tuple(brands)
    claims = [(text, weight) for text, weight in _claims(tree, head, nodes, own) if text and not is_brand(text, own)]
    texts = [text for text, _ in claims]
    bare = [(_bare(text, own, texts), weight) for text, weight in claims]
    votes: dict[str, float] = {}
    for text, weight in bare:
        key = _letters(text)
        votes[key] = votes.get(key, 0.0) + weight
    for key in sorted(votes, key=len):
        longer = next((other for other in votes if len(other) > len(key) >= _SHORTEST and other.startswith(key)), None)
        if longer is not None and any(is_cut(text) for text, _ in bare if _letters(text) == key):
            votes[longer] += votes.pop(key)
    votes.pop("", None)
    if not votes:
        return texts[0] if texts else ""
    best = max(votes, key=lambda key: votes[key])
    return next(text for text, _ in bare if _letters(text) == best)


def shared_ends(tree: LexborHTMLParser, head: Head, nodes: Sequence[Node]) -> list[str]:
    """Return the outlet's name as both titles of the page's head end with it, but neither of the article's own does."""
    ends = {_letters(end): end for end in map(_end, (_page_title(tree), as_title(head.first("og:title"))))}
    own = [_letters(text) for text in (_headline(nodes), _heading(tree, ())) if _letters(text)]
    if len(ends) != 1 or not own:
        return []
    return [end for key, end in ends.items() if key and not any(text.endswith(key) for text in own)]


def _end(text: str) -> str:
    cuts = list(_SEPARATOR.finditer(text))
    return text[cuts[-1].end() :] if cuts else ""


def _page_title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head > title") or tree.css_first("title")
    return as_title(node.text()) if node is not None else ""


def _headline(nodes: Sequence[Node]) -> str:
    return next(filter(None, (a_text(item) for node in nodes for item in a_list(node.get("headline"))[:1])), "")


def _claims(
    tree: LexborHTMLParser, head: Head, nodes: Sequence[Node], brands: Iterable[str]
) -> list[tuple[str, float]]:
    claims = [
        (head.first("og:title"), _OPEN_GRAPH),
        (_headline(nodes), _HEADLINE),
        (_heading(tree, brands), _HEADING),
        (head.first("title", "dc.title", "parsely-title", "sailthru.title", "cxenseparse:title"), _META_TITLE),
        (next(iter(head.called(_OWN_META)), ""), _META_TITLE),
        (head.first("twitter:title"), _COPIES),
        (_page_title(tree), _COPIES),
    ]
    return [(as_title(text).replace(_SOFT_HYPHEN, ""), weight) for text, weight in claims]


def _heading(tree: LexborHTMLParser, brands: Iterable[str]) -> str:
    """Return the text of the first main heading that is no logo, one that is marked as the headline before others."""
    nodes = [node for node in tree.css("h1")[:_MOST_HEADINGS] if not is_beside(node)]
    named = [node for node in nodes if "headline" in (node.attributes.get("itemprop") or "")]
    for node in [*named, *nodes]:
        text = one_line(text_of(node).replace("\n", " "))
        if text and not is_brand(text, brands):
            return text
    return ""


def _bare(text: str, brands: tuple[str, ...], others: Iterable[str]) -> str:
    """Return a title without the site's name (and section) at its end or beginning."""
    keys = {_letters(other) for other in others}
    while True:
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            return text
        parts = ((text[: cut.start()], text[cut.end() :]) for cut in cuts)
        whole = next((start for start, end in parts if _letters(start) in keys and len(end) < len(start)), "")
        if whole or is_brand(text[cuts[-1].end() :], brands):
            text = whole or text[: cuts[-1].start()]
        elif is_brand(text[: cuts[0].start()], brands):
            text = text[cuts[0].end() :]
        else:
            return text


def _letters(text: str) -> str:
    return _NOT_LETTER.sub("", text).casefold()
