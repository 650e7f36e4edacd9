"""Where a feed's older articles are: what it says itself, and what WordPress does without saying it."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

#: ``next`` leads through a paged feed, ``prev-archive`` from a feed to the documents before it (RFC 5005, 3 and 4).
_RELATIONS: Final = ("next", "prev-archive")
_FEED_PATH: Final = re.compile(r"/feed(?:/(?:rss2?|atom|rdf))?/?\Z")
_MOST_PAGES: Final = 1_000


def older(feed: Mapping[str, Any], url: str) -> list[str]:
    """Return the addresses of older articles that a feed found at ``url`` names, or that WordPress has for it.

    WordPress serves each of its feeds in pages (``?paged=2``) and names none of them. A site that has no such page
    answers 404, or the first page again.
    """
    links = [link for link in feed.get("links", ()) if isinstance(link.get("href"), str)]
    named = [link["href"] for relation in _RELATIONS for link in links if link.get("rel") == relation]
    return named or _paged(feed, url)


def _paged(feed: Mapping[str, Any], url: str) -> list[str]:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    given = dict(query)
    is_wordpress = "wordpress.org" in str(feed.get("generator", "")).lower()
    if parts.scheme not in ("http", "https") or not (is_wordpress or _FEED_PATH.search(parts.path) or "feed" in given):
        return []
    page = given.get("paged", "1")
    if not re.fullmatch(r"[0-9]{1,4}", page) or int(page) >= _MOST_PAGES:
        return []
    others = [pair for pair in query if pair[0] != "paged"]
    return [urlunsplit(parts._replace(query=urlencode([*others, ("paged", str(int(page) + 1))]), fragment=""))]
