"""The ticker of an author's page as the last resort."""

from datetime import date

import pytest

from digest.collect.banks import BANKS
from digest.collect.rates.rate import BankName, BankSheet
from digest.errors import ParseError
from tests.collect.banks import samples
from tests.collect.banks.samples import answer


def read(body: bytes) -> BankSheet:
    return BANKS[BankName.TICKER].read(answer(body))


def test_a_pair_is_dollars_per_unit_of_the_page_s_day_with_its_printed_digits() -> None:
    sheet = read(samples.ticker(value="0.01140"))
    assert sheet.effective_on == date(2025, 12, 19)
    assert [(row.local, row.nominal, row.currency, f"{row.value:f}", row.change) for row in sheet.rows] == [
        ("USD", 1, "KGS", "0.01140", None),
        ("USD", 1, "KZT", "0.00193", None),
        ("USD", 1, "UZS", "0.00008", None),
    ]


def test_digits_that_mean_nothing_are_named() -> None:
    assert read(samples.ticker()).warnings == ("UZS/USD = 0.00008 can be 6.25 % off: it has too few digits.",)
    assert read(samples.ticker(value="0.0000114")).rows[0].value.as_tuple().digits == (1, 1, 4)


def test_a_page_s_ticker_is_read_like_a_capture_s() -> None:
    sheet = read(samples.ticker_page())
    assert (sheet.effective_on, sheet.warnings) == (date(2025, 12, 19), ())
    assert [(row.currency, f"{row.value:f}") for row in sheet.rows] == [("KGS", "0.01144")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (samples.ticker(date=""), "does not say of which day"),
        (samples.ticker_page(date="today"), "does not say of which day"),
        (samples.ticker_page(pairs=""), "no rate in it"),
        (samples.ticker(code="KZT"), "shows two values for KZT/USD"),
        (samples.ticker(value="0"), "KGS has a price of zero"),
        (samples.ticker(value="1E3"), "KGS has the price '1E\\+3'"),
        (samples.ticker(code="USD"), "priced in itself"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>', "a feed has no ticker"),
        (b"%PDF-1.7", "no source of articles"),
        (b"[]", "JSON|wordpress"),
    ],
)
def test_a_page_without_a_ticker_or_a_day_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read(body)


def test_the_same_pair_in_the_same_way_many_times_is_one_that_scrolls() -> None:
    twice = b"KGS/USD = 0.01144 0%\n" + samples.ticker()
    assert read(twice) == read(samples.ticker())
