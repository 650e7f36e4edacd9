"""What an author's page says of the journalist, by JSON-LD first and by its markup where that is silent."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from digest.collect.canonical import canonical
from digest.collect.names import means, split_byline
from digest.collect.page import Assume, FoundJournalist
from digest.collect.sources.json_values import a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.words import one_line, plain, text_of, title

_PERSON_PATH: Final = re.compile(
    r"/(?:authors?|our-people|people|person|profiles?|by|staff|our-team|team|journalists?|contributors?|reporters?|"
    r"avtor|mualliflar?)/(?P<slug>[^/]+)",
    re.IGNORECASE,
)
_NAMES: Final = (".p-name.fn, .vcard .fn, .h-card .p-name", ".author-name, .author__name", "h1")
_ROLES: Final = "[itemprop=jobTitle], .p-job-title, .job-title, .author-role, .author__role, .author-title, .role"
_BIOS: Final = (
    "[itemprop=description], .p-note, .author-bio, .author__bio, .author-description, .archive-description, .bio"
)
_AVATARS: Final = "img.u-photo, img.avatar, img[class*=avatar], .author-box img, .author img"
_AROUND_NAME: Final = re.compile(
    r"^(?:author|articles? by|posts? by|all (?:articles|posts|stories) by|stories by|автор)\s*:?\s+|"
    r"['’]s (?:articles|posts|avatar)$",
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 100
_NO_NAME: Final = re.compile(
    r"(?:log|sign) ?(?:in|up)|login|subscribe|register|error.*|.*\b40[0-9]\b.*|(?:page )?not found|forbidden|"
    r"access denied|just a moment.*|attention required.*|articles|all articles|authors?|our people|our team|войти|вход",
    re.IGNORECASE,
)


def read_profile(
    tree: LexborHTMLParser, graph: Graph, *, url: str, base: str, assume: Assume
) -> FoundJournalist | None:
    """Return the journalist whose page this is, or ``None`` where it is nobody's: none is invented."""
    person = _person(graph, assume)
    is_profile = any(True for _ in graph.of_type("ProfilePage")) or _meta(tree, "og:type") == "profile"
    if not is_profile and person_slug(url) is None:
        return None
    name = title(a_text(person.get("name"))) or _name(tree)
    if not name:
        return None
    role, bio = title(a_text(person.get("jobTitle"))), plain(a_text(person.get("description")))
    image = graph.address(person.get("image")) or _avatar(tree)
    return FoundJournalist(
        name=name,
        role=role or _text(tree, _ROLES) or None,
        bio=bio or _text(tree, _BIOS) or None,
        avatar_url=canonical(image, base=base) if image else None,
        outlet=_outlet(tree, graph, person),
    )


def person_slug(url: str) -> str | None:
    """Return the name of a person in their page's address (``/author/dana/``, ``?author=Dana``), or ``None``."""
    parts = urlsplit(url)
    found = _PERSON_PATH.search(parts.path)
    if found:
        return unquote(found["slug"])
    named = dict(parse_qsl(parts.query)).get("author", "").strip()
    return named if named and not named.isdigit() else None


def _person(graph: Graph, assume: Assume) -> Node:
    for page in graph.of_type("ProfilePage"):
        for node in [*graph.follow(page.get("mainEntity")), *graph.follow(page.get("about"))]:
            if a_text(node.get("name")):
                return node
    people = {a_text(node.get("name")): node for node in reversed(list(graph.of_type("Person")))}
    people.pop("", None)
    if assume.byline:
        people = {name: node for name, node in people.items() if means(name, (assume.byline, *assume.aliases))}
    return next(iter(people.values())) if len(people) == 1 else {}


def _outlet(tree: LexborHTMLParser, graph: Graph, person: dict[str, Any]) -> str | None:
    named = [_meta(tree, "og:site_name")]
    named += [a_text(node.get("name")) for node in graph.follow(person.get("worksFor"))]
    named += [a_text(node.get("name")) for node in graph.of_type("NewsMediaOrganization", "WebSite", "Organization")]
    return next((title(name) for name in named if title(name)), None)


def _name(tree: LexborHTMLParser) -> str:
    for places in _NAMES:
        name = _AROUND_NAME.sub("", _text(tree, places))
        if name and len(name) <= _LONGEST_NAME and not _NO_NAME.fullmatch(name):
            return "".join(split_byline(name)[:1])
    return ""


def _avatar(tree: LexborHTMLParser) -> str:
    image = tree.css_first(_AVATARS)
    return (image.attributes.get("src") or "") if image is not None else ""


def _text(tree: LexborHTMLParser, places: str) -> str:
    node = tree.css_first(places)
    return one_line(text_of(node)) if node is not None else ""


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[property="{name}"], meta[name="{name}"]')
    return one_line(node.attributes.get("content") or "") if node is not None else ""
