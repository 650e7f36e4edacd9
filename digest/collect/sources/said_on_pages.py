"""What a page says of an article beyond its words: in JSON-LD, in its head, and in a label over its headline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_dict, a_list, a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.sources.said import Said
from digest.collect.sources.surroundings import is_beside
from digest.collect.text.words import one_line

_CHANGED: Final = ("article:modified_time", "og:article:modified_time", "datemodified", "dcterms.modified")
_SECTIONS: Final = ("article:section", "og:article:section", "articlesection", "parsely-section", "cxenseparse:section")
_IMAGES: Final = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
# Facebook's "free", "metered" and "locked": a metered piece can be read.
_LOCKED: Final = frozenset(("locked", "paid", "premium", "subscriber", "subscribers"))
_FREE: Final = frozenset(("free",))
_LABELS: Final = "a, b, div, em, p, small, span, strong"
_LONGEST_LABEL: Final = 40
_MOST_LABELS: Final = 60
_FEW: Final = 10
_HEADINGS: Final = "h1, h2, h3, h4"
_UP: Final = 4  # elements around a headline in which a label may stand
_PICTURE: Final = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)(?:\?|\Z)", re.IGNORECASE)
_NOT_LETTER: Final = re.compile(r"[\W_]+")


def of_nodes(nodes: Sequence[Node], graph: Graph) -> Said:
    """Return what the JSON-LD nodes of one article say of it, the most telling first.

    ``isAccessibleForFree`` is a boolean or its name in a string; a part of the page that is not free
    (developers.google.com/search/docs/appearance/structured-data/paywalled-content) counts where nothing is said of
    the whole. Who sponsors a piece without being its publisher pays for it.
    """
    sections = (tuple(_texts(node.get("articleSection"))) for node in nodes)
    free = (said for node in nodes if (said := _is_free(node, graph)) is not None)
    return Said(
        changed=tuple(filter(None, (a_text(node.get("dateModified")) for node in nodes))),
        sections=next(filter(None, sections), ()),
        categories=tuple(text for node in nodes for text in _texts(node.get("genre"))),
        images=tuple(address for node in nodes for address in _images(node.get("image"), graph)),
        kinds=tuple(a_text(kind).rpartition("/")[2] for node in nodes for kind in a_list(node.get("@type"))),
        is_free=next(free, None),
        is_paid_for=any(_is_paid_for(node, graph) for node in nodes),
    )


def of_page(tree: LexborHTMLParser, head: Head, graph: Graph, nodes: Sequence[Node], title: str) -> Said:
    """Return what an article's page says: its ``nodes`` first, then its head, then labels over its headline."""
    said = of_nodes(nodes, graph)
    tier = head.first("article:content_tier").lower()
    free = True if tier in _FREE else False if tier in _LOCKED else None
    return replace(
        said,
        changed=(*said.changed, *head.all(*_CHANGED)),
        sections=(*said.sections, *head.all(*_SECTIONS)),
        images=(*said.images, *head.all(*_IMAGES)),
        labels=tuple(_labels(tree, title)),
        is_free=free if said.is_free is None else said.is_free,
        is_opinion=head.first("article:opinion").lower() == "true",
    )


def _texts(value: Any) -> Iterator[str]:
    yield from filter(None, (a_text(item) or a_text(a_dict(item).get("name")) for item in a_list(value)))


def _is_free(node: Node, graph: Graph) -> bool | None:
    own = _truth(node.get("isAccessibleForFree"))
    if own is not None:
        return own
    parts = [part for part in graph.follow(node.get("hasPart")) if "cssSelector" in part]
    return False if any(_truth(part.get("isAccessibleForFree")) is False for part in parts) else None


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(a_text(value).rpartition("/")[2].strip().lower())


def _is_paid_for(node: Node, graph: Graph) -> bool:
    publishers = {name.casefold() for name in _names(node.get("publisher"), graph)}
    return any(name.casefold() not in publishers for name in _names(node.get("sponsor"), graph))


def _names(value: Any, graph: Graph) -> Iterator[str]:
    plain = (item for item in a_list(value) if isinstance(item, str))
    yield from filter(None, map(one_line, (*plain, *(a_text(node.get("name")) for node in graph.follow(value)))))


def _images(value: Any, graph: Graph) -> Iterator[str]:
    """Return the addresses of pictures: strings, objects or references, one or many."""
    for item in a_list(value):
        if isinstance(item, str):
            yield item
        for node in graph.follow(item):
            found = [address for key in ("url", "contentUrl") for address in map(a_text, a_list(node.get(key)))]
            name = a_text(node.get("@id"))
            yield from found or ([name] if _PICTURE.search(name) else [])


def _labels(tree: LexborHTMLParser, title: str) -> Iterator[str]:
    """Return the short texts around the headline, in what has no other heading; menus are no labels."""
    headline = next((node for node in tree.css("h1")[:_FEW] if _letters(node.text()) == _letters(title)), None)
    around = _block(headline) if headline is not None else None
    for node in around.css(_LABELS)[:_MOST_LABELS] if around is not None else ():
        text = one_line(node.text())
        if 0 < len(text) <= _LONGEST_LABEL and not _is_in_a_list(node) and not is_beside(node):
            yield text


def _block(headline: LexborNode) -> LexborNode | None:
    block, above = None, headline.parent
    for _ in range(_UP):
        if above is None or above.tag in ("body", "html", "main") or len(above.css(_HEADINGS)) > 1:
            break
        block, above = above, above.parent
    return block


def _is_in_a_list(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(_UP):
        if above is not None:
            if above.tag in ("li", "nav"):
                return True
            above = above.parent
    return False


def _letters(text: str) -> str:
    return _NOT_LETTER.sub("", text).casefold()
