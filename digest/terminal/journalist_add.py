"""``digest journalists add``: an editor pastes the address of a journalist's page."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Final

import typer

from digest.collect.adding.discover import discover, enrol
from digest.collect.adding.discovery import Proposal, Standing
from digest.collect.adding.enrolment import Discovery, enrolled
from digest.collect.fetching.files import is_web_address, path_of
from digest.collect.journalist import FOLLOWED_KINDS, Journalist, Selectors, SourceKind
from digest.collect.web import Web
from digest.compose.newsletter_lines import journalist_lines, outlet_lines
from digest.config import read_settings
from digest.errors import NoSuchFile, WrongUse
from digest.ids import NewsletterId
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.progress import ticking
from digest.terminal.selector_options import (
    SelectCard,
    SelectLink,
    SelectTeaser,
    SelectTime,
    SelectTitle,
    selectors_of,
)
from digest.terminal.session import session
from digest.wiring import open_web_without_store

_NO_OUTLET: Final = "Nothing says which outlet this is; name it with --outlet NAME."
_PASTE: Final = "For a newsletter's file (docs/newsletters.md), which says whose articles a newsletter brings:"


def _followed(kind: SourceKind | None) -> SourceKind | None:
    """Return a kind that can be followed: an article's page shows no next one."""
    if kind is not None and kind not in FOLLOWED_KINDS:
        raise typer.BadParameter(f"{kind} is not one of {', '.join(FOLLOWED_KINDS)}.")
    return kind


_KIND: Final = typer.Option(
    metavar=f"[{'|'.join(FOLLOWED_KINDS)}]", callback=_followed, help="Take this kind instead of the best one."
)


def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The journalist's page, or a feed, or a saved page's text.")
    ],
    *,
    newsletter: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Add the journalist to this newsletter, too.")
    ] = None,
    kind: Annotated[SourceKind | None, _KIND] = None,
    slug: Annotated[str | None, typer.Option(metavar="SLUG", help="Call the journalist so in commands.")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose articles are wanted, where the page does not say.")
    ] = None,
    outlet: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the outlet is called, where that is not found or not right."),
    ] = None,
    select_card: SelectCard = None,
    select_title: SelectTitle = None,
    select_link: SelectLink = None,
    select_time: SelectTime = None,
    select_teaser: SelectTeaser = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what was found, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before adding.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find the best way to follow the journalist whose page URL is, and put them on the roster."""
    kind, selectors = selectors_of(
        kind, select_card, title=select_title, link=select_link, time=select_time, teaser=select_teaser
    )
    ref = _absolute(url)
    if dry_run:
        discovery = _look(ref, name, outlet, selectors, open_web_without_store(read_settings()))
        tell(_proposed(discovery, kind, slug), as_json=as_json)
    with session() as runtime:
        wanted = runtime.newsletters.newsletter(NewsletterId(newsletter)).id if newsletter is not None else None
        discovery = _look(ref, name, outlet, selectors, runtime.open_web(anew=True))
        best = discovery.best(kind)
        if not (yes or as_json) and sys.stdin.isatty():
            _ask(discovery, best)
        journalist, changes = enrol(
            discovery, roster=runtime.roster, desk=runtime.roster_desk, kind=kind, slug=slug, newsletter=wanted
        )
    tell(_added(discovery, best, journalist, changes, wanted), as_json=as_json)


def _absolute(url: str) -> str:
    """Return a web address as it stands and a file's path made absolute: a source is read from any folder.

    :raises NoSuchFile: ``url`` is no web address, and no such file exists.
    """
    if is_web_address(url):
        return url
    path = path_of(url)
    if not path.exists():
        raise NoSuchFile(url, "it does not exist, and a web address begins with https://")
    return str(Path(path).absolute())


def _look(
    ref: str,
    name: str | None,
    outlet: str | None,
    selectors: Selectors | None,
    opened: AbstractAsyncContextManager[Web],
) -> Discovery:
    async def looked() -> Discovery:
        async with opened as web:
            return await discover(ref, web=web, name=name, selectors=selectors)

    with ticking(f"Looking at {ref}"):
        found = asyncio.run(looked())
    return found.at_outlet(outlet) if outlet is not None else found


def _ask(discovery: Discovery, best: Proposal) -> None:
    """Ask the person at the terminal.

    :raises WrongUse: they said no.
    """
    typer.echo(f"{discovery.name}, {discovery.outlet.name}: {best.kind} {best.ref} ({best.articles} articles)")
    if not typer.confirm("Add?"):
        raise WrongUse("Nothing was added.", advice="See all proposals with --dry-run; choose one with --kind.")


def _proposed(discovery: Discovery, kind: SourceKind | None, slug: str | None) -> Answer:
    """Say what was found; where nothing works, exit code 1 and the error's own sentence."""
    usable = discovery.chosen if kind is None else discovery.best(kind)
    found = discovery.journalist
    unknown = () if discovery.has_outlet else (_NO_OUTLET,)
    about = ", ".join(part for part in (discovery.name, found.role, discovery.outlet.name) if part)
    lines = [about, *([found.bio] if found.bio else [])]
    if usable is None:
        notes: Sequence[str] = ("Nothing here works. Nothing was changed.", *unknown)
        lines_to_paste: Sequence[str] = ()
    else:
        journalist = enrolled(discovery, usable, (), slug=slug)
        notes = (f"Chosen: {usable.kind} {usable.ref}. Nothing was changed.", *unknown)
        lines_to_paste = _to_paste(journalist)
    return Answer(
        data={**discovery.as_json(), "chosen": usable.as_json() if usable else None, "added": None},
        tables=(_table(discovery),),
        lines=lines,
        notes=notes,
        verbatim=lines_to_paste,
        has_failures=usable is None,
    )


def _added(
    discovery: Discovery,
    best: Proposal,
    journalist: Journalist,
    changes: Sequence[str],
    newsletter: NewsletterId | None,
) -> Answer:
    done = [f"{change}." for change in changes] or [f"{journalist.name} is on the roster already, with this source."]
    warnings = [f"Warning: {best.why}"] if best.standing is not Standing.GOOD else []
    warnings += [] if discovery.has_outlet else [_NO_OUTLET]
    return Answer(
        data={
            **discovery.as_json(),
            "chosen": best.as_json(),
            "added": {"journalist": journalist.id, "newsletter": newsletter, "changes": list(changes)},
        },
        tables=(_table(discovery),),
        lines=(*done, f"{journalist.id} is read from {best.kind} {best.ref}", *warnings),
        verbatim=_to_paste(journalist),
    )


def _to_paste(journalist: Journalist) -> tuple[str, ...]:
    return ("", _PASTE, "", *outlet_lines(journalist.outlet), "", *journalist_lines(journalist))


def _table(discovery: Discovery) -> Table:
    return Table(
        f"Ways to follow {discovery.name}, best first",
        ("#", "kind", "standing", "articles #", "newest", "all by name", "byline", "ref", "why"),
        [
            (
                rank,
                one.kind,
                one.standing,
                one.articles,
                one.newest.date().isoformat() if one.newest else "",
                "yes" if one.is_all_named else f"{one.named} of {one.articles}" if one.articles else "",
                one.byline,
                one.ref,
                one.why,
            )
            for rank, one in enumerate(discovery.proposals, start=1)
        ],
    )
