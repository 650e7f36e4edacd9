"""The gates: which published prices are believed. Pure; each doubt is a value with its facts.

A gate on moves alone prints an error that is small and holds back its correction: on 1 April 2026 the CBU's manat was
wrong within 5 %, and the next day's fall of 14 % was the truth. So a price is also held against what is known to be
fixed, through the same bank's dollar, and against a second source. What is in doubt stays back until the second source
agrees or a person accepts exactly this price; that the bank repeats it proves nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from digest.collect.rates.pegs import CROSS_BAND, PEGS, peg_of
from digest.collect.rates.quotes import DayRows, Quote, quote_of_day
from digest.collect.rates.rate import Acceptance, BankName, BookedRate, Currency, Doubt, DoubtReason
from digest.collect.rates.rate_rules import LARGEST_MOVE

#: Which day's price of a second source is taken, by its distance: the first one that there is.
DAYS_APART: Final = (0, -1, -2, -3, -4)
#: After so many days without any published price there is no day before to reckon a change against.
LONGEST_PAUSE: Final = timedelta(days=30)
#: In percent. A price after a long pause may have moved further than in a day, but never so far by itself.
LARGEST_MOVE_EVER: Final = Decimal(50)
#: In percent. A figure that is printed with so few digits that it can be further off is no price.
COARSEST: Final = Decimal(1)

#: Whose prices have so many decimals and no more, zeros included: only of these do the digits tell how exact they are.
FIXED_PLACES: Final = frozenset({BankName.TICKER})
#: Doubts that a second source dispels. It cannot unsay itself, a peg, or that a price is above zero.
_DISPELLED: Final = frozenset({DoubtReason.JUMP, DoubtReason.OTHER_NOMINAL, DoubtReason.INCOMPLETE})


class Standing(StrEnum):
    """What became of a published price at the gates."""

    GOOD = "good"
    CONFIRMED = "confirmed"  # in doubt by itself, and a second source or a peg bears it out
    ACCEPTED = "accepted"  # in doubt, and a person accepted it
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A price with what the gates said. ``previous`` is the last believed price before it; ``accepted`` by whom."""

    quote: Quote
    standing: Standing
    doubts: tuple[Doubt, ...] = ()
    previous: Quote | None = None
    accepted: Acceptance | None = None

    @property
    def is_believed(self) -> bool:
        """Whether it may be printed."""
        return self.standing is not Standing.HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one bank's prices of a currency are held against.

    ``largest_move`` and ``within`` are in percent. ``second`` holds the believed prices of the second source by day;
    ``missing`` by bank and day the currencies that an incomplete sheet lacks; ``days`` all rows at hand of the price's
    bank; ``calm_dollar`` the days on which that bank's dollar, in the other of the two currencies, is believed.
    ``elsewhere`` are the believed prices of the bank that is asked first, for one that is asked after it. A source that
    ``only_bears_out`` dispels doubts and raises none.
    """

    largest_move: Decimal = LARGEST_MOVE
    second: Mapping[date, Quote] = field(default_factory=dict)
    within: Decimal = Decimal(0)
    missing: Mapping[tuple[BankName, date], tuple[Currency, ...]] = field(default_factory=dict)
    acceptances: Sequence[Acceptance] = ()
    days: Mapping[date, DayRows] = field(default_factory=dict)
    calm_dollar: frozenset[date] = frozenset()
    elsewhere: Sequence[Quote] = ()
    only_bears_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """What a price comes after: the last ``believed`` one, if that is the day before, and what moves are held against.

    ``yardstick`` may be an older price of the bank, or another bank's; ``largest_move`` is the limit from there.
    """

    believed: Quote | None
    yardstick: Quote | None
    largest_move: Decimal


def judge(currency: Currency, base: Currency, series: Sequence[Quote], evidence: Evidence) -> list[Judged]:
    """Hold one bank's prices of ``base`` in ``currency``, oldest first, against the gates, one after the other.

    The first price has no day before it: only the peg, the second source and, for a fallback, the bank that is asked
    first can doubt it. After a pause a price is still held against the last believed one, within a wider limit.
    """
    judged: list[Judged] = []
    last: Quote | None = None
    before: Quote | None = None
    pause = timedelta(0)  # the longest time without any price since the last believed one
    for quote in series:
        pause = max(pause, quote.on - before.on) if before is not None else pause
        one = _judge_one(currency, base, quote, _past(quote, last, pause, evidence), evidence)
        judged.append(one)
        before = quote
        if one.is_believed:
            last, pause = quote, timedelta(0)
    return judged


def distance(value: Decimal, other: Decimal) -> Decimal:
    """Return how far ``value`` lies from ``other``, in percent of ``value``, unsigned and unrounded.

    Of the newer price, as a local currency's own move is reckoned: from 500 to 475 is 5.26 %.
    """
    return abs(value - other) * 100 / value


def incomplete_days(
    quoted: Mapping[date, frozenset[Currency]], accepted_days: frozenset[date] = frozenset()
) -> dict[date, tuple[Currency, ...]]:
    """Return for each day of one bank what it lacks of the bank's last complete day, where it lacks anything.

    ``quoted`` says which currencies the bank named on each day. The earliest day is complete by definition, and so is
    one of which a person accepted a price: the bank may stop quoting a currency for good.
    """
    lacking: dict[date, tuple[Currency, ...]] = {}
    complete: frozenset[Currency] = frozenset()
    for day in sorted(quoted):
        missing = complete - quoted[day]
        if missing:
            lacking[day] = tuple(sorted(missing))
        if not missing or day in accepted_days:
            complete = quoted[day]
    return lacking


class _PegWord(StrEnum):
    """What the documented pegs say of a price."""

    SILENT = "silent"
    BEARS_OUT = "bears-out"  # it is the peg
    EXPLAINS = "explains"  # a pegged currency's row agrees with the same sheet's dollar, which passed its own gates


def _past(quote: Quote, last: Quote | None, pause: timedelta, evidence: Evidence) -> _Past:
    """Say what a price is held against: the bank's last believed one, else the nearest of the bank asked first."""
    if last is None:
        nearest = min(evidence.elsewhere, key=lambda other: abs(quote.on - other.on), default=None)
        return _Past(believed=None, yardstick=nearest, largest_move=evidence.largest_move)
    if pause <= LONGEST_PAUSE:
        return _Past(believed=last, yardstick=last, largest_move=evidence.largest_move)
    wider = min(evidence.largest_move * (1 + pause // LONGEST_PAUSE), LARGEST_MOVE_EVER)
    return _Past(believed=None, yardstick=last, largest_move=max(wider, evidence.largest_move))


def _judge_one(currency: Currency, base: Currency, quote: Quote, past: _Past, evidence: Evidence) -> Judged:
    believed = past.believed
    if any(entry.row.value <= 0 for entry in quote.rows):
        never = Doubt(reason=DoubtReason.NOT_POSITIVE, found=quote.value)
        return Judged(quote=quote, standing=Standing.HELD, doubts=(never,), previous=believed)
    off_peg, word = _pegs(currency, base, quote, evidence)
    second = _second_opinion(quote, evidence)
    disagrees = None if second is None else _disagrees(quote, second, evidence)
    own = tuple(_own_doubts(currency, base, quote, past, evidence))
    raised = (*off_peg, *own, *((disagrees,) if disagrees is not None and not evidence.only_bears_out else ()))
    dispelled = _dispelled(word, agrees=second is not None and disagrees is None)
    left = tuple(doubt for doubt in raised if doubt.reason not in dispelled)
    if not raised:
        return Judged(quote=quote, standing=Standing.GOOD, previous=believed)
    if not left:
        return Judged(quote=quote, standing=Standing.CONFIRMED, doubts=raised, previous=believed)
    accepted = _acceptance(quote, evidence.acceptances)
    standing = Standing.HELD if accepted is None else Standing.ACCEPTED
    return Judged(quote=quote, standing=standing, doubts=left, previous=believed, accepted=accepted)


def _own_doubts(currency: Currency, base: Currency, quote: Quote, past: _Past, evidence: Evidence) -> Iterator[Doubt]:
    """Yield what the price and its sheet give reason for by themselves, and against what was believed before."""
    off = sum((_rounding(entry) for entry in quote.rows), Decimal(0))
    if off > COARSEST:
        yield Doubt(reason=DoubtReason.TOO_COARSE, found=quote.value, percent=off, limit=COARSEST)
    for bank in dict.fromkeys(entry.bank for entry in quote.rows):
        if missing := evidence.missing.get((bank, quote.on)):
            yield Doubt(reason=DoubtReason.INCOMPLETE, missing=missing)
    if past.yardstick is None:
        return
    yield from _other_nominals(quote, past.yardstick)
    percent = distance(quote.value, past.yardstick.value)
    if peg_of(currency, base) is None and percent > past.largest_move:
        yield Doubt(
            reason=DoubtReason.JUMP,
            found=quote.value,
            expected=past.yardstick.value,
            expected_on=past.yardstick.on,
            expected_from=past.yardstick.bank,
            percent=percent,
            limit=past.largest_move,
        )


def _other_nominals(quote: Quote, earlier: Quote) -> Iterator[Doubt]:
    """Yield which of a price's rows are for another number of units than the same bank's were."""
    known = {(entry.bank, _pair(entry)): entry.row.nominal for entry in earlier.rows}
    for entry in quote.rows:
        nominal = known.get((entry.bank, _pair(entry)), entry.row.nominal)
        if nominal != entry.row.nominal:
            yield Doubt(
                reason=DoubtReason.OTHER_NOMINAL,
                found=Decimal(entry.row.nominal),
                expected=Decimal(nominal),
                expected_on=earlier.on,
                expected_from=entry.bank,
            )


def _rounding(entry: BookedRate) -> Decimal:
    """Return by how many percent a row can be off for want of digits; 0 where the bank cuts or computes its digits."""
    if entry.bank not in FIXED_PLACES:
        return Decimal(0)
    half_a_step = Decimal((0, (5,), int(entry.row.value.as_tuple().exponent) - 1))
    return half_a_step * 100 / entry.row.value


def _pegs(currency: Currency, base: Currency, quote: Quote, evidence: Evidence) -> tuple[tuple[Doubt, ...], _PegWord]:
    """Hold every pegged currency among the rows against its peg: exactly where stated, else within ``CROSS_BAND``."""
    doubts: list[Doubt] = []
    word = _PegWord.SILENT
    for (pegged, anchor), peg in PEGS.items():
        for bank in _banks_that_name(pegged, quote):
            found = quote_of_day(pegged, anchor, _rows_of(bank, quote, evidence))
            if found is None:
                continue
            is_stated = [_pair(entry) for entry in found.rows] == [(pegged, anchor)]
            if found.value == peg or (not is_stated and distance(found.value, peg) <= CROSS_BAND):
                if (pegged, anchor) == (currency, base):
                    word = _PegWord.BEARS_OUT
                elif quote.on in evidence.calm_dollar:
                    word = _PegWord.EXPLAINS
                continue
            doubts.append(
                Doubt(
                    reason=DoubtReason.OFF_PEG,
                    found=found.value,
                    expected=peg,
                    expected_from=bank,
                    percent=distance(found.value, peg),
                    limit=Decimal(0) if is_stated else CROSS_BAND,
                )
            )
    return tuple(doubts), _PegWord.SILENT if doubts else word


def _banks_that_name(pegged: Currency, quote: Quote) -> list[BankName]:
    return list(dict.fromkeys(entry.bank for entry in quote.rows if pegged in _pair(entry)))


def _rows_of(bank: BankName, quote: Quote, evidence: Evidence) -> DayRows:
    """Return what is at hand of a bank's sheet of the price's day: all of the price's own bank, else the used rows."""
    if bank == quote.bank and quote.on in evidence.days:
        return evidence.days[quote.on]
    return {_pair(entry): entry for entry in quote.rows if entry.bank == bank}


def _second_opinion(quote: Quote, evidence: Evidence) -> Quote | None:
    """Return the second source's price of the nearest day: the same, or the last one before it."""
    near = (evidence.second.get(quote.on + timedelta(days=apart)) for apart in DAYS_APART)
    return next((other for other in near if other is not None), None)


def _disagrees(quote: Quote, second: Quote, evidence: Evidence) -> Doubt | None:
    percent = distance(quote.value, second.value)
    if percent <= evidence.within:
        return None
    return Doubt(
        reason=DoubtReason.DISAGREES,
        found=quote.value,
        expected=second.value,
        expected_on=second.on,
        expected_from=second.bank,
        percent=percent,
        limit=evidence.within,
    )


def _dispelled(word: _PegWord, *, agrees: bool) -> frozenset[DoubtReason]:
    if agrees or word is _PegWord.BEARS_OUT:
        return _DISPELLED
    return frozenset({DoubtReason.JUMP}) if word is _PegWord.EXPLAINS else frozenset()


def _acceptance(quote: Quote, acceptances: Sequence[Acceptance]) -> Acceptance | None:
    """Return a person's word for the price: somebody must have accepted every row that it is made of."""
    words = [next((one for one in acceptances if one.covers(entry)), None) for entry in quote.rows]
    return None if None in words else words[-1]


def _pair(entry: BookedRate) -> tuple[Currency, Currency]:
    return entry.row.local, entry.row.currency
