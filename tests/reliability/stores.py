"""Stores that can be put back in a moment: a SQLite file in memory, a PostgreSQL database made from a template."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import Protocol

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from digest.store.engine import connect, upgrade
from digest.store.tables import metadata
from tests.stores import POSTGRES_URL, new_postgres_database

SQLITE, POSTGRES = "sqlite", "postgres"


class Store(Protocol):
    """A store that holds an approved issue each time it is ``fresh``."""

    kind: str

    def fresh(self) -> str:
        """Throw away what there is, and return the URL of a store that nobody has touched yet."""
        ...

    def settle(self) -> None:
        """Wait until the server has noticed that those who died are gone, and has carried out what they last asked."""
        ...


@dataclass
class SqliteStore:
    """A copied file."""

    folder: Path
    prepared: Path
    kind: str = SQLITE

    def fresh(self) -> str:
        for file in self.folder.glob("digest.db*"):
            file.unlink()
        path = self.folder / "digest.db"
        shutil.copy(self.prepared, path)
        return f"sqlite:///{path}"

    def settle(self) -> None:
        """There is no server."""


@dataclass
class PostgresStore:
    """A database whose every row is put back: making one anew waits for the disk of the whole server."""

    url: str
    kind: str = POSTGRES
    _engine: Engine = field(init=False, repr=False)
    _admin: Engine = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep a copy of what is there now."""
        self._engine = create_engine(self.url, poolclass=NullPool)
        self._admin = create_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
        names = [table.name for table in metadata.sorted_tables]
        kept = [f"CREATE TABLE kept.{name} AS SELECT * FROM {name}" for name in names]
        # Nobody kills the server itself: that its commits reach the disk is not what is tried here.
        relaxed = f"ALTER DATABASE {self._engine.url.database} SET synchronous_commit = off"
        self._order(relaxed, "CREATE SCHEMA kept", *kept)
        self._restoring = [
            *(f"DELETE FROM {name}" for name in reversed(names)),
            *(f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM kept.{name}" for name in names),
        ]

    def fresh(self) -> str:
        self.settle()
        self._order(*self._restoring)
        return self.url

    def settle(self) -> None:
        name = self._engine.url.database
        asked = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND application_name <> ''")
        with self._admin.connect() as connection:
            while connection.scalar(asked, {"name": name}):
                sleep(0.005)

    def cut_connections(self) -> None:
        """End every connection to it, as a failing server does."""
        name = self._engine.url.database
        with self._admin.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
            )

    def _order(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))

    def close(self) -> None:
        self._engine.dispose()
        self._admin.dispose()


@contextmanager
def prepared_store(kind: str, folder: Path, fill: Callable[[Engine], object]) -> Iterator[Store]:
    """Make a store of that kind and ``fill`` it with an approved issue and its readers."""
    if kind == SQLITE:
        prepared = folder / "prepared.db"
        _prepare(f"sqlite:///{prepared}", fill)
        yield SqliteStore(folder, prepared)
        return
    with new_postgres_database(f"digest_reliability_{os.getpid()}_{folder.name}") as url:
        _prepare(url, fill)
        store = PostgresStore(url)
        yield store
        store.close()


def _prepare(url: str, fill: Callable[[Engine], object]) -> None:
    upgrade(url)
    engine = connect(url)
    fill(engine)
    engine.dispose()
