"""Rows of an import before they count: temporary tables of one connection, which nobody else sees.

What is compared and merged there never passes through this process again: a file may be longer than memory.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import psycopg
from sqlalchemy import Boolean, Column, Connection, Date, Index, Integer, MetaData, Table, Text, delete
from sqlalchemy.exc import OperationalError

from digest.audience.joining import Joining
from digest.audience.rhythm import RhythmChange
from digest.store.columns import Instant
from digest.store.identity import TOKEN_BYTES, identity
from digest.store.rhythms import columns_of

_metadata = MetaData()

#: One good row each. What stands below ``token`` is found out when it is compared with what the store has.
staged = Table(
    "staged",
    _metadata,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("identity", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("suppressed", Text),
    Column("state", Text, nullable=False),
    Column("joined_at", Instant),
    Column("token", Text, nullable=False),
    Column("pace", Text),  # nothing where the row says nothing of it; so the weekday
    Column("weekday", Text),
    Column("says_hour", Boolean),  # or nothing; so of the pause
    Column("hour", Integer),
    Column("quiet_days", Text),
    Column("says_pause", Boolean),
    Column("paused_until", Date),
    Column("look", Text),  # nothing where the row says nothing of it; so whether mails are text alone
    Column("text_only", Boolean),
    Column("consent_at", Instant),
    Column("consent_words", Text),
    Column("consent_version", Text),
    Column("consent_network", Text),
    Column("is_erased", Boolean),  # their address was forgotten for good: nothing of the row is kept
    Column("is_new", Boolean),  # nobody of this address was known before the import
    Column("subscriber", Integer),
    Column("subscription", Integer),
    Column("was", Text),  # the state of their subscription before the import
    Column("is_other", Boolean),  # the row says something else of them, or of whom they follow
    Column("is_other_rhythm", Boolean),
    Column("is_other_appearance", Boolean),
    prefixes=["TEMPORARY"],
)
#: Made when all rows are there: faster than keeping it while they come.
staged_identities = Index("staged_identities", staged.c.identity, staged.c.line)

staged_follows = Table(
    "staged_follows",
    _metadata,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("journalist", Text, primary_key=True),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)

staged_rejects = Table(
    "staged_rejects",
    _metadata,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("row_column", Text, nullable=False),
    Column("detail", Text, nullable=False),
    prefixes=["TEMPORARY"],
)

#: Rows whose address an earlier line has, that line, and what the later one adds to it.
staged_repeats = Table(
    "staged_repeats",
    _metadata,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("first", Integer, nullable=False),
    Column("suppresses", Boolean, nullable=False),
    Column("ends", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)
_TABLES: Final = (staged, staged_follows, staged_rejects, staged_repeats)
_GIVEN: Final = tuple(column.name for column in staged.c)[: list(staged.c.keys()).index("is_erased")]


def make_tables(connection: Connection) -> None:
    """Make the temporary tables on this connection; they are empty."""
    for table in _TABLES:
        indexes, table.indexes = table.indexes, set()
        try:
            table.create(connection, checkfirst=False)
        finally:
            table.indexes = indexes
    if connection.dialect.name != "sqlite":
        # A row that is noted on then finds room beside itself, and its indexes stay as they are.
        connection.exec_driver_sql("ALTER TABLE staged SET (fillfactor = 50)")


def empty_tables(connection: Connection) -> None:
    """Take every row out of the temporary tables."""
    for table in _TABLES:
        connection.execute(delete(table))


def drop_tables(connection: Connection) -> None:
    """Take the temporary tables away again."""
    for table in _TABLES:
        table.drop(connection, checkfirst=False)


def lay_down(connection: Connection, rows: Iterable[tuple[int, Joining]]) -> None:
    """Write rows, each with its line, into the temporary tables."""
    given = list(rows)
    tokens = _tokens(len(given))
    load(connection, staged, _GIVEN, [(line, *_values(row, next(tokens))) for line, row in given])
    load(
        connection,
        staged_follows,
        ("line", "journalist"),
        [(line, journalist) for line, row in given for journalist in row.follows],
    )


def _tokens(count: int) -> Iterator[str]:
    """Yield what ``secrets.token_urlsafe`` gives, for many at once: asking the system for each takes long."""
    noise = secrets.token_bytes(TOKEN_BYTES * count)
    for at in range(0, len(noise), TOKEN_BYTES):
        yield urlsafe_b64encode(noise[at : at + TOKEN_BYTES]).rstrip(b"=").decode("ascii")


def _values(row: Joining, token: str) -> tuple[Any, ...]:
    consent = row.consent
    return (
        identity(row.address),
        row.address,
        row.name,
        row.locale,
        row.time_zone,
        None if row.suppressed is None else row.suppressed.value,
        row.state.value,  # a plain text: SQLite's driver asks around what it should make of any other kind
        row.joined_at,
        token,
        *(_said(row.rhythm) if row.rhythm else _SAYS_NOTHING),
        row.appearance.look,
        row.appearance.text_only,
        *((consent.at, consent.words, consent.version, consent.network) if consent is not None else _NO_CONSENT),
    )


@lru_cache(maxsize=10_000)
def _said(rhythm: tuple[RhythmChange, ...]) -> tuple[Any, ...]:
    """Return what a row says of a rhythm, as the columns from ``pace`` to ``paused_until``."""
    said: dict[str, Any] = {}
    for change in rhythm:
        said |= columns_of(change)
    return (
        said.get("pace"),
        said.get("weekday"),
        "hour" in said or None,
        said.get("hour"),
        said.get("quiet_days"),
        "paused_until" in said or None,
        said.get("paused_until"),
    )


_SAYS_NOTHING: Final = _said(())
_NO_CONSENT: Final = (None,) * 4


def load(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows into a table as fast as its database takes them: COPY on PostgreSQL, one statement on SQLite.

    Columns that hold nothing in any of the rows are left out: most files say little, and each takes its time.
    """
    columns = zip(names, zip(*rows, strict=True), strict=False)  # of no rows there are no columns
    said = {name: values for name, values in columns if values.count(None) < len(values)}
    if not said:
        return
    if connection.dialect.name != "sqlite":
        _copy(connection, f"COPY {table.name} ({', '.join(said)}) FROM STDIN", zip(*said.values(), strict=True))
        return
    written = [_as_written(connection, table, name, values) for name, values in said.items()]
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(said)}) VALUES ({', '.join('?' * len(said))})",  # noqa: S608 - our own
        list(zip(*written, strict=True)),
    )


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = connection.connection.dbapi_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.OperationalError as error:
        raise OperationalError(statement, None, error) from None


def _as_written(connection: Connection, table: Table, name: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return a column's values as SQLite keeps them."""
    kind = table.c[name].type
    if not isinstance(kind, Instant | Date):
        return values
    writes = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return values if writes is None else [value if value is None else writes(value) for value in values]
