from decimal import Decimal

from digest.collect.rates.pegs import PEGS, USD, peg_of
from digest.collect.rates.rate import Currency
from digest.collect.rates.rate_rules import LARGEST_MOVE, RateRules

KZT, TMT = Currency("KZT"), Currency("TMT")


def test_five_percent_a_day_is_believed_unless_the_newsletter_says_otherwise() -> None:
    assert Decimal(5) == LARGEST_MOVE == RateRules().largest_move(KZT)
    assert RateRules(moves={KZT: Decimal("7.5")}).largest_move(KZT) == Decimal("7.5")


def test_the_manat_is_fixed_to_the_dollar_and_to_nothing_else() -> None:
    assert peg_of(TMT, USD) == PEGS[TMT, USD] == Decimal("3.5")
    assert peg_of(TMT, Currency("EUR")) is None
