"""What an author's page says of the journalist: by JSON-LD first, by its markup where that is silent.

Markup tells by microformats (``h-card``, the classic ``vcard``), by the names that themes give to parts of a profile,
and by where things stand: beside the heading that is the name. What stands in a card speaks of that card's author, who
may be somebody else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.page import Assume, FoundJournalist
from digest.collect.sources.card_parts import ancestors
from digest.collect.sources.cards import Listing
from digest.collect.sources.json_values import a_dict, a_list, a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.sources.people import person_slug
from digest.collect.text.canonical import canonical, same_page
from digest.collect.text.names import means, split_byline
from digest.collect.text.words import one_line, plain, text_of, title

_CARDS: Final = ".h-card .p-name, .p-name.fn, .vcard .fn"
_NAMED: Final = ".author-name, .author__name, [class*=author] [itemprop=name]"
_BOX: Final = "[class*=author-box], [class*=author-info], [class*=author-bio], [class*=about-author], .author-profile"
#: Where a page shows the name, apart from its first heading.
NAME_PLACES: Final = f"{_CARDS}, {_NAMED}"
_HEADINGS: Final = "h1, h2, h3, h4, h5, h6"
_ROLES: Final = (
    "[itemprop=jobTitle], .p-job-title, .job-title, .author-role, .author__role, .author-title, .role, .position"
)
_OUTLETS: Final = ".h-card .p-org"
_BIOS: Final = (
    "[itemprop=description], .p-note, .author-bio, .author__bio, .author-description, .archive-description, .bio, "
    "[class*=author-box] p, [class*=author-info] p, [class*=about-author] p"
)
_AVATARS: Final = (
    "img.u-photo, .u-photo img, img.avatar, img[class*=avatar], [class*=avatar] img, .author-box img, .author img"
)
_SOURCES: Final = ("data-src", "data-lazy-src", "data-original", "src")
_AROUND_NAME: Final = re.compile(
    r"^(?:author|columnist|articles? (?:by|from)|posts? (?:by|from)|about|(?:all )?(?:articles|posts|stories|"
    r"news) (?:by|from)|"
    r"автор|об авторе|(?:все )?(?:статьи|материалы|публикации|новости)(?: автора)?|muallif|yazar|الكاتب|بقلم|مقالات|"
    r"نویسنده)"
    r"\s*:?\s+|['’]s (?:articles|posts|stories|avatar)$",
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 100
_NO_NAME: Final = re.compile(
    r"(?:log|sign) ?(?:in|up)|login|subscribe|register|error.*|.*\b40[0-9]\b.*|(?:page )?not found|forbidden|"
    r"access denied|just a moment.*|attention required.*|(?:all |latest |recent )?(?:articles|posts|stories|news)|"
    r"authors?|"
    r"our people|our team|войти|вход|(?:все )?(?:статьи|материалы|публикации|новости|авторы?)|об авторе|"
    r"about(?: the author)?",
    re.IGNORECASE,
)
_JOB: Final = re.compile(
    r"\b(?:editor|journalist|reporter|correspondent|columnist|writer|contributor|author|analyst|producer|"
    r"photographer|"
    r"critic|commentator|anchor|fellow)\b|(?:редактор|журналист|корреспондент|обозреватель|колумнист|автор|аналитик|"
    r"фотограф)|"
    r"muharrir|muxbir|jurnalist|тілші|журналист|muhabir|editör|yazar|محرر|مراسل|صحفي|كاتب|خبرنگار",
    re.IGNORECASE,
)
_LONGEST_JOB: Final = 80
_SHORTEST_BIO: Final = 60
_MOST: Final = 20
_REACH: Final = 200  # elements of a profile, at most
_DIRECTORY: Final = ("nav", "footer")


def read_profile(
    tree: LexborHTMLParser, graph: Graph, listing: Listing, *, url: str, base: str, assume: Assume
) -> FoundJournalist | None:
    """Return the journalist whose page this is, or ``None`` where it is nobody's: none is invented."""
    is_profile = any(True for _ in graph.of_type("ProfilePage")) or _meta(tree, "og:type") == "profile"
    slug = person_slug(url)
    if not is_profile and slug is None:
        return None
    person = person_of(graph, url=url, assume=assume)
    markup = _Markup(tree=tree, listing=listing)
    told = name_of(person)
    found = markup.name(told, slug)
    name = told or (found.name if found is not None else "")
    if not name:
        return None
    around = [line for line in markup.around(found.node) if name not in line] if found is not None else []
    role = title(_first_text(person.get("jobTitle"))) or markup.text(_ROLES) or next(filter(_is_job, around), "")
    bio = plain(a_text(person.get("description"))) or markup.text(_BIOS, but=name)
    image = graph.address(person.get("image")) or markup.picture(name)
    return FoundJournalist(
        name=name,
        role=role or None,
        bio=bio or "\n\n".join(line for line in around if _is_bio(line)) or None,
        avatar_url=canonical(image, base=base) if image else None,
        outlet=_outlet(tree, graph, person, markup),
    )


def name_of(person: Node) -> str:
    """Return the name of a schema.org person."""
    return title(a_text(person.get("name"))) or title(
        f"{a_text(person.get('givenName'))} {a_text(person.get('familyName'))}"
    )


def person_of(graph: Graph, *, url: str, assume: Assume) -> Node:
    """Return the person whose page this is by its JSON-LD, or nothing.

    That is whom a ``ProfilePage`` is about; else the one person of the page. Of several (plugins add the site's owner,
    and the authors of every article) it is the one with the byline that is looked for, else the one whose own page this
    is.
    """
    for page in graph.of_type("ProfilePage"):
        for node in [*graph.follow(page.get("mainEntity")), *graph.follow(page.get("about"))]:
            if name_of(node):
                return node
    people = {name_of(node): node for node in reversed(list(graph.of_type("Person")))}
    people.pop("", None)
    if assume.byline:
        people = {name: node for name, node in people.items() if means(name, (assume.byline, *assume.aliases))}
    if len(people) > 1:
        here, slug = same_page(canonical(url) or ""), person_slug(url) or ""
        theirs = {name: node for name, node in people.items() if here in _pages(node, graph, url)}
        people = theirs or {name: node for name, node in people.items() if means(name, (slug,))}
    return next(iter(people.values())) if len(people) == 1 else {}


def _pages(person: Node, graph: Graph, base: str) -> set[str]:
    said = (a_text(person.get("url")), graph.address(person.get("mainEntityOfPage")))
    return {same_page(address) for place in said if place and (address := canonical(place, base=base))}


def _first_text(value: object) -> str:
    """Return a text that may be one of several, or the name of a thing."""
    for item in a_list(value)[:1]:
        return a_text(item) or a_text(a_dict(item).get("name"))
    return ""


def _outlet(tree: LexborHTMLParser, graph: Graph, person: Node, markup: "_Markup") -> str | None:
    named = [_meta(tree, "og:site_name")]
    named += [a_text(item) for item in a_list(person.get("worksFor"))]
    named += [a_text(node.get("name")) for node in graph.follow(person.get("worksFor"))]
    named += [a_text(node.get("name")) for node in graph.of_type("NewsMediaOrganization", "WebSite", "Organization")]
    named.append(markup.text(_OUTLETS))
    return next((title(name) for name in named if title(name)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    name: str
    node: LexborNode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Markup:
    """A page's markup outside its cards."""

    tree: LexborHTMLParser
    listing: Listing

    def _all(self, places: str) -> Iterator[LexborNode]:
        for node in self.tree.css(places)[:_MOST]:
            if not self.listing.holds(node) and not any(one.tag in _DIRECTORY for one in ancestors(node)):
                yield node

    def name(self, told: str, slug: str | None) -> _Name | None:
        """Return the name that the page shows and where, the surest place first.

        A name that JSON-LD tells, or that the address means, goes before all others: an ``h1`` may only say "Articles".
        """
        places = (_CARDS, _NAMED, "h1")
        named = [found for place in places for found in self._names(place)]
        known = tuple(filter(None, (told, slug)))
        sure = next((one for one in named if means(one.name, known)), None)
        if sure is None and known:
            sure = next((one for one in self._names(_HEADINGS) if means(one.name, known)), None)
        return sure or next(iter(named), None) or next(self._names(f":is({_BOX}) :is({_HEADINGS})"), None)

    def _names(self, places: str) -> Iterator[_Name]:
        for node in self._all(places):
            name = _AROUND_NAME.sub("", one_line(text_of(node)))
            if name and len(name) <= _LONGEST_NAME and not _NO_NAME.fullmatch(name):
                bare = "".join(split_byline(name)[:1])
                if bare:
                    yield _Name(name=bare, node=node)

    def around(self, name: LexborNode) -> list[str]:
        """Return the lines beside a name: those of the largest element around it in which there is no card."""
        block = name
        for node in ancestors(name):
            inside = node.css("*")
            if len(inside) > _REACH or any(each.mem_id in self.listing.blocks for each in inside):
                break
            block = node
        if block.mem_id == name.mem_id:
            return []
        return text_of(block).split("\n\n")

    def text(self, places: str, *, but: str = "") -> str:
        """Return the text of the first element that has any, other than ``but``."""
        texts = (one_line(text_of(node)) for node in self._all(places))
        return next((text for text in texts if text not in ("", but)), "")

    def picture(self, name: str) -> str:
        """Return the address of the journalist's picture: one that is called so, or whose text is the name."""
        described = [node for node in self._all("img[alt]") if means(node.attributes.get("alt") or "", (name,))]
        for node in [*self._all(_AVATARS), *described]:
            for place in _addresses(node):
                if not place.startswith("data:"):
                    return place
        return ""


def _addresses(image: LexborNode) -> Iterable[str]:
    attributes = image.attributes
    return filter(None, ((attributes.get(key) or "").strip() for key in _SOURCES))


def _is_job(line: str) -> bool:
    return len(line) <= _LONGEST_JOB and not line.endswith((".", "!", "?")) and _JOB.search(line) is not None


def _is_bio(line: str) -> bool:
    return len(line) >= _SHORTEST_BIO


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[property="{name}"], meta[name="{name}"]')
    return one_line(node.attributes.get("content") or "") if node is not None else ""
