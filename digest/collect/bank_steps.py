"""Reading a bank: ask for the newest day, look back for an earlier one to compare with, enter both in the rate book."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from digest.clock import Clock
from digest.collect.banks import BANKS, HOME_BANK, TIME_ZONE
from digest.collect.files import is_web_address
from digest.collect.ports import RateBook
from digest.collect.rate import Bank, BankName, BankSheet, BookedRate, Currency, RateSnapshot
from digest.collect.snapshot import DAYS_AHEAD, take_snapshot
from digest.collect.web import Request, Web
from digest.errors import BadAnswer, CollectError, ParseError

#: How many earlier days are asked for at most.
LOOKS_BACK: Final = 5
#: How far back the rate book is read: ten printable days, and some to compare with.
BOOK_DAYS: Final = 14
#: How far around it is looked for a currency that has nothing there, so that what is missing can be told from why.
REASON_DAYS: Final = 366

_SATURDAY: Final = 5
_NO_SHEET: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class BankState(StrEnum):
    """What reading a bank brought."""

    NEW = "new"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReport:
    """What reading one bank brought. ``effective_on`` is the days of the sheets that were read, newest first.

    ``entered`` counts rows that the rate book did not have. ``error`` and ``error_name`` say why it failed; what was
    read before that is kept.
    """

    bank: BankName
    state: BankState
    effective_on: tuple[date, ...] = ()
    entered: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    error_name: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the bank could not be read."""
        return self.state is BankState.FAILED

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values."""
        return {
            "bank": self.bank.value,
            "state": self.state.value,
            "effective_on": [day.isoformat() for day in self.effective_on],
            "entered": self.entered,
            "warnings": list(self.warnings),
            "error": self.error,
            "error_name": self.error_name,
        }


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What one reading of a bank has brought so far."""

    bank: Bank
    web: Web
    book: RateBook
    days: set[date] = field(default_factory=set)
    entered: int = 0
    warnings: list[str] = field(default_factory=list)

    async def read(self, request: Request, *, asked: date | None = None) -> BankSheet:
        """Read one sheet into the book.

        :raises CollectError: it could not be read, or is not of the day ``asked`` for.
        """
        response = await self.web.fetch(request)
        sheet = self.bank.read(response)
        if asked is not None and not _answers(asked, sheet.effective_on):
            raise ParseError(
                request.ref,
                f"asked for {asked.isoformat()}, the bank answered with {sheet.effective_on.isoformat()}",
                advice="The sheet is not used; the next run asks again.",
            )
        self.entered += self.book.enter(sheet, at=response.fetched_at)
        self.days.add(sheet.effective_on)
        self.warnings += sheet.warnings
        return sheet

    def report(self, error: CollectError | None = None, *others: CollectError) -> BankReport:
        """Say what was brought; with ``error``, that it failed, and how else."""
        read = BankState.NEW if self.entered else BankState.UNCHANGED
        return BankReport(
            bank=self.bank.name,
            state=read if error is None else BankState.FAILED,
            effective_on=tuple(sorted(self.days, reverse=True)),
            entered=self.entered,
            warnings=(*self.warnings, *map(str, others)),
            error=None if error is None else str(error),
            error_name=None if error is None else error.name,
        )


async def collect_bank(
    bank: BankName, places: tuple[str, ...], *, web: Web, book: RateBook, clock: Clock
) -> BankReport:
    """Read a bank into the rate book. A bank that fails is a value in the report.

    No ``places``: the bank's own endpoint. One URL: a mirror of it. Otherwise local files, each one sheet.
    """
    reading = _Reading(bank=BANKS[bank], web=web, book=book)
    today = clock.now().astimezone(TIME_ZONE[bank]).date()
    if not places:
        return await _from_endpoint(reading, reading.bank.endpoint, today)
    if len(places) == 1 and is_web_address(places[0]):
        return await _from_endpoint(reading, places[0], today)
    return await _from_files(reading, places)


def snapshot_for(currencies: Sequence[Currency], base: Currency, *, book: RateBook, on: date) -> RateSnapshot:
    """Return the rates that an issue of the day ``on`` prints, from the rate book."""
    booked = {currency: _booked(currency, base, book=book, on=on) for currency in currencies if currency in HOME_BANK}
    return take_snapshot(currencies, base, booked, on=on)


def _booked(currency: Currency, base: Currency, *, book: RateBook, on: date) -> Sequence[BookedRate]:
    """Return the rows that may price a currency; where none is near, those by which to tell why there is no price."""
    bank = HOME_BANK[currency]
    near = book.rates(bank, until=on + timedelta(days=DAYS_AHEAD), days=BOOK_DAYS + DAYS_AHEAD)
    if any(entry.row.local == currency and entry.row.currency == base for entry in near):
        return near
    return book.rates(bank, until=on + timedelta(days=REASON_DAYS), days=2 * REASON_DAYS)


async def _from_files(reading: _Reading, places: tuple[str, ...]) -> BankReport:
    """Read each place as one sheet; the first that fails names the failure, the others are read all the same."""
    failures: list[CollectError] = []
    for place in places:
        try:
            await reading.read(Request(ref=place))
        except CollectError as error:
            failures.append(error)
    return reading.report(*failures)


async def _from_endpoint(reading: _Reading, endpoint: str, today: date) -> BankReport:
    """Ask for today's sheet and, where the bank has a past, for earlier ones until there is a day to compare with."""
    looks = LOOKS_BACK if reading.bank.has_history else 0
    day = today
    failures: list[CollectError] = []
    for _ in range(looks + 1):
        asked = day if reading.bank.has_history else None
        try:
            sheet = await reading.read(reading.bank.request(endpoint, day), asked=asked)
        except CollectError as error:
            failures.append(error)
            if not _is_of_that_day_only(error):
                break
            day -= timedelta(days=1)
        else:
            if _can_compare(reading):
                break
            day = sheet.effective_on - timedelta(days=1)
    if reading.days:
        reading.warnings += map(str, failures)
        return reading.report()
    return reading.report(*failures)


def _is_of_that_day_only(error: CollectError) -> bool:
    """Tell whether another day may still be had: this one has no sheet (a Sunday answers 404), or a bad one."""
    return isinstance(error, ParseError) or (isinstance(error, BadAnswer) and error.status in _NO_SHEET)


def _can_compare(reading: _Reading) -> bool:
    """Tell whether the book holds a published day before the newest one that was read."""
    before = max(reading.days) - timedelta(days=1)
    return bool(reading.book.rates(reading.bank.name, until=before, days=BOOK_DAYS))


def _answers(asked: date, given: date) -> bool:
    """Tell whether a sheet of the day ``given`` answers for ``asked``: the same day, or carried over a weekend."""
    skipped = (asked - given).days
    if skipped < 0:
        return False
    return all((asked - timedelta(days=back)).weekday() >= _SATURDAY for back in range(skipped))
