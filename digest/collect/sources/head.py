"""What a page's head says of the page: its ``meta`` elements, its own address and its language."""

import re
from collections.abc import Iterable
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.sources.json_values import a_dict, a_list, a_text
from digest.collect.sources.loose_json import load_loosely
from digest.collect.text.canonical import canonical, same_page
from digest.collect.text.words import one_line

_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_MOST: Final = 500
_PARSELY: Final = ("title", "author", "section", "pub_date")


class Head:
    """A page's metadata, by name in lower case; what is said several times is all kept."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        """Read the ``meta`` elements, wherever they stand."""
        self._said: dict[str, list[str]] = {}
        for node in tree.css("meta[content]")[:_MOST]:
            content = one_line(node.attributes.get("content") or "")
            for name in {(node.attributes.get(key) or "").strip().lower() for key in _NAMES} - {""}:
                if content:
                    self._said.setdefault(name, []).append(content)
        for content in self.all("parsely-page")[:1]:
            self._read_parsely(content)
        self._links = _links(tree)
        html = tree.css_first("html")
        self._lang = (html.attributes.get("lang") or html.attributes.get("xml:lang") or "") if html is not None else ""

    def _read_parsely(self, content: str) -> None:
        """Read Parse.ly's older way to say the same: one element with all of it as JSON."""
        for value in load_loosely(content)[:1]:
            for key in _PARSELY:
                said = [text for text in map(a_text, a_list(a_dict(value).get(key))) if text]
                self._said.setdefault(f"parsely-{key.replace('_', '-')}", []).extend(said)

    def all(self, *names: str) -> list[str]:
        """Return everything said under any of these names, in the order of the names."""
        return [content for name in names for content in self._said.get(name, [])]

    def first(self, *names: str) -> str:
        """Return the first that is said under one of these names, or nothing."""
        return next(iter(self.all(*names)), "")

    def called(self, names: re.Pattern[str]) -> list[str]:
        """Return everything said under names, in lower case, that are wholly of this form."""
        return [content for name, said in self._said.items() if names.fullmatch(name) for content in said]

    def language(self) -> str:
        """Return the page's language tag, as it states it, or nothing."""
        return (
            self._lang.strip() or self.first("og:locale", "content-language", "language", "dc.language").split(",")[0]
        )

    def site_names(self) -> list[str]:
        """Return the names under which the page presents its site."""
        names = self.all("og:site_name", "application-name", "apple-mobile-web-app-title", "al:android:app_name")
        handles = [handle.lstrip("@") for handle in self.all("twitter:site")]
        return [*names, *handles, *self.all("publisher", "dc.publisher")]

    def address(self, url: str) -> str | None:
        """Return the page's canonical address: what it calls its own on the same site, else where it was found.

        A ``rel=canonical`` or ``og:url`` that leads to another site, or to the site's front page, is not believed:
        both would make many articles one.
        """
        here = canonical(url)
        for said in (*self._links, self.first("og:url")):
            there = canonical(said, base=url) if said else None
            if there is not None and (here is None or _same_site(there, here)) and not _is_front(there):
                return there
        return here


def _links(tree: LexborHTMLParser) -> Iterable[str]:
    return [node.attributes.get("href") or "" for node in tree.css("link[rel~=canonical]")[:1]]


def _host(url: str) -> str:
    return same_page(url).partition("/")[0]


def _same_site(one: str, other: str) -> bool:
    a, b = _host(one), _host(other)
    return a == b or a.endswith(f".{b}") or b.endswith(f".{a}")


def _is_front(url: str) -> bool:
    return same_page(url).partition("/")[2] == ""
