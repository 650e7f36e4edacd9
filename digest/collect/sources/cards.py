"""Article cards: the repeated blocks of a listing, each with a title that links, a date and a teaser."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.fetching.files import is_web_address
from digest.collect.sources.card_parts import Card, ancestors, is_invitation, read_card
from digest.collect.sources.dating import Dating
from digest.collect.sources.people import person_slug
from digest.collect.sources.surroundings import Place, Surroundings, place_of_section
from digest.collect.text.canonical import canonical, same_page
from digest.collect.text.names import means
from digest.collect.text.words import one_line, text_of

_HEADINGS: Final = "h1, h2, h3, h4, h5, h6"
_WHOLE: Final = frozenset(("article", "li", "tr"))
_ENTRIES: Final = ".h-entry .u-url.p-name, .h-entry .p-name a[href], .h-entry a.u-url[href]"
_SUBSTANCE: Final = "li, tr, article, p, time"
_HEADING_TAGS: Final = frozenset(_HEADINGS.split(", "))
_MOST_BOXES: Final = 3  # around one heading
_MOST_CARDS: Final = 500
_TITLES: Final = range(18, 201)  # characters
_LONGEST_TITLE: Final = 400
_FEWEST_SPACES: Final = 3
_FEW: Final = 3
_MOST_WORDS: Final = 4  # of a person's name
_RELATIVE: Final = re.compile(r"(?![a-z][a-z0-9+.-]*:|#)\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The cards of a page, and the elements that they are (by ``mem_id``)."""

    cards: tuple[Card, ...] = ()
    blocks: frozenset[int] = frozenset()

    def holds(self, node: LexborNode) -> bool:
        """Tell whether an element stands in one of the cards."""
        return any(each.mem_id in self.blocks for each in (node, *ancestors(node)))


@dataclass(slots=True, kw_only=True)
class _Title:
    """Something that may be a card's title; ``above`` are the elements around it, the nearest first."""

    node: LexborNode
    name: str
    href: str
    above: list[LexborNode] = field(default_factory=list)
    place: Place = Place.LIST
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """A heading without a link: what it is about, and the element in which it stands over cards."""

    above: frozenset[int]
    place: Place
    day: str


class CardFinder:
    """Finds the cards of one page. ``own`` is the page's own canonical address, which is no article."""

    def __init__(self, tree: LexborHTMLParser, *, base: str, own: str, dating: Dating) -> None:
        """Look at a page whose relative links count from ``base``."""
        self._tree = tree
        self._base = base
        self._own = own
        self._dating = dating
        self._surroundings = Surroundings()
        self._sections: dict[int, _Section] = {}
        self._boxes: dict[int, bool] = {}

    def find(self) -> Listing:
        """Return the page's list of articles, each address once, by its structure.

        A card is the largest block around a heading's link in which there is no other such heading. What stands in
        navigation, footers and sidebars is no card, nor is what a heading such as "Most read" stands over; of a list
        that is called "Latest news" this is believed only where the page has another one. Where some cards have a date
        or a teaser, headings without either are no cards. Where no heading links, the cards are entries marked by
        microformats, then headings whose block has one address only ("Read more"), then links that are as long as a
        title and stand beside a date.
        """
        nodes = self._tree.css(_HEADINGS)[: 4 * _MOST_CARDS]
        linked, plain = self._headings(nodes)
        headed = self._list_of(linked)
        full = _full(headed)
        if len(full.cards) >= _FEW:
            return full
        ways = (self._list_of(self._entries()), self._unlinked(plain), self._dated_links())
        best = max(ways, key=lambda way: len(way.cards))
        if full.cards:
            return best if len(best.cards) > _FEW * len(full.cards) else full
        return best if best.cards else headed

    def _headings(self, nodes: Sequence[LexborNode]) -> tuple[list[_Title], list[_Title]]:
        """Return the headings that link, and those that do not, in the order of the page, with where they stand."""
        linked: list[_Title] = []
        plain: list[_Title] = []
        sections: list[_Section] = []
        for node in nodes:
            above = ancestors(node)
            if any(one.tag in _HEADING_TAGS for one in above):
                continue  # nobody writes headings into headings
            title = self._linked(node, above)
            if title is None:
                name = one_line(text_of(node))
                sections.append(self._section(name, above))
                self._sections[node.mem_id] = sections[-1]
                title = _Title(node=node, name=name, href="", above=above)
                plain.append(title)
            else:
                linked.append(title)
            title.place = self._surroundings.place(above)
            _set_in_section(title, sections)
        return linked, plain

    def _section(self, name: str, above: Sequence[LexborNode]) -> _Section:
        day = name if self._dating.is_date(name) else ""
        place = place_of_section(name)
        outer = list(above)
        # A heading may have a box of its own, with a link to all of them; what it stands over is beside the box.
        while (day or place) and outer and len(above) - len(outer) < _MOST_BOXES and self._is_box(outer[0]):
            outer.pop(0)
        return _Section(above=frozenset(node.mem_id for node in outer), place=place, day=day)

    def _is_box(self, node: LexborNode) -> bool:
        name = node.mem_id
        if name not in self._boxes:
            self._boxes[name] = node.css_first(_SUBSTANCE) is None and len(node.css("a")) <= 1
        return self._boxes[name]

    def _linked(self, node: LexborNode, above: list[LexborNode]) -> _Title | None:
        inside = [link for link in node.css("a[href]") if link.attributes.get("href")]
        if inside:
            link = max(inside, key=lambda one: len(one.text())) if len(inside) > 1 else inside[0]
            named = node if len(inside) == 1 else link
            return _Title(node=node, name=one_line(text_of(named)), href=link.attributes.get("href") or "", above=above)
        around = next((one for one in above if one.tag == "a"), None)
        href = (around.attributes.get("href") or "") if around is not None else ""
        return _Title(node=node, name=one_line(text_of(node)), href=href, above=above) if href else None

    def _list_of(self, titles: Iterable[_Title]) -> Listing:
        """Return the cards around these titles: those of the list proper, else those of a list of latest articles."""
        told = list(titles)
        for worst in (Place.LIST, Place.FEED):
            found = self._around([title for title in told if title.place <= worst])
            if found.cards:
                return found
        return Listing()

    def _around(self, titles: Sequence[_Title]) -> Listing:
        crowd: dict[int, int] = {}
        for title in titles[:_MOST_CARDS]:
            for node in title.above:
                crowd[node.mem_id] = crowd.get(node.mem_id, 0) + 1
        cards: dict[str, Card] = {}
        blocks: set[int] = set()
        for title in titles[:_MOST_CARDS]:
            url = canonical(title.href, base=self._base)
            is_placeless = url is None and not is_web_address(self._base) and _RELATIVE.match(title.href) is not None
            if title.name and len(title.name) <= _LONGEST_TITLE and (url is not None or is_placeless):
                if url is not None and self._is_persons(title, url):
                    continue
                key = same_page(url) if url is not None else title.name
                block = _block(title, crowd)
                if key not in cards:
                    cards[key] = read_card(block, title.node, title.name, url, self._dating, title.day)
                blocks.add(block.mem_id)
        return Listing(cards=tuple(cards.values()), blocks=frozenset(blocks))

    def _is_persons(self, title: _Title, url: str) -> bool:
        """Tell whether a link leads to this page itself, or to the page of the person whom it names."""
        if url == self._own:
            return True
        slug = person_slug(url)
        return slug is not None and len(title.name.split()) <= _MOST_WORDS and means(title.name, (slug,))

    def _entries(self) -> list[_Title]:
        found: dict[int, _Title] = {}
        for node in self._tree.css(_ENTRIES)[:_MOST_CARDS]:
            above = ancestors(node)
            entry = next((one for one in above if "h-entry" in (one.attributes.get("class") or "").split()), None)
            name = one_line(text_of(node))
            if entry is not None and name and entry.mem_id not in found and (href := node.attributes.get("href")):
                place = self._surroundings.place(above)
                found[entry.mem_id] = _Title(node=node, name=name, href=href, above=above, place=place)
        return list(found.values())

    def _unlinked(self, titles: Sequence[_Title]) -> Listing:
        """Return the cards whose heading does not link, but whose block leads to one address only."""
        crowd: dict[int, int] = {}
        for title in titles:
            for node in title.above:
                crowd[node.mem_id] = crowd.get(node.mem_id, 0) + 1
        found = []
        for title in titles[:_MOST_CARDS]:
            block = _block(title, crowd)
            links = block.css("a[href]")
            more = [node for node in links if is_invitation(one_line(node.text()))]
            hrefs = {node.attributes.get("href") or "" for node in (more or links)}
            if title.node.tag != "h1" and len(hrefs) == 1 and self._is_here(href := hrefs.pop()):
                title.href = href
                found.append(title)
        return _full(self._list_of(found)) if len(found) > 1 else Listing()

    def _is_here(self, href: str) -> bool:
        """Tell whether an address is on this page's site."""
        url = canonical(href, base=self._base)
        return url is None or same_page(url).partition("/")[0] == same_page(self._base).partition("/")[0]

    def _dated_links(self) -> Listing:
        """Return the cards of links that are as long as a title and stand beside a date."""
        titles: list[_Title] = []
        passed: list[_Section] = []
        for node in self._tree.css(f"a[href], {_HEADINGS}"):
            if node.tag != "a":
                passed += [self._sections[node.mem_id]] if node.mem_id in self._sections else []
                continue
            name = one_line(text_of(node))
            if len(name) in _TITLES and name.count(" ") >= _FEWEST_SPACES and len(titles) < _MOST_CARDS:
                above = ancestors(node)
                place = self._surroundings.place(above)
                title = _Title(node=node, name=name, href=node.attributes.get("href") or "", above=above, place=place)
                _set_in_section(title, passed)
                titles.append(title)
        listed = self._list_of(titles)
        return Listing(cards=tuple(card for card in listed.cards if card.printed_date), blocks=listed.blocks)


def _set_in_section(title: _Title, sections: Sequence[_Section]) -> None:
    """Give a title the place and day of the section in which it stands: that of the last heading beside it."""
    around = {node.mem_id for node in title.above}
    for section in reversed(sections):
        if section.above <= around:
            title.place = max(title.place, section.place)
            title.day = title.day or section.day
            return


def _full(listing: Listing) -> Listing:
    cards = tuple(card for card in listing.cards if card.teaser or card.printed_date)
    return Listing(cards=cards, blocks=listing.blocks)


def _block(title: _Title, crowd: dict[int, int]) -> LexborNode:
    block = title.node
    for node in title.above:
        if crowd[node.mem_id] > 1:
            break
        block = node
        if node.tag in _WHOLE:
            break
    return block
