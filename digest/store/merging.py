"""Moving what hangs on one journalist to another, so that the two become one."""

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from digest.ids import JournalistId
from digest.store.tables import bylines, follows, source_health


def move_bylines(connection: Connection, away: JournalistId, into: JournalistId) -> None:
    """Move bylines; an article of both keeps one, with the lower position: who had the article is not owed it again."""
    _unite(connection, bylines, "article", "position", away, into)


def move_follows(connection: Connection, away: JournalistId, into: JournalistId) -> None:
    """Move follows; a reader who follows both keeps one, with the earlier beginning."""
    _unite(connection, follows, "subscription", "since", away, into)


def move_health(connection: Connection, away: JournalistId, into: JournalistId) -> None:
    """Move what is known of sources; of a source that both have ``into``'s is kept."""
    twin = source_health.alias()
    both = (
        select(twin.c.ref)
        .where(twin.c.journalist == into, twin.c.kind == source_health.c.kind, twin.c.ref == source_health.c.ref)
        .correlate(source_health)
        .exists()
    )
    connection.execute(delete(source_health).where(source_health.c.journalist == away, both))
    connection.execute(update(source_health).where(source_health.c.journalist == away).values(journalist=into))


def _unite(
    connection: Connection, table: Table, whose: str, height: str, away: JournalistId, into: JournalistId
) -> None:
    """Move a table's rows from one journalist to another; of two rows with the same ``whose`` the lower stays."""
    key, column = table.c[whose], table.c.journalist
    twin = table.alias()
    of_both: ColumnElement[bool] = key.in_(select(twin.c[whose]).where(twin.c.journalist == away))
    lowest = (
        (select(func.min(twin.c[height])).where(twin.c[whose] == key, twin.c.journalist.in_((away, into))))
        .correlate(table)
        .scalar_subquery()
    )
    connection.execute(update(table).where(column == into, of_both).values({height: lowest}))
    of_into = key.in_(select(twin.c[whose]).where(twin.c.journalist == into))
    connection.execute(delete(table).where(column == away, of_into))
    connection.execute(update(table).where(column == away).values(journalist=into))
