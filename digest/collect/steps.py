"""Collecting one journalist: every source is asked, what it shows is decided on, and the shelf is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from digest.clock import Clock
from digest.collect.article import Article, FoundArticle
from digest.collect.follow_steps import follow
from digest.collect.freshness import Add, Credit, Revise, decide, in_the_words_of, too_early
from digest.collect.identity import key_of, recognise, traits_of
from digest.collect.journalist import Journalist, Source
from digest.collect.names import means
from digest.collect.page import Assume, Page
from digest.collect.ports import Shelf
from digest.collect.report import Collected, SourceReport, SourceState
from digest.collect.sources import READERS
from digest.collect.web import Web
from digest.collect.words import printable
from digest.errors import CollectError, NothingFound

_MOST_LOOKUPS: Final = 1  # WordPress is asked for a slug's number first


async def collect_journalist(
    journalist: Journalist, *, web: Web, shelf: Shelf, clock: Clock, most_pages: int = 3
) -> Collected:
    """Read each of the journalist's sources and put what is new on the shelf; a source that fails is a value.

    Of an article that several sources show, the first of them has the say about its words; the others may add its
    address, a more exact date and names. At most ``most_pages`` of a source are read, and no more than it takes to meet
    a page on which everything is known; new articles are then completed by their own pages (``follow.py``). Anything
    but a ``CollectError`` is a broken promise and passes through; the shelf then has whole sources or nothing of them.
    """
    said: set[str] = set()
    reports = []
    for source in journalist.sources:
        try:
            reading = await _read(source, journalist, web=web, shelf=shelf, now=clock.now(), most_pages=most_pages)
        except CollectError as error:
            reports.append(_report(source, SourceState.FAILED, error=error))
            continue
        await _complete(reading, source, journalist, web=web, now=clock.now())
        reports.append(_shelve(reading, source, journalist, said, shelf=shelf, now=clock.now()))
    return Collected(journalist=journalist.id, sources=tuple(reports))


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What the pages of one source came to. ``passed_over`` are by others, or held back.

    ``read_from`` is where the first of them was finally found.
    """

    read_from: str = ""
    articles: dict[str, FoundArticle] = field(default_factory=dict)
    known: dict[str, Article] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    passed_over: int = 0
    nameless: int = 0


async def _read(
    source: Source, journalist: Journalist, *, web: Web, shelf: Shelf, now: datetime, most_pages: int
) -> _Reading:
    reader = READERS[source.kind]
    names = (source.byline or journalist.name, journalist.name, *journalist.aliases)
    reading = _Reading()
    request = reader.first(source.ref)
    pages = 0
    for _ in range(most_pages + _MOST_LOOKUPS):
        response = await web.fetch(request)
        reading.read_from = reading.read_from or response.url
        page = reader.read(response, _assume(source, journalist, now))
        pages += bool(page.articles)
        reading.warnings += [warning for warning in page.warnings if warning not in reading.warnings]
        fresh = _take(page, reading, names if source.byline else (), now=now)
        reading.known |= _known(fresh, journalist, shelf)
        is_all_known = bool(page.articles) and not fresh.keys() - reading.known.keys()
        if page.next is None or is_all_known or pages >= most_pages:
            break
        request = page.next
    if source.byline is None:
        reading.warnings += _doubts(reading, names, journalist)
    return reading


async def _complete(reading: _Reading, source: Source, journalist: Journalist, *, web: Web, now: datetime) -> None:
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


def _take(page: Page, reading: _Reading, names: tuple[str, ...], *, now: datetime) -> dict[str, FoundArticle]:
    """Add a page's articles to the reading and return those that it did not have yet."""
    fresh: dict[str, FoundArticle] = {}
    for article in page.articles:
        if names and not any(means(author, names) for author in article.authors):
            reading.passed_over += 1
            reading.nameless += not article.authors
        elif too_early(article, now):
            reading.warnings.append(f"{article.title!r} is held back until the day before its date.")
            reading.passed_over += 1
        elif (key := key_of(article)) not in reading.articles:
            fresh.setdefault(key, article)
    reading.articles |= fresh
    return fresh


def _known(shown: Mapping[str, FoundArticle], journalist: Journalist, shelf: Shelf) -> dict[str, Article]:
    """Return which of these articles stand on the shelf, under their keys or under others."""
    known = dict(shelf.known(list(shown)))
    unknown = [article for key, article in shown.items() if key not in known]
    if not unknown:
        return known
    bearers = shelf.bearers(list(dict.fromkeys(trait for article in unknown for trait in traits_of(article))))
    taken = [article.position for article in known.values()]
    return known | recognise(unknown, bearers, journalist.id, taken=taken)


def _doubts(reading: _Reading, names: tuple[str, ...], journalist: Journalist) -> list[str]:
    named = [article for article in reading.articles.values() if article.authors]
    foreign = [article for article in named if not any(means(author, names) for author in article.authors)]
    if not foreign:
        return []
    doubt = f"{len(foreign)} of {len(named)} articles name only somebody else than {journalist.name}"
    return [f"{doubt}; set the source's byline, or add an alias."]


def _shelve(
    reading: _Reading, source: Source, journalist: Journalist, said: set[str], *, shelf: Shelf, now: datetime
) -> SourceReport:
    if not reading.articles and reading.passed_over == 0:
        return _report(source, SourceState.SUSPECT, reading=reading, error=NothingFound(source.ref))
    if reading.passed_over and reading.nameless == reading.passed_over and not reading.articles:
        reading.warnings.append("No article names its author, so the byline can never match.")
        return _report(source, SourceState.SUSPECT, reading=reading, error=NothingFound(source.ref))
    known = _known(reading.articles, journalist, shelf)  # again: others may have shelved while we read
    heard: list[FoundArticle] = []
    for key, article in reading.articles.items():
        old = known.get(key)
        if old is not None and old.key in said:
            article = in_the_words_of(old, article)  # noqa: PLW2901 - the same article from here on
            known[key_of(article)] = old
        heard.append(article)
        said.add(old.key if old is not None else key)
    intents = decide(known, heard, journalist.id)
    if intents:
        shelf.apply(journalist.id, intents, at=now)
    return _report(
        source,
        SourceState.NEW if intents else SourceState.UNCHANGED,
        reading=reading,
        new=sum(isinstance(intent, Add) for intent in intents),
        revised=sum(isinstance(intent, Revise) for intent in intents),
        credited=sum(isinstance(intent, Credit) for intent in intents),
    )


def _report(
    source: Source,
    state: SourceState,
    *,
    reading: _Reading | None = None,
    error: CollectError | None = None,
    new: int = 0,
    revised: int = 0,
    credited: int = 0,
) -> SourceReport:
    return SourceReport(
        kind=source.kind,
        ref=source.ref,
        state=state,
        found=len(reading.articles) if reading else 0,
        new=new,
        revised=revised,
        credited=credited,
        warnings=tuple(reading.warnings) if reading else (),
        error=printable(str(error)) if error else None,
        error_name=error.name if error else None,
    )
