"""``digest journalists``: who is on the roster, how their sources do, and what they are called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from digest.collect.checkup import SourceHealth
from digest.collect.health import story
from digest.collect.journalist import Source, SourceKind
from digest.collect.ports import RosterEntry
from digest.errors import WrongUse
from digest.ids import JournalistId, NewsletterId
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.selector_options import told
from digest.terminal.session import AsOf, session

app = typer.Typer(help="Journalists: whom we follow, where, and how their sources do.", no_args_is_help=True)

NOBODY = "Nobody is on the roster yet. Add a newsletter: digest newsletters apply FILE.toml"
NOT_READ = "not read yet"

TheJournalist = Annotated[str, typer.Argument(metavar="SLUG", help="A journalist's slug.")]

_Healths = Mapping[tuple[JournalistId, SourceKind, str], SourceHealth]


@app.command("list")
def list_journalists(
    newsletter: Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]", help="Only those of this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the roster, or a newsletter's part of it: every source its state and last good answer, the last article."""
    with session() as runtime:
        members = runtime.newsletters.newsletter(NewsletterId(newsletter)).journalists if newsletter else None
        entries = [
            entry for entry in runtime.roster_desk.entries() if members is None or entry.journalist.id in members
        ]
        healths = _by_source(runtime.source_log.health())
    rows = [row for entry in entries for row in _rows(entry, healths)]
    tell(
        Answer(
            data={"journalists": [_as_json(entry, healths) for entry in entries]},
            tables=(
                Table(
                    "Journalists",
                    ("slug", "name", "source", "state", "last good, UTC", "last article", "followers #"),
                    rows,
                ),
            ),
            lines=() if entries else (NOBODY,),
        ),
        as_json=as_json,
    )


@app.command()
def show(journalist: TheJournalist, as_json: AsJson = False) -> None:
    """Show everything about a journalist: names, newsletters, followers, sources and their health, newest articles."""
    with session() as runtime:
        entry = runtime.roster_desk.entry(JournalistId(journalist))
        healths = _by_source(runtime.source_log.health(entry.journalist.id))
    tell(
        Answer(
            data=_as_json(entry, healths) | {"articles": _articles_as_json(entry)},
            tables=(_facts(entry), _sources(entry, healths), _newest(entry)),
            lines=() if entry.newest else ("No article on the shelf yet.",),
            notes=[*_selected(entry), *(f"{source.kind}: {said}." for source, said in _stories(entry, healths))],
        ),
        as_json=as_json,
    )


@app.command()
def rename(
    journalist: TheJournalist, name: Annotated[str, typer.Argument(metavar="NAME")], as_json: AsJson = False
) -> None:
    """Give a journalist another name; the slug stays, and the old name becomes an alias."""
    with session() as runtime:
        changes = runtime.roster_desk.rename(JournalistId(journalist), _name(name))
    _tell_changes(journalist, changes, as_json=as_json)


@app.command()
def alias(
    journalist: TheJournalist,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Another spelling of the name.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the spelling away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add another spelling under which a journalist's articles are recognised, or take one away."""
    with session() as runtime:
        change = runtime.roster_desk.remove_alias if remove else runtime.roster_desk.add_alias
        changes = change(JournalistId(journalist), _name(name))
    _tell_changes(journalist, changes, as_json=as_json)


@app.command()
def merge(
    away: Annotated[str, typer.Argument(metavar="FROM", help="The slug that goes.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The slug that stays.")],
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Make two journalists one: names, sources, readers and articles of FROM go to INTO, and FROM means INTO then."""
    with session(at) as runtime:
        changes = runtime.roster_desk.merge(JournalistId(away), JournalistId(into), at=runtime.clock.now())
    _tell_changes(into, changes, as_json=as_json)


@app.command()
def remove(
    journalist: TheJournalist,
    yes: Annotated[bool, typer.Option("--yes", help="Even if nobody is left in a newsletter.")] = False,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Take a journalist off the roster and out of every newsletter; their readers' follows end, the articles stay."""
    with session(at) as runtime:
        changes = runtime.roster_desk.remove(JournalistId(journalist), at=runtime.clock.now(), even_the_last=yes)
    _tell_changes(journalist, changes, as_json=as_json)


def _tell_changes(journalist: str, changes: Sequence[str], *, as_json: bool) -> None:
    tell(
        Answer(
            data={"journalist": journalist, "changes": list(changes)},
            lines=[f"{change}." for change in changes] or ("Nothing changed: it was so before.",),
        ),
        as_json=as_json,
    )


def _name(text: str) -> str:
    """Return a name without needless spaces.

    :raises WrongUse: nothing is left.
    """
    name = " ".join(text.split())
    if not name:
        raise WrongUse("A name is missing.", advice='Write it like "Dana Serikova".')
    return name


def _by_source(healths: Iterable[SourceHealth]) -> _Healths:
    return {(health.journalist, health.kind, health.ref): health for health in healths}


def _with_health(entry: RosterEntry, healths: _Healths) -> list[tuple[Source, SourceHealth | None]]:
    who = entry.journalist
    return [(source, healths.get((who.id, source.kind, source.ref))) for source in who.sources]


def _rows(entry: RosterEntry, healths: _Healths) -> list[tuple[object, ...]]:
    who = entry.journalist
    last = _day(entry.last_article_at)
    return [
        (
            who.id,
            who.name,
            source.kind,
            _state(health),
            _minute(health.last_good_at if health else None),
            last,
            entry.followers,
        )
        for source, health in _with_health(entry, healths)
    ] or [(who.id, who.name, "none", "", "", last, entry.followers)]


def _facts(entry: RosterEntry) -> Table:
    who = entry.journalist
    return Table(
        f"{who.name} ({who.id})",
        ("", ""),
        [
            ("outlet", f"{who.outlet.name} ({who.outlet.language}, {who.outlet.time_zone})"),
            ("role", who.role),
            ("bio", who.bio),
            ("aliases", ", ".join(who.aliases)),
            ("newsletters", ", ".join(entry.newsletters)),
            ("followers", entry.followers),
        ],
    )


def _sources(entry: RosterEntry, healths: _Healths) -> Table:
    return Table(
        "Sources",
        ("kind", "where", "byline", "state", "last read, UTC", "last good, UTC", "articles #", "usually #", "why"),
        [
            (
                source.kind,
                source.ref,
                source.byline,
                _state(health),
                _minute(health.last_tried_at if health else None),
                _minute(health.last_good_at if health else None),
                health.last_count if health else None,
                health.usual_count if health else None,
                health.last_error if health else None,
            )
            for source, health in _with_health(entry, healths)
        ],
    )


def _selected(entry: RosterEntry) -> list[str]:
    return [
        f"{source.kind} {source.ref} is read by selectors: {told(source.selectors)}."
        for source in entry.journalist.sources
        if source.selectors is not None
    ]


def _newest(entry: RosterEntry) -> Table:
    return Table(
        "Newest articles",
        ("published", "precision", "first seen, UTC", "title", "marks", "copy of"),
        [
            (
                _day(article.published.best),
                article.published.precision,
                _minute(article.first_seen_at),
                article.title,
                ", ".join(article.marks),
                f"position {article.copy_of}" if article.copy_of is not None else "",
            )
            for article in entry.newest
        ],
    )


def _stories(entry: RosterEntry, healths: _Healths) -> list[tuple[Source, str]]:
    told = [(source, story(health)) for source, health in _with_health(entry, healths) if health is not None]
    return [(source, said) for source, said in told if said]


def _as_json(entry: RosterEntry, healths: _Healths) -> dict[str, Any]:
    who = entry.journalist
    return {
        "slug": who.id,
        "name": who.name,
        "outlet": who.outlet.name,
        "role": who.role,
        "bio": who.bio,
        "avatar_url": who.avatar_url,
        "aliases": list(who.aliases),
        "newsletters": list(entry.newsletters),
        "followers": entry.followers,
        "last_article_at": entry.last_article_at.isoformat() if entry.last_article_at else None,
        "sources": [
            {
                "kind": source.kind.value,
                "ref": source.ref,
                "byline": source.byline,
                "selectors": asdict(source.selectors) if source.selectors else None,
                "health": health.as_json() if health else None,
            }
            for source, health in _with_health(entry, healths)
        ],
    }


def _articles_as_json(entry: RosterEntry) -> list[dict[str, Any]]:
    return [
        {
            "position": article.position,
            "title": article.title,
            "url": article.url,
            "published_at": article.published.best.isoformat() if article.published.best else None,
            "precision": article.published.precision.value,
            "first_seen_at": article.first_seen_at.isoformat(),
            "copy_of": article.copy_of,
            "modified_at": article.modified_at.isoformat() if article.modified_at else None,
            "section": article.section,
            "image_url": article.image_url,
            "marks": [mark.value for mark in article.marks],
        }
        for article in entry.newest
    ]


def _state(health: SourceHealth | None) -> str:
    return health.state.value if health else NOT_READ


def _day(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d}" if instant else ""


def _minute(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}" if instant else ""
