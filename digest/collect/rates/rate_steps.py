"""What the rate book says: the snapshot of a day, what is held back, a currency's history, and a person's yes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from digest.collect.banks import BANKS
from digest.collect.rates.gates import Judged, Standing
from digest.collect.rates.judging import Known, KnownBank, banks_for, candidates, judged
from digest.collect.rates.pegs import USD
from digest.collect.rates.rate import Acceptance, BankName, BookedRate, Currency, Doubt, RateSnapshot
from digest.collect.rates.rate_book import RateBook
from digest.collect.rates.rate_rules import RateRules
from digest.collect.rates.snapshot import DAYS_AHEAD, take_snapshot
from digest.errors import WrongUse

#: How far ahead the book is read, so that "only rates of later days" can be said.
REASON_DAYS: Final = 366
#: How far back a bank's sheets are compared: what it has left out for longer, it does not quote any more.
SET_DAYS: Final = 60

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One published price with its fate. ``corrected`` is when the bank replaced it (its rows were retrieved anew)."""

    bank: BankName
    effective_on: date
    value: Decimal
    rows: tuple[BookedRate, ...]
    standing: Standing | None = None
    doubts: tuple[Doubt, ...] = ()
    accepted: Acceptance | None = None
    corrected: datetime | None = None


def snapshot_for(
    currencies: Sequence[Currency], base: Currency, *, book: RateBook, on: date, rules: RateRules | None = None
) -> RateSnapshot:
    """Return the rates that an issue of the day ``on`` prints, from the rate book."""
    the_rules = rules or RateRules()
    known = what_is_known(banks_for(currencies, base, the_rules), (*currencies, base), book=book, on=on)
    return take_snapshot(currencies, base, known, on=on, rules=the_rules)


def what_is_known(banks: Iterable[BankName], currencies: Collection[Currency], *, book: RateBook, on: date) -> Known:
    """Read from the book what pricing these currencies by these banks takes."""
    return {bank: _known(bank, currencies, book, on) for bank in banks}


def _known(bank: BankName, currencies: Collection[Currency], book: RateBook, on: date) -> KnownBank:
    local = BANKS[bank].local
    wanted = {*currencies, USD, *((local,) if local is not None else ())}
    quoted = book.quoted(bank, first=on - SET_DAYS * _DAY, until=on + DAYS_AHEAD * _DAY) if local is not None else {}
    return KnownBank(
        rows=book.prices(bank, wanted, until=on + REASON_DAYS * _DAY),
        quoted=quoted,
        acceptances=book.acceptances(bank),
    )


def history(
    currency: Currency,
    base: Currency,
    *,
    book: RateBook,
    on: date,
    days: int,
    bank: BankName | None = None,
    rules: RateRules | None = None,
) -> Sequence[HistoryEntry]:
    """Return what a bank (the currency's own, if none is named) has published in so many days, oldest first.

    What the bank corrected stands before its correction, with the instant at which we read that.

    :raises WrongUse: the currency has no bank of its own, and none is named.
    """
    the_rules = rules or RateRules()
    whose = bank or next(iter(candidates(currency, the_rules)), None)
    if whose is None:
        raise WrongUse(f"No bank that we read is the bank of {currency}.", advice="Name one with --bank.")
    banks = (*banks_for((currency,), base, the_rules), whose)
    known = what_is_known(dict.fromkeys(banks), (currency, base), book=book, on=on)
    first, last = on - (days - 1) * _DAY, on + DAYS_AHEAD * _DAY
    series = [one for one in judged(currency, base, whose, known, the_rules) if first <= one.quote.on <= last]
    entries = [entry for one in series for entry in (*_corrected(one, whose, book), _entry(one))]
    return tuple(entries)


def _entry(one: Judged) -> HistoryEntry:
    return HistoryEntry(
        bank=one.quote.bank,
        effective_on=one.quote.on,
        value=one.quote.value,
        rows=one.quote.rows,
        standing=one.standing,
        doubts=one.doubts,
        accepted=one.accepted,
    )


def _corrected(one: Judged, bank: BankName, book: RateBook) -> list[HistoryEntry]:
    """Return the former versions of the rows that a price is made of, oldest first."""
    former: list[HistoryEntry] = []
    for row in one.quote.rows:
        pair = (row.row.local, row.row.currency)
        versions = book.versions(bank, pair, first=one.quote.on, until=one.quote.on)
        same = [entry for entry in versions if (entry.row.local, entry.row.currency) == pair]
        former += [
            HistoryEntry(
                bank=entry.bank,
                effective_on=entry.effective_on,
                value=entry.row.value / entry.row.nominal,
                rows=(entry,),
                corrected=later.retrieved_at,
            )
            for entry, later in pairwise(same)
        ]
    return former


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one newsletter (or whoever asks) prices by which rules, and its day."""

    currencies: tuple[Currency, ...]
    base: Currency
    rules: RateRules
    on: date


def accept(
    subject: str,
    day: date,
    wanted: Sequence[Wanted],
    *,
    book: RateBook,
    by: str,
    note: str,
    at: datetime,
    value: Decimal | None = None,
) -> tuple[Acceptance, ...]:
    """Keep a person's word that what is held of a currency, or of a bank, for ``day`` is true; return each row's.

    ``value`` is what the person saw, of one row: no price without that row is accepted, and none at all if the bank
    has corrected itself since.

    :raises WrongUse: nothing of it is held, or not at that value; or the person gives no name or no reason.
    """
    if not by.strip() or not note.strip():
        raise WrongUse("A rate is accepted by somebody, for a reason.", advice="Give --by NAME and --note TEXT.")
    prices = list(dict.fromkeys(rows for one in wanted for rows in _held_rows(subject, day, one, book)))
    if not prices:
        raise WrongUse(f"Nothing of {subject} is held back for {day.isoformat()}.", advice="See: digest rates show")
    seen = [rows for rows in prices if value is None or value in [entry.row.value for entry in rows]]
    if not seen:
        held = ", ".join(dict.fromkeys(str(entry.row.value) for rows in prices for entry in rows))
        raise WrongUse(f"What is held back is {held}, not {value}.", advice="Look again: digest rates show")
    rows = dict.fromkeys(entry for price in seen for entry in price)
    acceptances = tuple(_word(entry, by.strip(), note.strip(), at) for entry in rows)
    book.accept(acceptances)
    return acceptances


def _held_rows(subject: str, day: date, wanted: Wanted, book: RateBook) -> Iterable[tuple[BookedRate, ...]]:
    """Yield the rows of each price that is held back and that a person may accept."""
    known = what_is_known(
        banks_for(wanted.currencies, wanted.base, wanted.rules),
        (*wanted.currencies, wanted.base),
        book=book,
        on=max(day, wanted.on),
    )
    for currency in wanted.currencies:
        for bank in candidates(currency, wanted.rules):
            if subject not in (currency, bank.value):
                continue
            for one in judged(currency, wanted.base, bank, known, wanted.rules):
                if one.quote.on == day and not one.is_believed and one.quote.value > 0:
                    yield one.quote.rows


def _word(entry: BookedRate, by: str, note: str, at: datetime) -> Acceptance:
    row = entry.row
    return Acceptance(
        bank=entry.bank,
        effective_on=entry.effective_on,
        local=row.local,
        currency=row.currency,
        nominal=row.nominal,
        value=row.value,
        by=by,
        note=note,
        at=at,
    )
