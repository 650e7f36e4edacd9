"""The matrix as a table: ``python -m tests.reliability.table`` runs it and prints what came of it, as Markdown.

With a file of outcomes as its argument it prints those; arguments that begin with a dash go to pytest.
"""

import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from tests.reliability import rows
from tests.reliability.outcome import REPORT, Outcome

ROOT = Path(__file__).resolve().parents[2]
HEAD = (
    "fault",
    "runs",
    "while sending",
    "readers",
    "lost",
    "twice",
    "most uncertain",
    "runs with anybody uncertain",
    "by hand",
)
COMBINATIONS = [(mailer, database) for mailer in ("sendgrid", "smtp") for database in ("sqlite", "postgres")]


def as_markdown(outcomes: Iterable[Outcome]) -> str:
    """Return one row for each row of the matrix; a cell with four numbers has one for each combination."""
    by_row: dict[str, list[Outcome]] = {row: [] for row in rows.ROWS}
    for one in outcomes:
        by_row[one.row].append(one)
    lines = [_line(HEAD), _line(["---", *["--:"] * (len(HEAD) - 1)])]
    lines += [_line(_cells(row, found)) for row, found in by_row.items()]
    return "\n".join(lines)


def _cells(row: str, found: Sequence[Outcome]) -> list[str]:
    return [
        row,
        f"{sum(one.runs for one in found):,}",
        f"{sum(one.under_way for one in found):,}",
        f"{sum(one.readers for one in found):,}",
        f"{sum(one.lost for one in found):,}",
        f"{sum(one.twice for one in found):,}",
        _each(found, "uncertain", max),
        _each(found, "doubtful", sum),
        f"{hands:,}" if (hands := sum(one.by_hand for one in found)) else "no",
    ]


def _each(found: Sequence[Outcome], what: str, together: Callable[[list[int]], int]) -> str:
    """Return the value for each combination, in their order; a dash where there was no such run."""
    values: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in found:
        values[one.mailer, one.database].append(getattr(one, what))
    return " / ".join(str(together(values[each])) if each in values else "–" for each in COMBINATIONS)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def between_marks(page: str) -> str:
    """Return the part of ``docs/reliability.md`` that is the table."""
    return page.partition("<!-- matrix -->")[2].partition("<!-- /matrix -->")[0]


def read_report(path: Path) -> list[Outcome]:
    """Return the outcomes of a report."""
    return [Outcome(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> int:
    given = [word for word in sys.argv[1:] if not word.startswith("-")]
    if given:
        sys.stdout.write(as_markdown(read_report(Path(given[0]))) + "\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "outcomes"
        report.touch()
        os.environ[REPORT] = str(report)
        options = [word for word in sys.argv[1:] if word.startswith("-")] or ["-q", "-n", "2", "--dist", "loadgroup"]
        code = pytest.main([*options, str(ROOT / "tests" / "reliability")])
        sys.stdout.write("\n" + as_markdown(read_report(report)) + "\n")
        sys.stdout.write("\nCells with four numbers: SendGrid on SQLite / PostgreSQL / SMTP on SQLite / PostgreSQL.\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
