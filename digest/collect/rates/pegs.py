"""What currencies are officially fixed at. Pure.

A peg is knowledge, not news: it tells a bank's error from its correction, and it is what is printed where the bank
that keeps it cannot be read.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from digest.collect.rates.rate import Currency

USD: Final = Currency("USD")

#: How many units of the first cost one of the second: manat per dollar since 1 January 2015 (CBT).
PEGS: Final[Mapping[tuple[Currency, Currency], Decimal]] = MappingProxyType({(Currency("TMT"), USD): Decimal("3.5")})
#: In percent. Banks round, so a price that follows from two other rows of theirs may be this far from the peg.
CROSS_BAND: Final = Decimal("0.5")


def peg_of(currency: Currency, base: Currency) -> Decimal | None:
    """Return what one unit of ``base`` is officially fixed at in ``currency``, if it is."""
    return PEGS.get((currency, base))
