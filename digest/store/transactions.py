"""Transactions: one per call of an adapter, and no driver's error about the database itself leaves raw."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from digest.errors import StoreUnreachable

T = TypeVar("T")

#: How many rows or keys go into one statement: below every database's limit on parameters.
CHUNK = 500
#: The execution option that says how a transaction begins on SQLite (``engine.py``); ``None``: not at all.
BEGIN = "digest_begin"
#: How a transaction that writes begins on SQLite.
WRITES = "BEGIN IMMEDIATE"
#: The execution option of a transaction whose commit need not be on SQLite's disk before the next one is.
RELAXED = "digest_relaxed"


@contextmanager
def writing(engine: Engine, *, waits_for_disk: bool = True) -> Iterator[Connection]:
    """Open a transaction that writes; it commits at the end, or nothing of it happened.

    On SQLite it takes the write lock at once (``BEGIN IMMEDIATE``): what it reads cannot change before it writes. One
    that does not wait for the disk may be lost if the power goes at once, never half of it, and never while a later one
    that did wait is kept: only for what would come back by itself, such as an article that is still on its page. On
    PostgreSQL every one waits.

    :raises StoreUnreachable: the database is locked, full, broken or gone.
    """
    options = {} if waits_for_disk else {RELAXED: True}
    with named_errors(engine), engine.execution_options(**options).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that reads: all its statements see the database as of one moment.

    :raises StoreUnreachable: the database is locked, broken or gone.
    """
    options = {BEGIN: "BEGIN"} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with named_errors(engine), engine.execution_options(**options).begin() as connection:
        yield connection


@contextmanager
def named_errors(engine: Engine) -> Iterator[None]:
    """Turn the driver's errors about the database itself into ``StoreUnreachable``, without statement or password.

    A violated constraint or a statement that cannot be understood is a bug of ours and stays what it is.
    """
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise
    except DatabaseError as error:
        raise unreachable(engine, error) from None


def unreachable(engine: Engine, error: DatabaseError) -> StoreUnreachable:
    """Say which database does not work and what its driver said."""
    said = " ".join(str(error.orig).split()).rstrip(".")
    return StoreUnreachable(
        f"The database {place(engine.url)} cannot be used: {said}.",
        advice="Check DIGEST_DATABASE_URL, then run the same command again; nothing is half done.",
    )


def place(url: URL) -> str:
    """Say where a database is: a file's path, or server and name; never with an account's name or password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.database} at {url.host or 'this machine'}{f':{url.port}' if url.port else ''}"


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut ``items`` into lists of ``size``, lazily."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ``ON CONFLICT`` (each dialect has its own class, both spell it alike)."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
