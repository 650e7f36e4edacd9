"""One item of an RSS or Atom feed, as feedparser gives it, becomes an article."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from time import strftime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from digest.collect.article import UNDATED, FoundArticle, Published
from digest.collect.page import Assume
from digest.collect.sources.dating import Dating
from digest.collect.sources.said import with_said
from digest.collect.sources.said_in_feeds import of_entry
from digest.collect.sources.untitled import heading
from digest.collect.text.canonical import canonical
from digest.collect.text.language import language_of
from digest.collect.text.names import split_byline, unite
from digest.collect.text.words import is_cut, one_line, paragraphs, plain, title
from digest.collect.web import Response

_LONGEST_TITLE: Final = 4_000  # characters of markup
_BREAK: Final = re.compile(r"</?(?:br|p|div|h[1-6]|li|title)\b[^<>]*>", re.IGNORECASE)
_ELEMENT: Final = re.compile(r"<!?/?(?!script\b|style\b)[a-z][^<>]*>", re.IGNORECASE)
#: A year or a month is a date in W3C's format, and nothing that feedparser should fill up with zeros.
_NO_DAY: Final = re.compile(r"\s*[0-9]{4}(?:-[0-9]{2})?\s*")
#: As nearly every feed prints its dates (RFC 822, RFC 3339).
_USUAL: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} (?:[+-][0-9]{4}|GMT)|"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:Z|[+-][0-9]{2}:[0-9]{2})\Z"
)
#: Of other zones feedparser knows nothing and takes them for UTC.
_ZONED: Final = re.compile(r"(?:[+-][0-9]{2}:?[0-9]{2}|\bGMT|\bUTC?|Z)\s*\Z")
#: What programs and forms put where a name is missing.
_NOBODY: Final = frozenset(
    ("admin", "administrator", "root", "webmaster", "unknown", "anonymous", "null", "undefined", "none", "n/a")
)
_REDIRECTS: Final = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an item is read by beside itself: its feed, where that was found, and the ids that its items share."""

    feed: Mapping[str, Any]
    is_atom: bool
    tells_changes: bool
    response: Response
    assume: Assume
    shared: AbstractSet[str]


def read_item(entry: dict[str, Any], around: Surroundings, dating: Dating) -> FoundArticle:
    """Return the article that an item shows: without a title where it has neither a headline nor a text."""
    feed, here = around.feed, around.response.url
    text = _text(entry)
    headline = _headline(entry) or heading(text)
    guid = one_line(entry.get("id", ""))
    stated = entry.get("title_detail", {}).get("language") or feed.get("language") or around.assume.language
    base = canonical(entry.get("title_detail", {}).get("base") or feed.get("link") or here, base=here) or here
    article = FoundArticle(
        title=headline,
        url=_address(entry, base),
        text=text,
        authors=_authors(entry, feed if around.is_atom else {}),
        published=_published(entry, headline, dating) if headline else UNDATED,
        truncated=is_cut(text),
        guid=guid if guid and guid not in around.shared else None,
        language=language_of(f"{headline} {text}", stated),
    )
    said = of_entry(entry, feed, tells_changes=around.tells_changes)
    return with_said(article, said, base=base, now=around.assume.now)


def _headline(entry: Mapping[str, Any]) -> str:
    # The details are sometimes those of another title, of a picture inside the item.
    detail, value = entry.get("title_detail", {}), str(entry.get("title", ""))
    is_markup = "<" in value and detail.get("value") == value and detail.get("type") != "text/plain"
    value = value[:_LONGEST_TITLE]
    if is_markup:
        # It says that it is markup, so all of its tags are; in a plain title "<title>" may be a word.
        value = _ELEMENT.sub("", _BREAK.sub(" ", value))
    return title(value)


def _text(entry: Mapping[str, Any]) -> str:
    details = (*entry.get("content", ()), entry.get("summary_detail", {}))
    return next(filter(None, map(_plain, details)), "")


def _plain(detail: Mapping[str, Any]) -> str:
    value = str(detail.get("value", ""))
    is_plain = detail.get("type") == "text/plain" and "<" not in value
    return paragraphs(value.split("\n\n")) if is_plain else plain(value)


def _address(entry: Mapping[str, Any], base: str) -> str | None:
    """Return where the article is: FeedBurner's note of the true address goes before its own, and so does Google's.

    An id that is a web address serves where there is no link, also one that is not called permanent.
    """
    guid = str(entry.get("id", ""))
    own = guid if guid.startswith(("http://", "https://")) else ""
    link = entry.get("feedburner_origlink") or entry.get("link") or own
    return canonical(_behind(link), base=base) if link else None


def _behind(link: str) -> str:
    """Return the address that a redirect of a search engine's alerts names in itself, else the link."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return link
    if parts.path != "/url" or not _REDIRECTS.fullmatch(parts.hostname or ""):
        return link
    query = parse_qs(parts.query)
    return next((query[name][0] for name in ("url", "q") if name in query), link)


def _authors(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the item's authors; an Atom entry without one is its source's, else its ``feed``'s (RFC 4287, 4.2.1)."""
    credited = [str(credit.get("content", "")) for credit in entry.get("media_credit", ()) if _writes(credit)]
    for names in (_names(entry), unite(*map(split_byline, credited)), _names(entry.get("source", {})), _names(feed)):
        if names:
            return names
    return ()


def _names(element: Mapping[str, Any]) -> tuple[str, ...]:
    # With several dc:creator ``element.author`` is the last one only, but as printed: feedparser cuts an address after
    # the fourth letter of its last part and takes the rest for a name ("a@b.media (A One)").
    named = [author.get("name", "") for author in element.get("authors", ())]
    last = element.get("author", "")
    bylines = [*named[:-1], last] if "@" in last or not named else named
    return tuple(name for name in unite(*map(split_byline, bylines)) if name.casefold() not in _NOBODY)


def _writes(credit: Mapping[str, Any]) -> bool:
    return credit.get("role") in ("author", "writer")


def _published(entry: dict[str, Any], headline: str, dating: Dating) -> Published:
    # Asked in the plain way, feedparser gives "published" for a missing "updated", with a DeprecationWarning.
    name = next((name for name in ("published", "created", "updated") if dict.get(entry, name)), "published")
    printed, parsed = str(dict.get(entry, name) or ""), dict.get(entry, f"{name}_parsed")
    is_odd = not (_USUAL.match(printed) or _NO_DAY.fullmatch(printed))
    if parsed is not None and is_odd and not dating.is_date(printed):
        # Greek, Korean and Hungarian dates, and days by their number, are what feedparser knows and we do not.
        printed = strftime("%Y-%m-%dT%H:%M:%SZ" if _ZONED.search(printed) else "%Y-%m-%d", parsed)
    return dating.read(printed, headline)
