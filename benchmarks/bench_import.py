"""A file of readers taken into a list, against a database that takes the same file without looking at it.

A hundred thousand rows; up to a million with ``BENCH_LARGE=1``. Each import runs in a process of its own, to see its
memory: it should not grow with the file. What the database's server has is not in it.
"""

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import psycopg
from sqlalchemy import make_url

from benchmarks.bench_ledger import peak_mb, stores
from benchmarks.long_list import LIST, WRITERS
from digest.audience.steps import AudienceFile, import_readers
from digest.clock import StoppedClock
from digest.store.audience import SqlAudience
from digest.store.engine import open_engine
from digest.store.newsletters import SqlNewsletters
from tests.builders import a_declaration, a_newsletter
from tests.fakes import NOON

ROWS: Final = 100_000
#: What is imported to see how memory and speed go on.
FEWER: Final = (ROWS // 5, ROWS)
MANY: Final = (ROWS, 250_000, 500_000, 1_000_000)
ROUNDS: Final = 3
HEADS: Final = ("address", "name", "follows", "locale", "time_zone", "suppressed", "note")
_BARE: Final = "address TEXT, name TEXT, follows TEXT, locale TEXT, time_zone TEXT, suppressed TEXT, note TEXT"


def write_file(path: Path, rows: int) -> None:
    """Write a file as newsrooms have them: everybody or a few journalists, two languages, one row of a thousand bad."""
    chance = Random(7)  # the same file every time
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADS)
        for number in range(rows):
            many = (0, 0, 0, 0, 1, 1, 1, 3, 3, 5)[number % 10]
            choice = ";".join(chance.sample(WRITERS, many)) if many else "*"
            name = f"Айгерим Садыкова {number}" if number % 3 == 0 else f"Reader Number {number}"
            at = "@" if number % 1000 else " at "
            locale, zone = ("ru", "Asia/Almaty") if number % 3 == 0 else ("en", "Europe/London")
            address = f"Reader{number}.{chance.randrange(10**6)}{at}mail{number % 50}.example.org"
            out.writerow(
                (address, name, choice, locale, zone, "bounced" if number % 500 == 1 else "", "from the old system")
            )


def take_in(path: Path, url: str) -> None:
    """Import the file into the store at ``url`` twice, and print for each the seconds, and then the peak of memory."""
    for _ in range(2):
        with open_engine(url) as engine:
            book = SqlAudience(engine)
            start = perf_counter()
            report = import_readers(
                AudienceFile(path=path.name, open=lambda: path.open("rb")),
                LIST,
                book=book,
                intakes=book,
                clock=StoppedClock(NOON),
            )
            print(f"{perf_counter() - start}", report.good)
    print(peak_mb())


def apart(path: Path, url: str) -> tuple[float, float, int]:
    """Import in a process of its own; return the seconds of the first and of the second time, and the peak in MB."""
    command = [sys.executable, "-m", "benchmarks.bench_import", str(path), url]
    first, second, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return float(first.split()[0]), float(second.split()[0]), int(peak)


def by_command(path: Path, database: Path) -> float:
    """Let sqlite3's own command import the file into a bare table; return the seconds."""
    database.unlink(missing_ok=True)
    lines = f"CREATE TABLE readers ({_BARE});\n.mode csv\n.import --skip 1 {path} readers\n"
    start = perf_counter()
    subprocess.run(["sqlite3", str(database)], input=lines, check=True, text=True, capture_output=True)
    return perf_counter() - start


def by_executemany(path: Path, database: Path) -> float:
    """Read the file with the csv module and write it into a bare table; return the seconds."""
    database.unlink(missing_ok=True)
    start = perf_counter()
    with sqlite3.connect(database) as connection, path.open(encoding="utf-8", newline="") as file:
        connection.execute(f"CREATE TABLE readers ({_BARE})")
        rows = csv.reader(file)
        next(rows)
        connection.executemany("INSERT INTO readers VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    return perf_counter() - start


def by_copy(path: Path, url: str) -> float:
    """Let PostgreSQL COPY the file into a bare table; return the seconds."""
    place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(place) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE readers ({_BARE})")
        start = perf_counter()
        with path.open("rb") as file, cursor.copy("COPY readers FROM STDIN (FORMAT csv, HEADER)") as copy:
            while block := file.read(1 << 20):
                copy.write(block)
        return perf_counter() - start


def fresh(url: str) -> None:
    """Empty a store and apply a newsletter of thirty journalists."""
    with open_engine(url) as engine:
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                connection.exec_driver_sql("TRUNCATE follows, subscriptions, subscribers, suppressions CASCADE")
        SqlNewsletters(engine).apply(a_declaration(a_newsletter(journalists=WRITERS)), at=NOON)


def measure(name: str, url: str, path: Path, rows: int, folder: Path) -> int:
    """Print rows per second of the database's own ways, and of an import that is new and one that changes nothing.

    Return the most memory that the imports took, in megabytes.
    """
    limits = {"executemany into a bare table": lambda: by_executemany(path, folder / "bare.db")}
    if shutil.which("sqlite3"):
        limits = {"limit: sqlite3 .import into a bare table": lambda: by_command(path, folder / "bare.db"), **limits}
    if name == "PostgreSQL":
        limits = {"limit: COPY into a bare table": lambda: by_copy(path, url)}
    found: dict[str, list[float]] = {}
    peak = 0
    for _ in range(ROUNDS if rows == ROWS else 1):
        for way, work in limits.items():
            found.setdefault(way, []).append(work())
        (folder / "import.db").unlink(missing_ok=True)
        fresh(url)
        first, second, peak = apart(path, url)
        found.setdefault("digest audience import, everybody new", []).append(first)
        found.setdefault("the same file again, nothing changes", []).append(second)
    print(f"\nImport of {rows:,} rows into {name} ({path.stat().st_size / 1e6:,.0f} MB; peak memory {peak} MB)")
    limit = median(next(iter(found.values())))
    for way, seconds in found.items():
        print(f"  {way:<58} {rows / median(seconds):>14,.0f} rows/s {limit / median(seconds):>7.3f}x")
    return peak


def main() -> None:
    """Print rows per second on the databases that answer, and that memory stays flat."""
    peaks: dict[str, dict[int, int]] = {}
    with TemporaryDirectory() as place:
        folder = Path(place)
        for rows in MANY if os.environ.get("BENCH_LARGE") else FEWER:
            path = folder / "readers.csv"
            write_file(path, rows)
            with stores(folder, "import") as found:
                for name, url in found:
                    peaks.setdefault(name, {})[rows] = measure(name, url, path, rows, folder)
    for name, by_rows in peaks.items():
        told = ", ".join(f"{rows:,} rows {peak} MB" for rows, peak in by_rows.items())
        print(f"\nPeak memory of an import into {name}: {told}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take_in(Path(sys.argv[1]), sys.argv[2])
    else:
        main()
