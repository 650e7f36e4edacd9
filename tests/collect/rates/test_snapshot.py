from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.rates.judging import Known, KnownBank
from digest.collect.rates.rate import BankName, BookedRate, Currency, MissingRate, Move, Rate, RateFlag
from digest.collect.rates.rate_rules import RateRules
from digest.collect.rates.snapshot import LAST_OFFICIAL_RATE, strengthening, take_snapshot
from tests.builders import a_booked_rate

USD, KZT, UZS, TMT = Currency("USD"), Currency("KZT"), Currency("UZS"), Currency("TMT")
FRIDAY = date(2026, 4, 3)


def booked(*values: str | None, until: date = FRIDAY, **more: object) -> list[BookedRate]:
    """One row per day up to ``until``; ``None`` is a day without a sheet."""
    first = until - timedelta(days=len(values) - 1)
    return [
        a_booked_rate(value, effective_on=first + timedelta(days=n), **more)  # type: ignore[arg-type]
        for n, value in enumerate(values)
        if value is not None
    ]


def known(rows: Sequence[BookedRate]) -> Known:
    banks = {entry.bank for entry in rows}
    return {bank: KnownBank(rows=[entry for entry in rows if entry.bank == bank]) for bank in banks}


def taken(
    rows: Sequence[BookedRate],
    *,
    currency: Currency = KZT,
    base: Currency = USD,
    on: date = FRIDAY,
    rules: RateRules | None = None,
) -> Rate:
    snapshot = take_snapshot([currency], base, known(rows), on=on, rules=rules)
    assert not snapshot.missing
    return snapshot.rates[0]


def missed(
    rows: Sequence[BookedRate], *, currency: Currency = KZT, base: Currency = USD, rules: RateRules | None = None
) -> MissingRate:
    snapshot = take_snapshot([currency], base, known(rows), on=FRIDAY, rules=rules)
    assert not snapshot.rates
    return snapshot.missing[0]


def test_the_newest_rate_is_compared_with_the_published_day_before() -> None:
    rate = taken(booked("478.77", None, None, "475.09"))
    assert (rate.value, rate.effective_on) == (Decimal("475.09"), FRIDAY)
    assert (rate.previous, rate.previous_on) == (Decimal("478.77"), FRIDAY - timedelta(days=3))
    assert rate.move is Move.STRONGER
    assert rate.percent is not None
    assert f"{rate.percent:.4f}" == "0.7746"
    assert (rate.bank, rate.bank_title, rate.warning) == (BankName.NBK, "National Bank of Kazakhstan", None)


def test_a_dearer_dollar_is_a_weaker_currency() -> None:
    rate = taken(booked("475.09", "478.77"))
    assert rate.move is Move.WEAKER
    assert rate.percent is not None
    assert rate.percent < 0


def test_the_same_price_is_unchanged_and_never_minus_zero() -> None:
    rate = taken(booked("475.0900", "475.09"))
    assert rate.move is Move.UNCHANGED
    assert str(rate.percent) == "0"


def test_one_published_day_has_nothing_to_compare_with() -> None:
    rate = taken(booked("475.09"))
    assert (rate.move, rate.percent, rate.previous, rate.previous_on) == (Move.UNKNOWN, None, None, None)


def test_a_correction_of_the_same_day_replaces_the_first_figure_and_is_no_move() -> None:
    (first,) = booked("475.09")
    (second,) = booked("475.59", retrieved_at=first.retrieved_at + timedelta(hours=1))
    rate = taken([second, first])
    assert (rate.value, rate.move) == (Decimal("475.59"), Move.UNKNOWN)


def test_the_price_is_for_one_unit_with_its_digits() -> None:
    assert str(taken(booked("39.1000", nominal=10)).value) == "3.9100"


@pytest.mark.parametrize(("ahead", "value"), [(3, "475.09"), (4, "478.77")])
def test_a_rate_may_take_effect_up_to_three_days_ahead(ahead: int, value: str) -> None:
    rows = [*booked("478.77"), *booked("475.09", until=FRIDAY + timedelta(days=ahead))]
    assert taken(rows).value == Decimal(value)


def test_only_later_rates_are_no_rate() -> None:
    assert "only rates for 2026-04-08 and later" in missed(booked("475.09", until=date(2026, 4, 8))).reason


@pytest.mark.parametrize(("age", "warning"), [(0, None), (4, None), (5, LAST_OFFICIAL_RATE), (10, LAST_OFFICIAL_RATE)])
def test_more_than_four_days_old_is_said(age: int, warning: str | None) -> None:
    assert taken(booked("475.09", until=FRIDAY - timedelta(days=age))).warning == warning


def test_more_than_ten_days_old_is_not_printed() -> None:
    reason = missed(booked("475.09", until=FRIDAY - timedelta(days=11))).reason
    assert reason == "the last rate of National Bank of Kazakhstan is of 2026-03-23, 11 days old"


def test_nothing_booked_names_the_bank() -> None:
    assert missed([]).reason == "no price of one USD from National Bank of Kazakhstan in the rate book"
    assert missed(booked("3.9", currency="UZS")).reason == missed([]).reason


def test_a_currency_that_no_bank_of_ours_prices_is_missing_with_the_reason() -> None:
    assert missed([], currency=Currency("MNT")).reason == "no bank that we read prices one USD in MNT"


def test_the_own_bank_comes_first_and_a_declared_fallback_is_better_than_none() -> None:
    fallback = RateRules(fallbacks={KZT: (BankName.CBR, BankName.NBT)})
    other = booked("470.00", bank=BankName.NBT)
    rate = taken([*other, *booked("475.09")], rules=fallback)
    assert (rate.bank, rate.flags) == (BankName.NBK, ())
    rate = taken(other, rules=fallback)
    assert (rate.bank, rate.flags) == (BankName.NBT, (RateFlag.FALLBACK,))
    assert rate.warning == "not from National Bank of Kazakhstan"
    assert missed(other).reason == "no price of one USD from National Bank of Kazakhstan in the rate book"


def test_a_fresh_fallback_is_better_than_the_own_bank_s_old_rate_which_is_better_than_nothing() -> None:
    rules = RateRules(fallbacks={KZT: (BankName.NBT,)})
    old = booked("475.09", until=FRIDAY - timedelta(days=5))
    assert taken([*old, *booked("470.00", bank=BankName.NBT)], rules=rules).bank is BankName.NBT
    older = booked("470.00", bank=BankName.NBT, until=FRIDAY - timedelta(days=5))
    assert taken([*old, *older], rules=rules).bank is BankName.NBK


def test_a_held_fallback_is_told_where_the_own_bank_has_nothing_fresh() -> None:
    rules = RateRules(fallbacks={KZT: (BankName.FRANKFURTER,)})
    own = booked("475.09", until=FRIDAY - timedelta(days=5))
    wrong = booked("4750", bank=BankName.FRANKFURTER)
    rate = taken([*own, *wrong], rules=rules)
    assert (rate.bank, rate.flags) == (BankName.NBK, (RateFlag.LAST_OFFICIAL,))
    (held,) = take_snapshot([KZT], USD, known([*own, *wrong]), on=FRIDAY, rules=rules).held
    assert (held.bank, held.kept) == (BankName.FRANKFURTER, Decimal("475.09"))


def test_another_base_works_where_the_bank_has_that_row() -> None:
    rate = taken([*booked("475.09"), *booked("551.06", currency="EUR")], base=Currency("EUR"))
    assert (rate.base, rate.value) == (Currency("EUR"), Decimal("551.06"))
    assert "one EUR" in missed(booked("475.09"), base=Currency("EUR")).reason


def test_a_jump_is_held_back_and_both_figures_are_named() -> None:
    rate = taken(booked("470.00", "475.09", "540.00"))
    assert (rate.value, rate.effective_on) == (Decimal("475.09"), FRIDAY - timedelta(days=1))
    assert rate.previous == Decimal("470.00")
    assert rate.warning is not None
    assert "540.00 of 2026-04-03 is held back" in rate.warning
    assert "475.09 of 2026-04-02" in rate.warning


@pytest.mark.parametrize(
    ("value", "printed"), [("500.0", "500.0"), ("500.1", "475"), ("452.5", "452.5"), ("452", "475")]
)
def test_five_percent_is_the_largest_move_that_is_believed(value: str, printed: str) -> None:
    assert taken(booked("475", value)).value == Decimal(printed)


def test_the_correction_of_a_jump_is_printed_and_compared_with_the_last_good_day() -> None:
    rate = taken(booked("475.09", "540.00", "474.00"))
    assert (rate.value, rate.previous, rate.warning) == (Decimal("474.00"), Decimal("475.09"), None)


def test_that_the_bank_repeats_a_jump_proves_nothing() -> None:
    rate = taken(booked("475.09", "540.00", "540.00", "541.00"))
    assert (rate.value, rate.effective_on) == (Decimal("475.09"), FRIDAY - timedelta(days=3))
    assert rate.flags == (RateFlag.HELD,)


def test_the_week_is_the_bank_s_believed_prices_of_seven_days() -> None:
    rate = taken(booked("470", "471", "472", None, "473", "600", "474", "475", "476"))
    assert [(str(day.value), (FRIDAY - day.on).days) for day in rate.week] == [
        *(("472", 6), ("473", 4), ("474", 2), ("475", 1), ("476", 0)),
    ]


def test_an_old_rate_with_a_jump_after_it_says_both() -> None:
    rows = [*booked("475.09", until=FRIDAY - timedelta(days=6)), *booked("540.00")]
    warning = taken(rows).warning
    assert warning is not None
    assert warning.startswith(f"{LAST_OFFICIAL_RATE}; 540.00 of")
    reason = missed([*booked("475.09", until=FRIDAY - timedelta(days=12)), *booked("540.00")]).reason
    assert "12 days old; 540.00 of" in reason
    assert "nothing good is left until" in reason


def manat(*values: str) -> list[BookedRate]:
    return booked(*values, bank=BankName.CBT, local="TMT")


def test_the_manat_is_fixed_and_has_no_percentage() -> None:
    rate = taken(manat("3.5", "3.50"), currency=TMT)
    assert (rate.move, rate.percent, rate.value, rate.warning) == (Move.FIXED, None, Decimal("3.50"), None)
    assert rate.previous == Decimal("3.5")
    assert taken(manat("3.5"), currency=TMT).previous is None


def test_a_manat_off_its_peg_is_held_back() -> None:
    rate = taken(manat("3.5", "3.51"), currency=TMT)
    assert rate.value == Decimal("3.5")
    assert rate.warning is not None
    assert "3.51" in rate.warning
    assert rate.flags == (RateFlag.FIXED, RateFlag.HELD)
    assert "makes it 3.51 where 3.5 is fixed officially" in missed(manat("3.51"), currency=TMT).reason


def test_the_documented_peg_stands_in_for_a_bank_that_says_nothing() -> None:
    rate = taken([], currency=TMT)
    assert (rate.bank, rate.bank_title, rate.value, rate.effective_on) == (
        *(BankName.PEG, "Official peg"),
        *(Decimal("3.5"), FRIDAY),
    )
    assert (rate.move, rate.flags) == (Move.FIXED, (RateFlag.FIXED, RateFlag.FALLBACK))
    assert taken(booked("3.5", bank=BankName.CBT, local="TMT", until=date(2026, 3, 1)), currency=TMT).bank == "peg"


def test_the_manat_is_not_fixed_to_the_euro() -> None:
    rate = taken(
        booked("4.1", "4.0", bank=BankName.CBT, local="TMT", currency="EUR"), currency=TMT, base=Currency("EUR")
    )
    assert rate.move is Move.STRONGER


def test_the_newsletters_order_is_kept() -> None:
    rows = [*booked("475.09"), *booked("12194.21", bank=BankName.CBU, local="UZS")]
    snapshot = take_snapshot([UZS, Currency("TJS"), KZT], USD, known(rows), on=FRIDAY)
    assert [rate.currency for rate in snapshot.rates] == [UZS, KZT]
    assert [missing.currency for missing in snapshot.missing] == ["TJS"]
    assert snapshot.base == USD


prices = st.decimals(min_value="0.0001", max_value="99999", places=4)


@given(prices, prices)
def test_stronger_is_exactly_when_the_base_got_cheaper(previous: Decimal, value: Decimal) -> None:
    percent = strengthening(previous, value)
    assert (percent > 0) == (value < previous)
    assert (percent == 0) == (value == previous)
    assert not (percent == 0 and percent.is_signed())


@given(st.lists(prices, max_size=12), st.integers(-20, 20))
def test_every_wanted_currency_is_printed_or_missing_and_never_too_old_or_too_new(
    values: list[Decimal], shift: int
) -> None:
    rows = booked(*map(str, values), until=FRIDAY + timedelta(days=shift))
    snapshot = take_snapshot([KZT], USD, known(rows), on=FRIDAY)
    assert len(snapshot.rates) + len(snapshot.missing) == 1
    for rate in snapshot.rates:
        assert FRIDAY - timedelta(days=10) <= rate.effective_on <= FRIDAY + timedelta(days=3)
        assert rate.percent is None or abs(rate.percent) <= 5
        assert rate.previous_on is None or rate.previous_on < rate.effective_on
