"""What an author's page lists: its visible cards and its JSON-LD, put together.

The order, and why. The cards are the list, since they are what the outlet shows its readers as this journalist's
articles; JSON-LD is made for search engines, often by a plugin that knows less (one article of ten) or other things
(the site's latest ones). Of an article that both have, JSON-LD completes the card: its dates are exact, its headlines
whole and its authors named; but it takes nothing away, so the longer text stays. JSON-LD's further articles count when
it is plainly the same list (it has half of the cards, or the cards have half of it), or when it names the journalist as
their author. A page that shows no card has JSON-LD's list. Microformats are no list of their own: they are names for
the parts of visible cards, and ``card_parts.py`` reads these parts by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.collect.sources.card_parts import Card
from digest.collect.sources.json_values import a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.text.canonical import canonical, same_page
from digest.collect.text.names import means
from digest.collect.text.words import is_cut, plain, title


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One article of the list, with the JSON-LD node that speaks of it, if one does."""

    card: Card
    node: Node | None = None


def arranged(cards: Sequence[Card], graph: Graph, *, base: str, names: Sequence[str]) -> list[Listed]:
    """Return the list of articles, each once. ``names`` are the journalist's."""
    told = _of_graph(graph, base)
    by_title = {one.card.title.casefold(): page for page, one in reversed(told.items())}
    articles: dict[str, Listed] = {}
    shared = 0
    for card in cards:
        page = same_page(card.url) if card.url is not None else by_title.get(card.title.casefold(), card.title)
        if page in articles:
            continue
        said = told.get(page)
        shared += said is not None
        articles[page] = Listed(card=card) if said is None else replace(said, card=_completed(said.card, card))
    is_same_list = 2 * shared >= min(len(articles), len(told))
    for page, one in told.items():
        if is_same_list or any(means(author, names) for author in one.card.authors):
            articles.setdefault(page, one)
    return list(articles.values())


def _of_graph(graph: Graph, base: str) -> dict[str, Listed]:
    found: dict[str, Listed] = {}
    for node in [*graph.of_type("Article"), *_items(graph)]:
        card = _card_of(node, graph, base)
        if card is not None and card.url is not None:
            found.setdefault(same_page(card.url), Listed(card=card, node=node))
    return found


def _items(graph: Graph) -> list[Node]:
    """Return what the page's lists list; of an entry that refers to its article, the article."""
    entries = [item for node in graph.of_type("ItemList") for item in graph.follow(node.get("itemListElement"))]
    return [found for entry in entries for found in (graph.follow(entry.get("item")) or [entry])]


def _card_of(node: Node, graph: Graph, base: str) -> Card | None:
    headline = title(a_text(node.get("headline")) or a_text(node.get("name")))
    place = a_text(node.get("url")) or graph.address(node.get("mainEntityOfPage")) or a_text(node.get("@id"))
    url = canonical(place, base=base) if place else None
    if url is None or not headline:
        return None
    return Card(
        title=headline,
        url=url,
        teaser=plain(a_text(node.get("articleBody"))) or plain(a_text(node.get("description"))),
        printed_date=a_text(node.get("datePublished")),
        authors=graph.authors(node.get("author")),
    )


def _completed(said: Card, shown: Card) -> Card:
    """Return JSON-LD's words about a card, and the card's own where they say more."""
    is_less = is_cut(said.title) or shown.title.casefold().startswith(said.title.casefold())
    return Card(
        title=shown.title if is_less else said.title,
        url=said.url,
        teaser=max(said.teaser, shown.teaser, key=len),
        printed_date=said.printed_date or shown.printed_date,
        authors=said.authors or shown.authors,
    )
