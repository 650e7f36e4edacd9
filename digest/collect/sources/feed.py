"""Feeds: RSS and Atom, read by feedparser, which nothing else here may import; JSON Feed beside it.

feedparser is given bytes only. It would open a URL or a file's path itself, past the fetcher.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

import feedparser

from digest.collect.article import FoundArticle
from digest.collect.canonical import canonical
from digest.collect.journalist import SourceKind
from digest.collect.language import language_of
from digest.collect.names import split_byline, unite
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.charset import decode
from digest.collect.sources.dating import Dating
from digest.collect.sources.feed_shape import MOST_ITEMS, manageable
from digest.collect.sources.json_feed import read_json_feed
from digest.collect.sources.next_page import next_page
from digest.collect.sources.said import with_said
from digest.collect.sources.said_in_feeds import of_entry
from digest.collect.web import Request, Response
from digest.collect.words import is_cut, one_line, paragraphs, plain, title
from digest.errors import ParseError

_ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
    "*/*;q=0.1"
)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_NO_FEED: Final = "this is no RSS, Atom or JSON feed"


class FeedReader:
    """Reads RSS, Atom and JSON Feed."""

    kind: SourceKind = SourceKind.FEED

    def first(self, ref: str) -> Request:
        """Return the request for the feed at ``ref``."""
        return Request(ref=ref, accept=_ACCEPT)

    def read(self, response: Response, assume: Assume) -> Page:
        """Read a feed. All ``dc:creator`` of an item are its authors; a date without a zone is in the outlet's.

        :raises ParseError: not a feed.
        """
        start = response.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start:
            raise ParseError(response.ref, "it is empty", advice="Open it in a browser to see what the outlet serves.")
        if start.startswith(b"{"):
            return read_json_feed(response, decode(response), assume)
        body, is_cut_short = manageable(response.ref, _in_utf8(response))
        parsed = _parse(response, body)
        if not parsed.get("version") and not parsed["entries"]:
            raise ParseError(response.ref, _NO_FEED, advice="Open it in a browser to see what the outlet serves.")
        page = _page(parsed, response, assume)
        if not is_cut_short:
            return page
        return replace(page, warnings=(*page.warnings, f"Only the first {MOST_ITEMS:,} items of the feed were read."))


def _in_utf8(response: Response) -> bytes:
    # feedparser believes whatever charset the server names, and gives mojibake without a word.
    return response.body if _is_utf8(response.body) else decode(response).encode()


def _parse(response: Response, body: bytes) -> Mapping[str, Any]:
    headers = {"content-location": response.url, "content-type": "application/xml; charset=utf-8"}
    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # on broken markup feedparser raises whatever its parsers stumble over
        raise ParseError(response.ref, f"{_NO_FEED} ({type(error).__name__})") from error
    return parsed


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _page(parsed: Mapping[str, Any], response: Response, assume: Assume) -> Page:
    feed = parsed["feed"]
    dating = Dating(assume)
    guids = Counter(one_line(entry.get("id", "")) for entry in parsed["entries"])
    shared = {guid for guid, times in guids.items() if guid and times > 1}
    articles = [_article(entry, feed, shared, response, assume, dating) for entry in parsed["entries"]]
    kept = tuple(article for article in articles if article.title)
    warnings = [*_remarks(parsed, response), *dating.warnings]
    if len(kept) < len(articles):
        warnings.append(f"Items without a title were passed over: {len(articles) - len(kept)}.")
    if shared:
        warnings.append("Several items have the same id; they were told apart by their addresses.")
    following = [link.get("href", "") for link in feed.get("links", ()) if link.get("rel") == "next"]
    return Page(
        kind=SourceKind.FEED,
        journalist=_journalist(feed),
        articles=kept,
        warnings=tuple(warnings),
        next=next_page(following, response, accept=_ACCEPT),
    )


def _remarks(parsed: Mapping[str, Any], response: Response) -> list[str]:
    remarks = []
    named = _CHARSET.search(response.headers.get("content-type", ""))
    if named and named[1].lower() != "utf-8" and _is_utf8(response.body) and not response.body.isascii():
        remarks.append(f"The server calls the feed {named[1]}, but it is UTF-8 and was read so.")
    trouble = parsed.get("bozo_exception")
    if trouble is not None and not isinstance(trouble, feedparser.NonXMLContentType):
        remarks.append("The feed is not well-formed XML; it was read as far as possible.")
    return remarks


def _journalist(feed: Mapping[str, Any]) -> FoundJournalist | None:
    names = split_byline(feed.get("author_detail", {}).get("name", ""))
    return FoundJournalist(name=names[0]) if len(names) == 1 else None


def _article(
    entry: dict[str, Any],
    feed: Mapping[str, Any],
    shared: set[str],
    response: Response,
    assume: Assume,
    dating: Dating,
) -> FoundArticle:
    headline = title(entry.get("title", ""))
    text = _text(entry)
    guid = one_line(entry.get("id", ""))
    base = entry.get("title_detail", {}).get("base") or feed.get("link") or response.url
    link = entry.get("feedburner_origlink") or entry.get("link") or ""
    stated = entry.get("title_detail", {}).get("language") or feed.get("language") or assume.language
    # Asked in the plain way, feedparser gives "published" for a missing "updated", with a DeprecationWarning.
    dates = [dict.get(entry, name) for name in ("published", "created", "updated")]
    printed = next((printed for printed in dates if printed), "")
    place = canonical(base, base=response.url) or response.url
    article = FoundArticle(
        title=headline,
        url=canonical(link, base=place) if link else None,
        text=text,
        authors=_authors(entry),
        published=dating.read(printed, headline),
        truncated=is_cut(text),
        guid=guid if guid and guid not in shared else None,
        language=language_of(f"{headline} {text}", stated),
    )
    said = of_entry(entry, feed, tells_changes=b"<dc:date" not in response.body)
    return with_said(article, said, base=place, now=assume.now)


def _text(entry: Mapping[str, Any]) -> str:
    details = [*entry.get("content", ()), entry.get("summary_detail", {})]
    texts = [
        paragraphs(detail.get("value", "").split("\n\n"))
        if detail.get("type") == "text/plain" and "<" not in detail.get("value", "")
        else plain(detail.get("value", ""))
        for detail in details
    ]
    return next((text for text in texts if text), "")


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    # With several dc:creator ``entry.author`` is the last one only.
    named = [author.get("name", "") for author in entry.get("authors", ())]
    # It also cuts "a@b.media (A One)" after the fourth letter of ".media".
    is_broken = any("(" in name and ")" not in name for name in named)
    return unite(*map(split_byline, [entry.get("author", "")] if is_broken or not named else named))
