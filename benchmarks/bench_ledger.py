"""The ledger of a long list: planned, claimed and recorded, against bare SQL and against one row after another.

With ``BENCH_LARGE=1`` a list of a million is planned too, with the memory that it takes.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.long_list import LIST, fill
from digest.clock import StoppedClock
from digest.ids import IssueId, Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted
from digest.send.states import DeliveryState
from digest.send.steps import plan
from digest.store.audience import SqlAudience
from digest.store.engine import open_engine, upgrade
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.tables import deliveries, subscriptions
from tests.fakes import NOON
from tests.stores import new_postgres_database

READERS: Final = 100_000
MANY: Final = 1_000_000
BATCH: Final = 1_000
#: The batches of a round, and what the slow way manages in about that time.
BATCHES: Final = 20
ONE_BY_ONE: Final = 500
ROUNDS: Final = 3
ISSUE: Final = IssueId("morning-brief-1")


def plan_all(engine: Engine) -> float:
    """Plan the issue for the whole list; return the seconds."""
    start = perf_counter()
    issues, ledger = SqlIssues(engine), SqlLedger(engine)
    plan(
        ISSUE, archive=issues, readership=SqlAudience(engine), ledger=ledger, clock=StoppedClock(NOON), secret=b"bench"
    )
    return perf_counter() - start


def ours(ledger: SqlLedger, height: Position) -> tuple[int, float]:
    """Claim and record batches; return how many readers, and the seconds."""
    start, readers = perf_counter(), 0
    for number in range(BATCHES):
        at = NOON + timedelta(seconds=number)
        claims = ledger.claim(ISSUE, worker="bench", limit=BATCH, lease_seconds=60, at=at)
        answers = [Accepted(delivery=claim.id, receipt="bench") for claim in claims]
        holder = Holder(worker="bench", since=at)
        ledger.record(ISSUE, answers, holder=holder, height=height, at=at)
        readers += len(claims)
    return readers, perf_counter() - start


def one_by_one(engine: Engine) -> tuple[int, float]:
    """Do it as is mostly done: a row is claimed and committed, answered for and committed, and then the next one."""
    start = perf_counter()
    planned = (
        select(deliveries.c.id, deliveries.c.subscriber)
        .where(deliveries.c.issue == ISSUE, deliveries.c.state == DeliveryState.PLANNED)
        .order_by(deliveries.c.subscriber)
        .limit(1)
    )
    for _ in range(ONE_BY_ONE):
        with engine.begin() as connection:
            row = connection.execute(planned).one()
            claim = {"state": DeliveryState.CLAIMED, "claimed_by": "bench", "claimed_at": NOON, "lease_until": NOON}
            connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(claim))
        with engine.begin() as connection:
            answer = {"state": DeliveryState.ACCEPTED, "receipt": "bench", "answered_at": NOON}
            connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(answer))
            theirs = (subscriptions.c.subscriber == row.subscriber) & (subscriptions.c.list == LIST)
            connection.execute(update(subscriptions).where(theirs).values(cursor=30))
    return ONE_BY_ONE, perf_counter() - start


def bare(path: Path) -> tuple[int, float]:
    """Update bare rows of one small table twice, batch by batch, each batch committed to the disk: the limit."""
    readers = BATCHES * BATCH
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY, state TEXT, receipt TEXT)")
    connection.executemany("INSERT INTO ledger VALUES (?, 'planned', NULL)", ((n,) for n in range(readers)))
    connection.commit()
    start = perf_counter()
    for first in range(0, readers, BATCH):
        for state in ("claimed", "accepted"):
            connection.execute("UPDATE ledger SET state = ? WHERE id >= ? AND id < ?", (state, first, first + BATCH))
            connection.commit()
    seconds = perf_counter() - start
    connection.close()
    return readers, seconds


def measure(engine: Engine, name: str, folder: Path) -> None:
    """Fill a store, plan, and print readers per second of each way to claim and record."""
    height = fill(engine, READERS).height
    seconds = plan_all(engine)
    ledger = SqlLedger(engine)
    ways: dict[str, Callable[[], tuple[int, float]]] = {
        "limit: bare SQL on SQLite, two UPDATEs": lambda: bare(folder / "bare.db"),
        "claim and record in batches": lambda: ours(ledger, height),
        "one row after another, each committed": lambda: one_by_one(engine),
    }
    rates: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            readers, taken = work()
            rates[way].append(readers / taken)
    print(f"\nLedger of {READERS:,} readers on {name} (medians of {ROUNDS} interleaved rounds)")
    print(f"  {'planned, all in one moment':<58} {READERS / seconds:>14,.0f} readers/s")
    limit = median(next(iter(rates.values())))
    for way, found in rates.items():
        print(f"  {way:<58} {median(found):>14,.0f} readers/s {median(found) / limit:>7.3f}x")


def plan_in_a_process_of_its_own(url: str) -> None:
    """Plan a long list where nothing else takes memory, and print seconds and the peak."""
    subprocess.run([sys.executable, "-m", "benchmarks.bench_ledger", url], check=True)


def peak_mb() -> int:
    """Return the most memory that this process had since it began, in megabytes (Linux).

    ``getrusage`` would count what the process had from which it was forked.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


@contextmanager
def stores(folder: Path, name: str) -> Iterator[Iterator[tuple[str, str]]]:
    """Give the names and URLs of the databases that answer, each migrated and empty."""

    def each() -> Iterator[tuple[str, str]]:
        yield "SQLite", f"sqlite:///{folder / name}.db"
        try:
            with new_postgres_database(f"digest_bench_{os.getpid()}") as url:
                upgrade(url)
                yield "PostgreSQL", url
        except SQLAlchemyError:
            print("\nNo PostgreSQL answers: its ledger was not measured (DIGEST_TEST_POSTGRES_URL).")

    found = each()
    try:
        yield found
    finally:
        found.close()


def main() -> None:
    """Print readers per second, and what planning takes."""
    with TemporaryDirectory() as folder:
        with stores(Path(folder), "ledger") as found:
            for name, url in found:
                with open_engine(url) as engine:
                    measure(engine, name, Path(folder))
        many = MANY if os.environ.get("BENCH_LARGE") else READERS
        print(f"\nPlanning {many:,} readers, in a process of its own")
        with stores(Path(folder), "planning") as found:
            for name, url in found:
                with open_engine(url) as engine:
                    fill(engine, many)
                print(f"  {name:<12}", end="", flush=True)
                plan_in_a_process_of_its_own(url)


if __name__ == "__main__":
    with open_engine(sys.argv[1]) as opened:
        took = plan_all(opened)
    print(f" {took:>8.1f} s   peak memory {peak_mb():>5} MB")
