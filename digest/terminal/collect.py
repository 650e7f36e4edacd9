"""``digest collect``: read sources and banks, or try one without keeping anything."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from digest import newsroom
from digest.collect.attempt import as_json as page_as_json
from digest.collect.attempt import attempt
from digest.collect.fetching.files import is_web_address, path_of
from digest.collect.journalist import Selectors, SourceKind
from digest.collect.page import Page
from digest.config import read_settings
from digest.errors import DigestError, NoSuchFile, WrongUse
from digest.ids import NewsletterId
from digest.terminal.output import Answer, AsJson, Table, tell, tell_error
from digest.terminal.progress import ticking
from digest.terminal.selector_options import (
    SelectCard,
    SelectLink,
    SelectTeaser,
    SelectTime,
    SelectTitle,
    selectors_of,
)
from digest.terminal.session import AsOf, clock_at, session
from digest.terminal.telling import tell_and_send
from digest.wiring import open_web_without_store

NOTHING_TO_READ = "Nothing to read yet. Add a newsletter: digest newsletters apply FILE.toml"

app = typer.Typer(help="Sources and banks: read them, or try one.", no_args_is_help=True)


@app.command()
def run(
    newsletter: Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]")] = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Ask every site, also one that said that its answer holds, or asked us to wait."),
    ] = False,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Read every source and bank of NEWSLETTER, or of all. One that fails is named; the others go on (exit code 1)."""
    with session(at) as runtime:
        chosen = NewsletterId(newsletter) if newsletter is not None else None
        with ticking("Reading sources and banks") as tick:
            report = asyncio.run(newsroom.collect(runtime, chosen, anew=fresh, tick=tick))
        tell_and_send(runtime)
    tell(collect_answer(report), as_json=as_json)


def collect_answer(report: newsroom.CollectReport) -> Answer:
    """Say what a collecting brought."""
    return Answer(
        data=report.as_json(),
        tables=(sources_table(report), banks_table(report)),
        lines=() if report.journalists or report.banks else (NOTHING_TO_READ,),
        notes=(*warnings_of(report), *troubles_of(report)),
        has_failures=report.has_failures,
    )


def sources_table(report: newsroom.CollectReport) -> Table:
    """One row per source: what it gave, or why it failed."""
    return Table(
        "Sources",
        ("journalist", "kind", "state", "found #", "new #", "revised #", "co-written #", "why"),
        [
            (
                who.journalist,
                source.kind,
                source.state,
                source.found,
                source.new,
                source.revised,
                source.credited,
                source.error,
            )
            for who in report.journalists
            for source in who.sources
        ],
    )


def banks_table(report: newsroom.CollectReport) -> Table:
    """One row per bank: the days it gave, or why it failed."""
    return Table(
        "Banks",
        ("bank", "state", "effective", "new rows #", "why"),
        [
            (bank.bank, bank.state, ", ".join(day.isoformat() for day in bank.effective_on), bank.entered, bank.error)
            for bank in report.banks
        ],
    )


def troubles_of(report: newsroom.CollectReport) -> tuple[str, ...]:
    """Each failing source's past, and once, when it has come to need attention, what to do about it."""
    return (
        *(
            f"{who.journalist}, {source.kind}: {checkup.story}."
            for who in report.journalists
            for source, checkup in who.with_checkups()
            if checkup and checkup.story
        ),
        *(
            f"Needs attention: {one.health.journalist}, {one.health.kind} {one.health.ref}. "
            f"Look at it: digest journalists show {one.health.journalist}"
            for one in report.to_tell
        ),
    )


def warnings_of(report: newsroom.CollectReport) -> tuple[str, ...]:
    """Every warning of every source and bank, with whose it is, and each rate that is held back."""
    of_sources = [
        f"{who.journalist}, {source.kind}: {warning}"
        for who in report.journalists
        for source in who.sources
        for warning in source.warnings
    ]
    of_banks = [f"{bank.bank}: {warning}" for bank in report.banks for warning in bank.warnings]
    return (*of_sources, *of_banks, *report.rates.warnings)


@app.command("try")
def try_(
    refs: Annotated[list[str], typer.Argument(metavar="REF...", help="A URL or a file.")],
    kind: Annotated[SourceKind | None, typer.Option(help="Read it as this kind instead of guessing.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The address that a saved file came from.")] = None,
    now: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="The base of relative dates without a date.")
    ] = None,
    select_card: SelectCard = None,
    select_title: SelectTitle = None,
    select_link: SelectLink = None,
    select_time: SelectTime = None,
    select_teaser: SelectTeaser = None,
    as_json: AsJson = False,
) -> None:
    """Read a URL or file and show what it yields, without keeping anything. Many REFs print one JSON line each."""
    if url is not None and not is_web_address(url):
        raise WrongUse(f"{url!r} is no web address.", advice="Write it like https://outlet.example/2025/rivers")
    kind, selectors = selectors_of(
        kind, select_card, title=select_title, link=select_link, time=select_time, teaser=select_teaser
    )
    base = clock_at(now).now() if now is not None else datetime.now(UTC)
    pages = asyncio.run(_try_all(refs, kind, base, url, selectors))
    worst = 0
    for ref, page in zip(refs, pages, strict=True):
        if isinstance(page, DigestError):
            worst = max(worst, tell_error(page, as_json=as_json))
            continue
        try:
            tell(_page_answer(ref, page), as_json=as_json)
        except typer.Exit as said:
            worst = max(worst, said.exit_code)
    raise typer.Exit(worst)


async def _try_all(
    refs: list[str], kind: SourceKind | None, now: datetime, url: str | None, selectors: Selectors | None
) -> list[Page | DigestError]:
    pages: list[Page | DigestError] = []
    async with open_web_without_store(read_settings()) as web:
        for ref in refs:
            try:
                _must_be_there(ref)
                pages.append(await attempt(ref, web=web, kind=kind, now=now, url=url, selectors=selectors))
            except DigestError as error:
                pages.append(error)
    return pages


def _must_be_there(ref: str) -> None:
    """Tell a file that is not there from one that cannot be read as a source: the first is wrong use.

    :raises NoSuchFile: ``ref`` is no web address, and no such file exists.
    """
    if not is_web_address(ref) and not path_of(ref).exists():
        raise NoSuchFile(ref)


def _page_answer(ref: str, page: Page) -> Answer:
    who = page.journalist
    name = who.name if who is not None and who.name else "no journalist named"
    role = f", {who.role}" if who is not None and who.role else ""
    articles = Table(
        f"{ref}: {page.kind}, {name}{role}",
        ("title", "published", "precision", "authors", "words #", "marks"),
        [
            (
                article.title + (" […]" if article.truncated else ""),
                _day(article.published.best),
                article.published.precision,
                ", ".join(article.authors),
                len(article.text.split()),
                ", ".join(article.marks),
            )
            for article in page.articles
        ],
    )
    rates = Table(
        "Rates on the page",
        ("pair", "value #", "change, % #"),
        [(f"{pair.currency}/{pair.quote}", pair.value, pair.change_percent) for pair in page.rates],
    )
    return Answer(
        data=page_as_json(page),
        tables=(articles, rates) if page.rates else (articles,),
        notes=tuple(f"Warning: {warning}" for warning in page.warnings),
    )


def _day(instant: datetime | None) -> str:
    return instant.date().isoformat() if instant is not None else ""
