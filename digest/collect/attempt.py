"""Trying a source without keeping anything: what ``digest collect try`` does and prints."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from digest.collect.article import FoundArticle
from digest.collect.journalist import Selectors, SourceKind
from digest.collect.page import Assume, FoundJournalist, Page, TickerPair
from digest.collect.sources import READERS, guess_kind
from digest.collect.web import Request, Web
from digest.errors import NothingFound

_MOST_LOOKUPS: Final = 2  # pages without articles that lead on to some: WordPress's answer about a slug


async def attempt(
    ref: str,
    *,
    web: Web,
    kind: SourceKind | None,
    now: datetime,
    url: str | None = None,
    selectors: Selectors | None = None,
) -> Page:
    """Read the first page of articles at ``ref`` (a URL or a path), guessing the kind of source where none is given.

    ``url`` is the address that a saved file came from: what it links to is then resolved against that. ``selectors``
    say where a page has its articles.

    :raises FetchError: it cannot be had.
    :raises ParseError: it is no source of articles, or not of that kind.
    :raises NothingFound: it can be read, and has no article.
    """
    request = READERS[kind].first(ref) if kind is not None else Request(ref=ref)
    response = await web.fetch(request)
    response = replace(response, url=url) if url else response
    reader = READERS[kind if kind is not None else guess_kind(response)]
    assume = Assume(now=now, selectors=selectors)
    page = reader.read(response, assume)
    for _ in range(_MOST_LOOKUPS):
        if page.articles or page.next is None:
            break
        older = reader.read(await web.fetch(page.next), assume)
        page = replace(older, journalist=page.journalist or older.journalist, warnings=page.warnings + older.warnings)
    if not page.articles:
        raise NothingFound(ref, advice=" ".join(page.warnings) or "Open it in a browser to see what the outlet serves.")
    return page


def as_json(page: Page) -> dict[str, object]:
    """Return the page as the JSON object that programs read; keys are never missing, what is unknown is ``None``.

    Instants are ISO 8601 in UTC, dates ISO 8601, rates strings with exactly the printed digits.
    """
    return {
        "kind": page.kind.value,
        "journalist": _journalist(page.journalist or FoundJournalist()),
        "page_date": page.page_date.isoformat() if page.page_date else None,
        "articles": [_article(article) for article in page.articles],
        "rates": [_rate(pair) for pair in page.rates],
        "warnings": list(page.warnings),
    }


def _journalist(found: FoundJournalist) -> dict[str, object]:
    return {
        "name": found.name,
        "role": found.role,
        "bio": found.bio,
        "avatar_url": found.avatar_url,
        "outlet": found.outlet,
    }


def _article(article: FoundArticle) -> dict[str, object]:
    published = article.published
    return {
        "title": article.title,
        "url": article.url,
        "text": article.text,
        "authors": list(article.authors),
        "published_at": _instant(published.at),
        "published_earliest": _instant(published.earliest),
        "published_latest": _instant(published.latest),
        "precision": published.precision.value,
        "truncated": article.truncated,
        "modified_at": _instant(article.modified_at),
        "section": article.section,
        "image_url": article.image_url,
        "marks": [mark.value for mark in article.marks],
    }


def _rate(pair: TickerPair) -> dict[str, object]:
    return {
        "currency": pair.currency,
        "quote": pair.quote,
        "value": _digits(pair.value),
        "change_percent": None if pair.change_percent is None else _digits(pair.change_percent),
    }


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at is not None else None


def _digits(value: Decimal) -> str:
    return format(value, "f")
