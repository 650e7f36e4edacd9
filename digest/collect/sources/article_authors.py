"""Who wrote an article, as its page says: structured data first, then the head, then the visible byline."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.sources.article_bylines import is_personal, shown_bylines, written_byline
from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_list, a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.text.bylines import authors_of, fuller, is_brand, is_slug
from digest.collect.text.names import means
from digest.collect.text.words import one_line

#: The surest first. Facebook's ``article:author`` should be a profile's address; many outlets put a name there.
_META: Final = (
    ("author", "article:author", "og:article:author", "article:author:name", "article:author_name", "articleauthor"),
    ("parsely-author", "sailthru.author", "cxenseparse:author", "cxenseparse:recs:author", "byl", "citation_author"),
    ("dc.creator", "dcterms.creator", "dc:creator", "dcsext.author", "creator", "byline", "authors", "og:author"),
)
#: Names of an outlet's own making: ``lrt_authors``, ``mrf:authors``, ``twitter:misc:Written by``.
_OWN_META: Final = re.compile(
    r"(?!(?:og:)?(?:image|photo|video|book|twitter:creator)\b)"
    r"(?:.{1,40}[:._ -])?(?:authors?(?:[_.-]?names?)?|authors?[_-]?list|written by|bylines?|rbauthors|clmst)"
)
_LABELLED: Final = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
_AUTHOR_LABEL: Final = re.compile(
    r"written by|by|author|verfasst von|geschrieben von|von|[ée]crit par|escrito por|autore?|scritto da|автор|написано|"
    r"geschreven door|napisane przez|skrevet av|skriven av|yazan",
    re.IGNORECASE,
)
_SURE: Final = 3  # so many kinds of markup are sure enough to add names to what the structured data says


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """Whom a page credits. ``is_outlets``: nobody but the outlet itself, under the name that is printed."""

    authors: tuple[str, ...] = ()
    is_outlets: bool = False


def read_authors(
    tree: LexborHTMLParser, head: Head, graph: Graph, nodes: Sequence[Node], brands: tuple[str, ...]
) -> Credits:
    """Return the authors of the article that ``nodes`` describe, by the rule of ``bylines.py``.

    The first reading that names anybody has the say, unless another one names all of them and more: outlets often give
    machines only the first of several authors. A line that is a byline only by its words is asked where no markup names
    anybody; logins (``chuck-ross``) and the outlet's own name count only where nothing better is said.
    """
    said = [*_structured(graph, nodes), *_said(head)]
    sure = [authors_of(names, brands) for names in said]
    shown = [authors_of(names, brands) for names in shown_bylines(tree)]
    readings = [names for names in (*sure, *shown) if names]
    good = [names for names in readings if not any(map(is_slug, names))]
    if good:
        first = good[0]
        others = (*sure, *shown[:_SURE]) if first in sure else [names for names in shown if _adds_people(names, first)]
        return Credits(authors=fuller(first, [names for names in others if names in good]))
    written = authors_of([written_byline(tree)], brands)
    if written and all(map(is_personal, written)):
        return Credits(authors=written)
    if readings:
        return Credits(authors=readings[0])
    outlets = next(filter(None, (_outlets(names, brands) for names in said)), ())
    return Credits(authors=outlets, is_outlets=bool(outlets))


def _outlets(names: Sequence[str], brands: tuple[str, ...]) -> tuple[str, ...]:
    """Return whom a line names where only the outlet is left; one may have a number for a name: ``7 Days``."""
    return authors_of(names, ()) or tuple(one_line(name) for name in names[:1] if is_brand(name, brands))


def _adds_people(names: tuple[str, ...], first: tuple[str, ...]) -> bool:
    return all(is_personal(name) or means(name, first) for name in names)


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
    for item in _items(value):
        if isinstance(item, str):
            names.append(item)
        for node in graph.follow(item):
            own = [a_text(name) for name in _items(node.get("name")) or _items(node.get("byline"))]
            parts = [a_text(node.get(key)) for key in ("givenName", "additionalName", "familyName")]
            names += own or [" ".join(part for part in parts if part)]
    return names


def _items(value: Any) -> list[Any]:
    """Return the items of a property, also where JSON-LD writes them at length: ``{"@list": [{"@value": "Ann"}]}``."""
    items: list[Any] = []
    for item in a_list(value):
        items += a_list(item.get("@list") or item.get("@value") or item) if isinstance(item, dict) else [item]
    return items


def _said(head: Head) -> list[list[str]]:
    said = [head.all(name) for names in _META for name in names]
    for label, data in _LABELLED:
        if _AUTHOR_LABEL.fullmatch(head.first(label).rstrip(": ")):
            said.append(head.all(data))
    return [*said, head.called(_OWN_META)]
