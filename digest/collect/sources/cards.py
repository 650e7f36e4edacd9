"""Article cards: the repeated blocks of a listing, each with a heading that links, a date and a teaser."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.canonical import canonical
from digest.collect.files import is_web_address
from digest.collect.names import means, split_byline, unite
from digest.collect.sources.dating import Dating
from digest.collect.words import one_line, text_of

_HEADINGS: Final = "h1, h2, h3, h4, h5, h6"
_ASIDE: Final = frozenset(("nav", "footer", "aside"))
_WHOLE: Final = frozenset(("article", "li", "tr"))
_TOP: Final = frozenset(("body", "html", "main"))
# The surest first.
_BYLINES: Final = ("[rel~=author]", ".p-author, [itemprop=author]", ".byline, .author")
_NO_TEASER: Final = "time, h1, h2, h3, h4, h5, h6, " + ", ".join(_BYLINES)
_LONGEST_NAME: Final = 100
_SHORTEST_TEASER: Final = 40
_BESIDE: Final = re.compile(r"\s*[|·•]\s*|\s+[—–-]\s+|,\s+(?=\D|\d{1,2}[\s.])")
_MORE: Final = re.compile(
    r"(?:read more|continue reading|read|more|читать далее|подробнее|davomi)\b.{0,40}", re.IGNORECASE
)
_MOST_CARDS: Final = 500
_DEEPEST: Final = 100  # elements above a heading
_TITLES: Final = range(25, 201)  # characters
_FEWEST_SPACES: Final = 3
_INLINE: Final = "span, small, em, i, b, strong"
_MOST_INLINE: Final = 50
_RELATIVE: Final = re.compile(r"(?![a-z][a-z0-9+.-]*:|#)\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One article as a listing shows it. ``printed_date`` is as printed, empty where none is.

    ``url`` is ``None`` on a saved page whose own address is not known.
    """

    title: str
    url: str | None
    teaser: str
    printed_date: str
    authors: tuple[str, ...]


def read_cards(tree: LexborHTMLParser, *, base: str, own: str, dating: Dating) -> list[Card]:
    """Return the cards of a page, each address once. ``own`` is the page's own canonical address, which is no article.

    A card is the largest block around a heading's link in which there is no other such heading. Navigation, footers
    and sidebars have none. Where some cards have a date or a teaser, headings without either are no cards. Where none
    has, links that are as long as a title and stand beside a date are cards.
    """
    headings = [found for node in tree.css(_HEADINGS) if (found := _linked(node)) is not None and not _is_aside(node)]
    cards = _cards_around(headings[:_MOST_CARDS], base=base, own=own, dating=dating)
    full = [card for card in cards if card.teaser or card.printed_date]
    if full:
        return full
    links = [(node, href) for node in tree.css("a[href]") if (href := node.attributes.get("href")) and _is_title(node)]
    listed = _cards_around(links[:_MOST_CARDS], base=base, own=own, dating=dating)
    return [card for card in listed if card.printed_date] or cards


def _cards_around(headings: Sequence[tuple[LexborNode, str]], *, base: str, own: str, dating: Dating) -> list[Card]:
    crowd: dict[int, int] = {}
    for heading, _ in headings:
        for node in _above(heading):
            crowd[node.mem_id] = crowd.get(node.mem_id, 0) + 1
    cards: dict[str, Card] = {}
    for heading, href in headings:
        url, name = canonical(href, base=base), one_line(heading.text())
        is_placeless = url is None and not is_web_address(base) and _RELATIVE.match(href) is not None
        if name and url != own and (url is not None or is_placeless):
            cards.setdefault(url or name, _card(_block(heading, crowd), heading, url, dating))
    return list(cards.values())


def _is_title(link: LexborNode) -> bool:
    words = one_line(link.text())
    return len(words) in _TITLES and words.count(" ") >= _FEWEST_SPACES and not _is_aside(link)


def _linked(heading: LexborNode) -> tuple[LexborNode, str] | None:
    inside = heading.css_first("a[href]")
    around = next((node for node in _above(heading) if node.tag == "a"), None)
    link = inside if inside is not None else around
    href = link.attributes.get("href") if link is not None else None
    return (heading, href) if href else None


def _above(node: LexborNode) -> list[LexborNode]:
    nodes: list[LexborNode] = []
    parent = node.parent
    while parent is not None and parent.tag not in _TOP and len(nodes) < _DEEPEST:
        nodes.append(parent)
        parent = parent.parent
    return nodes


def _is_aside(heading: LexborNode) -> bool:
    tags = [node.tag for node in _above(heading)]
    return bool(_ASIDE.intersection(tags)) or ("header" in tags and not _WHOLE.intersection(tags))


def _block(heading: LexborNode, crowd: dict[int, int]) -> LexborNode:
    block = heading
    for node in _above(heading):
        if crowd[node.mem_id] > 1:
            break
        block = node
        if node.tag in _WHOLE:
            break
    return block


def _card(block: LexborNode, heading: LexborNode, url: str | None, dating: Dating) -> Card:
    name = one_line(heading.text())
    authors = _authors(block, dating)
    lines = [line for line in text_of(block, apart="time").split("\n\n") if line != name]
    lines = [rest if dating.is_date(rest := line.removeprefix(name).strip()) else line for line in lines]
    teaser = _paragraphs(block) or [line for line in lines if len(line) >= _SHORTEST_TEASER]
    return Card(
        title=name,
        url=url,
        teaser="\n\n".join(line for line in teaser if not _is_furniture(line, authors, dating)),
        printed_date=_printed_date(block, lines, dating),
        authors=authors,
    )


def _authors(block: LexborNode, dating: Dating) -> tuple[str, ...]:
    for places in _BYLINES:
        names = unite(*(split_byline(node.text()) for node in block.css(places)))
        people = tuple(name for name in names if len(name) <= _LONGEST_NAME and not dating.is_date(name))
        if people:
            return people
    return ()


def _paragraphs(block: LexborNode) -> list[str]:
    texts = [text_of(node) for node in block.css("p") if not node.css(_NO_TEASER)]
    return [text for text in texts if text]


def _printed_date(block: LexborNode, lines: list[str], dating: Dating) -> str:
    for node in block.css("time"):
        for printed in (node.attributes.get("datetime") or "", one_line(node.text())):
            if dating.is_date(printed):
                return printed
    parts = [part for line in lines for part in (line, *_BESIDE.split(line))]
    parts += [one_line(node.text()) for node in block.css(_INLINE)[:_MOST_INLINE]]
    return next((part for part in parts if dating.is_date(part)), "")


def _is_furniture(line: str, authors: tuple[str, ...], dating: Dating) -> bool:
    """Tell whether a line is only a date, a byline or an invitation to read on."""
    if _MORE.fullmatch(line):
        return True
    parts = [part for part in _BESIDE.split(line) if part]
    return all(dating.is_date(part) or _is_byline(part, authors) for part in parts)


def _is_byline(part: str, authors: tuple[str, ...]) -> bool:
    return len(part) <= _LONGEST_NAME and all(means(name, authors) for name in split_byline(part))
