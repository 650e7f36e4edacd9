"""What collecting and composing need of the rate book."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from digest.collect.rates.rate import Acceptance, BankName, BankSheet, BookedRate, Currency


class RateBook(Protocol):
    """Every rate ever published. A bank's correction is a new row; nothing is overwritten."""

    def enter(self, sheets: Sequence[BankSheet], *, at: datetime, restores: bool = True) -> int:
        """Add the rows of these sheets that differ, digit for digit, from what is known of that bank and day.

        All of them or none; how many they were is returned.

        Unless it ``restores``, a row that the book has had before is not new, even if it was corrected since: a saved
        file that is read again does not take a correction back.
        """
        ...

    def rates(self, bank: BankName, *, until: date, days: int) -> Sequence[BookedRate]:
        """Return the rates effective within ``days`` up to and including ``until``.

        Of several for the same bank, day and currency the last retrieved only, oldest day first.
        """
        ...

    def prices(self, bank: BankName, currencies: Collection[Currency], *, until: date) -> Sequence[BookedRate]:
        """Return the rates between any two of ``currencies``, of every day up to ``until``, the oldest day first.

        Of several for the same day and pair the last retrieved only.
        """
        ...

    def versions(
        self, bank: BankName, currencies: Collection[Currency], *, first: date, until: date
    ) -> Sequence[BookedRate]:
        """Return every row between any two of ``currencies``, also what was corrected since, as it was retrieved."""
        ...

    def quoted(self, bank: BankName, *, first: date, until: date) -> Mapping[date, frozenset[Currency]]:
        """Return for each day with a sheet the currencies that stand in it, on either side of a price."""
        ...

    def accept(self, acceptances: Sequence[Acceptance]) -> None:
        """Keep a person's word for these rows, all or none. A row that was accepted before stays as it was accepted."""
        ...

    def acceptances(self, bank: BankName) -> Sequence[Acceptance]:
        """Return everybody's word for rows of a bank, in the order in which it was given."""
        ...

    def note_no_sheet(self, bank: BankName, day: date, *, at: datetime) -> None:
        """Remember that the bank was asked for ``day`` and had no sheet of it."""
        ...

    def days_without_sheet(self, bank: BankName, *, first: date, until: date) -> frozenset[date]:
        """Return for which of these days the bank had no sheet when it was asked."""
        ...
