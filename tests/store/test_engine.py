import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError

import digest.store.engine
from digest.errors import BadSetting, StoreOutdated, StoreUnreachable
from digest.store.engine import connect, open_engine, upgrade
from digest.store.tables import REVISION, REVISION_TABLE, follows, shelf
from digest.store.transactions import reading, writing
from tests.stores import POSTGRES_URL, new_postgres_database


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    with new_postgres_database(f"digest_test_empty_{os.getpid()}") as url:
        yield url


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _shelf_height(url: str) -> int:
    with open_engine(url) as engine, reading(engine) as connection:
        return int(connection.execute(select(shelf.c.height)).scalar_one())


# --- SQLite ----------------------------------------------------------------------------------------------------------


def test_an_embedded_database_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "var" / "a b%c" / "digest.db"
    assert _shelf_height(_url(path)) == 0
    assert path.is_file()


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    path.touch()
    assert _shelf_height(_url(path)) == 0


def test_what_was_written_is_there_the_next_time(tmp_path: Path) -> None:
    url = _url(tmp_path / "digest.db")
    with open_engine(url) as engine, writing(engine) as connection:
        connection.execute(text("UPDATE shelf SET height = 7"))
    assert _shelf_height(url) == 7


def test_an_embedded_database_is_as_safe_as_a_ledger_needs(tmp_path: Path) -> None:
    with open_engine(_url(tmp_path / "digest.db")) as engine, writing(engine) as connection:
        said = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
            for pragma in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert said == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}


def test_only_what_would_come_back_by_itself_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    with open_engine(_url(tmp_path / "digest.db")) as engine:
        with writing(engine, waits_for_disk=False) as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 1
        with writing(engine) as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2


def test_a_row_that_points_nowhere_is_refused(tmp_path: Path) -> None:
    with (
        open_engine(_url(tmp_path / "digest.db")) as engine,
        pytest.raises(IntegrityError),
        writing(engine) as connection,
    ):
        connection.execute(insert(follows).values(subscription=99, journalist="*", since=0))


def test_a_writer_that_fails_leaves_nothing_not_even_a_table(tmp_path: Path) -> None:
    def fail(engine: Engine) -> None:
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
            connection.execute(text("UPDATE shelf SET height = 7"))
            raise ZeroDivisionError

    with open_engine(_url(tmp_path / "digest.db")) as engine:
        with pytest.raises(ZeroDivisionError):
            fail(engine)
        assert not inspect(engine).has_table("half_done")
        with reading(engine) as connection:
            assert connection.execute(select(shelf.c.height)).scalar_one() == 0


def test_readers_do_not_wait_for_a_writer_and_see_one_moment(tmp_path: Path) -> None:
    with open_engine(_url(tmp_path / "digest.db")) as engine, reading(engine) as before:
        assert before.execute(select(shelf.c.height)).scalar_one() == 0
        with writing(engine) as connection:
            connection.execute(text("UPDATE shelf SET height = 7"))
            with reading(engine) as meanwhile:
                assert meanwhile.execute(select(shelf.c.height)).scalar_one() == 0
        assert before.execute(select(shelf.c.height)).scalar_one() == 0


@pytest.mark.parametrize(
    "content", [b"this is a letter, no database\n" * 50, b"SQLite format 3\x00" + b"\xff" * 4000, b"x"]
)
def test_a_file_that_is_no_database_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(content)
    with pytest.raises(StoreUnreachable, match=r"letter\.db"), open_engine(_url(path)):
        pass
    with pytest.raises(StoreUnreachable, match=r"letter\.db"):
        upgrade(_url(path))
    assert path.read_bytes() == content


def test_a_broken_page_found_later_is_named_too(tmp_path: Path) -> None:
    url = _url(tmp_path / "digest.db")
    _shelf_height(url)
    with closing(sqlite3.connect(tmp_path / "digest.db")) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'shelf'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with (tmp_path / "digest.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with open_engine(url) as engine, pytest.raises(StoreUnreachable, match="malformed"), reading(engine) as connection:
        connection.execute(select(shelf.c.height))


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="unable to open"), open_engine(_url(tmp_path)):
        pass


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with pytest.raises(StoreUnreachable, match="File exists"), open_engine(_url(tmp_path / "var" / "digest.db")):
        pass


def test_a_database_that_stays_locked_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _url(tmp_path / "digest.db")
    _shelf_height(url)
    monkeypatch.setattr(digest.store.engine, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "digest.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with open_engine(url) as engine, pytest.raises(StoreUnreachable, match="locked"), writing(engine):
            pass


def test_a_file_that_is_used_while_it_is_opened_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _url(tmp_path / "digest.db")
    _shelf_height(url)
    with closing(sqlite3.connect(tmp_path / "digest.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT * FROM shelf").fetchall()
        monkeypatch.setattr(digest.store.engine, "sleep", lambda _seconds: other.execute("COMMIT"))
        assert _shelf_height(url) == 0


def test_a_file_that_stays_in_use_while_it_is_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _url(tmp_path / "digest.db")
    _shelf_height(url)
    monkeypatch.setattr(digest.store.engine, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "digest.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT * FROM shelf").fetchall()
        with pytest.raises(StoreUnreachable, match="locked"), open_engine(url):
            pass


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("CREATE TABLE songs (title TEXT)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(StoreUnreachable, match="another program"), open_engine(_url(path)):
        pass
    with pytest.raises(StoreUnreachable, match="another program"):
        upgrade(_url(path))
    assert path.read_bytes() == before


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    url = _url(tmp_path / "digest.db")
    _shelf_height(url)
    with closing(sqlite3.connect(tmp_path / "digest.db")) as other:
        other.execute(f"UPDATE {REVISION_TABLE} SET version_num = '9999'")
        other.commit()
    with pytest.raises(StoreOutdated, match="update the program") as caught, open_engine(url):
        pass
    assert (caught.value.have, caught.value.need) == ("9999", REVISION)
    with pytest.raises(StoreOutdated, match="update the program"):
        upgrade(url)


def test_a_database_of_an_older_version_asks_for_the_upgrade(tmp_path: Path) -> None:
    url = _url(tmp_path / "digest.db")
    _shelf_height(url)
    with closing(sqlite3.connect(tmp_path / "digest.db")) as other:
        other.execute(f"UPDATE {REVISION_TABLE} SET version_num = '0000'")
        other.commit()
    with pytest.raises(StoreOutdated, match="digest db upgrade"), open_engine(url):
        pass


def test_an_upgrade_tells_where_it_began_and_ended(tmp_path: Path) -> None:
    url = _url(tmp_path / "digest.db")
    assert upgrade(url) == (None, REVISION)
    assert upgrade(url) == (REVISION, REVISION)


def test_processes_that_open_an_empty_database_at_once_share_it(tmp_path: Path) -> None:
    url = _url(tmp_path / "digest.db")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_shelf_height, [url] * 6) == [0] * 6


# --- URLs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "var/digest.db", "mysql://root@localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_cannot_be_used_names_the_setting(url: str) -> None:
    with pytest.raises(BadSetting, match="DIGEST_DATABASE_URL"), open_engine(url):
        pass


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+asyncpg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    engine = connect(f"{scheme}://digest@127.0.0.1/x")
    assert engine.dialect.driver == "psycopg"


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_postgresql_is_never_migrated_by_itself(empty_postgres: str) -> None:
    with pytest.raises(StoreOutdated, match="digest db upgrade"), open_engine(empty_postgres):
        pass
    assert upgrade(empty_postgres) == (None, REVISION)
    assert _shelf_height(empty_postgres) == 0


@pytest.mark.postgres
def test_two_upgrades_at_once_wait_for_each_other(empty_postgres: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(upgrade, [empty_postgres] * 2))
    assert sorted(ends, key=str) == [(REVISION, REVISION), (None, REVISION)]


@pytest.mark.postgres
def test_tables_of_ours_without_a_revision_are_another_programs(empty_postgres: str) -> None:
    engine = create_engine(empty_postgres)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE issues (id TEXT)"))
    engine.dispose()
    with pytest.raises(StoreUnreachable, match="another program"):
        upgrade(empty_postgres)


@pytest.mark.postgres
def test_an_account_that_may_not_make_tables_is_told_so(empty_postgres: str) -> None:
    engine = create_engine(empty_postgres)
    name = f"reader_{os.getpid()}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'only-reads'"))
    reader = make_url(empty_postgres).set(username=name, password="only-reads")
    try:
        with pytest.raises(StoreUnreachable, match="permission denied"):
            upgrade(reader.render_as_string(hide_password=False))
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP ROLE {name}"))
        engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "s3cret-word", "username": "nobody-of-that-name"},
        {"port": 1, "password": "s3cret-word"},
        {"database": "no_such_database", "query": {"options": "-c search_path=s3cret-word"}},
    ],
)
def test_a_server_that_does_not_let_us_in_is_named_without_the_password(wrong: dict[str, object]) -> None:
    url = make_url(POSTGRES_URL).set(**wrong).render_as_string(hide_password=False)  # type: ignore[arg-type]
    with pytest.raises(StoreUnreachable) as caught, open_engine(url):
        pass
    assert "s3cret-word" not in str(caught.value)
    assert "DIGEST_DATABASE_URL" in caught.value.advice
    assert caught.value.__cause__ is None
