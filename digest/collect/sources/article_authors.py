"""Who wrote an article, as its page says: structured data first, then the head, then the visible byline."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.bylines import authors_of, fuller, is_slug
from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_list, a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.sources.surroundings import is_beside
from digest.collect.words import one_line, text_of

#: The surest first. Facebook's ``article:author`` should be a profile's address; many outlets put a name there.
_META: Final = (
    ("author", "article:author", "og:article:author", "article:author:name", "article:author_name", "articleauthor"),
    ("parsely-author", "sailthru.author", "cxenseparse:author", "cxenseparse:recs:author", "byl", "citation_author"),
    ("dc.creator", "dcterms.creator", "dc:creator", "dcsext.author", "creator", "byline", "authors", "og:author"),
)
_LABELLED: Final = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
_AUTHOR_LABEL: Final = re.compile(
    r"written by|by|author|verfasst von|geschrieben von|von|[ée]crit par|escrito por|autore?|scritto da|автор|написано|"
    r"geschreven door|napisane przez|skrevet av|skriven av|yazan",
    re.IGNORECASE,
)
_BYLINES: Final = (
    "[itemprop~=author] [itemprop~=name], [itemprop~=author][itemprop~=name]",
    "[rel~=author]",
    "[itemprop~=author], .p-author, .hentry .vcard .fn, .author.vcard",
    (
        "[class*=byline] a[href*=author], [class*=byline] a[href*=autor], [class*=byline] a[href*='/by/'], "
        "[class*=author] a[href*=author], [class*=author] a[href*=autor], [class*=autor] a[href*=autor]"
    ),
    (
        ".author-name, .author__name, .byline-name, .byline__name, [class*=author-name], [class*=authorName], "
        "[class*=author__name], [class*=AuthorName], [class*=autor-name], [data-testid*=author-name]"
    ),
    ".byline, .author, .authors, .autor, .article-author, [class*=byline], [class*=Byline]",
    "[class*=author], [class*=Author], [class*=autor], article address, main address",
)
_FEW: Final = 12  # nodes of one kind: whoever needs more is a list of people
_LONGEST_BYLINE: Final = 200
_NEAR: Final = 3  # elements above a name, in which its co-authors' names stand too
_WHOLE: Final = frozenset(("article", "main", "body", "html", "head"))
_SURE: Final = 3  # so many kinds of markup are sure enough to add names to what the structured data says


def read_authors(
    tree: LexborHTMLParser, head: Head, graph: Graph, nodes: Sequence[Node], brands: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the authors of the article that ``nodes`` describe, by the rule of ``bylines.py``.

    The first reading that names anybody has the say, unless another one names all of them and more: outlets often give
    machines only the first of several authors. Logins (``chuck-ross``) count only where nothing better is said.
    """
    sure = [authors_of(names, brands) for names in (*_structured(graph, nodes), *_said(head))]
    shown = [authors_of(names, brands) for names in _shown(tree)]
    readings = [names for names in (*sure, *shown) if names]
    good = [names for names in readings if not any(map(is_slug, names))]
    if not good:
        return readings[0] if readings else ()
    return fuller(good[0], [names for names in (*sure, *shown[:_SURE]) if names in good])


def publishers(graph: Graph, nodes: Iterable[Node]) -> list[str]:
    """Return the names of the outlet as the structured data gives them."""
    names = [a_text(who.get("name")) for node in nodes for who in graph.follow(node.get("publisher"))]
    for site in graph.of_type("NewsMediaOrganization", "WebSite", "Organization"):
        names += [a_text(name) for key in ("name", "alternateName") for name in a_list(site.get(key))]
    return names


def _structured(graph: Graph, nodes: Iterable[Node]) -> list[list[str]]:
    return [_names(graph, node.get(key)) for key in ("author", "creator") for node in nodes]


def _names(graph: Graph, value: Any) -> list[str]:
    names: list[str] = []
    for item in a_list(value):
        if isinstance(item, str):
            names.append(item)
        for node in graph.follow(item):
            own = [a_text(name) for name in a_list(node.get("name"))]
            parts = [a_text(node.get(key)) for key in ("givenName", "additionalName", "familyName")]
            names += own or [" ".join(part for part in parts if part)]
    return names


def _said(head: Head) -> list[list[str]]:
    said = [head.all(name) for names in _META for name in names]
    for label, data in _LABELLED:
        if _AUTHOR_LABEL.fullmatch(head.first(label).rstrip(": ")):
            said.append(head.all(data))
    return said


def _shown(tree: LexborHTMLParser) -> list[list[str]]:
    readings = []
    for places in _BYLINES:
        found = [node for node in tree.css(places)[: 4 * _FEW] if not is_beside(node)]
        texts = [_text(node) for node in _beside_the_first(found)[:_FEW]]
        readings.append([text for text in texts if 0 < len(text) <= _LONGEST_BYLINE])
    return readings


def _beside_the_first(nodes: list[LexborNode]) -> list[LexborNode]:
    """Return the nodes in the same small part of the page as the first: those further off are other articles'."""
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
    return " | ".join(line for line in text_of(node).split("\n\n") if line)
