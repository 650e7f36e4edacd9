"""Clues: what an address, and the page found there, tell of other ways to read the same journalist. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from digest.audience.tags import locale_tag
from digest.collect.sources.charset import decode
from digest.collect.sources.json_values import a_dict, a_text, load
from digest.collect.sources.people import person_slug
from digest.collect.text.canonical import canonical
from digest.collect.text.words import title, tree
from digest.collect.web import Response
from digest.errors import ParseError

_FEED_TYPES: Final = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
)
_COMMENTS: Final = re.compile(r"/comments(?:/|$)|feed=comments", re.IGNORECASE)
_COMMENTS_TITLE: Final = re.compile(r"\b(?:comments|комментари\w+|izohlar|пікірлер)\b", re.IGNORECASE)
_PAGE_PATH: Final = re.compile(r"/(?:page|posts)/\d{1,6}(?=/?$)", re.IGNORECASE)
_PAGE_NAMES: Final = frozenset(("page", "paged"))
#: The `Link` header that WordPress sends with every page (developer.wordpress.org, "Discovery").
_API_HEADER: Final = re.compile(r"<([^<>]{1,2000})>\s*;\s*rel=\"?https://api\.w\.org/\"?")
_USER_LINK: Final = re.compile(r"/wp/v2/users/(\d{1,12})(?:[>?&/]|$)")
_WORDPRESS: Final = re.compile(r"/wp-(?:content|includes|json)/|<meta[^>]{1,200}content=[\"']WordPress", re.IGNORECASE)
_FEED_TITLE: Final = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title", re.DOTALL | re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"<language>\s*([\w-]{2,20})\s*<|xml:lang=[\"']([\w-]{2,20})[\"']")
_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_START: Final = 20_000  # characters of a feed within which its own title stands
_MOST_LINKS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a page names in its head."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known before any other address is asked. ``url`` is the journalist's page, without a page's number.

    ``api_root`` is WordPress's REST root (it may be ``…?rest_route=/``), ``api_user`` the journalist's number there.
    ``label`` is the page's or feed's own title; ``language`` a BCP 47 tag or empty.
    """

    url: str
    slug: str | None = None
    feeds: tuple[FeedLink, ...] = ()
    is_wordpress: bool = False
    api_root: str | None = None
    api_user: str | None = None
    label: str = ""
    language: str = ""


def first_page(url: str) -> str:
    """Return the address of a page's first part: ``/author/dana/page/3`` gives ``/author/dana``.

    What is no web address stays as it is.
    """
    address = canonical(url)
    if address is None:
        return url
    parts = urlsplit(address)
    given = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name not in _PAGE_NAMES or not value.isdecimal()]
    query = parts.query if len(kept) == len(given) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, _PAGE_PATH.sub("", parts.path), query, ""))


def clues_of_address(url: str) -> Clues:
    """Return what the address alone tells: enough to ask for feeds where the page itself cannot be read."""
    return Clues(url=url, slug=person_slug(url))


def clues_of_page(response: Response) -> Clues:
    """Return what an HTML page and its headers tell. Any bytes will do; what is no page tells nothing."""
    html = decode(response)
    parsed = tree(html)
    root, user = _api(parsed, response)
    heading, top = parsed.css_first("title"), parsed.css_first("html[lang]")
    stated = (top.attributes.get("lang") or "") if top is not None else ""
    url = first_page(response.url)
    return Clues(
        url=url,
        slug=person_slug(url),
        feeds=_feeds(parsed, response),
        is_wordpress=root is not None or _WORDPRESS.search(html) is not None,
        api_root=root,
        api_user=user,
        label=title(heading.text()) if heading is not None else "",
        language=locale_tag(stated) or "",
    )


def clues_of_feed(response: Response) -> Clues:
    """Return what a feed's head tells: its title and its language."""
    start = decode(response)[:_START].lstrip()
    if start.startswith("{"):
        try:
            feed = a_dict(load(response.ref, decode(response)))
        except ParseError:
            feed = {}
        label, stated = a_text(feed.get("title")), a_text(feed.get("language"))
    else:
        head, language = _FEED_TITLE.search(start), _LANGUAGE.search(start)
        label = _CDATA.sub("", head[1]) if head else ""
        stated = (language[1] or language[2]) if language else ""
    url = response.url
    return Clues(url=url, slug=person_slug(url), label=title(label), language=locale_tag(stated) or "")


def _feeds(parsed: LexborHTMLParser, response: Response) -> tuple[FeedLink, ...]:
    """Return the feeds in a page's head, each once; feeds of readers' comments are none of ours."""
    found: dict[str, FeedLink] = {}
    for node in parsed.css("link[rel~=alternate][href]")[:_MOST_LINKS]:
        kind = (node.attributes.get("type") or "").split(";")[0].strip().lower()
        href, name = node.attributes.get("href") or "", title(node.attributes.get("title") or "")
        is_json_feed = kind == "application/json" and "feed" in href.lower() and "oembed" not in href.lower()
        url = canonical(href, base=response.url) if kind in _FEED_TYPES or is_json_feed else None
        if url is not None and not _COMMENTS.search(url) and not _COMMENTS_TITLE.search(name):
            found.setdefault(url, FeedLink(url=url, title=name))
    return tuple(found.values())


def _api(parsed: LexborHTMLParser, response: Response) -> tuple[str | None, str | None]:
    """Return WordPress's REST root and the number of the user whose page this is, where the page names them."""
    header = response.headers.get("link", "")
    node = parsed.css_first('link[rel="https://api.w.org/"][href]')
    named = _API_HEADER.search(header)
    href = named[1] if named else (node.attributes.get("href") or "") if node is not None else ""
    links = [header, *(link.attributes.get("href") or "" for link in parsed.css("link[rel~=alternate][href]"))]
    users = {found[1] for link in links for found in _USER_LINK.finditer(unquote(link))}
    return (_joined(response.url, href) if href else None), (users.pop() if len(users) == 1 else None)


def _joined(base: str, href: str) -> str | None:
    try:
        return canonical(urljoin(base, href))
    except ValueError:
        return None


def api_address(root: str, route: str, query: Mapping[str, str]) -> str:
    """Return the address of a route below WordPress's REST root, whatever shape the root has."""
    parts = urlsplit(root)
    given = dict(parse_qsl(parts.query))
    if "rest_route" in given:
        return urlunsplit((*parts[:3], urlencode({**given, "rest_route": route, **query}, safe="/"), ""))
    return urlunsplit((*parts[:2], parts.path.rstrip("/") + route, urlencode(query, safe="/"), ""))
