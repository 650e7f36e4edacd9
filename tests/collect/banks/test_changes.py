"""A bank's own change against its own sheets."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digest.collect.banks import BANKS
from digest.collect.banks.changes import contradicted_changes
from digest.collect.rate import BankName, BankRow, BankSheet, Currency
from tests.collect.banks.samples import answer

DAY, BEFORE = date(2026, 4, 2), date(2026, 4, 1)


def row(code: str, value: str, change: str | None = None, *, nominal: int = 1) -> BankRow:
    return BankRow(
        local=Currency("KZT"),
        currency=Currency(code),
        nominal=nominal,
        value=Decimal(value),
        change=None if change is None else Decimal(change),
    )


def said(rows: list[BankRow], before: list[BankRow]) -> str | None:
    sheet = BankSheet(bank=BankName.NBK, effective_on=DAY, rows=tuple(rows))
    return contradicted_changes(sheet, before, before_on=BEFORE)


def test_a_change_that_is_the_difference_is_no_news() -> None:
    assert said([row("USD", "475.09", "-3.68")], [row("USD", "478.77")]) is None
    assert said([row("JPY", "3", "0.00")], [row("JPY", "3")]) is None


def test_what_cannot_be_held_against_anything_is_passed_over() -> None:
    assert said([row("USD", "475.09"), row("EUR", "551.06", "2.44")], [row("USD", "478.77")]) is None


def test_another_nominal_is_reckoned_with() -> None:
    assert said([row("UZS", "3.91", "-0.02", nominal=100)], [row("UZS", "39.3", nominal=1000)]) is None


def test_a_contradiction_is_named_with_both_figures() -> None:
    warning = said(
        [row("USD", "475.09", "-3.68"), row("EUR", "551.06", "2.44")], [row("USD", "478.77"), row("EUR", "1")]
    )
    assert warning == (
        "1 of 2 changes that the bank gives are not the difference to its sheet of 2026-04-01: "
        "EUR by 2.44 and not 550.06."
    )


def test_of_many_contradictions_three_are_named() -> None:
    codes = ["AUD", "CAD", "EUR", "USD"]
    warning = said([row(code, "2", "5") for code in codes], [row(code, "1") for code in codes])
    assert warning is not None
    assert warning.startswith("4 of 4 changes")
    assert warning.endswith("EUR by 5 and not 1, ….")


@pytest.mark.parametrize(
    ("bank", "files"), [(BankName.NBK, ("nbk_0.xml", "nbk_1.xml")), (BankName.CBU, ("cbu_0.json", "cbu_1.json"))]
)
def test_two_real_days_agree_in_every_row(shared: Path, bank: BankName, files: tuple[str, str]) -> None:
    first, second = (BANKS[bank].read(answer((shared / "banks" / file).read_bytes())) for file in files)
    assert all(entry.change is not None for entry in second.rows)
    assert contradicted_changes(second, first.rows, before_on=first.effective_on) is None
    back = contradicted_changes(first, second.rows, before_on=second.effective_on)
    assert back is not None
    assert f"of {len(first.rows)} changes" in back
