"""JSON-LD in pages: schema.org's nodes, with ``@graph`` and ``@id`` references resolved."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from digest.collect.sources.json_values import a_dict, a_list, a_text
from digest.collect.sources.loose_json import load_loosely
from digest.collect.text.names import split_byline, unite

_ARTICLES: Final = frozenset(("BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"))
_MOST_NODES: Final = 20_000

Node = dict[str, Any]


class Graph:
    """All nodes of a page's JSON-LD, in the order of the page."""

    def __init__(self, scripts: Iterable[str]) -> None:
        """Read the scripts; ``broken`` counts those that are no JSON."""
        self.broken = 0
        self.nodes: list[Node] = []
        for script in scripts:
            try:
                self.nodes += _flat(load_loosely(script))
            except (ValueError, RecursionError):
                self.broken += 1
        self._by_id: dict[str, Node] = {}
        for node in self.nodes:
            name = a_text(node.get("@id"))
            if name and len(node) > len(self._by_id.get(name, {})):
                self._by_id[name] = node

    def of_type(self, *types: str) -> Iterator[Node]:
        """Return the nodes of any of these types; ``Article`` stands for all kinds of article."""
        for node in self.nodes:
            own = {a_text(kind).rpartition("/")[2] for kind in a_list(node.get("@type"))}
            if own.intersection(types) or ("Article" in types and any(map(_is_article, own))):
                yield node

    def follow(self, value: Any) -> list[Node]:
        """Return the nodes that a property's value means: objects themselves, or what their ``@id`` refers to."""
        found = []
        for item in a_list(value):
            node = a_dict(item)
            name = a_text(node.get("@id"))
            found.append(self._by_id.get(name, node) if name else node)
        return [node for node in found if node]

    def authors(self, value: Any) -> tuple[str, ...]:
        """Return the names that an ``author`` property gives: strings, objects or references, one or many."""
        names = [item for item in a_list(value) if isinstance(item, str) and not item.startswith("http")]
        names += [a_text(node.get("name")) for node in self.follow(value)]
        return unite(*map(split_byline, names))

    def address(self, value: Any) -> str:
        """Return the address that a property gives: a string, or the ``url`` or ``@id`` of an object."""
        for item in a_list(value)[:1]:
            if isinstance(item, str):
                return item
            for node in self.follow(item):
                return a_text(node.get("url")) or a_text(node.get("contentUrl")) or a_text(node.get("@id"))
        return ""


def _is_article(kind: str) -> bool:
    return kind.endswith("Article") or kind in _ARTICLES


def _flat(value: Any) -> list[Node]:
    """Return all objects in a JSON value, parents before children, in the order of the text."""
    nodes: list[Node] = []
    stack = [value]
    while stack and len(nodes) < _MOST_NODES:
        item = stack.pop()
        if isinstance(item, dict):
            nodes.append(item)
            stack += reversed(list(item.values()))
        elif isinstance(item, list):
            stack += reversed(item)
    return nodes
