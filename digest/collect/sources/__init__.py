"""Where articles are read: one file per kind of source, without any I/O, and the table of them all."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from digest.collect.journalist import SourceKind
from digest.collect.page import SourceReader
from digest.collect.sources.article import ArticleReader, is_article
from digest.collect.sources.capture import CaptureReader
from digest.collect.sources.charset import decode
from digest.collect.sources.feed import FeedReader
from digest.collect.sources.page import PageReader
from digest.collect.sources.wordpress import WordPressReader
from digest.collect.web import Response
from digest.errors import ParseError

READERS: Final[Mapping[SourceKind, SourceReader]] = MappingProxyType(
    {
        SourceKind.FEED: FeedReader(),
        SourceKind.WORDPRESS: WordPressReader(),
        SourceKind.PAGE: PageReader(),
        SourceKind.CAPTURE: CaptureReader(),
        SourceKind.ARTICLE: ArticleReader(),
    }
)

_SIGNATURES: Final = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture or a sound"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "a database"),
)
# <CHANNEL> alone is Microsoft's CDF; other roots may have a prefix, and RSS may be written in capitals.
_FEED: Final = re.compile(r"<(?:(?:[\w.-]+:)?(?:rss|RSS|feed|RDF)|CHANNEL)[\s/>]")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML: Final = re.compile(r"<!doctype\s+html|<(?:html|head|body|article|main|div|section|p|h1)[\s>]", re.IGNORECASE)
_ROOT: Final = re.compile(r"<(?![?!])([\w:.-]+)")
# "[Skip to content]" and "<< Back" begin captures.
_JSON: Final = re.compile(r"[{\[]\s*(?:[\"{\[\]}\d-]|true\b|false\b|null\b|\Z)")
_MARKUP: Final = re.compile(r"<[?!/\w]")
_PROLOGUE: Final = 4096
_ADVICE: Final = "A source is a feed, a WordPress API, an author's page, or that page's text in a file."


def guess_kind(response: Response) -> SourceKind:
    """Return the kind of source that an answer looks like: by its bytes, since media types are often wrong.

    :raises ParseError: none of them; it says what it looks like.
    """
    for signature, looks in _SIGNATURES:
        if response.body.startswith(signature):
            raise _unknown(response, looks)
    text = decode(response)
    start = text.lstrip()[:_PROLOGUE]
    if not start:
        raise ParseError(response.ref, "it is empty", advice=_ADVICE)
    if "\0" in start:
        raise _unknown(response, "binary data")
    if _JSON.match(start):
        return _kind_of_json(response, text)
    if _MARKUP.match(start):
        return _kind_of_markup(response, text)
    if _FEED.search(start):  # below a warning of the outlet's own program
        return SourceKind.FEED
    if _HTML.search(start) and response.media_type != "text/plain":
        return _kind_of_page(response, text)
    if response.media_type in ("", "text/plain", "text/markdown", "application/octet-stream"):
        return SourceKind.CAPTURE
    raise _unknown(response, f"plain text that is called {response.media_type}")


def _kind_of_page(response: Response, text: str) -> SourceKind:
    return SourceKind.ARTICLE if is_article(text, response.url) else SourceKind.PAGE


def _kind_of_markup(response: Response, text: str) -> SourceKind:
    start = _COMMENT.sub("", text[: 2 * _PROLOGUE]).lstrip()[:_PROLOGUE]
    feed, html = _FEED.search(start), _HTML.search(start)
    if feed and (html is None or feed.start() < html.start()):
        return SourceKind.FEED
    if html:
        return _kind_of_page(response, text)
    root = _ROOT.search(start)
    raise _unknown(response, f"XML with <{root[1]}> as its root" if root else "markup of an unknown kind")


def _kind_of_json(response: Response, text: str) -> SourceKind:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise _unknown(response, "broken JSON, or text that begins with a bracket") from None
    if isinstance(value, dict) and "jsonfeed.org" in str(value.get("version")):
        return SourceKind.FEED
    items = value if isinstance(value, list) else [value]
    objects = [item for item in items if isinstance(item, dict)]
    if len(objects) == len(items) and all(_is_wordpress(item) for item in objects):
        return SourceKind.WORDPRESS
    raise _unknown(response, "JSON of an unknown kind")


def _is_wordpress(item: Mapping[str, object]) -> bool:
    post, user, error = {"id", "title", "link"}, {"id", "name", "slug"}, {"code", "message", "data"}
    return any(shape <= item.keys() for shape in (post, user, error))


def _unknown(response: Response, looks: str) -> ParseError:
    return ParseError(response.ref, f"this is no source of articles; it looks like {looks}", advice=_ADVICE)
