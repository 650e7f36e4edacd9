"""``digest db upgrade``, and what the commands say of a database that they cannot use."""

import os
import sqlite3
from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from digest.store.tables import REVISION, REVISION_TABLE
from tests.stores import new_postgres_database
from tests.terminal.cli import LETTERS, MORNING, digest, dump


def test_a_new_sqlite_file_is_made_and_upgraded(tmp_path: Path) -> None:
    said = digest("db", "upgrade")
    assert (said.code, said.out, said.err) == (0, f"The database is at revision {REVISION} (was empty).\n", "")
    assert (tmp_path / "var" / "digest.db").is_file()
    assert digest("db", "upgrade").out == f"The database is at revision {REVISION}, as before.\n"


def test_upgrading_again_changes_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_DATABASE_URL", database_url)
    before = dump(database_url)
    said = digest("db", "upgrade", "--json")
    assert (said.code, said.json) == (0, {"before": REVISION, "after": REVISION})
    assert dump(database_url) == before


@pytest.mark.postgres
def test_postgres_is_upgraded_when_it_is_told_to_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    with new_postgres_database(f"digest_test_terminal_{os.getpid()}") as url:
        monkeypatch.setenv("DIGEST_DATABASE_URL", url)
        digest("issue", "list").refused("The database is at revision none", "Run: digest db upgrade", code=1)
        assert digest("db", "upgrade", "--json").json == {"before": None, "after": REVISION}
        assert digest("issue", "list").code == 0


def test_the_whole_way_on_either_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_DATABASE_URL", database_url)
    (tmp_path / "readers.csv").write_text("address\none@readers.example\n", encoding="utf-8")
    assert digest("newsletters", "apply", str(newsletters_dir() / "one-journalist.toml")).code == 0
    assert digest("audience", "import", "readers.csv", "--list", LETTERS).code == 0
    said = digest("run", LETTERS, "--yes", "--at", MORNING, "--json")
    assert said.json["send"]["ledger"]["balanced"]
    assert digest("run", LETTERS, "--yes", "--at", MORNING, "--json").json["compose"]["issue"] is None
    assert digest("issue", "prove", LETTERS).code == 0
    assert "accepted their mail" in digest("why", "one@readers.example", LETTERS).out


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("remember the milk", encoding="utf-8")
    monkeypatch.setenv("DIGEST_DATABASE_URL", "sqlite:///notes.txt")
    for words in (("issue", "list"), ("db", "upgrade"), ("run", LETTERS, "--yes")):
        digest(*words).refused("notes.txt is no database", code=1)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "remember the milk"


def test_another_program_s_database_is_refused_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER)")
    connection.close()
    before = (tmp_path / "shop.db").read_bytes()
    monkeypatch.setenv("DIGEST_DATABASE_URL", "sqlite:///shop.db")
    digest("issue", "list").refused("belongs to another program", code=1)
    assert digest("db", "upgrade", "--json").json["error"] == "StoreUnreachable"
    assert (tmp_path / "shop.db").read_bytes() == before


def test_an_older_schema_is_named_with_what_to_do(applied: Path) -> None:
    with sqlite3.connect(applied / "var" / "digest.db") as connection:
        connection.execute(f"UPDATE {REVISION_TABLE} SET version_num = '0000_older'")
    connection.close()
    digest("issue", "list").refused("The database is at revision 0000_older", "Run: digest db upgrade", code=1)


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_DATABASE_URL", "postgresql://editor@127.0.0.1:1/brief")
    digest("issue", "list").refused("The database brief at 127.0.0.1:1 cannot be used", code=1)
    assert digest("run", LETTERS, "--json").json["error"] == "StoreUnreachable"
