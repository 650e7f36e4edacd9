"""One article's page: what follow-through reads for the exact date, the authors and the teaser."""

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.article import FoundArticle
from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, Page
from digest.collect.sources.article_authors import publishers, read_authors
from digest.collect.sources.article_dates import read_published
from digest.collect.sources.article_text import read_text
from digest.collect.sources.article_title import read_title, shared_ends
from digest.collect.sources.charset import decode
from digest.collect.sources.dating import Dating
from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_list, a_text
from digest.collect.sources.jsonld import Graph, Node
from digest.collect.sources.said import with_said
from digest.collect.sources.said_on_pages import of_page
from digest.collect.text.bylines import brand_names
from digest.collect.text.canonical import canonical, same_page
from digest.collect.text.language import language_of
from digest.collect.text.words import is_cut, tree
from digest.collect.web import Request, Response
from digest.errors import ParseError

_ACCEPT: Final = "text/html, application/xhtml+xml, */*;q=0.1"
_MARKUP: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|main|article|div|section|h[1-6]|p)\b", re.IGNORECASE
)
_SCRIPTS: Final = 'script[type*="ld+json"]'
_LISTS: Final = ("ProfilePage", "CollectionPage", "ItemList", "SearchResultsPage")
_PAGES: Final = ("WebPage", "ItemPage", "ClaimReview", "Review", "VideoObject", "CreativeWork")
_PLAIN_ARTICLES: Final = ("BlogPosting", "SocialMediaPosting", "LiveBlogPosting", "Report")
_MOST_NODES: Final = 50


class ArticleReader:
    """Reads a page that is one article."""

    kind: SourceKind = SourceKind.ARTICLE

    def first(self, ref: str) -> Request:
        """Return the request for the page at ``ref``."""
        return Request(ref=ref, accept=_ACCEPT)

    def read(self, response: Response, assume: Assume) -> Page:
        """Read a page as one article; a page that has no title is no article, and gives none.

        Only nodes of an article's type are believed, news before blogs, since a page's own node often names whoever
        uploaded it.

        :raises ParseError: no HTML.
        """
        html = decode(response)
        if not _MARKUP.search(html):
            why = "this is no HTML page" if html.strip() else "it is empty"
            raise ParseError(response.ref, why, advice="Open it in a browser to see what the outlet serves.")
        parsed = tree(html)
        head, graph = Head(parsed), _graph(parsed)
        url = head.address(response.url)
        nodes = _nodes(graph, url or response.url)
        named = [*head.site_names(), *publishers(graph, nodes), *shared_ends(parsed, head, nodes)]
        brands = brand_names(named, url or response.url)
        title = read_title(parsed, head, nodes, brands)
        remarks = [f"Structured data of the page could not be read: {graph.broken} blocks of JSON-LD."]
        if not title:
            return Page(kind=self.kind, warnings=(*remarks[: graph.broken], "The page has no title: it is no article."))
        dating = Dating(assume)
        text = read_text(parsed, head, nodes, title)
        stated = next(filter(None, (a_text(node.get("inLanguage")) for node in nodes)), "") or head.language()
        credited = read_authors(parsed, head, graph, nodes, brands)
        article = FoundArticle(
            title=title,
            url=url,
            text=text,
            authors=credited.authors,
            is_outlets=credited.is_outlets,
            published=read_published(
                parsed, head, nodes, list(graph.of_type(*_PAGES)), url=url or "", title=title, dating=dating
            ),
            truncated=is_cut(text),
            language=language_of(f"{title} {text}", stated or assume.language),
        )
        said = of_page(parsed, head, graph, nodes, title)
        article = with_said(article, said, base=url or response.url, now=assume.now)
        remarks = [*remarks[: graph.broken], *_unsigned(article), *dating.warnings]
        return Page(kind=self.kind, articles=(article,), warnings=tuple(remarks))


def _unsigned(article: FoundArticle) -> list[str]:
    return [f"Nobody but the outlet itself is credited: {', '.join(article.authors)}."] if article.is_outlets else []


def is_article(html: str, url: str) -> bool:
    """Tell whether a page is one article and no list of them: it has one node of that kind, or calls itself one.

    A page that lists articles has several, or a node that says so, or one that lives at another address.
    """
    parsed = tree(html)
    graph, head = _graph(parsed), Head(parsed)
    if any(True for _ in graph.of_type(*_LISTS)):
        return False
    articles = {a_text(node.get("headline")) or a_text(node.get("name")): node for node in graph.of_type("Article")}
    articles.pop("", None)
    if len(articles) == 1:
        own = head.address(url)
        place = _address(next(iter(articles.values())), graph, url)
        return own is None or place is None or same_page(own) == same_page(place)
    return not articles and head.first("og:type").lower() == "article" and bool(head.first("article:published_time"))


def _address(node: Node, graph: Graph, url: str) -> str | None:
    said = graph.address(node.get("mainEntityOfPage")) or a_text(node.get("url"))
    return canonical(said, base=url) if said else None


def _graph(parsed: LexborHTMLParser) -> Graph:
    return Graph(node.text() for node in parsed.css(_SCRIPTS))


def _nodes(graph: Graph, url: str) -> list[Node]:
    """Return the nodes that describe this page's article, the most telling first.

    News goes before blogs, and what names this page's address before what names none; an article with another address
    is another article, unless there is nothing else.
    """
    ranked = [_rank(node, graph, url) for node in list(graph.of_type("Article"))[:_MOST_NODES]]
    headlines = {_headline(rank.node) for rank in ranked[:1]} - {""}
    here = [rank for rank in ranked if rank.is_here]
    here = here or [rank for rank in ranked if rank is ranked[0] or _headline(rank.node) in headlines]
    return [rank.node for rank in sorted(here, key=lambda rank: (not rank.is_news, rank.is_plain))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rank:
    """How surely a node is this page's article."""

    node: Node
    is_here: bool
    is_news: bool
    is_plain: bool


def _rank(node: Node, graph: Graph, url: str) -> _Rank:
    place = _address(node, graph, url)
    kinds = {a_text(kind).rpartition("/")[2] for kind in a_list(node.get("@type"))}
    return _Rank(
        node=node,
        is_here=place is not None and same_page(place) == same_page(url),
        is_news=any(kind.endswith("NewsArticle") for kind in kinds),
        is_plain=bool(kinds.intersection(_PLAIN_ARTICLES)),
    )


def _headline(node: Node) -> str:
    return a_text(node.get("headline"))
