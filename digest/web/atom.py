"""A feed of sent issues, as Atom (RFC 4287) and as JSON Feed (jsonfeed.org, 1.1). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from digest.render.tidy import one_line

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
#: A feed without an entry has to say when it changed, too (RFC 4287 §4.1.1): the beginning of time.
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Of what it is a feed: the address of its page below ours, its name, a line on it, and who publishes it."""

    path: str
    title: str
    tagline: str = ""
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sent issue: its address below ours, what it is about, and when it was composed (UTC)."""

    path: str
    title: str
    summary: str
    at: datetime


def atom(feed: Feed, entries: Sequence[Entry], *, public_url: str) -> bytes:
    """Return the feed; an issue's address is its id, so a feed reader shows each once."""
    register_namespace("", _NAMESPACE)
    root = Element(f"{{{_NAMESPACE}}}feed")
    home = f"{public_url}{feed.path}"
    _add(root, "id", home)
    _add(root, "title", feed.title)
    if feed.tagline:
        _add(root, "subtitle", feed.tagline)
    _add(root, "updated", _instant(max((entry.at for entry in entries), default=_NEVER)))
    _link(root, "self", f"{home}/atom.xml")
    _link(root, "alternate", home)
    _add(SubElement(root, f"{{{_NAMESPACE}}}author"), "name", feed.author)
    for entry in entries:
        element = SubElement(root, f"{{{_NAMESPACE}}}entry")
        address = f"{public_url}{entry.path}"
        _add(element, "id", address)
        _add(element, "title", entry.title)
        _add(element, "updated", _instant(entry.at))
        _link(element, "alternate", address)
        _add(element, "summary", entry.summary)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(feed: Feed, entries: Sequence[Entry], *, public_url: str) -> dict[str, Any]:
    """Return the feed as plain values; an issue's address is its id."""
    home = f"{public_url}{feed.path}"
    told = {"description": one_line(feed.tagline)} if feed.tagline else {}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": one_line(feed.title),
        "home_page_url": home,
        "feed_url": f"{home}/feed.json",
        **told,
        "authors": [{"name": one_line(feed.author)}],
        "items": [
            {
                "id": f"{public_url}{entry.path}",
                "url": f"{public_url}{entry.path}",
                "title": one_line(entry.title),
                "content_text": one_line(entry.summary),
                "date_published": _instant(entry.at),
            }
            for entry in entries
        ],
    }


def _add(parent: Element, name: str, words: str) -> None:
    SubElement(parent, f"{{{_NAMESPACE}}}{name}").text = one_line(words)


def _link(parent: Element, relation: str, address: str) -> None:
    SubElement(parent, f"{{{_NAMESPACE}}}link", {"rel": relation, "href": address})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
