"""Candidates: the few addresses that are worth asking, the most telling first. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from digest.collect.adding.clues import Clues, FeedLink, api_address
from digest.collect.journalist import SourceKind
from digest.collect.text.canonical import same_page

#: What the address of a file ends with: there is nothing below a file.
_FILES: Final = (".html", ".htm", ".php", ".asp", ".aspx", ".txt")
_GUARDIAN: Final = "theguardian.com"
_MOST_OWN: Final = 3  # a page that names more feeds of one person names one feed in many formats
_MOST_OF_SITE: Final = 2  # the site's, and perhaps a section's


class Scope(StrEnum):
    """Whose articles an address shows, as far as can be told before asking."""

    OWN = "own"  # the journalist's
    SITE = "site"  # everybody's


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address worth asking. ``told_by`` says where it comes from, as words for an editor."""

    kind: SourceKind
    ref: str
    scope: Scope
    told_by: str


def candidates(clues: Clues, name: str | None) -> tuple[Candidate, ...]:
    """Return what to ask beside the page itself, the most telling first, each address once.

    ``name`` is the journalist's, where the page says it: a feed whose title has it is theirs. A page that was saved to
    a file leads nowhere.
    """
    if urlsplit(clues.url).scheme not in ("http", "https"):
        return ()
    feeds = [link for link in clues.feeds if same_page(link.url) != same_page(clues.url)]
    own = [link for link in feeds if _is_own(link, clues, name)]
    site = [link for link in feeds if link not in own]
    found = [_feed(link.url, Scope.OWN, "the page names it as its own feed") for link in own[:_MOST_OWN]]
    found += _by_custom(clues, has_feed=bool(own))
    found += _rest(clues)
    found += [_feed(link.url, Scope.SITE, "the page names it as the site's feed") for link in site[:_MOST_OF_SITE]]
    if not site and (not feeds or clues.is_wordpress):
        found.append(_feed(urljoin(clues.url, "/feed/"), Scope.SITE, "most sites have their feed there"))
    once: dict[str, Candidate] = {}
    for candidate in found:
        once.setdefault(same_page(candidate.ref), candidate)
    return tuple(once.values())


def _feed(url: str, scope: Scope, told_by: str) -> Candidate:
    return Candidate(kind=SourceKind.FEED, ref=url, scope=scope, told_by=told_by)


def _is_own(link: FeedLink, clues: Clues, name: str | None) -> bool:
    page, feed = urlsplit(clues.url), urlsplit(link.url)
    if page.path.rstrip("/") and feed.path.startswith(page.path.rstrip("/") + "/"):
        return True
    if clues.slug and clues.slug.casefold() in feed.path.casefold().split("/"):
        return True
    return bool(name) and str(name).casefold() in link.title.casefold()


def _by_custom(clues: Clues, *, has_feed: bool) -> list[Candidate]:
    """Return the feed that an outlet's software has beside every author's page, whether the page names it or not."""
    parts = urlsplit(clues.url)
    host = parts.hostname or ""
    base = parts.path.rstrip("/")
    if clues.slug is None or parts.query or has_feed or base.endswith(_FILES):
        return []
    if host == _GUARDIAN or host.endswith(f".{_GUARDIAN}"):
        return [_feed(urlunsplit((*parts[:2], f"{base}/rss", "", "")), Scope.OWN, "the Guardian has one per profile")]
    url = urlunsplit((*parts[:2], f"{base}/feed/", "", ""))
    return [_feed(url, Scope.OWN, "WordPress has one beside every author's page")]


def _rest(clues: Clues) -> list[Candidate]:
    """Return the question to WordPress's API, where the site is WordPress or the address has the looks of it."""
    parts = urlsplit(clues.url)
    root = clues.api_root
    if root is None and (clues.is_wordpress or "/author/" in parts.path):
        root = urlunsplit((*parts[:2], "/wp-json/", "", ""))
    if root is None or (clues.api_user is None and clues.slug is None):
        return []
    if clues.api_user is not None:
        ref = api_address(root, "/wp/v2/posts", {"author": clues.api_user})
    else:
        ref = api_address(root, "/wp/v2/users", {"slug": clues.slug or ""})
    told_by = "the page names WordPress's API" if clues.api_root else "WordPress has its API there"
    return [Candidate(kind=SourceKind.WORDPRESS, ref=ref, scope=Scope.OWN, told_by=told_by)]
