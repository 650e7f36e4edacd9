"""Reading one source: page after page, until all that is new has been seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from digest.collect.article import Article, FoundArticle
from digest.collect.checkup import SourceHealth
from digest.collect.fingerprint import fingerprint
from digest.collect.follow_steps import follow
from digest.collect.freshness import too_early
from digest.collect.identity import key_of, recognise, traits_of
from digest.collect.journalist import Journalist, Source
from digest.collect.names import means
from digest.collect.page import Assume, Page
from digest.collect.parsing import Parse
from digest.collect.ports import Shelf
from digest.collect.sources import READERS
from digest.collect.web import Response, Web

_MOST_LOOKUPS: Final = 1  # WordPress is asked for a slug's number first


@dataclass(slots=True, kw_only=True)
class Reading:
    """What the pages of one source came to. ``passed_over`` are by others, or held back.

    ``read_from`` is where the first of them was finally found. ``fingerprint`` is of the only answer that there was to
    read; nothing where there were several, or where the same one will say more on another day.
    """

    read_from: str = ""
    articles: dict[str, FoundArticle] = field(default_factory=dict)
    known: dict[str, Article] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    passed_over: int = 0
    nameless: int = 0
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A source's first answer. ``is_as_before``: all that it can say was dealt with in an earlier run."""

    source: Source
    response: Response
    fingerprint: str
    is_as_before: bool


async def open_source(source: Source, journalist: Journalist, had: SourceHealth | None, *, web: Web) -> Opening:
    """Ask a source for its first answer. ``had`` is how it has been doing.

    :raises FetchError: there is none.
    """
    response = await web.fetch(READERS[source.kind].first(source.ref))
    mark = fingerprint(response, source, journalist)
    is_as_before = response.unchanged and had is not None and had.reading == mark
    return Opening(source=source, response=response, fingerprint=mark, is_as_before=is_as_before)


async def read_source(
    opening: Opening,
    journalist: Journalist,
    *,
    web: Web,
    shelf: Shelf,
    parse: Parse,
    now: datetime,
    most_pages: int,
) -> Reading:
    """Read a source from its first answer on, and the own pages of what is new.

    :raises CollectError: it could not be read.
    """
    source, response = opening.source, opening.response
    names = (source.byline or journalist.name, journalist.name, *journalist.aliases)
    reading = Reading(read_from=response.url, fingerprint=opening.fingerprint)
    pages = 0
    most = most_pages + _MOST_LOOKUPS
    for answers in range(1, most + 1):
        page = await parse(source.kind, response, _assume(source, journalist, now))
        pages += bool(page.articles)
        reading.warnings += [warning for warning in page.warnings if warning not in reading.warnings]
        fresh = _take(page, reading, names if source.byline else (), now=now)
        reading.known |= known_of(fresh, journalist, shelf)
        is_all_known = bool(page.articles) and not fresh.keys() - reading.known.keys()
        if page.next is None or is_all_known or pages >= most_pages or answers == most:
            break
        response = await web.fetch(page.next)
        reading.fingerprint = None
    if source.byline is None:
        reading.warnings += _doubts(reading, names, journalist)
    await _complete(reading, source, journalist, web=web, now=now)
    return reading


async def _complete(reading: Reading, source: Source, journalist: Journalist, *, web: Web, now: datetime) -> None:
    """Complete the articles that are new to the shelf by what their own pages say of them."""
    followed, remarks = await follow(
        {key: article for key, article in reading.articles.items() if key not in reading.known},
        kind=source.kind,
        read_from=reading.read_from,
        spellings=(journalist.name, *journalist.aliases),
        web=web,
        assume=_assume(source, journalist, now),
    )
    reading.articles |= followed
    reading.warnings += remarks


def _assume(source: Source, journalist: Journalist, now: datetime) -> Assume:
    return Assume(
        now=now,
        time_zone=journalist.outlet.time_zone,
        language=journalist.outlet.language,
        byline=source.byline,
        aliases=journalist.aliases,
    )


def _take(page: Page, reading: Reading, names: tuple[str, ...], *, now: datetime) -> dict[str, FoundArticle]:
    """Add a page's articles to the reading and return those that it did not have yet."""
    fresh: dict[str, FoundArticle] = {}
    for article in page.articles:
        if names and not any(means(author, names) for author in article.authors):
            reading.passed_over += 1
            reading.nameless += not article.authors
        elif too_early(article, now):
            reading.warnings.append(f"{article.title!r} is held back until the day before its date.")
            reading.fingerprint = None
            reading.passed_over += 1
        elif (key := key_of(article)) not in reading.articles:
            fresh.setdefault(key, article)
    reading.articles |= fresh
    return fresh


def known_of(shown: Mapping[str, FoundArticle], journalist: Journalist, shelf: Shelf) -> dict[str, Article]:
    """Return which of these articles stand on the shelf, under their keys or under others."""
    known = dict(shelf.known(list(shown)))
    unknown = [article for key, article in shown.items() if key not in known]
    if not unknown:
        return known
    bearers = shelf.bearers(list(dict.fromkeys(trait for article in unknown for trait in traits_of(article))))
    taken = [article.position for article in known.values()]
    return known | recognise(unknown, bearers, journalist.id, taken=taken)


def _doubts(reading: Reading, names: tuple[str, ...], journalist: Journalist) -> list[str]:
    named = [article for article in reading.articles.values() if article.authors]
    foreign = [article for article in named if not any(means(author, names) for author in article.authors)]
    if not foreign:
        return []
    doubt = f"{len(foreign)} of {len(named)} articles name only somebody else than {journalist.name}"
    return [f"{doubt}; set the source's byline, or add an alias."]
