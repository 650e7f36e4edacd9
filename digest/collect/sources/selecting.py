"""Cards where an editor says that they are: by CSS selectors, as lexbor knows them.

Lexbor reads Selectors Level 4: elements, classes, ids, attributes, combinators, ``:nth-child()``, ``:not()``, ``:is()``
and ``:has()``. It knows no pseudo-elements, no namespaces and no ``:scope``; inside a card a selector is looked for
anywhere below it.
"""

from dataclasses import fields
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from digest.collect.journalist import Selectors
from digest.collect.sources.card_parts import Card, ancestors, marked_date, read_card
from digest.collect.sources.cards import Listing
from digest.collect.sources.dating import Dating
from digest.collect.text.canonical import canonical
from digest.collect.text.words import one_line, text_of
from digest.errors import ParseError

#: With these words every warning about a selector that finds nothing begins.
ABOUT_SELECTORS: Final = "The selector"
_HEADINGS: Final = "h1, h2, h3, h4, h5, h6"
_MOST_CARDS: Final = 500
_LONGEST: Final = 300
_EMPTY: Final = LexborHTMLParser("")


def fault_of(css: str) -> str | None:
    """Return what is wrong with a CSS selector, or ``None`` if it can be used."""
    if len(css) > _LONGEST:
        return f"this selector is longer than {_LONGEST} characters"
    try:
        _EMPTY.css(css)
    except (SelectolaxError, ValueError):  # a lone surrogate is no text
        return f"{css!r} is no CSS selector, such as article.teaser h3"
    return None


def check(selectors: Selectors, ref: str) -> None:
    """See that selectors can be used, wherever they come from.

    :raises ParseError: one of them is none; it is named.
    """
    for part in fields(selectors):
        css = getattr(selectors, part.name)
        fault = fault_of(css) if css is not None else None
        if fault is not None:
            raise ParseError(ref, f"its selector for {part.name} cannot be used: {fault}", advice="Mend the source.")


def select_cards(
    tree: LexborHTMLParser, selectors: Selectors, *, base: str, dating: Dating
) -> tuple[Listing, tuple[str, ...]]:
    """Return the cards that good selectors find, and a warning for each selector that finds nothing at all."""
    blocks = tree.css(selectors.card)[:_MOST_CARDS]
    if not blocks:
        return Listing(), (f"{ABOUT_SELECTORS} for card, {selectors.card!r}, finds nothing: has the page changed?",)
    found: dict[str, int] = {}
    cards = [card for block in blocks if (card := _card(block, selectors, base, dating, found)) is not None]
    warnings = [
        f"{ABOUT_SELECTORS} for {part}, {css!r}, finds nothing in {len(blocks)} cards: has the page changed?"
        for part in ("title", "link", "time", "teaser")
        if (css := getattr(selectors, part)) is not None and not found.get(part)
    ]
    if len(cards) < len(blocks):
        warnings.append(f"{len(blocks) - len(cards)} of {len(blocks)} cards have no title or no address.")
    return Listing(cards=tuple(cards), blocks=frozenset(block.mem_id for block in blocks)), tuple(warnings)


def _card(block: LexborNode, selectors: Selectors, base: str, dating: Dating, found: dict[str, int]) -> Card | None:
    def part(name: str) -> LexborNode | None:
        css = getattr(selectors, name)
        node = block.css_first(css) if css is not None else None
        found[name] = found.get(name, 0) + (node is not None)
        return node

    link, titled, timed, told = part("link"), part("title"), part("time"), part("teaser")
    heading = titled if selectors.title is not None else block.css_first(_HEADINGS)
    if link is None and selectors.link is None:
        link = _link_of(block, heading)
    if heading is None and selectors.title is None:
        heading = link
    href = link.attributes.get("href") if link is not None else None
    url = canonical(href, base=base) if href else None
    name = one_line(text_of(heading)) if heading is not None else ""
    if heading is None or not name or not href:
        return None
    card = read_card(block, heading, name, url, dating)
    return Card(
        title=name,
        url=url,
        teaser=card.teaser if selectors.teaser is None else text_of(told) if told is not None else "",
        printed_date=card.printed_date if selectors.time is None else _date(timed, dating),
        authors=card.authors,
    )


def _date(node: LexborNode | None, dating: Dating) -> str:
    """Return the date in an element; one that cannot be read is kept as it is printed, for the warning."""
    if node is None:
        return ""
    return marked_date(node, dating) or one_line(node.text())


def _link_of(block: LexborNode, heading: LexborNode | None) -> LexborNode | None:
    if heading is not None:
        inside = heading if heading.tag == "a" else heading.css_first("a[href]")
        around = next((node for node in ancestors(heading) if node.tag == "a"), None)
        if inside is not None or around is not None:
            return inside if inside is not None else around
    return block if block.tag == "a" else block.css_first("a[href]")
