import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.appearance import Appearance
from digest.audience.consent import Proof
from digest.audience.csv_written import HEADS, cells_of, inert, meant
from digest.audience.rhythm import Pace, Rhythm, Weekday
from tests.builders import a_reader
from tests.fakes import NOON


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


def test_a_reader_is_written_as_an_import_reads_them() -> None:
    rhythm = Rhythm(pace=Pace.WEEKLY, weekday=Weekday.FRIDAY, hour=7, quiet_days=frozenset({Weekday.SUNDAY}))
    reader = a_reader(
        1,
        follows=("*", "dana-serikova"),
        name="=Ann",
        rhythm=rhythm,
        appearance=Appearance(look="brief", text_only=True),
        joined_at=NOON,
    )
    row = dict(zip(HEADS, cells_of(reader), strict=True))
    assert row["name"] == "'=Ann"
    assert row["follows"] == "*;dana-serikova"
    assert (row["pace"], row["hour"], row["quiet_days"], row["paused_until"]) == ("weekly fri", "7", "sun", "")
    assert (row["look"], row["text_only"]) == ("brief", "yes")
    assert (row["suppressed"], row["state"], row["joined_at"]) == ("", "active", NOON.isoformat())


def test_a_plain_reader_is_written_with_what_means_plain() -> None:
    row = dict(zip(HEADS, cells_of(a_reader(1)), strict=True))
    assert (row["pace"], row["hour"], row["quiet_days"], row["joined_at"]) == ("every-issue", "any", "none", "")
    assert (row["look"], row["text_only"]) == ("own", "no")


def test_a_proof_of_consent_is_written_beside_its_reader() -> None:
    proof = Proof(words="-5 % of spam, yes", version="form 3", language="en", network="203.0.113.0/24", at=NOON)
    row = dict(zip(HEADS, cells_of(a_reader(1), proof), strict=True))
    assert (row["consent_at"], row["consent_source"]) == (NOON.isoformat(), "form 3")
    assert (row["consent_words"], row["consent_ip"]) == ("'-5 % of spam, yes", "203.0.113.0/24")
