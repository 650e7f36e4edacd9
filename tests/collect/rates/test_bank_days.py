from datetime import date, timedelta
from decimal import Decimal

import pytest

from digest.collect.banks import BANKS
from digest.collect.rates.bank_days import GAP_DAYS, LOOKS_BACK, answers, missed_days, unfit_changes
from digest.collect.rates.rate import BankName, BankRow, BankSheet, BookedRate, Currency
from tests.builders import a_booked_rate

MONDAY = date(2026, 5, 18)
DAY = timedelta(days=1)


def test_the_newest_missed_days_are_asked_for_a_few_at_a_time() -> None:
    assert missed_days(MONDAY, ()) == [MONDAY - back * DAY for back in range(1, LOOKS_BACK + 1)]
    known = {MONDAY - back * DAY for back in range(1, GAP_DAYS)}
    assert missed_days(MONDAY, known) == [MONDAY - GAP_DAYS * DAY]
    assert missed_days(MONDAY, {*known, MONDAY - GAP_DAYS * DAY}) == []


@pytest.mark.parametrize(
    ("bank", "asked", "given", "does"),
    [
        (BankName.NBK, MONDAY, MONDAY, True),
        (BankName.NBK, MONDAY - DAY, MONDAY - 3 * DAY, True),  # a Sunday, Friday's
        (BankName.NBK, MONDAY, MONDAY - 3 * DAY, False),
        (BankName.NBK, MONDAY, MONDAY + DAY, False),
        (BankName.CBR, MONDAY, MONDAY - 2 * DAY, True),  # the Bank of Russia's week runs from Tuesday to Saturday
        (BankName.CBR, MONDAY - 2 * DAY, MONDAY - 3 * DAY, False),
    ],
)
def test_a_sheet_answers_for_its_day_and_over_days_of_rest(
    bank: BankName, asked: date, given: date, *, does: bool
) -> None:
    assert answers(asked, given, BANKS[bank].rest_days) is does


def before(**values: str) -> list[BookedRate]:
    return [a_booked_rate(value, currency=code, effective_on=MONDAY - DAY) for code, value in values.items()]


def sheet(*rows: tuple[str, str, str | None], nominal: int = 1) -> BankSheet:
    return BankSheet(
        bank=BankName.NBK,
        effective_on=MONDAY,
        rows=tuple(
            BankRow(
                local=Currency("KZT"),
                currency=Currency(code),
                nominal=nominal,
                value=Decimal(value),
                change=None if change is None else Decimal(change),
            )
            for code, value, change in rows
        ),
    )


def test_the_bank_s_own_change_is_the_difference_to_its_day_before() -> None:
    known = before(USD="478.77", EUR="551.06")
    assert unfit_changes(sheet(("USD", "475.09", "-3.68"), ("EUR", "551.06", None), ("GBP", "1", "1")), known) is None
    assert unfit_changes(sheet(("USD", "4750.9", "1"), nominal=10), known) is None
    assert unfit_changes(sheet(("USD", "475.09", "-3.67")), known) == (
        "2026-05-18: the bank's own change of USD (-3.67) is not the difference to its rates of 2026-05-17"
    )
    four = dict.fromkeys(("AED", "CHF", "EUR", "USD"), "10")
    said = unfit_changes(sheet(*((code, "10", "1") for code in four)), before(**four))
    assert said is not None
    assert "AED (1), CHF (1), EUR (1) and 1 more" in said
