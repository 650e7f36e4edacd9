"""HTML pages: an author's page, read by its JSON-LD where it has some, else by its repeated article cards."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.article import FoundArticle
from digest.collect.canonical import canonical, same_page
from digest.collect.dates import read_day
from digest.collect.files import is_web_address
from digest.collect.journalist import SourceKind
from digest.collect.language import language_of
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.cards import Card, read_cards
from digest.collect.sources.charset import decode
from digest.collect.sources.dating import Dating
from digest.collect.sources.json_values import a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.sources.next_page import next_page
from digest.collect.sources.profile import read_profile
from digest.collect.sources.said import with_said
from digest.collect.sources.said_on_pages import of_nodes
from digest.collect.sources.ticker import is_ticker, read_pairs
from digest.collect.web import Request, Response
from digest.collect.words import is_cut, plain, text_of, title, tree
from digest.errors import ParseError

_ACCEPT: Final = "text/html, application/xhtml+xml, */*;q=0.1"
_MARKUP: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|main|article|div|section|h[1-6]|p|ul|ol|table)\b", re.IGNORECASE
)
_CHALLENGE: Final = re.compile(
    r"just a moment|attention required|checking your browser|are you (?:a )?(?:human|robot)|access denied|captcha",
    re.IGNORECASE,
)
_HEAD_LINES: Final = 40


class PageReader:
    """Reads HTML pages."""

    kind: SourceKind = SourceKind.PAGE

    def first(self, ref: str) -> Request:
        """Return the request for the page at ``ref``."""
        return Request(ref=ref, accept=_ACCEPT)

    def read(self, response: Response, assume: Assume) -> Page:
        """Read a page; relative links are resolved against its ``<base>`` or where it was found.

        A page without articles, such as a challenge or a login, is a page with a warning: suspect, not quiet.

        :raises ParseError: no HTML.
        """
        html = decode(response)
        if not _MARKUP.search(html):
            why = "this is no HTML page" if html.strip() else "it is empty"
            raise ParseError(response.ref, why, advice="Open it in a browser to see what the outlet serves.")
        parsed = tree(html)
        own = _own_address(parsed, response)
        base = _base(parsed, response.url if is_web_address(response.url) else own)
        graph = Graph(node.text() for node in parsed.css('script[type="application/ld+json"]'))
        lines = text_of(parsed.body).split("\n\n") if parsed.body is not None else []
        journalist = read_profile(parsed, graph, url=own or response.url, base=base, assume=assume)
        rates, warnings = read_pairs(lines)
        page_date = _page_date(lines, journalist, parsed)
        dating = Dating(assume, page_date, is_saved=not is_web_address(response.url))
        cards = read_cards(parsed, base=base, own=own, dating=dating)
        articles = _articles(graph, cards, base, journalist, assume, dating)
        remarks = _remarks(parsed, graph, journalist, articles)
        links = [
            node.attributes.get("href") or "" for node in parsed.css("link[rel~=next], a[rel~=next], a.next[href]")
        ]
        return Page(
            kind=self.kind,
            journalist=journalist,
            page_date=page_date,
            articles=articles,
            rates=rates,
            warnings=(*warnings, *dating.warnings, *remarks),
            next=next_page(links, response, accept=_ACCEPT) if articles else None,
        )


def _base(parsed: LexborHTMLParser, place: str) -> str:
    node = parsed.css_first("base[href]")
    href = node.attributes.get("href") if node is not None else None
    return canonical(href or "", base=place) or place


def _own_address(parsed: LexborHTMLParser, response: Response) -> str:
    node = parsed.css_first("link[rel=canonical]")
    href = node.attributes.get("href") if node is not None else None
    return canonical(href or response.url, base=response.url) or ""


def _page_date(lines: Sequence[str], journalist: FoundJournalist | None, parsed: LexborHTMLParser) -> date | None:
    """Return the date that stands alone above the page's name or first heading, if one does."""
    heading = parsed.css_first("h1, h2")
    stops = {text_of(heading) if heading is not None else "", journalist.name if journalist else ""}
    for line in [line for line in lines if not is_ticker(line)][:_HEAD_LINES]:
        if line in stops:
            return None
        day = read_day(line)
        if day is not None:
            return day
    return None


def _articles(
    graph: Graph,
    cards: list[Card],
    base: str,
    journalist: FoundJournalist | None,
    assume: Assume,
    dating: Dating,
) -> tuple[FoundArticle, ...]:
    by_page = {same_page(card.url) if card.url else card.title: card for card in cards}
    authors = (journalist.name,) if journalist and journalist.name else ()
    articles: dict[str, FoundArticle] = {}
    for node in [*graph.of_type("Article"), *_listed(graph)]:
        card = _card_of(node, graph, base)
        page = same_page(card.url) if card is not None and card.url is not None else ""
        if card is not None and page and page not in articles:
            article = _article(_completed(card, by_page.get(page)), authors, assume, dating)
            articles[page] = with_said(article, of_nodes([node], graph), base=base, now=assume.now)
    if not articles:
        articles = {page: _article(card, authors, assume, dating) for page, card in by_page.items()}
    return tuple(articles.values())


def _listed(graph: Graph) -> list[Node]:
    items = [item for node in graph.of_type("ItemList") for item in graph.follow(node.get("itemListElement"))]
    inner = [found for item in items for found in graph.follow(item.get("item"))]
    return [*items, *inner]


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


def _completed(card: Card, shown: Card | None) -> Card:
    if shown is None:
        return card
    return Card(
        title=card.title,
        url=card.url,
        teaser=card.teaser or shown.teaser,
        printed_date=card.printed_date or shown.printed_date,
        authors=card.authors or shown.authors,
    )


def _article(card: Card, authors: tuple[str, ...], assume: Assume, dating: Dating) -> FoundArticle:
    return FoundArticle(
        title=card.title,
        url=card.url,
        text=card.teaser,
        authors=card.authors or authors,
        published=dating.read(card.printed_date, card.title),
        truncated=is_cut(card.teaser),
        language=language_of(f"{card.title} {card.teaser}", assume.language),
    )


def _remarks(
    parsed: LexborHTMLParser, graph: Graph, journalist: FoundJournalist | None, articles: tuple[FoundArticle, ...]
) -> list[str]:
    remarks = []
    if graph.broken:
        remarks.append(f"Structured data of the page could not be read: {graph.broken} blocks of JSON-LD.")
    if journalist is None:
        remarks.append("This is no author's page: it names no journalist.")
    if not articles:
        name = parsed.css_first("title")
        words = title(name.text()) if name is not None else ""
        challenged = f" Its title is {words!r}: it keeps machines out." if _CHALLENGE.search(words) else ""
        remarks.append(f"The page shows no article.{challenged}")
    return remarks
