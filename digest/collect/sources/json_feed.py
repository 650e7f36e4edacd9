"""JSON Feed, versions 1 and 1.1 (jsonfeed.org)."""

from collections import Counter
from dataclasses import replace
from typing import Any, Final

from digest.collect.article import UNDATED, FoundArticle
from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.dating import Dating
from digest.collect.sources.feed_shape import MOST_ITEMS
from digest.collect.sources.json_values import a_dict, a_list, a_text, load
from digest.collect.sources.next_page import next_page
from digest.collect.sources.said import with_said
from digest.collect.sources.said_in_feeds import of_item
from digest.collect.sources.untitled import heading
from digest.collect.text.canonical import canonical
from digest.collect.text.language import language_of
from digest.collect.text.names import split_byline, unite
from digest.collect.text.words import is_cut, one_line, paragraphs, plain, title
from digest.collect.web import Response
from digest.errors import ParseError

#: What items of no other JSON have; those of a feed that forgot to name its version do.
_WORDS: Final = frozenset(("content_html", "content_text", "title"))


def read_json_feed(response: Response, text: str, assume: Assume) -> Page:
    """Read a JSON Feed.

    :raises ParseError: no JSON, or JSON of another kind.
    """
    feed = a_dict(load(response.ref, text))
    is_named = "jsonfeed.org/version" in a_text(feed.get("version"))
    if not (is_named or any(_WORDS & a_dict(item).keys() for item in a_list(feed.get("items"))[:MOST_ITEMS])):
        raise ParseError(response.ref, "this JSON is no JSON Feed: it names no jsonfeed.org version")
    dating = Dating(assume)
    feed_authors = [a_dict(author) for author in a_list(feed.get("authors")) + a_list(feed.get("author"))]
    shown = a_list(feed.get("items"))
    items = [a_dict(item) for item in shown[:MOST_ITEMS]]
    ids = Counter(a_text(item.get("id")) for item in items)
    read = [_article(item, feed, response, assume, dating) for item in items]
    articles = [replace(one, guid=None) if ids[one.guid or ""] > 1 else one for one in read if one.title]
    remarks = [] if is_named else ["The feed does not say that it is a JSON Feed; it was read as one."]
    if len(articles) < len(items):
        remarks.append(f"Items without a title and a text were passed over: {len(items) - len(articles)}.")
    return Page(
        kind=SourceKind.FEED,
        journalist=_journalist(feed_authors),
        articles=tuple(articles),
        warnings=(*remarks, *dating.warnings, *_cut_short(len(shown))),
        next=next_page([a_text(feed.get("next_url"))], response, accept="application/feed+json"),
    )


def _cut_short(items: int) -> tuple[str, ...]:
    return (f"Only the first {MOST_ITEMS:,} items of the feed were read.",) if items > MOST_ITEMS else ()


def _journalist(authors: list[dict[str, Any]]) -> FoundJournalist | None:
    if len(authors) != 1 or not title(a_text(authors[0].get("name"))):
        return None
    return FoundJournalist(
        name=title(a_text(authors[0].get("name"))), avatar_url=canonical(a_text(authors[0].get("avatar")))
    )


def _article(
    item: dict[str, Any], feed: dict[str, Any], response: Response, assume: Assume, dating: Dating
) -> FoundArticle:
    text = (
        plain(a_text(item.get("content_html")))
        or paragraphs(a_text(item.get("content_text")).split("\n\n"))
        or paragraphs(a_text(item.get("summary")).split("\n\n"))
    )
    headline = title(a_text(item.get("title"))) or heading(text)
    # What the feed says of its authors holds for each item that says nothing (jsonfeed.org/version/1.1).
    named = _named(item) or _named(feed)
    link = a_text(item.get("url")) or a_text(item.get("external_url"))
    base = canonical(a_text(feed.get("home_page_url")), base=response.url) or response.url
    printed = a_text(item.get("date_published")) or a_text(item.get("date_modified"))
    stated = a_text(item.get("language")) or a_text(feed.get("language")) or assume.language
    article = FoundArticle(
        title=headline,
        url=canonical(link, base=base) if link else None,
        text=text,
        authors=named,
        published=dating.read(printed, headline) if headline else UNDATED,
        truncated=is_cut(text),
        guid=one_line(a_text(item.get("id"))) or None,
        language=language_of(f"{headline} {text}", stated),
    )
    return with_said(article, of_item(item), base=base, now=assume.now)


def _named(place: dict[str, Any]) -> tuple[str, ...]:
    authors = [a_dict(author) for author in a_list(place.get("authors")) + a_list(place.get("author"))]
    return unite(*(split_byline(a_text(author.get("name"))) for author in authors))
