"""The rate book: every rate that a bank ever published; append only."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from digest.collect.rate import BankName, BankRow, BankSheet, BookedRate, Currency
from digest.store.tables import rates
from digest.store.transactions import reading, writing


class SqlRates:
    """``RateBook`` on SQL. A bank's correction is a new row; nothing is overwritten."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def enter(self, sheet: BankSheet, *, at: datetime) -> int:
        """Add the rows that differ, digit for digit, from what is known for that bank and day; return how many."""
        with writing(self._engine) as connection:
            known = {
                (booked.row.local, booked.row.currency): booked.row
                for booked in _latest(connection, sheet.bank, sheet.effective_on, sheet.effective_on)
            }
            new = [row for row in sheet.rows if not _same(known.get((row.local, row.currency)), row)]
            if new:
                connection.execute(insert(rates), [_as_columns(sheet, row, at) for row in new])
        return len(new)

    def rates(self, bank: BankName, *, until: date, days: int) -> Sequence[BookedRate]:
        """Return the rates of the ``days`` days that end with ``until``, the oldest day first.

        Of several for the same bank, day and pair only the one that was retrieved last.
        """
        with reading(self._engine) as connection:
            return _latest(connection, bank, until - timedelta(days=days - 1), until)


def _latest(connection: Connection, bank: BankName, first: date, last: date) -> list[BookedRate]:
    rows = connection.execute(
        select(rates)
        .where(rates.c.bank == bank, rates.c.effective_on.between(first, last))
        .order_by(rates.c.effective_on, rates.c.retrieved_at, rates.c.id)
    )
    latest = {(row.effective_on, row.local, row.currency): row for row in rows}
    return [_booked(row) for row in latest.values()]


def _same(known: BankRow | None, row: BankRow) -> bool:
    # Decimals compare by value, 1.10 == 1.1; the digits are what a reader is shown.
    return known is not None and (known, str(known.value), str(known.change)) == (row, str(row.value), str(row.change))


def _as_columns(sheet: BankSheet, row: BankRow, at: datetime) -> dict[str, Any]:
    return {
        "bank": sheet.bank,
        "effective_on": sheet.effective_on,
        "currency": row.currency,
        "local": row.local,
        "nominal": row.nominal,
        "value": row.value,
        "change": row.change,
        "retrieved_at": at,
    }


def _booked(row: Row[Any]) -> BookedRate:
    return BookedRate(
        bank=BankName(row.bank),
        effective_on=row.effective_on,
        row=BankRow(
            local=Currency(row.local),
            currency=Currency(row.currency),
            nominal=row.nominal,
            value=row.value,
            change=row.change,
        ),
        retrieved_at=row.retrieved_at,
    )
