"""From what the rate book knows of several banks to one bank's judged prices of a currency. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from digest.collect.banks import HOME_BANK
from digest.collect.rates.gates import Evidence, Judged, incomplete_days, judge
from digest.collect.rates.pegs import PEGS, USD
from digest.collect.rates.quotes import Quote, across_banks, quotes, rows_by_day
from digest.collect.rates.rate import Acceptance, BankName, BookedRate, Currency
from digest.collect.rates.rate_rules import Agreement, RateRules


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBank:
    """What the rate book knows of one bank.

    ``rows`` are those between the currencies that matter, the last retrieved of each day, all days. ``quoted`` says for
    the last weeks which currencies the bank named on each day. ``acceptances`` are editors' words for its rows.
    """

    rows: Sequence[BookedRate] = ()
    quoted: Mapping[date, frozenset[Currency]] = field(default_factory=dict)
    acceptances: Sequence[Acceptance] = ()

    @property
    def missing(self) -> Mapping[date, tuple[Currency, ...]]:
        """What the bank's incomplete sheets lack, by day."""
        return incomplete_days(self.quoted, frozenset(one.effective_on for one in self.acceptances))


#: What is known, by bank.
Known = Mapping[BankName, KnownBank]


def candidates(currency: Currency, rules: RateRules) -> tuple[BankName, ...]:
    """Return whose word is asked for a currency, in this order: its own bank's, then the declared fallbacks'."""
    own = HOME_BANK.get(currency)
    return tuple(dict.fromkeys((*((own,) if own is not None else ()), *rules.fallbacks.get(currency, ()))))


def banks_for(currencies: Iterable[Currency], base: Currency, rules: RateRules) -> tuple[BankName, ...]:
    """Return every bank that pricing ``base`` in these currencies may need, also to compare with."""
    wanted = tuple(currencies)
    needed = [bank for currency in wanted for bank in candidates(currency, rules)]
    needed += [rules.agreement[currency].bank for currency in wanted if currency in rules.agreement]
    if needed and base in HOME_BANK:
        needed.append(HOME_BANK[base])
    return tuple(dict.fromkeys(needed))


def judged(currency: Currency, base: Currency, bank: BankName, known: Known, rules: RateRules) -> list[Judged]:
    """Return what one bank's prices of ``base`` in ``currency`` are worth, oldest first, under a newsletter's rules."""
    series = _series(currency, base, bank, known)
    agreement = rules.agreement.get(currency)
    evidence = _by_itself(currency, base, bank, series, known, rules)
    if series and agreement is not None and agreement.bank != bank:
        second = _second_source(agreement, currency, base, series, known, rules)
        evidence = replace(evidence, second=second, within=agreement.within)
    asked_first = next(iter(candidates(currency, rules)), bank)
    if series and asked_first != bank and bank in candidates(currency, rules):
        first = judged(currency, base, asked_first, known, rules)
        evidence = replace(evidence, elsewhere=[one.quote for one in first if one.is_believed])
    return judge(currency, base, series, evidence)


def _by_itself(
    currency: Currency, base: Currency, bank: BankName, series: Sequence[Quote], known: Known, rules: RateRules
) -> Evidence:
    """Return what is known against a bank's prices without asking any other source for its word."""
    involved = {entry.bank for quote in series for entry in quote.rows}
    return Evidence(
        largest_move=rules.largest_move(currency),
        missing={(one, day): lacks for one in involved for day, lacks in known[one].missing.items()},
        acceptances=[acceptance for one in involved for acceptance in known[one].acceptances],
        days=rows_by_day(known[bank].rows) if bank in known else {},
        calm_dollar=_calm_dollar(currency, base, bank, known, rules),
    )


def _series(currency: Currency, base: Currency, bank: BankName, known: Known) -> list[Quote]:
    """Return the bank's own prices; where it does not quote the base, crosses through the dollar of two banks."""
    if bank not in known:
        return []
    own = quotes(currency, base, known[bank].rows)
    other = HOME_BANK.get(base)
    if own or other is None or other not in known:
        return own
    return across_banks(quotes(currency, USD, known[bank].rows), quotes(base, USD, known[other].rows))


def _second_source(
    agreement: Agreement, currency: Currency, base: Currency, first: Sequence[Quote], known: Known, rules: RateRules
) -> Mapping[date, Quote]:
    """Return a second source's believed prices by day. What the first one says as published may bear out its jumps.

    So a jump that both see is believed of both, and an error of one is not. Were the first one's verdict asked for, the
    two could wait for each other; and what the first contradicts is for the first one's own gates to say.
    """
    series = _series(currency, base, agreement.bank, known)
    evidence = replace(
        _by_itself(currency, base, agreement.bank, series, known, rules),
        second={quote.on: quote for quote in first if quote.value > 0},
        within=agreement.within,
        only_bears_out=True,
    )
    return {one.quote.on: one.quote for one in judge(currency, base, series, evidence) if one.is_believed}


def _calm_dollar(currency: Currency, base: Currency, bank: BankName, known: Known, rules: RateRules) -> frozenset[date]:
    """Return on which days the bank's dollar is believed in the currency that is not the pegged one of the two.

    Through a peg the price of the pair is the price of the dollar: if that was calm, so was this.
    """
    pegged = {one for one, _anchor in PEGS}
    others = [one for one in (currency, base) if one not in pegged and one != USD]
    if USD in (currency, base) or len(others) != 1:
        return frozenset()
    return frozenset(one.quote.on for one in judged(others[0], USD, bank, known, rules) if one.is_believed)
