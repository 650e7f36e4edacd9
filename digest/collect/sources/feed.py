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

from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.charset import decode
from digest.collect.sources.dating import Dating
from digest.collect.sources.feed_item import Surroundings, read_item
from digest.collect.sources.feed_paging import older
from digest.collect.sources.feed_shape import MOST_ITEMS, manageable
from digest.collect.sources.json_feed import read_json_feed
from digest.collect.sources.next_page import next_page
from digest.collect.text.names import split_byline
from digest.collect.text.words import one_line
from digest.collect.web import Request, Response
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
    feed, entries = parsed["feed"], parsed["entries"]
    dating = Dating(assume)
    guids = Counter(one_line(entry.get("id", "")) for entry in entries)
    around = Surroundings(
        feed=feed,
        is_atom=str(parsed.get("version")).startswith("atom"),
        tells_changes=b"<dc:date" not in response.body,
        response=response,
        assume=assume,
        shared={guid for guid, times in guids.items() if guid and times > 1},
    )
    articles = [read_item(entry, around, dating) for entry in entries]
    kept = tuple(article for article in articles if article.title)
    warnings = [*_remarks(parsed, response), *dating.warnings]
    if len(kept) < len(articles):
        warnings.append(f"Items without a title and a text were passed over: {len(articles) - len(kept)}.")
    if around.shared:
        warnings.append("Several items have the same id; they were told apart by their addresses.")
    return Page(
        kind=SourceKind.FEED,
        journalist=_journalist(feed),
        articles=kept,
        warnings=tuple(warnings),
        next=next_page(older(feed, response.url), response, accept=_ACCEPT) if entries else None,
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
