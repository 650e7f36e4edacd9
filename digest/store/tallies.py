"""Counting who does something too often: for all processes and machines together, and beyond a restart."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, delete

from digest.store.salts import salted
from digest.store.tables import tallies
from digest.store.transactions import insert_into, writing


class SqlTallies:
    """``Tallies`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def take(self, what: str, whose: str, *, most: int, within: timedelta, at: datetime) -> bool:
        """Count one more time; tell whether it was no more than ``most`` times in this span of time."""
        with writing(self._engine) as connection:
            return count_once(connection, what, whose, within=within, at=at) <= most

    def forget(self, *, at: datetime) -> None:
        """Forget all counts whose span has ended."""
        with writing(self._engine) as connection:
            connection.execute(delete(tallies).where(tallies.c.until < at))


def count_once(connection: Connection, what: str, whose: str, *, within: timedelta, at: datetime) -> int:
    """Count one more time, and return how often it was in this span. Spans begin at multiples of ``within``.

    Nothing is kept of ``whose`` but a salted hash, and that no longer than until the span has ended.
    """
    seconds = int(within.total_seconds())
    since = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)
    connection.execute(delete(tallies).where(tallies.c.until < at))
    row = insert_into(connection, tallies).values(
        key=salted(connection, "tallies", f"{what}\0{whose}"), since=since, until=since + within, count=1
    )
    counted = row.on_conflict_do_update(index_elements=["key", "since"], set_={"count": tallies.c.count + 1}).returning(
        tallies.c.count
    )
    count: int = connection.execute(counted).scalar_one()
    return count
