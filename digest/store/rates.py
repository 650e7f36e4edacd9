"""The rate book: every rate that a bank ever published, append only, and editors' words for those in doubt."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select

from digest.collect.rates.rate import Acceptance, BankName, BankRow, BankSheet, BookedRate, Currency
from digest.store.tables import rate_acceptances, rate_days, rates
from digest.store.transactions import chunks, insert_into, reading, writing


class SqlRates:
    """``RateBook`` on SQL. A bank's correction is a new row; nothing is overwritten."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def enter(self, sheets: Sequence[BankSheet], *, at: datetime, restores: bool = True) -> int:
        """Add the rows of several sheets, all or none; return how many.

        Unless it ``restores``, a row that the book has had before is not new, even if it was corrected since.
        """
        entered = 0
        with writing(self._engine) as connection:
            for sheet in sheets:
                _wait_for_others(connection, sheet.bank)
                entered += _enter(connection, sheet, at, restores=restores)
        return entered

    def rates(self, bank: BankName, *, until: date, days: int) -> Sequence[BookedRate]:
        """Return the rates of the ``days`` days that end with ``until``, the oldest day first.

        Of several for the same bank, day and pair only the one that was retrieved last.
        """
        with reading(self._engine) as connection:
            return _latest(
                _rows(connection, bank, rates.c.effective_on.between(until - timedelta(days=days - 1), until))
            )

    def prices(self, bank: BankName, currencies: Collection[Currency], *, until: date) -> Sequence[BookedRate]:
        """Return the rates between any two of ``currencies``, of every day up to ``until``, the oldest day first.

        Of several for the same day and pair only the one that was retrieved last.
        """
        with reading(self._engine) as connection:
            return _latest(_rows(connection, bank, rates.c.effective_on <= until, *_between(currencies)))

    def versions(
        self, bank: BankName, currencies: Collection[Currency], *, first: date, until: date
    ) -> Sequence[BookedRate]:
        """Return every row between any two of ``currencies``, also what was corrected since, as it was retrieved."""
        with reading(self._engine) as connection:
            return _rows(connection, bank, rates.c.effective_on.between(first, until), *_between(currencies))

    def quoted(self, bank: BankName, *, first: date, until: date) -> Mapping[date, frozenset[Currency]]:
        """Return for each day with a sheet the currencies that stand in it, on either side of a price."""
        query = (
            select(rates.c.effective_on, rates.c.local, rates.c.currency)
            .where(rates.c.bank == bank, rates.c.effective_on.between(first, until))
            .distinct()
        )
        found: dict[date, set[Currency]] = {}
        with reading(self._engine) as connection:
            for day, local, currency in connection.execute(query):
                found.setdefault(day, set()).update((Currency(local), Currency(currency)))
        return {day: frozenset(currencies) for day, currencies in found.items()}

    def accept(self, acceptances: Sequence[Acceptance]) -> None:
        """Keep a person's word for these rows, all or none. A row that was accepted before stays as it was accepted."""
        with writing(self._engine) as connection:
            for one in acceptances:
                columns = asdict(one)
                columns |= {"accepted_by": columns.pop("by"), "accepted_at": columns.pop("at")}
                connection.execute(insert_into(connection, rate_acceptances).values(columns).on_conflict_do_nothing())

    def acceptances(self, bank: BankName) -> Sequence[Acceptance]:
        """Return everybody's word for rows of a bank, in the order in which it was given."""
        query = select(rate_acceptances).where(rate_acceptances.c.bank == bank).order_by(rate_acceptances.c.id)
        with reading(self._engine) as connection:
            return [
                Acceptance(
                    bank=BankName(row.bank),
                    effective_on=row.effective_on,
                    local=Currency(row.local),
                    currency=Currency(row.currency),
                    nominal=row.nominal,
                    value=row.value,
                    by=row.accepted_by,
                    note=row.note,
                    at=row.accepted_at,
                )
                for row in connection.execute(query)
            ]

    def note_no_sheet(self, bank: BankName, day: date, *, at: datetime) -> None:
        """Remember that the bank was asked for ``day`` and had no sheet of it."""
        with writing(self._engine) as connection:
            row = insert_into(connection, rate_days).values(bank=bank, day=day, asked_at=at)
            connection.execute(row.on_conflict_do_nothing())

    def days_without_sheet(self, bank: BankName, *, first: date, until: date) -> frozenset[date]:
        """Return for which of these days the bank had no sheet when it was asked."""
        query = select(rate_days.c.day).where(rate_days.c.bank == bank, rate_days.c.day.between(first, until))
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(query))


def _wait_for_others(connection: Connection, bank: BankName) -> None:
    """Enter sheets of one bank one after the other, or two runs could both find a row missing and add it twice.

    On SQLite every writing transaction does so.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"digest rates {bank}"))))


def _enter(connection: Connection, sheet: BankSheet, at: datetime, *, restores: bool) -> int:
    had = _rows(connection, sheet.bank, rates.c.effective_on == sheet.effective_on)
    known = {_digits(entry.row) for entry in (_latest(had) if restores else had)}
    new = [row for row in sheet.rows if _digits(row) not in known]
    for some in chunks(new):
        connection.execute(insert(rates), [_as_columns(sheet, row, at) for row in some])
    return len(new)


def _rows(connection: Connection, bank: BankName, *conditions: ColumnElement[bool]) -> list[BookedRate]:
    rows = connection.execute(
        select(rates)
        .where(rates.c.bank == bank, *conditions)
        .order_by(rates.c.effective_on, rates.c.retrieved_at, rates.c.id)
    )
    return [_booked(row) for row in rows]


def _between(currencies: Collection[Currency]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    names = sorted(currencies)
    return rates.c.local.in_(names), rates.c.currency.in_(names)


def _latest(rows: Sequence[BookedRate]) -> list[BookedRate]:
    return list({(entry.effective_on, entry.row.local, entry.row.currency): entry for entry in rows}.values())


def _digits(row: BankRow) -> tuple[BankRow, str, str]:
    # Decimals compare by value, 1.10 == 1.1; the digits are what a reader is shown.
    return row, str(row.value), str(row.change)


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
