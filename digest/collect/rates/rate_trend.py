"""A week of one rate: its lowest and highest price, which way it went, and how high each day stands between the two.

Pure. What is said of it, and drawn, is ``rate_words``'s and ``render``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from digest.collect.rates.rate import DayRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Prices of one unit of the base, unrounded. ``levels`` has one number per published day, the oldest first.

    A level is 0 on the days of the lowest price, ``steps - 1`` on those of the highest; all are 0 where nothing moved.
    """

    first: Decimal
    last: Decimal
    low: Decimal
    high: Decimal
    levels: tuple[int, ...]


def trend_of(days: Sequence[DayRate], *, steps: int) -> Trend | None:
    """Return the trend of some days, the oldest first, in so many ``steps``; ``None`` of fewer than two days."""
    if len(days) <= 1:
        return None
    values = [day.value for day in days]
    low, high = min(values), max(values)
    return Trend(
        first=values[0],
        last=values[-1],
        low=low,
        high=high,
        levels=tuple(_level(value - low, high - low, steps - 1) for value in values),
    )


def _level(above: Decimal, whole: Decimal, top: int) -> int:
    return int((above * top / whole).to_integral_value(ROUND_HALF_UP)) if whole else 0
