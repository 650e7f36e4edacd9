"""Co-Authors Plus: who wrote a post, where WordPress itself only knows the user who typed it in.

The plugin keeps authors as terms of a taxonomy of its own (``coauthors`` in the API), with ``cap-`` before their slugs.
Their names are told for one post at a time, by ``/coauthors/v1/coauthors?post_id=ID``; some of them are no users.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from digest.collect.sources.charset import decode
from digest.collect.sources.json_values import a_dict, a_list, a_text, load
from digest.collect.text.names import split_byline, unite
from digest.collect.web import Request, Response
from digest.errors import ParseError

ACCEPT: Final = "application/json"
_CREDITS: Final = "/coauthors/v1/coauthors"
_ROUTE: Final = re.compile(r"/wp/v2/\w+")
_PREFIX: Final = "cap-"
_MOST_NAMES: Final = 50


def route(url: str, to: str, **query: str) -> Request | None:
    """Return the request for another route of the API that answered at ``url``; ``None`` where that is no web address.

    Sites without pretty addresses name the route in the query (``?rest_route=/wp/v2/posts``).
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return None
    in_query = [(name, to) for name, _ in parse_qsl(parts.query) if name == "rest_route"]
    path = parts.path if in_query else _ROUTE.sub(to, unquote(parts.path), count=1)
    asked = urlencode([*in_query, *query.items()], safe="/,")
    return Request(ref=urlunsplit((parts.scheme, parts.netloc, quote(path), asked, "")), accept=ACCEPT)


def credits_of(post: Mapping[str, Any], url: str) -> Request | None:
    """Return the request that tells who wrote a post found at ``url``; ``None`` where the post itself tells.

    That is: the plugin is not there, the site writes the names into the post, or the only author is the user.
    """
    coauthors, number = a_list(post.get("coauthors")), a_text(post.get("id"))
    if any(isinstance(author, dict) for author in coauthors) or not re.fullmatch(r"[0-9]+", number):
        return None
    embedded = a_dict(post.get("_embedded"))
    terms = [a_dict(term) for group in a_list(embedded.get("wp:term")) for term in a_list(group)]
    slugs = [a_text(term.get("slug")).removeprefix(_PREFIX) for term in terms if term.get("taxonomy") == "author"]
    linked = any(a_dict(link).get("taxonomy") == "author" for link in a_list(a_dict(post.get("_links")).get("wp:term")))
    if not (coauthors or linked):
        return None
    users = [a_text(a_dict(user).get("slug")) for user in a_list(embedded.get("author"))]
    return None if slugs and slugs == users else route(url, _CREDITS, post_id=number)


def read_credits(response: Response) -> tuple[str, ...]:
    """Return the names of a post's authors, in the site's order.

    :raises ParseError: the site does not tell.
    """
    answer = load(response.ref, decode(response))
    names = [a_text(a_dict(author).get("display_name")) for author in a_list(answer)[:_MOST_NAMES]]
    authors = unite(*map(split_byline, names))
    if not isinstance(answer, list) or not authors:
        raise ParseError(response.ref, "the site does not tell who wrote this article")
    return authors
