import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.csv_written import inert, meant


@pytest.mark.parametrize("cell", ["=1+1", "+7 701", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''+1"])
def test_a_formula_is_written_as_text(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ann", "'twas", "O'Hara = x", "a=b", "'"])
def test_what_is_no_formula_stays(cell: str) -> None:
    assert inert(cell) == cell
    assert meant(cell) == cell


@given(st.text() | st.text(st.sampled_from("'=+-@a\t\r")))
def test_what_was_written_is_read_again(cell: str) -> None:
    assert meant(inert(cell)) == cell
    assert not inert(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(st.sampled_from("'=+-@a\t ,;\"\n")), min_size=1, max_size=5))
def test_a_file_of_such_cells_comes_back(cells: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(map(inert, cells))
    assert [meant(cell) for cell in next(csv.reader(io.StringIO(written.getvalue(), newline="")))] == cells
