"""A plugin for tests that need a store: ``database_url``, ``engine`` and ``desk``, on SQLite and on PostgreSQL.

Migrating takes longer than most tests: SQLite tests get a copy of one migrated file, PostgreSQL tests the session's one
database, emptied before each.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from digest.store.engine import open_engine, upgrade
from digest.store.tables import metadata
from tests.contracts.desk import Desk

#: An account that may create databases.
POSTGRES_URL = os.environ.get("DIGEST_TEST_POSTGRES_URL", "postgresql+psycopg://digest:digest@127.0.0.1:5432/postgres")

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@contextmanager
def new_postgres_database(name: str) -> Iterator[str]:
    """Make an empty PostgreSQL database, give its URL, and drop it afterwards."""
    admin = create_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        yield make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    with open_engine(f"sqlite:///{path}"):
        return path


@pytest.fixture(scope="session")
def _migrated_postgres() -> Iterator[Engine]:
    with new_postgres_database(f"digest_test_{os.getpid()}") as url:
        upgrade(url)
        engine = create_engine(url)
        yield engine
        engine.dispose()


def empty(engine: Engine) -> None:
    """Take every row out of a migrated database."""
    tables = [table for table in reversed(metadata.sorted_tables) if table.name != "shelf"]
    # Many times faster than TRUNCATE, which writes new files for every table.
    statements = [f"DELETE FROM {table.name}" for table in tables]
    statements.append("UPDATE shelf SET height = 0")
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":  # gives the ids of an empty table out from 1 on again by itself
            for statement in statements:
                connection.exec_driver_sql(statement)
            return
        statements += [
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1, false)"
            for table in tables
            if table.autoincrement_column is not None
        ]
        connection.exec_driver_sql("; ".join(statements))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty store; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "postgres":
        kept: Engine = request.getfixturevalue("_migrated_postgres")
        empty(kept)
        return kept.url.render_as_string(hide_password=False)
    path = tmp_path / "digest.db"
    shutil.copy(request.getfixturevalue("migrated_file"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open engine on ``database_url``."""
    with open_engine(database_url) as opened:
        yield opened


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """All adapters on one store with a newsroom of two journalists: nobody reads it yet, the shelf is empty."""
    desk = Desk(engine)
    desk.open_newsroom()
    return desk
