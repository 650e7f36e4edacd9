"""HTML pages: an author's page, read by its repeated article cards and by its JSON-LD (``listed.py`` has the order)."""

import re
from datetime import date
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.article import FoundArticle
from digest.collect.fetching.files import is_web_address
from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, FoundJournalist, Page, TickerPair
from digest.collect.sources.cards import CardFinder, Listing
from digest.collect.sources.charset import decode
from digest.collect.sources.dating import Dating
from digest.collect.sources.embedded import embedded_cards
from digest.collect.sources.jsonld import Graph
from digest.collect.sources.listed import Listed, arranged
from digest.collect.sources.next_page import next_page, older_links
from digest.collect.sources.profile import NAME_PLACES, name_of, person_of, read_profile
from digest.collect.sources.said import with_said
from digest.collect.sources.said_on_pages import of_nodes
from digest.collect.sources.selecting import check, select_cards
from digest.collect.sources.ticker import is_ticker, read_pairs
from digest.collect.text.canonical import canonical
from digest.collect.text.dates import read_day
from digest.collect.text.language import language_of
from digest.collect.text.words import is_cut, lines_of, one_line, printable, text_of, title, tree
from digest.collect.web import Request, Response
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
_REACH: Final = 30  # characters around the slash of a pair
#: What every ticker has, however it is marked up.
_PAIR: Final = re.compile(r"[A-Z]{3}\s{0,9}/\s{0,9}[A-Z]{3}\s{0,9}[=:]")


class PageReader:
    """Reads HTML pages."""

    kind: SourceKind = SourceKind.PAGE

    def first(self, ref: str) -> Request:
        """Return the request for the page at ``ref``."""
        return Request(ref=ref, accept=_ACCEPT)

    def read(self, response: Response, assume: Assume) -> Page:
        """Read a page; relative links are resolved against its ``<base>`` or where it was found.

        A page without articles, such as a challenge or a login, is a page with a warning: suspect, not quiet.

        :raises ParseError: no HTML, or a selector of ``assume`` that is none.
        """
        if assume.selectors is not None:
            check(assume.selectors, response.ref)
        html = decode(response)
        if not _MARKUP.search(html):
            why = "this is no HTML page" if html.strip() else "it is empty"
            raise ParseError(response.ref, why, advice="Open it in a browser to see what the outlet serves.")
        parsed = tree(html)
        own = _own_address(parsed, response)
        base = _base(parsed, response.url if is_web_address(response.url) else own)
        graph = Graph(node.text() for node in parsed.css('script[type="application/ld+json"]'))
        rates, warnings = _ticker(parsed)
        page_date = _page_date(parsed, name_of(person_of(graph, url=own or response.url, assume=assume)))
        dating = Dating(assume, page_date, is_saved=not is_web_address(response.url))
        listing, remarks = _listing(parsed, assume, base=base, own=own, dating=dating)
        journalist = read_profile(parsed, graph, listing, url=own or response.url, base=base, assume=assume)
        listed = _listed(parsed, listing, graph, base, journalist, assume)
        articles = tuple(_article(one, graph, base, journalist, assume, dating) for one in listed)
        return Page(
            kind=self.kind,
            journalist=journalist,
            page_date=page_date,
            articles=articles,
            rates=rates,
            warnings=(*warnings, *dating.warnings, *remarks, *_remarks(parsed, graph, journalist, articles)),
            next=next_page(older_links(parsed, response.url), response, accept=_ACCEPT) if articles else None,
        )


def _base(parsed: LexborHTMLParser, place: str) -> str:
    node = parsed.css_first("base[href]")
    href = node.attributes.get("href") if node is not None else None
    return canonical(href or "", base=place) or place


def _own_address(parsed: LexborHTMLParser, response: Response) -> str:
    node = parsed.css_first("link[rel=canonical]")
    href = node.attributes.get("href") if node is not None else None
    return canonical(href or response.url, base=response.url) or ""


def _ticker(parsed: LexborHTMLParser) -> tuple[tuple[TickerPair, ...], tuple[str, ...]]:
    body = parsed.body
    text = printable(body.text()) if body is not None else ""
    slashes = (found.start() for found in re.finditer("/", text))
    if body is None or not any(_PAIR.search(text[max(0, at - _REACH) : at + _REACH]) for at in slashes):
        return (), ()
    return read_pairs(lines_of(body))


def _page_date(parsed: LexborHTMLParser, name: str) -> date | None:
    """Return the date that stands alone above the journalist's name or the first heading, if one does."""
    if parsed.body is None:
        return None
    stops = {name, *(one_line(text_of(node)) for node in parsed.css(f"h1, h2, {NAME_PLACES}")[:_HEAD_LINES])}
    lines = (line for line in lines_of(parsed.body) if not is_ticker(line))
    for line in islice(lines, _HEAD_LINES):
        if line in stops:
            return None
        day = read_day(line)
        if day is not None:
            return day
    return None


def _listing(
    parsed: LexborHTMLParser, assume: Assume, *, base: str, own: str, dating: Dating
) -> tuple[Listing, tuple[str, ...]]:
    if assume.selectors is not None:
        return select_cards(parsed, assume.selectors, base=base, dating=dating)
    return CardFinder(parsed, base=base, own=own, dating=dating).find(), ()


def _listed(
    parsed: LexborHTMLParser,
    listing: Listing,
    graph: Graph,
    base: str,
    journalist: FoundJournalist | None,
    assume: Assume,
) -> list[Listed]:
    """Return the page's list; where an editor said which elements are its cards, these and nothing else."""
    if assume.selectors is not None:
        return [Listed(card=card) for card in listing.cards]
    names = tuple(filter(None, (journalist.name if journalist else None, assume.byline, *assume.aliases)))
    listed = arranged(listing.cards, graph, base=base, names=names)
    return listed or [Listed(card=card) for card in embedded_cards(parsed, base=base)]


def _article(
    listed: Listed, graph: Graph, base: str, journalist: FoundJournalist | None, assume: Assume, dating: Dating
) -> FoundArticle:
    card = listed.card
    article = FoundArticle(
        title=card.title,
        url=card.url,
        text=card.teaser,
        authors=card.authors or ((journalist.name,) if journalist and journalist.name else ()),
        published=dating.read(card.printed_date, card.title),
        truncated=is_cut(card.teaser),
        language=language_of(f"{card.title} {card.teaser}", assume.language),
    )
    said = of_nodes([listed.node] if listed.node is not None else [], graph)
    return with_said(article, said, base=base, now=assume.now)


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
