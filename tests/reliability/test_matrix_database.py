"""The database goes away in the middle of a send, and comes back: the same command again finishes the job."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability import rows
from tests.reliability.conftest import POSTGRES_STAGES, READERS, SQLITE_STAGES
from tests.reliability.database_proxy import DatabaseProxy
from tests.reliability.stage import Stage
from tests.reliability.stores import PostgresStore

#: How long it is gone, in seconds.
GONE = float(os.environ.get("RELIABILITY_GONE_SECONDS", "10"))
#: So slow that mails are under way when it goes: seconds for a request of a batch, or for a mail.
SECONDS = {"sendgrid": 0.060, "smtp": 0.030}


def wait_for_mails(stage: Stage, mails: int) -> None:
    """Wait until the far end has taken so many."""
    while stage.far_end.record.read_bytes().count(b"\n") < mails:
        time.sleep(0.002)


@pytest.mark.parametrize("stage", POSTGRES_STAGES, indirect=True)
def test_a_server_that_is_gone_for_a_while(stage: Stage) -> None:
    outcome = stage.outcome(rows.DATABASE_GONE)
    stage.begin(seconds=SECONDS[outcome.mailer])
    with DatabaseProxy(stage.url) as door:
        stage.workers.begin(stage.order(url=door.through))
        wait_for_mails(stage, READERS // 3)
        began = time.monotonic()
        door.shut()
        (ended,) = stage.workers.end()
        left = stage.left_behind()
        tried = stage.run(url=door.through)
        assert tried.code != 0
        assert "Traceback" not in ended.said + tried.said
        assert "cannot be used" in tried.said
        time.sleep(max(0.0, GONE - (time.monotonic() - began)))
        door.open()
        stage.again(url=door.through)
    outcome.add(stage.count(), f"gone for {GONE} s ({ended})", in_flight=left.in_hand)
    outcome.settle()


@pytest.mark.parametrize("stage", POSTGRES_STAGES, indirect=True)
def test_connections_that_are_cut(stage: Stage) -> None:
    outcome = stage.outcome(rows.DATABASE_CUT)
    assert isinstance(stage.store, PostgresStore)
    for mails in (1, READERS // 3, READERS // 2, READERS - 5):
        stage.begin(seconds=SECONDS[outcome.mailer])
        stage.workers.begin(stage.order())
        wait_for_mails(stage, mails)
        stage.store.cut_connections()
        (ended,) = stage.workers.end()
        assert "Traceback" not in ended.said
        left = stage.left_behind()
        stage.again()
        outcome.add(stage.count(), f"cut after {mails} mails ({ended.code})", in_flight=left.in_hand)
    outcome.settle()


def locked(path: Path, while_locked: Callable[[], None]) -> None:
    """Keep every writer out of the file while something else happens."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN EXCLUSIVE")
        while_locked()
        other.execute("ROLLBACK")


@pytest.mark.parametrize("stage", SQLITE_STAGES, indirect=True)
def test_a_file_that_another_process_keeps_locked(stage: Stage) -> None:
    outcome = stage.outcome(rows.DATABASE_GONE)
    stage.begin(seconds=SECONDS[outcome.mailer])
    stage.workers.begin(stage.order())
    wait_for_mails(stage, READERS // 3)
    locked(Path(stage.url.removeprefix("sqlite:///")), lambda: time.sleep(GONE))
    (ended,) = stage.workers.end()
    left = stage.left_behind()
    stage.again()
    outcome.add(stage.count(), f"locked for {GONE} s ({ended})", in_flight=left.in_hand)
    outcome.settle()


@pytest.mark.parametrize("stage", SQLITE_STAGES, indirect=True)
def test_a_disk_that_is_full(stage: Stage) -> None:
    outcome = stage.outcome(rows.DISK_FULL)
    for kilobytes in range(20, 300, 40):
        stage.begin()
        ended = stage.run(file_limit=kilobytes * 1024)
        assert "Traceback" not in ended.said
        left = stage.left_behind()
        stage.again()
        outcome.add(stage.count(), f"at {kilobytes} KB ({ended})", in_flight=left.in_hand)
    outcome.settle()
