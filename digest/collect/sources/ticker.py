"""The exchange-rate ticker that some outlets run over every page: ``KGS/USD = 0.01144 0%``."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from digest.collect.page import TickerPair

_PAIR: Final = re.compile(
    r"\b(?P<currency>[A-Z]{3})/(?P<quote>[A-Z]{3})\s*=\s*(?P<value>\d{1,12}(?:[.,]\d{1,12})?)(?![\d.,]*\d)"
    r"(?:\s+(?P<change>[+−-]?\d{1,6}(?:[.,]\d{1,6})?)\s*%)?"
)


def is_ticker(line: str) -> bool:
    """Tell whether a line holds a pair of the ticker."""
    return _PAIR.search(line) is not None


def read_pairs(lines: Iterable[str]) -> tuple[tuple[TickerPair, ...], tuple[str, ...]]:
    """Return each pair once, in the order of its first appearance, and warnings.

    A ticker that scrolls is in the page many times over; a pair that shows two values keeps the first, with a warning.
    """
    pairs: dict[tuple[str, str], TickerPair] = {}
    warnings: list[str] = []
    for line in lines:
        for found in _PAIR.finditer(line):
            pair = TickerPair(
                currency=found["currency"],
                quote=found["quote"],
                value=_number(found["value"]),
                change_percent=_number(found["change"]) if found["change"] else None,
            )
            kept = pairs.setdefault((pair.currency, pair.quote), pair)
            warning = f"The ticker shows two values for {pair.currency}/{pair.quote}; the first was taken."
            if kept != pair and warning not in warnings:
                warnings.append(warning)
    return tuple(pairs.values()), tuple(warnings)


def _number(printed: str) -> Decimal:
    number = Decimal(printed.replace(",", ".").replace("−", "-"))
    return number or number.copy_abs()  # "-0%" is zero
