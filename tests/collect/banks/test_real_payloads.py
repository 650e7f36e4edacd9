"""The banks' real answers, with figures that were checked by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digest.collect.banks import BANKS
from digest.collect.rate import BankName, BankSheet
from digest.errors import ParseError
from tests.collect.banks.samples import answer, per_unit, row_of


def read(shared: Path, name: BankName, file: str) -> BankSheet:
    path = shared / "banks" / file
    return BANKS[name].read(answer(path.read_bytes(), ref=file))


@pytest.mark.parametrize(
    ("name", "file", "effective_on", "rows", "dollar"),
    [
        (BankName.NBK, "nbk_0.xml", date(2026, 4, 1), 39, "478.77"),
        (BankName.NBK, "nbk_1.xml", date(2026, 4, 2), 39, "475.09"),
        (BankName.CBU, "cbu_0.json", date(2026, 4, 1), 75, "12194.21"),
        (BankName.CBU, "cbu_1.json", date(2026, 4, 2), 75, "12142.10"),
        (BankName.NBKR, "nbkr_live_0.xml", date(2026, 5, 24), 5, "87.4500"),
        (BankName.NBT, "nbt_0.xml", date(2026, 5, 18), 36, "9.3450"),
        (BankName.NBT, "nbt_1.xml", date(2026, 5, 19), 36, "9.3371"),
        (BankName.CBT, "cbt_0.xml", date(2026, 5, 20), 48, "3.5"),
    ],
)
def test_every_payload_gives_its_day_its_rows_and_its_dollar(
    shared: Path, name: BankName, file: str, effective_on: date, rows: int, dollar: str
) -> None:
    sheet = read(shared, name, file)
    assert (sheet.effective_on, len(sheet.rows)) == (effective_on, rows)
    assert (str(row_of(sheet, "USD").value), row_of(sheet, "USD").nominal) == (dollar, 1)


def test_nbks_change_is_the_difference_to_the_file_before(shared: Path) -> None:
    first, second = read(shared, BankName.NBK, "nbk_0.xml"), read(shared, BankName.NBK, "nbk_1.xml")
    for row in second.rows:
        assert row.change == row.value - row_of(first, row.currency).value
    assert str(row_of(second, "AUD").change) == "1.80"
    assert row_of(first, "UZS").nominal == 100
    assert row_of(first, "IRR").nominal == 1000
    assert str(row_of(first, "IRR").value) == "0.4"


def test_cbus_change_is_the_difference_to_the_day_before(shared: Path) -> None:
    first, second = read(shared, BankName.CBU, "cbu_0.json"), read(shared, BankName.CBU, "cbu_1.json")
    assert all(row.change == row.value - row_of(first, row.currency).value for row in second.rows)


def test_nbkrs_weekly_file_is_read_too_but_its_soum_has_two_digits(shared: Path) -> None:
    sheet = read(shared, BankName.NBKR, "nbkr_live_1.xml")
    assert (sheet.effective_on, len(sheet.rows)) == (date(2026, 5, 23), 40)
    assert str(row_of(sheet, "UZS").value) == "0.0073"


def test_nbts_rouble_is_known_by_its_letters_and_nominals_are_kept(shared: Path) -> None:
    sheet = read(shared, BankName.NBT, "nbt_0.xml")
    assert row_of(sheet, "RUB").nominal >= 1
    assert (row_of(sheet, "UZS").nominal, str(row_of(sheet, "UZS").value)) == (100, "0.0780")
    assert per_unit(sheet, "KGS") == Decimal("0.10686")


def test_cbts_som_is_for_a_hundred(shared: Path) -> None:
    sheet = read(shared, BankName.CBT, "cbt_0.xml")
    assert per_unit(sheet, "KGS") == Decimal("0.040023")


def test_the_bank_of_russias_sheet_is_not_taken_for_tajikistans(shared: Path) -> None:
    with pytest.raises(ParseError, match="is no date"):
        read(shared, BankName.NBT, "cbr_0.xml")
