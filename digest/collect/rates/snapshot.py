"""Which rates an issue prints: each currency from its own bank, compared with the day before, and held back in doubt.

Pure. The thresholds are those that a careful newsroom uses: effective up to three days ahead is normal (a bank
publishes Monday's rate on Friday), more than four days old is said, more than ten days old is not printed. What is not
believed (``gates.py``) leaves the last believed price in print, with its date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from digest.collect.banks import HOME_BANK
from digest.collect.rates.doubts import held_in_words, title_of
from digest.collect.rates.gates import Judged, Standing
from digest.collect.rates.judging import Known, candidates, judged
from digest.collect.rates.pegs import peg_of
from digest.collect.rates.rate import (
    BankName,
    Cross,
    Currency,
    DayRate,
    HeldRate,
    MissingRate,
    Move,
    Rate,
    RateFlag,
    RateSnapshot,
)
from digest.collect.rates.rate_rules import RateRules

#: A rate may take effect this much later than the issue's day.
DAYS_AHEAD: Final = 3
#: An older rate is printed with a word about its age.
DAYS_FRESH: Final = 4
#: An older rate is not printed.
DAYS_PRINTED: Final = 10
#: How many days the week of a rate reaches back from its own day, which is one of them.
WEEK_DAYS: Final = 7
#: What ``Rate.warning`` says of a rate that is older than ``DAYS_FRESH``.
LAST_OFFICIAL_RATE: Final = "last official rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """What one bank offers for a currency: its judged prices that take effect soon enough, and the newest believed."""

    bank: BankName
    series: Sequence[Judged]
    best: Judged | None
    later: date | None  # the first price that takes effect too late, if any


def take_snapshot(
    wanted: Sequence[Currency], base: Currency, known: Known, *, on: date, rules: RateRules | None = None
) -> RateSnapshot:
    """Return the rates of an issue of the day ``on``, in the order of ``wanted``, what is missing and what is held.

    ``known`` holds what the rate book knows of each bank that may be asked (``judging.banks_for``).
    """
    taken = [_take(currency, base, known, on, rules or RateRules()) for currency in wanted]
    return RateSnapshot(
        base=base,
        rates=tuple(rate for rate, _held in taken if isinstance(rate, Rate)),
        missing=tuple(missing for missing, _held in taken if isinstance(missing, MissingRate)),
        held=tuple(one for _rate, held in taken for one in held),
    )


def strengthening(previous: Decimal, value: Decimal) -> Decimal:
    """Return by how many percent the local currency got stronger (negative: weaker), unrounded, never ``-0``.

    Both are prices of the base in the local currency, so the local currency's own price is their inverse:
    478.77 → 475.09 tenge for a dollar is a tenge that is 0.77 % stronger.
    """
    return Decimal(0) if value == previous else (previous - value) * 100 / value


def _take(
    currency: Currency, base: Currency, known: Known, on: date, rules: RateRules
) -> tuple[Rate | MissingRate, tuple[HeldRate, ...]]:
    offers = [_offer(currency, base, bank, known, on, rules) for bank in candidates(currency, rules)]
    chosen = _choose(offers, on)
    asked = offers[: offers.index(chosen) + 1] if chosen is not None and _is_young(chosen, on, DAYS_FRESH) else offers
    best = None if chosen is None else chosen.best
    held = tuple(one for offer in asked if (one := _newest_held(offer, currency, base, on, best)) is not None)
    if chosen is not None and best is not None:
        return _rate(currency, base, chosen, best, held, on), held
    peg = peg_of(currency, base)
    if peg is not None and not held:
        return _at_the_peg(currency, base, peg, on), ()
    return MissingRate(currency=currency, reason=_why_missing(currency, base, offers, held, on)), held


def _offer(currency: Currency, base: Currency, bank: BankName, known: Known, on: date, rules: RateRules) -> _Offer:
    series = judged(currency, base, bank, known, rules)
    limit = on + timedelta(days=DAYS_AHEAD)
    usable = [one for one in series if one.quote.on <= limit]
    believed = [one for one in usable if one.is_believed]
    return _Offer(
        bank=bank,
        series=usable,
        best=believed[-1] if believed else None,
        later=next((one.quote.on for one in series if one.quote.on > limit), None),
    )


def _choose(offers: Sequence[_Offer], on: date) -> _Offer | None:
    """Return the first bank whose newest believed price is fresh, else the first that can be printed at all."""
    for days in (DAYS_FRESH, DAYS_PRINTED):
        for offer in offers:
            if _is_young(offer, on, days):
                return offer
    return None


def _is_young(offer: _Offer, on: date, days: int) -> bool:
    return offer.best is not None and (on - offer.best.quote.on).days <= days


def _newest_held(offer: _Offer, currency: Currency, base: Currency, on: date, kept: Judged | None) -> HeldRate | None:
    """Return the bank's newest price if it is held back, and young enough to be printed otherwise."""
    newest = offer.series[-1] if offer.series else None
    if newest is None or newest.is_believed or (on - newest.quote.on).days > DAYS_PRINTED:
        return None
    return HeldRate(
        currency=currency,
        base=base,
        bank=offer.bank,
        bank_title=title_of(offer.bank),
        effective_on=newest.quote.on,
        value=newest.quote.value,
        rows=tuple(entry.row for entry in newest.quote.rows),
        doubts=newest.doubts,
        kept=None if kept is None else kept.quote.value,
        kept_on=None if kept is None else kept.quote.on,
    )


def _rate(currency: Currency, base: Currency, offer: _Offer, best: Judged, held: Sequence[HeldRate], on: date) -> Rate:
    quote, previous = best.quote, best.previous
    is_fixed = peg_of(currency, base) is not None
    percent = None if previous is None or is_fixed else strengthening(previous.value, quote.value)
    flags = _flags(currency, best, held, on, is_fixed=is_fixed)
    return Rate(
        currency=currency,
        base=base,
        value=quote.value,
        effective_on=quote.on,
        bank=quote.bank,
        bank_title=title_of(quote.bank),
        move=Move.FIXED if is_fixed else _move(percent),
        percent=percent,
        previous=None if previous is None else previous.value,
        previous_on=None if previous is None else previous.on,
        warning=_warning(currency, best, held, flags),
        week=_week(offer.series, quote.on),
        flags=flags,
        cross=None
        if quote.via is None
        else Cross(via=quote.via, bank=quote.base_bank, bank_title=title_of(quote.base_bank)),
        accepted_by=best.accepted.by if best.accepted is not None else None,
    )


def _flags(
    currency: Currency, best: Judged, held: Sequence[HeldRate], on: date, *, is_fixed: bool
) -> tuple[RateFlag, ...]:
    quote = best.quote
    flags = {
        RateFlag.LAST_OFFICIAL: (on - quote.on).days > DAYS_FRESH,
        RateFlag.FIXED: is_fixed,
        RateFlag.HELD: any(one.bank == quote.bank for one in held),
        RateFlag.ACCEPTED: best.standing is Standing.ACCEPTED,
        RateFlag.FALLBACK: quote.bank != HOME_BANK.get(currency),
        RateFlag.CROSS: quote.via is not None,
    }
    return tuple(flag for flag, is_set in flags.items() if is_set)


def _warning(currency: Currency, best: Judged, held: Sequence[HeldRate], flags: Sequence[RateFlag]) -> str | None:
    own = HOME_BANK.get(currency)
    remarks = [
        LAST_OFFICIAL_RATE if RateFlag.LAST_OFFICIAL in flags else "",
        f"not from {title_of(own)}" if RateFlag.FALLBACK in flags and own is not None else "",
        f"accepted by {best.accepted.by}: {best.accepted.note}" if best.accepted is not None else "",
        *(held_in_words(one) for one in held),
    ]
    return "; ".join(filter(None, remarks)) or None


def _week(series: Sequence[Judged], last: date) -> tuple[DayRate, ...]:
    first = last - timedelta(days=WEEK_DAYS - 1)
    return tuple(
        DayRate(on=one.quote.on, value=one.quote.value)
        for one in series
        if one.is_believed and first <= one.quote.on <= last
    )


def _at_the_peg(currency: Currency, base: Currency, peg: Decimal, on: date) -> Rate:
    """Return the documented peg for want of a bank that says it: it holds every day."""
    return Rate(
        currency=currency,
        base=base,
        value=peg,
        effective_on=on,
        bank=BankName.PEG,
        bank_title=title_of(BankName.PEG),
        move=Move.FIXED,
        flags=(RateFlag.FIXED, RateFlag.FALLBACK),
        warning="the documented peg: no bank has given a price",
    )


def _move(percent: Decimal | None) -> Move:
    if percent is None:
        return Move.UNKNOWN
    if percent == 0:
        return Move.UNCHANGED
    return Move.STRONGER if percent > 0 else Move.WEAKER


def _why_missing(
    currency: Currency, base: Currency, offers: Sequence[_Offer], held: Sequence[HeldRate], on: date
) -> str:
    reasons = [*(reason for offer in offers if (reason := _why_not(offer, on))), *map(held_in_words, held)]
    if reasons:
        return "; ".join(reasons)
    if not offers:
        return f"no bank that we read prices one {base} in {currency}"
    titles = " or ".join(title_of(offer.bank) for offer in offers)
    return f"no price of one {base} from {titles} in the rate book"


def _why_not(offer: _Offer, on: date) -> str:
    if offer.best is not None:
        day = offer.best.quote.on
        return f"the last rate of {title_of(offer.bank)} is of {day.isoformat()}, {(on - day).days} days old"
    if offer.later is not None and not offer.series:
        return f"{title_of(offer.bank)} has only rates for {offer.later.isoformat()} and later"
    return ""
