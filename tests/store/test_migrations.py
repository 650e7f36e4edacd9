from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from digest.store.engine import alembic_config
from digest.store.tables import REVISION, REVISION_TABLE, metadata
from tests.stores import new_postgres_database


def test_the_revision_that_the_code_needs_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [REVISION]


def test_the_migrations_make_exactly_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": REVISION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def _parts(sql: str) -> list[str]:
    """Return the columns and constraints of a CREATE TABLE: one per comma that is in no brackets, however they wrap."""
    body = sql[sql.index("(") + 1 : sql.rindex(")")]
    parts, depth = [""], 0
    for letter in body:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [" ".join(part.split()) for part in parts]


def _sqlite_tables(engine: Engine) -> dict[str, frozenset[str]]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        return {name: frozenset(_parts(sql)) for name, sql in rows if name != REVISION_TABLE}


def _postgres_constraints(engine: Engine) -> set[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> :revision"
            ),
            {"revision": REVISION_TABLE},
        )
        return {(name, definition) for name, definition in rows}


@pytest.fixture
def made_at_once(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A database that SQLAlchemy made from the tables, without any migration."""
    if engine.dialect.name == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
        metadata.create_all(made)
        yield made
        made.dispose()
    else:
        with new_postgres_database(f"{engine.url.database}_made") as url:
            made = create_engine(url)
            metadata.create_all(made)
            yield made
            made.dispose()


def test_the_migrations_make_exactly_the_checks(engine: Engine, made_at_once: Engine) -> None:
    look = _sqlite_tables if engine.dialect.name == "sqlite" else _postgres_constraints
    assert look(engine) == look(made_at_once)
