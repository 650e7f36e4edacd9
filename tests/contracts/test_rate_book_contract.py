"""The contract of ``RateBook``: on SQLite, on PostgreSQL, and in memory."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from digest.collect.rates.rate import Acceptance, BankName, BookedRate, Currency
from digest.collect.rates.rate_book import RateBook
from digest.store.rates import SqlRates
from tests.builders import TODAY, a_bank_sheet
from tests.collect.books import RateBookInMemory
from tests.fakes import NOON

DAY = timedelta(days=1)
NBK, CBU = BankName.NBK, BankName.CBU
USD, EUR, KZT = Currency("USD"), Currency("EUR"), Currency("KZT")


@pytest.fixture(params=[SqlRates, RateBookInMemory])
def book(request: pytest.FixtureRequest, engine: Engine) -> RateBook:
    return SqlRates(engine) if request.param is SqlRates else RateBookInMemory()


def _seen(rates: Sequence[BookedRate]) -> list[tuple[int, str, str]]:
    return [((rate.effective_on - TODAY).days, rate.row.currency, str(rate.row.value)) for rate in rates]


def a_word(value: str = "512.30", *, by: str = "Dana", nominal: int = 1) -> Acceptance:
    return Acceptance(
        bank=NBK,
        effective_on=TODAY,
        local=KZT,
        currency=USD,
        nominal=nominal,
        value=Decimal(value),
        by=by,
        note="looked at the bank's page",
        at=NOON,
    )


def test_several_sheets_are_entered_at_once(book: RateBook) -> None:
    sheets = [a_bank_sheet(effective_on=TODAY - back * DAY, values={"USD": f"51{back}.0"}) for back in (2, 1, 0)]
    assert book.enter(sheets, at=NOON) == 3
    assert book.enter(sheets, at=NOON) == 0
    assert book.enter((), at=NOON) == 0


def test_a_saved_file_does_not_take_a_correction_back(book: RateBook) -> None:
    first, second = a_bank_sheet(values={"USD": "512.30"}), a_bank_sheet(values={"USD": "512.40"})
    book.enter([first], at=NOON)
    book.enter([second], at=NOON + DAY)
    assert book.enter((first,), at=NOON + 2 * DAY, restores=False) == 0
    assert _seen(book.rates(NBK, until=TODAY, days=1)) == [(0, "USD", "512.40")]
    assert book.enter([first], at=NOON + 2 * DAY) == 1
    assert _seen(book.rates(NBK, until=TODAY, days=1)) == [(0, "USD", "512.30")]


def test_prices_are_those_between_the_currencies_of_all_days(book: RateBook) -> None:
    for back in (400, 1, 0):
        book.enter([a_bank_sheet(effective_on=TODAY - back * DAY, values={"USD": "500", "EUR": "600"})], at=NOON)
    book.enter([a_bank_sheet(values={"USD": "501"})], at=NOON + DAY)
    assert _seen(book.prices(NBK, {KZT, USD}, until=TODAY)) == [
        (-400, "USD", "500"),
        (-1, "USD", "500"),
        (0, "USD", "501"),
    ]
    assert _seen(book.prices(NBK, {KZT, USD}, until=TODAY - DAY)) == [(-400, "USD", "500"), (-1, "USD", "500")]
    assert list(book.prices(NBK, {EUR, USD}, until=TODAY)) == []
    assert list(book.prices(CBU, {KZT, USD}, until=TODAY)) == []


def test_what_was_corrected_stays_visible(book: RateBook) -> None:
    for value, hours in (("512.30", 0), ("512.40", 1), ("512.35", 2)):
        book.enter([a_bank_sheet(values={"USD": value, "EUR": "600"})], at=NOON + timedelta(hours=hours))
    found = book.versions(NBK, (KZT, USD), first=TODAY, until=TODAY)
    assert _seen(found) == [(0, "USD", "512.30"), (0, "USD", "512.40"), (0, "USD", "512.35")]
    assert [(entry.retrieved_at - NOON).seconds // 3600 for entry in found] == [0, 1, 2]
    assert list(book.versions(NBK, (KZT, USD), first=TODAY + DAY, until=TODAY + DAY)) == []


def test_a_day_s_sheet_names_its_currencies(book: RateBook) -> None:
    book.enter([a_bank_sheet(values={"USD": "512.30", "EUR": "600"})], at=NOON)
    book.enter([a_bank_sheet(effective_on=TODAY - DAY, values={"USD": "512.30"})], at=NOON)
    book.enter([a_bank_sheet(effective_on=TODAY - 9 * DAY)], at=NOON)
    assert dict(book.quoted(NBK, first=TODAY - 3 * DAY, until=TODAY)) == {
        TODAY: frozenset({KZT, USD, EUR}),
        TODAY - DAY: frozenset({KZT, USD}),
    }


def test_a_person_s_word_is_kept_as_it_was_given_first(book: RateBook) -> None:
    book.accept((a_word(), a_word("512.40")))
    book.accept((a_word(by="Timur"), a_word(by="Timur", nominal=10)))
    assert list(book.acceptances(NBK)) == [a_word(), a_word("512.40"), a_word(by="Timur", nominal=10)]
    assert list(book.acceptances(CBU)) == []


def test_days_without_a_sheet_are_remembered_bank_by_bank(book: RateBook) -> None:
    for day in (TODAY, TODAY - DAY, TODAY, TODAY - 9 * DAY):
        book.note_no_sheet(NBK, day, at=NOON)
    assert book.days_without_sheet(NBK, first=TODAY - 3 * DAY, until=TODAY) == {TODAY, TODAY - DAY}
    assert book.days_without_sheet(CBU, first=TODAY - 3 * DAY, until=TODAY) == frozenset()


def test_several_sheets_are_entered_all_or_none(engine: Engine) -> None:
    book = SqlRates(engine)
    good = a_bank_sheet(values={"USD": "512.30"})
    bad = replace(good, effective_on=TODAY - DAY, rows=(replace(good.rows[0], value=Decimal("NaN")),))
    with pytest.raises(Exception, match="no number that a bank prints"):
        book.enter((good, bad), at=NOON)
    assert list(book.rates(NBK, until=TODAY, days=3)) == []


def test_runs_that_read_one_sheet_at_the_same_time_enter_it_once(engine: Engine) -> None:
    book = SqlRates(engine)
    sheet = a_bank_sheet(values={"USD": "512.30", "EUR": "600"})
    with ThreadPoolExecutor(4) as pool:
        entered = list(pool.map(lambda _: book.enter([sheet], at=NOON), range(8)))
    assert sum(entered) == 2
    assert len(book.versions(NBK, (KZT, USD), first=TODAY, until=TODAY)) == 1
