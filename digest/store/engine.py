"""Opening the store: which database, is it ours, is it up to date; and bringing it up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from time import sleep
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, Connection, Engine, column, create_engine, event, inspect, make_url, select, table, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry

from digest.errors import BadSetting, StoreOutdated, StoreUnreachable
from digest.store.tables import REVISION, REVISION_TABLE, metadata
from digest.store.transactions import BEGIN, RELAXED, WRITES, named_errors, place, reading, unreachable

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).parent / "migrations"
SETTING: Final = "DIGEST_DATABASE_URL"
#: What every SQLite file begins with.
MAGIC: Final = b"SQLite format 3\x00"
#: How long to wait for another writer on SQLite, in seconds.
BUSY_SECONDS: Final = 30
WAL_PAUSE_SECONDS: Final = 0.05
#: So many pages the log holds before what is in it is written to the file. A page of the ledger changes several times
#: in a row: with SQLite's own 1,000 nearly every batch would be followed by that, and each of those waits for the disk.
CHECKPOINT_PAGES: Final = 10_000
#: How long to wait for a PostgreSQL server to answer, in seconds.
CONNECT_SECONDS: Final = 10
#: Any number, the same for all of us: two upgrades at once wait for each other.
UPGRADE_LOCK: Final = 0x62796C696E65


@contextmanager
def open_engine(url: str) -> Iterator[Engine]:
    """Open the database at ``url`` and close it afterwards.

    An embedded (SQLite) database that is empty or not there yet is made and migrated; nothing else ever is.

    :raises BadSetting: the URL is none, or of a database that we do not speak.
    :raises StoreUnreachable: no connection, no database file, or a database of another program.
    :raises StoreOutdated: its schema is not the one that this version needs.
    """
    engine = connect(url)
    try:
        have, empty = _look(engine)
        if have is None and empty and engine.dialect.name == "sqlite":
            have = _migrate(engine)[1]
        if have != REVISION:
            raise _outdated(have)
        _use_wal(engine)
        yield engine
    finally:
        engine.dispose()


def upgrade(url: str) -> tuple[str | None, str]:
    """Bring the database at ``url`` up to date; return its revision before (``None``: it was empty) and after.

    :raises BadSetting: the URL is none, or of a database that we do not speak.
    :raises StoreUnreachable: no connection, no database file, or a database of another program.
    :raises StoreOutdated: it was made by a newer version than this one.
    """
    engine = connect(url)
    try:
        have, _ = _look(engine)
        if have is not None and have > REVISION:
            raise _outdated(have)
        return _migrate(engine)
    except ProgrammingError as error:
        raise unreachable(engine, error) from None  # such as: this account may not make tables
    finally:
        engine.dispose()


def check(engine: Engine) -> str:
    """Ask the open database for its revision now, and return it.

    :raises StoreUnreachable: it does not answer any more.
    :raises StoreOutdated: somebody changed its schema since it was opened.
    """
    have, _ = _look(engine)
    if have != REVISION:
        raise _outdated(have)
    return REVISION


def connect(url: str) -> Engine:
    """Return an engine for ``url`` without asking the database anything yet.

    :raises BadSetting: the URL is none, or of a database that we do not speak.
    :raises StoreUnreachable: the folder of a SQLite file cannot be made, or the file is something else.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _connect_sqlite(parsed)
    return create_engine(
        parsed,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "byline-digest",
            "client_encoding": "utf8",  # a cluster made without a locale answers in bytes otherwise
        },
    )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadSetting(SETTING, "it is no database URL such as sqlite:///var/digest.db") from None
    scheme = parsed.drivername.split("+")[0]
    if scheme in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if scheme != "sqlite":
        raise BadSetting(SETTING, f"{scheme} is no database that we speak; use sqlite:///… or postgresql://…")
    if not parsed.database or parsed.database.startswith((":memory:", "file:")):
        raise BadSetting(SETTING, "SQLite needs a file, because the ledger must outlive the process")
    return parsed.set(drivername="sqlite+pysqlite")


def _connect_sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        begins = _first_bytes(path)
    except OSError as error:
        raise StoreUnreachable(
            f"The database {path} cannot be reached: {error.strerror} ({error.filename}).", advice=f"Check {SETTING}."
        ) from None
    if begins not in (b"", MAGIC):
        # SQLite itself would take a very short file for an empty database, and write over it.
        raise StoreUnreachable(f"The file {path} is no database.", advice=f"Nothing was changed; check {SETTING}.")
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _first_bytes(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(len(MAGIC))


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction control begins late and not at all before a SELECT or DDL: we begin ourselves
    # (SQLAlchemy, "SQLite: Serializable isolation / Savepoints / Transactional DDL").
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin, and say what a commit waits for.

    WAL with the usual NORMAL may lose the last commits when the power goes. A claim that is lost after the mailer was
    asked is a reader mailed twice: every commit of the ledger must be on the disk.
    """
    options = connection.get_execution_options()
    begin = options.get(BEGIN, WRITES)
    if begin == WRITES:
        # WAL keeps the commits in their order: syncing a later one syncs all before it (sqlite.org, "WAL-mode").
        connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if options.get(RELAXED) else 'FULL'}")
    if begin is not None:
        connection.exec_driver_sql(begin)


def _use_wal(engine: Engine) -> None:
    """Let readers go on while one writes. The file remembers it; where it is set already this only looks.

    While another process opens the same new file SQLite may say "locked" whatever its timeout: we ask again ourselves.
    """
    if engine.dialect.name != "sqlite":
        return
    with named_errors(engine), engine.connect().execution_options(**{BEGIN: None}) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        pauses_left = BUSY_SECONDS / WAL_PAUSE_SECONDS
        while not _is_wal(connection, is_last=pauses_left <= 0):
            sleep(WAL_PAUSE_SECONDS)
            pauses_left -= 1
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _is_wal(connection: Connection, *, is_last: bool) -> bool:
    try:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    except OperationalError as error:
        if is_last or getattr(error.orig, "sqlite_errorcode", None) != SQLITE_BUSY:
            raise
        return False
    return True


def _look(engine: Engine) -> tuple[str | None, bool]:
    """Return the database's revision, and whether it is empty.

    :raises StoreUnreachable: it holds tables, but not ours.
    """
    with reading(engine) as connection:
        tables = set(inspect(connection).get_table_names())
        if REVISION_TABLE in tables:
            return _revision(connection), False
    if tables and (engine.dialect.name == "sqlite" or tables & metadata.tables.keys()):
        raise StoreUnreachable(
            f"The database {place(engine.url)} belongs to another program: it has tables, but none of ours.",
            advice=f"Nothing was changed in it; let {SETTING} name a database of its own.",
        )
    return None, not tables


def _migrate(engine: Engine) -> tuple[str | None, str]:
    """Run the migrations in one transaction, so that a second process waits and then finds nothing to do."""
    from alembic import command  # noqa: PLC0415 - only an upgrade needs Alembic, and its import is slow

    with named_errors(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
        before = _revision(connection)
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        after = _revision(connection)
    assert after is not None
    return before, after


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(REVISION_TABLE):
        return None
    return connection.scalar(select(column("version_num")).select_from(table(REVISION_TABLE)))


def alembic_config() -> "Config":
    """Return Alembic's configuration: the scripts lie beside this file, also in an installed wheel."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _outdated(have: str | None) -> StoreOutdated:
    error = StoreOutdated(have, REVISION)
    if have is not None and have > REVISION:
        error.advice = "A newer version made it: update the program."
    return error
