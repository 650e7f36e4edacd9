"""An Atom feed (RFC 4287) of a newsletter's sent issues. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from digest.compose.newsletter import Newsletter
from digest.render.tidy import one_line

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
#: A feed without an entry has to say when it changed, too (RFC 4287 §4.1.1): the beginning of time.
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sent issue: its address below ours, what it is about, and when it was composed (UTC)."""

    path: str
    title: str
    summary: str
    at: datetime


def atom(newsletter: Newsletter, entries: Sequence[Entry], *, public_url: str) -> bytes:
    """Return the feed; an issue's address is its id, so a feed reader shows each once."""
    register_namespace("", _NAMESPACE)
    root = Element(f"{{{_NAMESPACE}}}feed")
    home = f"{public_url}/n/{newsletter.id}"
    _add(root, "id", home)
    _add(root, "title", newsletter.name)
    if newsletter.tagline:
        _add(root, "subtitle", newsletter.tagline)
    _add(root, "updated", _instant(max((entry.at for entry in entries), default=_NEVER)))
    _link(root, "self", f"{home}/atom.xml")
    _link(root, "alternate", home)
    _add(SubElement(root, f"{{{_NAMESPACE}}}author"), "name", newsletter.sender.name)
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


def _add(parent: Element, name: str, words: str) -> None:
    SubElement(parent, f"{{{_NAMESPACE}}}{name}").text = one_line(words)


def _link(parent: Element, relation: str, address: str) -> None:
    SubElement(parent, f"{{{_NAMESPACE}}}link", {"rel": relation, "href": address})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
