"""Several banks' prices under a newsletter's rules: whose word counts, and what bears out or contradicts it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from digest.collect.rates.gates import Judged, Standing
from digest.collect.rates.judging import Known, KnownBank, banks_for, candidates, judged
from digest.collect.rates.rate import BankName, BookedRate, Currency, DoubtReason
from digest.collect.rates.rate_rules import Agreement, RateRules
from tests.builders import a_booked_rate

USD, KZT, UZS, TMT, EUR = (Currency(code) for code in ("USD", "KZT", "UZS", "TMT", "EUR"))
DAY = date(2026, 4, 3)


def tenge(*values: str, bank: BankName = BankName.NBK, until: date = DAY, nominal: int = 1) -> list[BookedRate]:
    first = until - timedelta(days=len(values) - 1)
    return [
        a_booked_rate(value, bank=bank, effective_on=first + timedelta(days=n), nominal=nominal)
        for n, value in enumerate(values)
    ]


def reasons(one: Judged) -> list[DoubtReason]:
    return [doubt.reason for doubt in one.doubts]


def known(rows: Sequence[BookedRate]) -> Known:
    banks = {entry.bank for entry in rows}
    return {bank: KnownBank(rows=[entry for entry in rows if entry.bank == bank]) for bank in banks}


def test_a_second_source_is_judged_by_itself_and_read_across_currencies() -> None:
    own = [a_booked_rate("12194.21", bank=BankName.CBU, local="UZS", effective_on=DAY)]
    nbk = [
        a_booked_rate("478.77", effective_on=DAY),
        a_booked_rate("3.93", currency="UZS", nominal=100, effective_on=DAY),
    ]
    rules = RateRules(agreement={UZS: Agreement(bank=BankName.NBK, within=Decimal(1))})
    assert judged(UZS, USD, BankName.CBU, known([*own, *nbk]), rules)[-1].standing is Standing.GOOD
    strict = RateRules(agreement={UZS: Agreement(bank=BankName.NBK, within=Decimal("0.01"))})
    assert reasons(judged(UZS, USD, BankName.CBU, known([*own, *nbk]), strict)[-1]) == [DoubtReason.DISAGREES]
    assert judged(UZS, USD, BankName.NBK, known(nbk), strict)[-1].standing is Standing.GOOD
    assert judged(UZS, USD, BankName.CBU, {}, strict) == []


def two_sources(*days: tuple[str, str]) -> Known:
    """So many days of the tenge, by its own bank and by a second source."""
    return known([*tenge(*(own for own, _ in days)), *tenge(*(other for _, other in days), bank=BankName.FRANKFURTER)])


AGREEMENT = RateRules(agreement={KZT: Agreement(bank=BankName.FRANKFURTER, within=Decimal(1))})


@pytest.mark.parametrize(
    ("days", "standings"),
    [
        # both see it, for days: it happened
        ([("475", "476"), ("540", "541"), ("541", "542"), ("541", "542")], "good confirmed good good"),
        # only the bank, for days: an error
        ([("475", "476"), ("540", "476"), ("540", "477"), ("477", "477")], "good held held good"),
        # only the second source: its error, which says nothing of the bank's price
        ([("475", "476"), ("477", "541"), ("478", "541")], "good good good"),
        # both see it, and then the bank errs by less than a jump
        ([("475", "476"), ("540", "541"), ("560", "541")], "good confirmed held"),
        # both jump, and not to the same price
        ([("475", "476"), ("540", "560")], "good held"),
        ([("475", "476"), ("0", "541")], "good held"),
    ],
)
def test_two_sources_that_speak_every_day_tell_a_jump_from_an_error(
    days: list[tuple[str, str]], standings: str
) -> None:
    found = judged(KZT, USD, BankName.NBK, two_sources(*days), AGREEMENT)
    assert [one.standing.value for one in found] == standings.split()


@pytest.mark.parametrize(
    ("value", "bank", "standing"),
    [("4750", "frankfurter", "held"), ("480", "frankfurter", "good"), ("4750", "cbr", "good")],
)
def test_the_first_price_of_a_fallback_is_held_against_the_bank_that_is_asked_first(
    value: str, bank: str, standing: str
) -> None:
    rules = RateRules(fallbacks={KZT: (BankName.FRANKFURTER,)})
    rows = [*tenge("475", until=DAY - timedelta(days=5)), *tenge(value, value, bank=BankName(bank))]
    found = judged(KZT, USD, BankName(bank), known(rows), rules)
    assert {one.standing.value for one in found} == {standing}
    assert found[0].previous is None  # a change is the same bank's


def test_a_currency_s_own_bank_is_asked_first_and_all_that_pricing_needs_is_read() -> None:
    rules = RateRules(
        fallbacks={KZT: (BankName.CBR, BankName.NBK)}, agreement={UZS: Agreement(bank=BankName.ECB, within=Decimal(1))}
    )
    assert candidates(KZT, rules) == (BankName.NBK, BankName.CBR)
    assert candidates(Currency("GBP"), rules) == ()
    assert banks_for((KZT, UZS, EUR), TMT, rules) == tuple(map(BankName, ("nbk", "cbr", "cbu", "ecb", "cbt")))
    assert banks_for((KZT,), USD, RateRules()) == (BankName.NBK,)
    assert banks_for((), TMT, RateRules()) == ()
