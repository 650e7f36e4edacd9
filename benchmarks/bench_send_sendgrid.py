"""Sending by SendGrid's API, ledger and all, against as bare as it gets and against a plain loop of helper classes.

``BENCH_LARGE=1`` sends to 1,000,000 readers and prints the peak memory. PostgreSQL takes part
where ``DIGEST_TEST_POSTGRES_URL`` names a server on which databases may be made.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import psycopg

from benchmarks.bare_sendgrid import PostgresTable, SqliteTable, bare, naive
from benchmarks.bench_assemble import an_issue
from benchmarks.http_sink import sink
from digest.audience.joining import Joining
from digest.clock import SystemClock
from digest.compose.sending import Sending
from digest.ids import EVERY_JOURNALIST, GROUND, IssueId, ListName
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.send.mailers.sendgrid.mailer import open_sendgrid
from digest.send.pacing_gate import Pacing
from digest.send.steps import plan, send_shard
from digest.store.audience import SqlAudience
from digest.store.engine import open_engine, upgrade
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.newsletters import SqlNewsletters
from digest.store.pace import SqlPaceBook
from digest.store.stops import SqlStops
from tests.builders import a_declaration
from tests.fakes import NOON

LIST: Final = ListName("morning")
SERVER: Final = os.environ.get(
    "DIGEST_TEST_POSTGRES_URL", "postgresql://digest:digest@127.0.0.1:5432/postgres"
).replace("+psycopg", "")
READERS: Final = int(os.environ.get("BENCH_READERS", "100000"))
ROUNDS: Final = 3
LARGE: Final = os.environ.get("BENCH_LARGE") == "1"
CHUNK: Final = 20_000
NAIVE_SHARE: Final = 10


class Bench:
    """One way of keeping the ledger, and the three ways of sending on it."""

    def __init__(self, folder: Path, readers: int) -> None:
        """Keep databases in ``folder``, of so many readers."""
        self._folder = folder
        self._readers = readers
        self._rounds = count()
        self._sealed = seal(an_issue(), templates=templates_dir())
        self.peak = 0
        self._html, self._text = "–" * 200 + "x" * 34_000, "–" + "x" * 6_000

    def sqlite(self) -> str:
        """Return the address of a new database."""
        return f"sqlite:///{self._folder / f'{next(self._rounds)}.db'}"

    @contextmanager
    def postgres(self) -> Iterator[str]:
        """Give the address of a new database; it is dropped in the end."""
        name = f"bench_{os.getpid()}_{next(self._rounds)}"
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield SERVER.rpartition("/")[0] + f"/{name}"
        finally:
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def ours(self, url: str, host: str, *, posters: int) -> float:
        """Claim, build, post and record, in a process of its own; return the seconds that took. The plan is made."""
        upgrade(url)
        frozen = self._sealed.frozen
        with open_engine(url) as engine:
            SqlNewsletters(engine).apply(a_declaration(frozen.newsletter), at=NOON)
            audience, issues, ledger = SqlAudience(engine), SqlIssues(engine), SqlLedger(engine)
            for first in range(0, self._readers, CHUNK):
                numbers = range(first, min(first + CHUNK, self._readers))
                audience.join(LIST, [_joining(number) for number in numbers], since=GROUND, at=NOON)
            issues.put(self._sealed)
            issues.approve(frozen.id, self._sealed.hash, by="bench", at=NOON)
            plan(frozen.id, archive=issues, readership=audience, ledger=ledger, clock=SystemClock(), secret=b"")
        command = [sys.executable, "-m", "benchmarks.bench_send_sendgrid", url, host, str(posters), frozen.id]
        said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        assert said["accepted"] == self._readers, said
        self.peak = max(self.peak, said["peak"])
        seconds: float = said["seconds"]
        return seconds

    def bare(self, host: str, *, posters: int, on: str | None = None) -> float:
        """Send without any of our laws, on SQLite or on the PostgreSQL database at ``on``."""
        return self._on_table(partial(bare, posters=posters), host, on)

    def naive(self, host: str, on: str | None = None) -> float:
        """Send a share of the readers as one would do it without thinking; return the seconds for all of them."""
        return NAIVE_SHARE * self._on_table(naive, host, on, share=NAIVE_SHARE)

    def _on_table(self, send: Callable[..., None], host: str, on: str | None, share: int = 1) -> float:
        readers = self._readers // share
        table = (
            SqliteTable(str(self._folder / f"{next(self._rounds)}.db"), readers)
            if on is None
            else PostgresTable(on, readers)
        )
        start = perf_counter()
        send(table, host, readers, html=self._html, text=self._text)
        seconds = perf_counter() - start
        table.close()
        return seconds


def send(url: str, host: str, posters: int, issue: IssueId) -> None:
    """Send a planned issue, and print how long that took and how much memory, in KB, the process ever had."""
    with open_engine(url) as engine, open_sendgrid("SG.bench", host=host, connections=posters) as mailer:
        start = perf_counter()
        report = send_shard(
            issue,
            archive=SqlIssues(engine),
            ledger=SqlLedger(engine),
            mailer=mailer,
            clock=SystemClock(),
            worker="bench",
            public_url="https://digest.example.org",
            pacing=Pacing(rules=lambda _: Sending(), book=SqlPaceBook(engine), stops=SqlStops(engine)),
        )
        seconds = perf_counter() - start
    peak = _peak()
    print(json.dumps({"seconds": seconds, "peak": peak, "accepted": report.accepted}))


def _peak() -> int:
    """Return the most memory that this process ever had, in KB.

    As ``/proc`` has it (proc(5), "VmHWM"): what getrusage says begins with the memory of the process that started us.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])


def _joining(number: int) -> Joining:
    return Joining(
        address=f"reader{number}@example.org",
        name=f"Reader {number}",
        locale="en",
        time_zone="UTC",
        follows=(EVERY_JOURNALIST,),
    )


def _print(title: str, readers: int, taken: Mapping[str, list[float]]) -> None:
    rates = {name: readers / median(seconds) for name, seconds in taken.items()}
    limit, floor = (next(rate for name, rate in rates.items() if word in name) for word in ("bare", "naive"))
    print(f"\n{title} (medians of {len(next(iter(taken.values())))} interleaved rounds)")
    print(f"  {'variant':<44} {'readers/s':>12} {'of bare':>9} {'of naive':>9}")
    for name, rate in rates.items():
        print(f"  {name:<44} {rate:>12,.0f} {rate / limit:>8,.2f}x {rate / floor:>8,.1f}x")


def run(readers: int, *, latency: float, posters: int, rounds: int, postgres: bool) -> None:
    """Print readers per second for one latency and one kind of database."""
    with TemporaryDirectory() as folder, sink(latency) as host:
        bench = Bench(Path(folder), readers)
        taken: dict[str, list[float]] = {
            "limit: bare ledger, fragments, http.client": [],
            "ours: every law kept": [],
            "floor: naive loop of helper classes": [],
        }
        for _ in range(rounds):
            with bench.postgres() if postgres else nullcontext(None) as on:
                limit = bench.bare(host, posters=posters, on=on)
                ours = bench.ours(on or bench.sqlite(), host, posters=posters)
                floor = bench.naive(host, on)
            for seconds, one in zip(taken.values(), (limit, ours, floor), strict=True):
                seconds.append(one)
        store = "PostgreSQL" if postgres else "SQLite"
        title = f"SendGrid, {readers:,} readers, {store}, {posters} at once, answers after {latency * 1000:.0f} ms"
        _print(title, readers, taken)
        print(f"  ours took {bench.peak / 1024:.0f} MB at the most")


def main() -> None:
    """Print readers per second; the peak memory, too, of a large run."""
    readers, rounds = (1_000_000, 1) if LARGE else (READERS, ROUNDS)
    for postgres in (False, True):
        for latency, posters in ((0.0, 4), (0.1, 16)):
            run(readers, latency=latency, posters=posters, rounds=rounds, postgres=postgres)


if __name__ == "__main__":
    if sys.argv[1:]:
        send(sys.argv[1], sys.argv[2], int(sys.argv[3]), IssueId(sys.argv[4]))
    else:
        main()
