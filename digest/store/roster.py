"""The roster: whom we follow, and where they are read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, insert, select, true

from digest.collect.journalist import Journalist, Outlet, Selectors, Source, SourceKind
from digest.compose.alerts import Alerts
from digest.compose.newsletter import Newsletter
from digest.compose.schedule import Schedule
from digest.compose.sending import Sending
from digest.errors import UnknownNewsletter
from digest.ids import JournalistId, NewsletterId
from digest.store.tables import journalists, newsletter_journalists, newsletters, outlets, source_health, sources
from digest.store.transactions import insert_into, reading

#: What an editor declares, and what can differ from what was declared before.
Declared = Journalist | Newsletter | Sending | Schedule | Alerts


class SqlRoster:
    """``Roster`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def journalists(self, newsletter: NewsletterId | None = None) -> Sequence[Journalist]:
        """Return all journalists, or those of one newsletter, in the order of their names.

        :raises UnknownNewsletter: it has not been applied.
        """
        with reading(self._engine) as connection:
            if newsletter is None:
                return read_journalists(connection)
            known = connection.scalars(select(newsletters.c.id)).all()
            if newsletter not in known:
                raise UnknownNewsletter(newsletter, sorted(known))
            theirs = select(newsletter_journalists.c.journalist).where(
                newsletter_journalists.c.newsletter == newsletter
            )
            return read_journalists(connection, journalists.c.id.in_(theirs))

    def journalist(self, journalist: JournalistId) -> Journalist:
        """Return one journalist, also one who was removed meanwhile: they have no sources any more.

        ``KeyError`` for a slug that never was on the roster is a broken promise.
        """
        with reading(self._engine) as connection:
            found = _read(connection, journalists.c.id == journalist)
        if not found:
            raise KeyError(journalist)
        return found[0]


def read_journalists(connection: Connection, where: ColumnElement[bool] | None = None) -> list[Journalist]:
    """Return the journalists ``where`` holds (or all), with outlets and sources, in the order of their names.

    Who was removed is not among them.
    """
    return _read(connection, journalists.c.removed_at.is_(None) & (true() if where is None else where))


def merged_journalists(connection: Connection) -> dict[JournalistId, JournalistId]:
    """Return for every slug that was merged away who it means now."""
    rows = connection.execute(
        select(journalists.c.id, journalists.c.merged_into).where(journalists.c.merged_into.is_not(None))
    )
    return {JournalistId(row.id): JournalistId(row.merged_into) for row in rows}


def _read(connection: Connection, condition: ColumnElement[bool]) -> list[Journalist]:
    rows = connection.execute(
        select(journalists, *(column.label(f"outlet_{column.name}") for column in outlets.c))
        .join(outlets, outlets.c.slug == journalists.c.outlet)
        .where(condition)
    ).all()
    theirs: dict[str, list[Source]] = defaultdict(list)
    for source in connection.execute(
        select(sources)
        .join(journalists, journalists.c.id == sources.c.journalist)
        .where(condition)
        .order_by(sources.c.journalist, sources.c.place)
    ):
        theirs[source.journalist].append(
            Source(
                kind=SourceKind(source.kind),
                ref=source.ref,
                byline=source.byline,
                selectors=_selectors(source.selectors),
            )
        )
    found = [_journalist(row, theirs[row.id]) for row in rows]
    # Sorted here: databases differ in how they order letters and hyphens.
    return sorted(found, key=lambda journalist: (journalist.name.casefold(), journalist.id))


def _selectors(kept: Mapping[str, str] | None) -> Selectors | None:
    return Selectors(**kept) if kept is not None else None


def _kept(selectors: Selectors | None) -> dict[str, str] | None:
    """Return selectors as they are kept: those that are given."""
    return {name: css for name, css in asdict(selectors).items() if css is not None} if selectors else None


def _journalist(row: Row[Any], theirs: Sequence[Source]) -> Journalist:
    return Journalist(
        id=JournalistId(row.id),
        name=row.name,
        outlet=Outlet(
            slug=row.outlet_slug,
            name=row.outlet_name,
            url=row.outlet_url,
            language=row.outlet_language,
            time_zone=row.outlet_time_zone,
        ),
        role=row.role,
        bio=row.bio,
        avatar_url=row.avatar_url,
        aliases=tuple(row.aliases),
        sources=tuple(theirs),
    )


def put_journalists(connection: Connection, declared: Iterable[Journalist]) -> list[str]:
    """Add journalists or make them what is declared; say what changed. Who was removed is back on the roster then."""
    told = []
    known = {journalist.id: journalist for journalist in read_journalists(connection)}
    for journalist in declared:
        had = known.get(journalist.id)
        if had != journalist:
            _put_journalist(connection, journalist)
            told.append(
                f"added journalist {journalist.name}"
                if had is None
                else f"changed journalist {journalist.name}: {differences(had, journalist)}"
            )
    return told


def _put_journalist(connection: Connection, journalist: Journalist) -> None:
    outlet = journalist.outlet
    words = {"name": outlet.name, "url": outlet.url, "language": outlet.language, "time_zone": outlet.time_zone}
    connection.execute(
        insert_into(connection, outlets)
        .values(slug=outlet.slug, **words)
        .on_conflict_do_update(index_elements=[outlets.c.slug], set_=words)
    )
    person = {
        "outlet": outlet.slug,
        "name": journalist.name,
        "role": journalist.role,
        "bio": journalist.bio,
        "avatar_url": journalist.avatar_url,
        "aliases": list(journalist.aliases),
        "removed_at": None,
    }
    connection.execute(
        insert_into(connection, journalists)
        .values(id=journalist.id, **person)
        .on_conflict_do_update(index_elements=[journalists.c.id], set_=person)
    )
    put_sources(connection, journalist.id, journalist.sources)


def put_sources(connection: Connection, journalist: JournalistId, theirs: Sequence[Source]) -> None:
    """Make these the journalist's sources, in this order; the health of those that stay is kept."""
    connection.execute(delete(sources).where(sources.c.journalist == journalist))
    if theirs:
        connection.execute(
            insert(sources),
            [
                {
                    "journalist": journalist,
                    "place": place,
                    "kind": one.kind,
                    "ref": one.ref,
                    "byline": one.byline,
                    "selectors": _kept(one.selectors),
                }
                for place, one in enumerate(theirs)
            ],
        )
    stays = select(sources.c.place).where(
        sources.c.journalist == source_health.c.journalist,
        sources.c.kind == source_health.c.kind,
        sources.c.ref == source_health.c.ref,
    )
    connection.execute(delete(source_health).where(source_health.c.journalist == journalist, ~stays.exists()))


def differences(had: Declared, has: Declared, *, leave_out: str = "") -> str:
    """Return the names of the fields that differ, as a person reads them."""
    return ", ".join(
        field.name.removesuffix("_name").replace("_", " ")
        for field in fields(has)
        if field.name != leave_out and getattr(had, field.name) != getattr(has, field.name)
    )
