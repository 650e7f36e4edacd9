"""The page shows the matrix: the same rows, in the same order, and nobody lost."""

from tests.reliability import rows
from tests.reliability.outcome import Outcome
from tests.reliability.table import ROOT, as_markdown, between_marks

PAGE = ROOT / "docs" / "reliability.md"


def test_the_page_shows_the_rows_of_the_matrix() -> None:
    shown = between_marks(PAGE.read_text(encoding="utf-8")).strip().splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown if line.startswith("|")]

    assert [cells[0] for cells in table[2:]] == list(rows.ROWS)
    assert [cells[4] for cells in table[2:]] == ["0"] * len(rows.ROWS)
    twice = {cells[0]: cells[5] for cells in table[2:]}
    assert {row for row, count in twice.items() if count != "0"} <= {rows.PREFER_DUPLICATE}


def test_a_row_adds_up_and_shows_each_combination() -> None:
    outcomes = [
        Outcome(
            row=rows.HANG, mailer="smtp", database="sqlite", runs=2, under_way=1, readers=60, uncertain=3, doubtful=1
        ),
        Outcome(row=rows.HANG, mailer="smtp", database="postgres", runs=1, under_way=1, readers=30),
        Outcome(row=rows.HANG, mailer="smtp", database="sqlite", runs=1, readers=30, uncertain=2, doubtful=1),
    ]

    assert f"| {rows.HANG} | 4 | 2 | 120 | 0 | 0 | – / – / 3 / 0 | – / – / 2 / 0 | no |" in as_markdown(outcomes)
