"""What to read instead of a WordPress API that is closed to us: the feed of the same author, which is seldom closed.

Plugins for security answer 401, 403 or 404 for ``users`` or the whole API, or an error in WordPress's own words; some
outlets let nothing through but their feeds. An author of Co-Authors Plus may be no user at all, but has a feed.
"""

import re
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit, urlunsplit

from digest.collect.journalist import Source, SourceKind
from digest.errors import BadAnswer, Challenged, CollectError, ParseError, RobotsForbid

AUTHOR_PAGE: Final = re.compile(r"^(?P<root>.*)/(?:author|our-people)/(?P<slug>[^/]+)(?:/.*)?$")
_API: Final = re.compile(r"/(?:wp-json(?:/.*)?|index\.php/?)?\Z")
_HARMLESS: Final = frozenset(("rest_route", "per_page", "_fields", "_embed", "order", "orderby"))
_CLOSED: Final = frozenset((400, 401, 403, 404, 405, 406, 410, 451))


def feed_instead(source: Source, error: CollectError | None = None) -> Source | None:
    """Return the feed to be read instead of a WordPress source, or ``None``: another kind, a file, or another error.

    Without an ``error`` the API answers and hides who wrote what.
    """
    feed = _feed_of(source.ref) if source.kind is SourceKind.WORDPRESS else None
    if feed is None or not (error is None or _is_closed(error)):
        return None
    return Source(kind=SourceKind.FEED, ref=feed, byline=source.byline)


def why_instead(feed: Source, error: CollectError | None = None) -> str:
    """Return the warning that a feed was read instead, for the editor who can change the source's kind."""
    why = getattr(error, "why", "") or "it names no authors"
    told = f"WordPress's API is closed to us ({why}). The feed {feed.ref} was read instead"
    return f"{told}; make that the source, with the kind feed."


def _is_closed(error: CollectError) -> bool:
    if isinstance(error, (ParseError, RobotsForbid, Challenged)):
        return True
    return isinstance(error, BadAnswer) and error.status in _CLOSED


def _feed_of(ref: str) -> str | None:
    """Return the feed of the author whom an author's page, a look-up by slug or a query for posts means."""
    parts = urlsplit(ref)
    if parts.scheme not in ("http", "https"):
        return None
    query = parse_qs(parts.query)
    page = AUTHOR_PAGE.match(parts.path)
    if page:
        path = parts.path[: page.end("slug")]
        return urlunsplit((parts.scheme, parts.netloc, f"{path}/feed/", "", ""))
    root = _API.sub("", parts.path)
    if "slug" in query:
        path = f"{root}/author/{quote(unquote(query['slug'][0]), safe='')}/feed/"
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    if "author" in query:
        asked = urlencode({"author": query["author"][0], "feed": "rss2"})
        return urlunsplit((parts.scheme, parts.netloc, f"{root}/", asked, ""))
    # Other questions have no feed of the same answers.
    return None if query.keys() - _HARMLESS else urlunsplit((parts.scheme, parts.netloc, f"{root}/feed/", "", ""))
