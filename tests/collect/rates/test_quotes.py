"""Prices from rows: direct, inverse, crossed; never from two dates, never rounded on the way."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from digest.collect.rates.judging import KnownBank, judged
from digest.collect.rates.quotes import across_banks, quote_of_day, quotes, rows_by_day
from digest.collect.rates.rate import BankName, BookedRate, Currency, RateFlag
from digest.collect.rates.rate_rules import RateRules
from digest.collect.rates.snapshot import take_snapshot
from tests.builders import TODAY, a_booked_rate

USD, EUR, KZT, RUB, TMT, UZS = (Currency(code) for code in ("USD", "EUR", "KZT", "RUB", "TMT", "UZS"))
DAY = timedelta(days=1)


def row(currency: str, value: str, *, local: str = "RUB", nominal: int = 1, on: date = TODAY) -> BookedRate:
    return a_booked_rate(value, bank=BankName.CBR, local=local, currency=currency, nominal=nominal, effective_on=on)


def test_a_stated_price_keeps_its_digits_and_comes_before_any_other() -> None:
    rows = [row("USD", "478.770", local="KZT"), row("USD", "80.00"), row("KZT", "16.00", nominal=100)]
    (quote,) = quotes(KZT, USD, rows)
    assert (str(quote.value), quote.via, quote.rows) == ("478.770", None, (rows[0],))


def test_the_inverse_of_a_row_is_a_price() -> None:
    (quote,) = quotes(KZT, USD, [row("KZT", "0.002", local="USD")])
    assert (quote.value, quote.via) == (Decimal(500), None)
    (quote,) = quotes(USD, EUR, [row("EUR", "1.1831", local="USD")])
    assert str(quote.value) == "1.1831"


def test_a_bank_that_quotes_in_another_currency_is_crossed_through_it() -> None:
    rows = [row("USD", "80.00"), row("KZT", "16.00", nominal=100)]
    (quote,) = quotes(KZT, USD, rows)
    assert (quote.value, quote.via, quote.rows, quote.base_bank) == (Decimal(500), RUB, tuple(rows), BankName.CBR)


def test_another_base_is_crossed_through_the_dollar_of_the_same_day() -> None:
    rows = [
        row("USD", "475.00", local="KZT"),
        row("USD", "0.8", local="EUR"),
        row("USD", "470", local="KZT", on=TODAY - DAY),
    ]
    (quote,) = quotes(KZT, EUR, rows)
    assert (quote.value, quote.via, quote.on) == (Decimal("593.75"), USD, TODAY)


def test_what_cannot_be_priced_is_not() -> None:
    assert quotes(KZT, USD, [row("EUR", "90"), row("KZT", "16", nominal=100)]) == []
    assert quotes(KZT, USD, [row("USD", "90")]) == []
    assert quotes(KZT, USD, []) == []
    assert quotes(KZT, USD, [row("KZT", "0", local="USD")]) == []
    assert quotes(KZT, USD, [row("USD", "80.00"), row("KZT", "0", nominal=100)]) == []


def test_the_last_retrieved_of_a_day_counts() -> None:
    first = row("USD", "80.00")
    second = a_booked_rate(
        "81.00", bank=BankName.CBR, local="RUB", effective_on=TODAY, retrieved_at=first.retrieved_at + DAY
    )
    assert list(rows_by_day([second, first]).values()) == [{(RUB, USD): second}]


def test_two_banks_are_crossed_on_days_that_both_published() -> None:
    own = [row("USD", "475.00", local="KZT"), row("USD", "470.00", local="KZT", on=TODAY - DAY)]
    base = [a_booked_rate("3.5", bank=BankName.CBT, local="TMT", effective_on=TODAY)]
    (quote,) = across_banks(quotes(KZT, USD, own), quotes(TMT, USD, base))
    assert (quote.on, quote.via, quote.bank, quote.base_bank) == (TODAY, USD, BankName.CBR, BankName.CBT)
    assert quote.exact == Fraction(475) / Fraction("3.5")


def test_a_cross_of_two_banks_says_so_in_the_snapshot() -> None:
    known = {
        BankName.NBK: KnownBank(rows=[a_booked_rate("475.00", effective_on=TODAY)]),
        BankName.CBT: KnownBank(rows=[a_booked_rate("3.5", bank=BankName.CBT, local="TMT", effective_on=TODAY)]),
    }
    (rate,) = take_snapshot([KZT], TMT, known, on=TODAY).rates
    assert rate.flags == (RateFlag.CROSS,)
    assert rate.cross is not None
    assert (rate.cross.via, rate.cross.bank, rate.cross.bank_title) == (USD, "cbt", "Central Bank of Turkmenistan")
    assert judged(KZT, TMT, BankName.NBK, {BankName.NBK: known[BankName.NBK]}, RateRules()) == []


prices = st.decimals(min_value="0.0001", max_value="99999", places=4)
nominals = st.sampled_from([1, 10, 100, 1000, 10000])


@given(prices, nominals)
def test_local_to_base_and_back_is_the_same_within_rounding(value: Decimal, nominal: int) -> None:
    entry = row("USD", str(value), local="KZT", nominal=nominal)
    there = quote_of_day(KZT, USD, {(KZT, USD): entry})
    back = quote_of_day(USD, KZT, {(KZT, USD): entry})
    assert there is not None
    assert back is not None
    assert there.exact * back.exact == 1
    assert abs(there.value * back.value - 1) < Decimal("1e-26")
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    assert (1 / back.value * nominal).quantize(step, rounding=ROUND_HALF_UP) == value


@given(prices, nominals, prices, nominals)
def test_a_cross_is_the_quotient_of_the_unrounded_rows(
    dollar: Decimal, dollars: int, tenge: Decimal, tenges: int
) -> None:
    rows = [row("USD", str(dollar), nominal=dollars), row("KZT", str(tenge), nominal=tenges)]
    (quote,) = quotes(KZT, USD, rows)
    exact = (Fraction(dollar) / dollars) / (Fraction(tenge) / tenges)
    assert quote.exact == exact
    assert abs(Fraction(quote.value) - exact) <= exact * Fraction(1, 10**27)


days = st.integers(-6, 3).map(lambda back: TODAY + back * DAY)
sheets = st.dictionaries(days, st.dictionaries(st.sampled_from(["USD", "EUR", "KZT"]), prices, min_size=1), max_size=6)


@given(sheets, sheets, st.sampled_from([USD, EUR, TMT]))
def test_a_snapshot_never_mixes_dates_without_saying_so(
    cbr: dict[date, dict[str, Decimal]], nbk: dict[date, dict[str, Decimal]], base: Currency
) -> None:
    rows = [row(code, str(value), on=on) for on, sheet in cbr.items() for code, value in sheet.items()]
    own = [
        a_booked_rate(str(value), currency=code, effective_on=on)
        for on, sheet in nbk.items()
        for code, value in sheet.items()
        if code != "KZT"
    ]
    manat = [a_booked_rate("3.5", bank=BankName.CBT, local="TMT", effective_on=on) for on in cbr]
    known = {
        BankName.CBR: KnownBank(rows=rows),
        BankName.NBK: KnownBank(rows=own),
        BankName.CBT: KnownBank(rows=manat),
    }
    rules = RateRules(fallbacks={KZT: (BankName.CBR,)})
    for bank in (BankName.NBK, BankName.CBR):
        for one in judged(KZT, base, bank, known, rules):
            assert {entry.effective_on for entry in one.quote.rows} == {one.quote.on}
    for rate in take_snapshot([KZT], base, known, on=TODAY, rules=rules).rates:
        printed = {(day.on, day.value) for day in rate.week}
        assert (rate.effective_on, rate.value) in printed
        assert [day.on for day in rate.week] == sorted({day.on for day in rate.week})
        assert rate.previous_on is None or rate.previous_on < rate.effective_on
