"""The rules by which a newsletter's rates are chosen and believed, as its editor declares them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from digest.collect.rates.rate import BankName, Currency

#: In percent. A bigger move between two published days holds a price back, unless the newsletter says otherwise.
LARGEST_MOVE: Final = Decimal(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The second source of a currency: the two prices must lie ``within`` so many percent of each other."""

    bank: BankName
    within: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRules:
    """What a newsletter declares beside its currencies.

    ``fallbacks`` are asked, in this order, where a currency's own bank has no fresh price; ``moves`` are the largest
    daily moves in percent; ``agreement`` names the second source of a currency.
    """

    fallbacks: Mapping[Currency, tuple[BankName, ...]] = field(default_factory=dict)
    moves: Mapping[Currency, Decimal] = field(default_factory=dict)
    agreement: Mapping[Currency, Agreement] = field(default_factory=dict)

    def largest_move(self, currency: Currency) -> Decimal:
        """Return the largest move of a currency that is believed by itself, in percent of the price."""
        return self.moves.get(currency, LARGEST_MOVE)
