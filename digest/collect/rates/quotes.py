"""What a bank's rows say that one unit of a base costs: directly, or computed from two rows of the same day. Pure.

A row says that ``nominal`` units of its currency cost ``value`` units of its local money, which prices the local money
too. A cross is one division of unrounded rows; it is computed when it is needed and never stored.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from digest.collect.rates.pegs import USD
from digest.collect.rates.rate import BankName, BookedRate, Currency

#: The rows of one day by (local, currency).
DayRows = Mapping[tuple[Currency, Currency], BookedRate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one unit of the base cost in a currency for one published day.

    ``exact`` is the unrounded price, ``value`` the same as a decimal (of 28 digits, if it is a quotient). ``rows`` are
    the published rows that it is made of: one, or the base's and the currency's with ``via`` between them.
    """

    bank: BankName
    on: date
    value: Decimal
    exact: Fraction
    rows: tuple[BookedRate, ...]
    via: Currency | None = None

    @property
    def base_bank(self) -> BankName:
        """Whose row prices the base; another bank's where a cross was made of two banks' rows."""
        return self.rows[0].bank


def rows_by_day(rows: Sequence[BookedRate]) -> dict[date, DayRows]:
    """Return what one bank said for each day, oldest first; of several rows for a day and pair the last retrieved."""
    days: defaultdict[date, dict[tuple[Currency, Currency], BookedRate]] = defaultdict(dict)
    for entry in sorted(rows, key=lambda entry: (entry.effective_on, entry.retrieved_at)):
        days[entry.effective_on][entry.row.local, entry.row.currency] = entry
    return dict(days)


def quotes(currency: Currency, base: Currency, rows: Sequence[BookedRate]) -> list[Quote]:
    """Return one bank's price of one ``base`` in ``currency`` for each day that has one, oldest first."""
    found = (quote_of_day(currency, base, day) for day in rows_by_day(rows).values())
    return [quote for quote in found if quote is not None]


def quote_of_day(currency: Currency, base: Currency, day: DayRows) -> Quote | None:
    """Return the price by the row that states it, else by the inverse of one, else by a cross of two rows."""
    stated = day.get((currency, base))
    if stated is not None:
        return Quote(
            bank=stated.bank,
            on=stated.effective_on,
            value=stated.row.value / stated.row.nominal,
            exact=_price(stated),
            rows=(stated,),
        )
    inverse = day.get((base, currency))
    if inverse is not None and inverse.row.value > 0:
        return _computed(1 / _price(inverse), (inverse,), None)
    return next((quote for via in _pivots(day) if (quote := _cross(currency, base, via, day)) is not None), None)


def across_banks(own: Sequence[Quote], of_base: Sequence[Quote]) -> list[Quote]:
    """Return the prices of a base by two banks' dollars, ``own`` in the currency and ``of_base`` in the base.

    Only days for which both have published are crossed: a price is never made of two dates.
    """
    by_day = {quote.on: quote for quote in of_base}
    return [
        _computed(quote.exact / by_day[quote.on].exact, (*by_day[quote.on].rows, *quote.rows), USD, bank=quote.bank)
        for quote in own
        if quote.on in by_day
    ]


def _cross(currency: Currency, base: Currency, via: Currency, day: DayRows) -> Quote | None:
    first, second = _one(base, via, day), _one(via, currency, day)
    if first is None or second is None:
        return None
    return _computed(first[0] * second[0], (first[1], second[1]), via)


def _one(of: Currency, in_: Currency, day: DayRows) -> tuple[Fraction, BookedRate] | None:
    """Return what one unit ``of`` costs ``in_`` by one row, and the row."""
    if (stated := day.get((in_, of))) is not None:
        return _price(stated), stated
    if (inverse := day.get((of, in_))) is not None and inverse.row.value > 0:
        return 1 / _price(inverse), inverse
    return None


def _pivots(day: DayRows) -> list[Currency]:
    """Return the currencies that a cross may go through: the dollar first, as markets do, then by their code."""
    seen = {currency for pair in day for currency in pair}
    return sorted(seen, key=lambda currency: (currency != USD, currency))


def _computed(
    exact: Fraction, rows: tuple[BookedRate, ...], via: Currency | None, *, bank: BankName | None = None
) -> Quote:
    return Quote(
        bank=bank or rows[-1].bank,
        on=rows[-1].effective_on,
        value=Decimal(exact.numerator) / Decimal(exact.denominator),
        exact=exact,
        rows=rows,
        via=via,
    )


def _price(entry: BookedRate) -> Fraction:
    return Fraction(entry.row.value) / entry.row.nominal
