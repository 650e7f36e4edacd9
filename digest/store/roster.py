"""The roster: whom we follow, and where they are read."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, select, true

from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.errors import UnknownNewsletter
from digest.ids import JournalistId, NewsletterId
from digest.store.tables import journalists, newsletter_journalists, newsletters, outlets, sources
from digest.store.transactions import reading


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
        """Return one journalist; ``KeyError`` for a slug that is not on the roster is a broken promise."""
        with reading(self._engine) as connection:
            found = read_journalists(connection, journalists.c.id == journalist)
        if not found:
            raise KeyError(journalist)
        return found[0]


def read_journalists(connection: Connection, where: ColumnElement[bool] | None = None) -> list[Journalist]:
    """Return the journalists ``where`` holds (or all), with outlets and sources, in the order of their names."""
    condition = true() if where is None else where
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
        theirs[source.journalist].append(Source(kind=SourceKind(source.kind), ref=source.ref, byline=source.byline))
    found = [_journalist(row, theirs[row.id]) for row in rows]
    # Sorted here: databases differ in how they order letters and hyphens.
    return sorted(found, key=lambda journalist: (journalist.name.casefold(), journalist.id))


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
