"""Collecting one journalist: every source is asked, what it shows is decided on, and the shelf is told."""

from collections.abc import Sequence
from datetime import datetime

from digest.clock import Clock
from digest.collect.article import FoundArticle
from digest.collect.checkup import SourceHealth
from digest.collect.freshness import Add, Credit, Revise, decide, in_the_words_of
from digest.collect.identity import key_of
from digest.collect.journalist import Journalist, Source
from digest.collect.parsing import Parse, parse_here
from digest.collect.ports import Shelf
from digest.collect.reading import Opening, Reading, known_of, open_source, read_source
from digest.collect.report import Collected, SourceReport, SourceState
from digest.collect.text.words import printable
from digest.collect.web import Web
from digest.errors import CollectError, NothingFound


async def collect_journalist(
    journalist: Journalist,
    *,
    web: Web,
    shelf: Shelf,
    clock: Clock,
    parse: Parse = parse_here,
    had: Sequence[SourceHealth] = (),
    most_pages: int = 3,
) -> Collected:
    """Read each of the journalist's sources and put what is new on the shelf; a source that fails is a value.

    Of an article that several sources show, the first of them has the say about its words; the others may add its
    address, a more exact date and names. A source is read back to where it was last read (``paging.py``), a new one for
    at most ``most_pages``; new articles are then completed by their own pages (``follow.py``). ``had`` is how the
    sources have been doing: if every answer is one that was dealt with before, none is read again. (If one is new, all
    are: which source has the say must not hang on which of them changed.) Anything but a ``CollectError`` is a
    broken promise and passes through; the shelf then has whole sources or nothing of them.
    """
    past = {(health.kind, health.ref): health for health in had}
    openings = [
        await _opened(source, journalist, past.get((source.kind, source.ref)), web=web) for source in journalist.sources
    ]
    is_as_before = all(opening.is_as_before for opening in openings if isinstance(opening, Opening))
    said: set[str] = set()
    reports = []
    for source, opening in zip(journalist.sources, openings, strict=True):
        before = past.get((source.kind, source.ref))
        if isinstance(opening, CollectError):
            reports.append(_report(source, SourceState.FAILED, error=opening))
        elif is_as_before and before is not None:
            reports.append(_as_before(source, before))
        else:
            reports.append(
                await _read(
                    opening, journalist, said, web=web, shelf=shelf, parse=parse, clock=clock, most_pages=most_pages
                )
            )
    return Collected(journalist=journalist.id, sources=tuple(reports))


async def _opened(
    source: Source, journalist: Journalist, had: SourceHealth | None, *, web: Web
) -> Opening | CollectError:
    try:
        return await open_source(source, journalist, had, web=web)
    except CollectError as error:
        return error


async def _read(
    opening: Opening,
    journalist: Journalist,
    said: set[str],
    *,
    web: Web,
    shelf: Shelf,
    parse: Parse,
    clock: Clock,
    most_pages: int,
) -> SourceReport:
    try:
        reading = await read_source(
            opening, journalist, web=web, shelf=shelf, parse=parse, now=clock.now(), most_pages=most_pages
        )
    except CollectError as error:
        return _report(opening.source, SourceState.FAILED, error=error)
    return _shelve(reading, opening.source, journalist, said, shelf=shelf, now=clock.now())


def _shelve(
    reading: Reading, source: Source, journalist: Journalist, said: set[str], *, shelf: Shelf, now: datetime
) -> SourceReport:
    if not reading.articles and reading.passed_over == 0:
        return _report(source, SourceState.SUSPECT, reading=reading, error=NothingFound(source.ref))
    if reading.passed_over and reading.nameless == reading.passed_over and not reading.articles:
        reading.warnings.append("No article names its author, so the byline can never match.")
        return _report(source, SourceState.SUSPECT, reading=reading, error=NothingFound(source.ref))
    # Others may have shelved while we waited for more answers.
    known = known_of(reading.articles, journalist, shelf) if reading.waited else dict(reading.known)
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


def _as_before(source: Source, had: SourceHealth) -> SourceReport:
    return SourceReport(
        kind=source.kind,
        ref=source.ref,
        state=SourceState.UNCHANGED,
        found=had.last_count,
        warnings=had.warnings,
        reading=had.reading,
    )


def _report(
    source: Source,
    state: SourceState,
    *,
    reading: Reading | None = None,
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
        reading=reading.fingerprint if reading and error is None else None,
    )
