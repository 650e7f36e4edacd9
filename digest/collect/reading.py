"""Reading one source: page after page, until all that is new has been seen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from digest.collect.article import Article, FoundArticle
from digest.collect.checkup import SourceHealth
from digest.collect.credit_steps import credit
from digest.collect.fingerprint import fingerprint
from digest.collect.follow_steps import follow
from digest.collect.freshness import too_early
from digest.collect.identity import key_of, recognise, traits_of
from digest.collect.journalist import Journalist, Source
from digest.collect.page import Assume, Page
from digest.collect.paging import trail_of
from digest.collect.parsing import Parse
from digest.collect.ports import Shelf
from digest.collect.sources import READERS
from digest.collect.sources.wordpress_feed import feed_instead, why_instead
from digest.collect.text.names import means
from digest.collect.web import Request, Response, Web
from digest.errors import CollectError, NothingFound


@dataclass(slots=True, kw_only=True)
class Reading:
    """What the pages of one source came to. ``passed_over`` are by others, or held back.

    ``read_from`` is where the first of them was finally found. ``fingerprint`` is of the only answer that there was to
    read; nothing where there were several, or where the same one will say more on another day. ``known`` is what stood
    on the shelf when it was looked at, ``waited`` whether time has passed since.
    """

    read_from: str = ""
    articles: dict[str, FoundArticle] = field(default_factory=dict)
    known: dict[str, Article] = field(default_factory=dict)
    credits: dict[str, Request] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    passed_over: int = 0
    nameless: int = 0
    fingerprint: str | None = None
    waited: bool = False

    @property
    def is_nameless(self) -> bool:
        """Whether there are articles, and none of them names an author."""
        own = self.articles.values()
        return bool(own or self.nameless) and self.nameless == self.passed_over and not any(one.authors for one in own)


@dataclass(slots=True, kw_only=True)
class Opening:
    """A source's first answer. ``is_as_before``: all that it can say was dealt with in an earlier run.

    ``had`` is how the source has been doing. ``read_as`` is what was asked: the source, or a feed instead of it, as
    ``remark`` then says; ``refusal`` is why, if it was an error.

    ``answers`` holds the answer until it is read, and no longer: a thousand journalists whose articles' own pages are
    waited for must not hold a thousand pages.
    """

    source: Source
    read_as: Source
    answers: list[Response]
    fingerprint: str | None
    is_as_before: bool
    had: SourceHealth | None
    remark: str = ""
    refusal: CollectError | None = None


async def open_source(source: Source, journalist: Journalist, had: SourceHealth | None, *, web: Web) -> Opening:
    """Ask a source for its first answer, or the feed that stands in for it. ``had`` is how it has been doing.

    :raises FetchError: there is none.
    """
    try:
        response = await web.fetch(READERS[source.kind].first(source.ref))
    except CollectError as error:
        feed = feed_instead(source, error)
        if feed is None:
            raise
        try:
            return await _open_feed(feed, source, had, error, web=web)
        except CollectError:
            raise error from None  # what an editor has to mend is the source itself
    mark = fingerprint(response, source, journalist)
    is_as_before = response.unchanged and had is not None and had.reading == mark
    return Opening(
        source=source, read_as=source, answers=[response], fingerprint=mark, is_as_before=is_as_before, had=had
    )


async def _open_feed(
    feed: Source, source: Source, had: SourceHealth | None, error: CollectError | None, *, web: Web
) -> Opening:
    return Opening(
        source=source,
        read_as=feed,
        answers=[await web.fetch(READERS[feed.kind].first(feed.ref))],
        fingerprint=None,  # the source itself may answer again
        is_as_before=False,
        had=had,
        remark=why_instead(feed, error),
        refusal=error,
    )


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

    How far back is in ``paging.py``. Of a WordPress API that is closed to us the author's feed is read, with a warning.

    :raises CollectError: it could not be read.
    """
    pages = partial(_pages, journalist=journalist, web=web, shelf=shelf, parse=parse, now=now, most_pages=most_pages)
    reading = await _pages_or_instead(opening, pages, web=web)
    source = opening.source
    await _complete(reading, source, journalist, web=web, parse=parse, now=now)
    if source.byline is None:
        reading.warnings += _doubts(reading, (journalist.name, *journalist.aliases), journalist)
    return reading


async def _pages_or_instead(opening: Opening, pages: Callable[[Opening], Awaitable[Reading]], *, web: Web) -> Reading:
    """Return what the source's ``pages`` show, or a feed's instead: they cannot be had, or name no authors."""
    reading, error = None, None
    try:
        reading = await pages(opening)
    except CollectError as caught:
        error = caught
    is_enough = reading is not None and not reading.is_nameless
    feed = None if is_enough or opening.remark else feed_instead(opening.source, error)
    if feed is not None:
        try:
            return await pages(await _open_feed(feed, opening.source, opening.had, error, web=web))
        except CollectError:
            pass  # what an editor has to mend is the source itself
    if reading is None:
        raise opening.refusal or error or NothingFound(opening.source.ref)
    return reading


async def _pages(
    opening: Opening,
    journalist: Journalist,
    *,
    web: Web,
    shelf: Shelf,
    parse: Parse,
    now: datetime,
    most_pages: int,
) -> Reading:
    source, response = opening.read_as, opening.answers.pop()
    names = (source.byline or journalist.name, journalist.name, *journalist.aliases)
    reading = Reading(read_from=response.url, fingerprint=opening.fingerprint)
    reading.warnings += [opening.remark] if opening.remark else []
    trail = trail_of(opening.had, READERS[source.kind].first(source.ref), now=now, most_pages=most_pages)
    # An answer that still holds may be hours old: "2 hours ago" counts from then.
    page = await parse(source.kind, response, _assume(source, journalist, response.fetched_at))
    while True:
        reading.warnings += [warning for warning in page.warnings if warning not in reading.warnings]
        fresh = _take(page, reading, names if source.byline else (), now=now)
        reading.known |= known_of(fresh, journalist, shelf)
        reading.credits |= {key: request for key, request in page.credits.items() if key in fresh}
        older = trail.after(page, is_all_known=bool(fresh) and not fresh.keys() - reading.known.keys())
        if older is None:
            break
        reading.fingerprint, reading.waited = None, True
        try:
            response = await web.fetch(older)
            page = await parse(source.kind, response, _assume(source, journalist, response.fetched_at))
        except CollectError as error:
            if not trail.ends_with(error):
                raise
            break
    reading.warnings += trail.warnings
    return reading


async def _complete(
    reading: Reading, source: Source, journalist: Journalist, *, web: Web, parse: Parse, now: datetime
) -> None:
    """Complete the articles that are new to the shelf by what the site and their own pages say of them."""
    credited, doubts = await credit(reading.articles, reading.known, reading.credits, web=web)
    reading.articles |= credited
    reading.waited |= bool(reading.credits)
    reading.warnings += doubts
    followed, remarks = await follow(
        {key: article for key, article in reading.articles.items() if key not in reading.known},
        kind=source.kind,
        read_from=reading.read_from,
        spellings=(journalist.name, *journalist.aliases),
        web=web,
        parse=parse,
        assume=_assume(source, journalist, now),
    )
    reading.articles |= followed
    reading.waited |= bool(followed)
    reading.warnings += remarks
    if doubts or remarks:
        reading.fingerprint = None  # said once: these articles are known from now on, and are not asked about again


def _assume(source: Source, journalist: Journalist, now: datetime) -> Assume:
    return Assume(
        now=now,
        time_zone=journalist.outlet.time_zone,
        language=journalist.outlet.language,
        byline=source.byline,
        aliases=journalist.aliases,
        selectors=source.selectors,
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
    """Return which of these articles stand on the shelf, under their keys or under others: one look at it for all."""
    traits = dict.fromkeys(trait for article in shown.values() for trait in traits_of(article))
    bearers = shelf.bearers(list(traits))
    known = {article.key: article for articles in bearers.values() for article in articles if article.key in shown}
    unknown = [article for key, article in shown.items() if key not in known]
    return known | recognise(unknown, bearers, journalist.id, taken=[article.position for article in known.values()])


def _doubts(reading: Reading, names: tuple[str, ...], journalist: Journalist) -> list[str]:
    named = [article for article in reading.articles.values() if article.authors]
    foreign = [article for article in named if not any(means(author, names) for author in article.authors)]
    if not foreign:
        return []
    doubt = f"{len(foreign)} of {len(named)} articles name only somebody else than {journalist.name}"
    return [f"{doubt}; set the source's byline, or add an alias."]
