"""Which rates an issue prints: each currency from its own bank, compared with the day before, and held back in doubt.

Pure. The thresholds are those that a careful newsroom uses: effective up to three days ahead is normal (a bank
publishes Monday's rate on Friday), more than four days old is said, more than ten days old is not printed, and a move
of more than 5 % between two published days is not believed before the bank has repeated it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from digest.collect.banks import BANKS, HOME_BANK
from digest.collect.rate import BankName, BookedRate, Currency, MissingRate, Move, Rate, RateSnapshot

#: A rate may take effect this much later than the issue's day.
DAYS_AHEAD: Final = 3
#: An older rate is printed with a word about its age.
DAYS_FRESH: Final = 4
#: An older rate is not printed.
DAYS_PRINTED: Final = 10
#: In percent. A bigger move between two published days holds the rate back.
LARGEST_MOVE: Final = Decimal(5)
#: What a currency is officially fixed at, by the base it is fixed to: manat per dollar since 1 January 2015 (CBT).
PEGS: Final[Mapping[tuple[Currency, Currency], Decimal]] = {(Currency("TMT"), Currency("USD")): Decimal("3.5")}
#: What ``Rate.warning`` says of a rate that is older than ``DAYS_FRESH``.
LAST_OFFICIAL_RATE: Final = "last official rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quote:
    """One published day: ``value`` units of the currency for one unit of the base, unrounded."""

    bank: BankName
    on: date
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Believed:
    """The newest quote that we print, what it is compared with, and what was said about newer ones."""

    quote: _Quote
    previous: _Quote | None
    doubt: str | None = None


def take_snapshot(
    wanted: Sequence[Currency], base: Currency, booked: Mapping[Currency, Sequence[BookedRate]], *, on: date
) -> RateSnapshot:
    """Return the rates of an issue of the day ``on``, in the order of ``wanted``, and what is missing and why.

    ``booked`` holds, by wanted currency, the published rows that may price it, of about two weeks; rows of other
    currencies among them are passed over.
    """
    taken = [_take(currency, base, booked.get(currency, ()), on) for currency in wanted]
    return RateSnapshot(
        base=base,
        rates=tuple(rate for rate in taken if isinstance(rate, Rate)),
        missing=tuple(missing for missing in taken if isinstance(missing, MissingRate)),
    )


def strengthening(previous: Decimal, value: Decimal) -> Decimal:
    """Return by how many percent the local currency got stronger (negative: weaker), unrounded, never ``-0``.

    Both are prices of the base in the local currency, so the local currency's own price is their inverse:
    478.77 → 475.09 tenge for a dollar is a tenge that is 0.77 % stronger.
    """
    return Decimal(0) if value == previous else (previous - value) * 100 / value


def _take(currency: Currency, base: Currency, rows: Sequence[BookedRate], on: date) -> Rate | MissingRate:
    quotes = _quotes(currency, base, rows)
    usable = [quote for quote in quotes if quote.on <= on + timedelta(days=DAYS_AHEAD)]
    if not usable:
        return MissingRate(currency=currency, reason=_why_nothing(currency, base, quotes))
    peg = PEGS.get((currency, base))
    believed = _believe(usable) if peg is None else _at_peg(usable, peg)
    if believed is None:
        reason = f"{_title(usable[-1].bank)} gives {usable[-1].value}, but {currency} is fixed at {peg} for one {base}"
        return MissingRate(currency=currency, reason=reason)
    quote = believed.quote
    age = (on - quote.on).days
    if age > DAYS_PRINTED:
        reason = f"the last rate of {_title(quote.bank)} is of {quote.on.isoformat()}, {age} days old"
        return MissingRate(currency=currency, reason="; ".join(filter(None, (reason, believed.doubt))))
    remarks = (LAST_OFFICIAL_RATE if age > DAYS_FRESH else None, believed.doubt)
    previous = believed.previous
    percent = None if previous is None or peg is not None else strengthening(previous.value, quote.value)
    return Rate(
        currency=currency,
        base=base,
        value=quote.value,
        effective_on=quote.on,
        bank=quote.bank,
        bank_title=_title(quote.bank),
        move=Move.FIXED if peg is not None else _move(percent),
        percent=percent,
        previous=None if previous is None else previous.value,
        previous_on=None if previous is None else previous.on,
        warning="; ".join(filter(None, remarks)) or None,
    )


def _quotes(currency: Currency, base: Currency, rows: Sequence[BookedRate]) -> list[_Quote]:
    """Return one quote per day, oldest first, all of one bank: the currency's own if it said anything."""
    fitting = [entry for entry in rows if entry.row.local == currency and entry.row.currency == base]
    banks = {entry.bank for entry in fitting}
    if not banks:
        return []
    own = HOME_BANK.get(currency)
    bank = own if own in banks else min(banks)
    by_day: dict[date, BookedRate] = {}
    for entry in sorted(fitting, key=lambda entry: (entry.effective_on, entry.retrieved_at)):
        if entry.bank == bank:
            by_day[entry.effective_on] = entry
    return [_Quote(bank=entry.bank, on=day, value=entry.row.value / entry.row.nominal) for day, entry in by_day.items()]


def _believe(quotes: Sequence[_Quote]) -> _Believed:
    """Return the newest quote that is no wild jump against the published day before it, or against the last good one.

    So an error of one day is held back, its correction is printed, and a real devaluation is printed on the second day.
    """
    good = _Believed(quote=quotes[0], previous=None)
    for before, quote in pairwise(quotes):
        calm = next((one for one in (before, good.quote) if _is_calm(one, quote)), None)
        if calm is None:
            good = _Believed(quote=good.quote, previous=good.previous, doubt=_held_back(quote, good.quote))
        else:
            good = _Believed(quote=quote, previous=calm)
    return good


def _at_peg(quotes: Sequence[_Quote], peg: Decimal) -> _Believed | None:
    """Return the newest quote at the peg, if any."""
    at_peg = [quote for quote in quotes if quote.value == peg]
    if not at_peg:
        return None
    newest = quotes[-1]
    doubt = None if at_peg[-1] is newest else _held_back(newest, at_peg[-1])
    return _Believed(quote=at_peg[-1], previous=at_peg[-2] if len(at_peg) > 1 else None, doubt=doubt)


def _is_calm(previous: _Quote, quote: _Quote) -> bool:
    return abs(strengthening(previous.value, quote.value)) <= LARGEST_MOVE


def _held_back(quote: _Quote, kept: _Quote) -> str:
    return (
        f"{quote.value} of {quote.on.isoformat()} is held back: too far from {kept.value} of {kept.on.isoformat()}, "
        "which stands until the bank repeats or corrects it"
    )


def _move(percent: Decimal | None) -> Move:
    if percent is None:
        return Move.UNKNOWN
    if percent == 0:
        return Move.UNCHANGED
    return Move.STRONGER if percent > 0 else Move.WEAKER


def _why_nothing(currency: Currency, base: Currency, quotes: Sequence[_Quote]) -> str:
    if quotes:
        return f"{_title(quotes[0].bank)} has only rates for {quotes[0].on.isoformat()} and later"
    own = HOME_BANK.get(currency)
    if own is None:
        return f"no bank that we read prices one {base} in {currency}"
    return f"no price of one {base} from {_title(own)} in the rate book"


def _title(bank: BankName) -> str:
    return BANKS[bank].title
