from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from digest.collect.rates.rate import DayRate
from digest.collect.rates.rate_trend import Trend, trend_of

FIRST = date(2025, 12, 13)
VALUES = st.lists(st.decimals("0.0001", "20000", places=4), min_size=2, max_size=7)


def days(*values: str | Decimal) -> list[DayRate]:
    return [DayRate(on=FIRST + timedelta(days=place), value=Decimal(value)) for place, value in enumerate(values)]


def test_a_trend_has_ends_extremes_and_a_level_for_each_day() -> None:
    assert trend_of(days("478.77", "475.09", "476.93", "477"), steps=6) == Trend(
        first=Decimal("478.77"),
        last=Decimal(477),
        low=Decimal("475.09"),
        high=Decimal("478.77"),
        levels=(5, 0, 3, 3),
    )


def test_where_nothing_moved_all_days_are_low() -> None:
    trend = trend_of(days("3.5", "3.50", "3.5"), steps=6)
    assert trend is not None
    assert trend.levels == (0, 0, 0)


def test_a_single_day_is_no_trend() -> None:
    assert trend_of(days("3.5"), steps=6) is None
    assert trend_of([], steps=6) is None


@given(VALUES, st.integers(2, 9))
def test_a_higher_price_never_stands_lower(values: list[Decimal], steps: int) -> None:
    trend = trend_of(days(*values), steps=steps)
    assert trend is not None
    assert (trend.low, trend.high) == (min(values), max(values))
    ranked = [level for _, level in sorted(zip(values, trend.levels, strict=True))]
    assert ranked == sorted(ranked)
    assert set(trend.levels) <= set(range(steps))
    if trend.low < trend.high:
        assert {0, steps - 1} <= set(trend.levels)
