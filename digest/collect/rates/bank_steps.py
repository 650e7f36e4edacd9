"""Reading a bank: ask for the newest day, fill the gaps before it, enter all in the rate book. Saved files likewise."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http import HTTPStatus
from typing import Final

from digest.clock import Clock
from digest.collect.banks import BANKS, TIME_ZONE
from digest.collect.fetching.files import is_web_address
from digest.collect.rates.bank_days import GAP_DAYS, answers, missed_days, unfit_changes
from digest.collect.rates.bank_report import BankReport, BankState, FileReport
from digest.collect.rates.rate import Bank, BankName, BankSheet
from digest.collect.rates.rate_book import RateBook
from digest.collect.rates.snapshot import DAYS_AHEAD, DAYS_FRESH
from digest.collect.web import Request, Web
from digest.errors import BadAnswer, CollectError, ParseError

#: How many days one command may ask for.
MOST_DAYS: Final = 366

_NO_SHEET: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_DAY: Final = timedelta(days=1)
_DAYS_BEFORE: Final = 3  # a Friday before a Monday


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What one reading of a bank has brought so far. ``today`` is the bank's own.

    ``without_sheet`` are days for which the bank had none, and said so or answered with an earlier one.
    """

    bank: Bank
    web: Web
    book: RateBook
    today: date
    sheets: dict[date, BankSheet] = field(default_factory=dict)
    without_sheet: set[date] = field(default_factory=set)
    entered: int = 0
    warnings: list[str] = field(default_factory=list)

    async def read_one(self, request: Request, *, asked: date | None) -> None:
        """Read one answer into the book: mostly one sheet; an aggregator's rates have days of their own.

        :raises CollectError: it could not be read, or its newest day is not the one ``asked`` for.
        """
        response = await self.web.fetch(request)
        sheets = self.bank.read_days(response)
        newest = sheets[-1]
        if asked is not None and not answers(asked, newest.effective_on, self.bank.rest_days):
            if newest.effective_on < asked:
                self.without_sheet.add(asked)
            raise _wrong_day(request, asked, newest)
        self._refuse_far_ahead(request, newest)
        self.entered += self.book.enter(sheets, at=response.fetched_at)
        for sheet in sheets:
            self._note(sheet)

    async def read_many(self, request: Request, *, first: date | None = None, last: date | None = None) -> None:
        """Read every sheet of an answer, or those from ``first`` to ``last``, into the book: all of them or none.

        :raises CollectError: it could not be read.
        """
        response = await self.web.fetch(request)
        sheets = [
            sheet
            for sheet in self.bank.read_days(response)
            if (first or sheet.effective_on) <= sheet.effective_on <= (last or sheet.effective_on)
        ]
        for sheet in sheets:
            self._refuse_far_ahead(request, sheet)
        restores = is_web_address(request.ref)
        self.entered += self.book.enter(sheets, at=response.fetched_at, restores=restores)
        for sheet in sheets:
            self._note(sheet)

    def _refuse_far_ahead(self, request: Request, sheet: BankSheet) -> None:
        """Refuse what a bank cannot have published yet; what somebody saved in a file waits in the book for its day."""
        if (sheet.effective_on - self.today).days <= DAYS_AHEAD:
            return
        if is_web_address(request.ref):
            raise _wrong_day(request, self.today, sheet)
        self.warnings.append(
            f"{request.ref} is of {sheet.effective_on.isoformat()}: it is printed when that day comes."
        )

    def _note(self, sheet: BankSheet) -> None:
        self.sheets[sheet.effective_on] = sheet
        self.warnings += sheet.warnings

    def check_changes(self) -> None:
        """Hold the bank's own changes against the day before; only now, because days come in any order."""
        for day in sorted(self.sheets):
            known = self.book.rates(self.bank.name, until=day - _DAY, days=_DAYS_BEFORE)
            newest = max((entry.effective_on for entry in known), default=None)
            if newest is not None and answers(day - _DAY, newest, self.bank.rest_days):
                unfit = unfit_changes(self.sheets[day], [entry for entry in known if entry.effective_on == newest])
                self.warnings += [unfit] if unfit else []

    def report(self, *failures: CollectError) -> BankReport:
        """Say what was brought.

        What failed is a warning where something else was read, or where today has no sheet and the book a recent one.
        """
        self.check_changes()
        read = BankState.NEW if self.entered else BankState.UNCHANGED
        is_a_quiet_day = len(failures) == 1 and self.today in self.without_sheet and self.is_fresh
        is_failure = bool(failures) and not self.sheets and not is_a_quiet_day
        error = failures[0] if is_failure else None
        return BankReport(
            bank=self.bank.name,
            state=read if error is None else BankState.FAILED,
            effective_on=tuple(sorted(self.sheets, reverse=True)),
            entered=self.entered,
            warnings=(*self.warnings, *map(str, failures[1:] if is_failure else failures)),
            error=None if error is None else str(error),
            error_name=None if error is None else error.name,
        )

    @property
    def is_fresh(self) -> bool:
        """Whether the book holds a sheet of the last days."""
        first = self.today - DAYS_FRESH * _DAY
        return bool(self.book.quoted(self.bank.name, first=first, until=self.today + DAYS_AHEAD * _DAY))


async def collect_bank(
    bank: BankName, places: tuple[str, ...], *, web: Web, book: RateBook, clock: Clock
) -> BankReport:
    """Read a bank's newest sheet into the rate book, and those that it lacks. A bank that fails is a value.

    No ``places``: the bank's own endpoint. One URL: a mirror of it. Otherwise local files.
    """
    reading = _reading(bank, web, book, clock)
    if places and not is_web_address(places[0]):
        return await _from_files(reading, places)
    try:
        endpoint = _endpoint(reading.bank, places)
    except CollectError as error:
        return reading.report(error)
    return await _from_endpoint(reading, endpoint, clock)


async def collect_days(
    bank: BankName, places: tuple[str, ...], first: date, last: date, *, web: Web, book: RateBook, clock: Clock
) -> BankReport:
    """Ask a bank for every day from ``first`` to ``last``, also for those that the book has: they may be corrected.

    Stops at the first day that cannot be had because the bank cannot be reached. What it brought is kept.
    """
    reading = _reading(bank, web, book, clock)
    try:
        endpoint = _endpoint(reading.bank, places)
        request = reading.bank.request_days(endpoint, first, last)
        if request is not None:
            await reading.read_many(request, first=first, last=last)
    except CollectError as error:
        return reading.report(error)
    if request is not None:
        return reading.report()
    if not reading.bank.has_history:
        advice = f"If you have saved its sheets: digest rates import {bank} FILE..."
        return reading.report(CollectError(f"{bank} cannot be asked for past days.", advice=advice))
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    failures = await _day_by_day(reading, endpoint, days)
    _remember(reading, clock)
    return reading.report(*failures)


async def import_files(
    bank: BankName, refs: Sequence[str], *, web: Web, book: RateBook, clock: Clock
) -> tuple[FileReport, ...]:
    """Read saved answers of a bank into the rate book: each file whole or not at all, and each by itself."""
    return tuple([await _import_one(_reading(bank, web, book, clock), ref) for ref in refs])


async def _import_one(reading: _Reading, ref: str) -> FileReport:
    try:
        await reading.read_many(Request(ref=ref))
    except CollectError as error:
        return FileReport(ref=ref, error=str(error), error_name=error.name)
    reading.check_changes()
    days = tuple(sorted(reading.sheets, reverse=True))
    return FileReport(ref=ref, effective_on=days, entered=reading.entered, warnings=tuple(reading.warnings))


def _reading(bank: BankName, web: Web, book: RateBook, clock: Clock) -> _Reading:
    today = clock.now().astimezone(TIME_ZONE[bank]).date()
    return _Reading(bank=BANKS[bank], web=web, book=book, today=today)


def _endpoint(bank: Bank, places: tuple[str, ...]) -> str:
    """Return where to ask: at the mirror that the places name, or at the bank's own address.

    :raises CollectError: there is neither.
    """
    endpoint = places[0] if places and is_web_address(places[0]) else bank.endpoint
    if not endpoint:
        raise CollectError(
            f"{bank.name} has no address of its own.", advice="Name one in the newsletter's file, under [rates.banks]."
        )
    return endpoint


async def _from_files(reading: _Reading, places: tuple[str, ...]) -> BankReport:
    """Read each place; the first that fails names the failure, the others are read all the same."""
    failures: list[CollectError] = []
    for place in places:
        try:
            await reading.read_many(Request(ref=place))
        except CollectError as error:
            failures.append(error)
    report = reading.report()
    if not failures:
        return report
    return replace(
        report,
        state=BankState.FAILED,
        warnings=(*report.warnings, *map(str, failures[1:])),
        error=str(failures[0]),
        error_name=failures[0].name,
    )


async def _from_endpoint(reading: _Reading, endpoint: str, clock: Clock) -> BankReport:
    """Ask for today's sheet and, where the bank has a past, for the last published days that the book lacks."""
    asked = reading.today if reading.bank.has_history else None
    failures: list[CollectError] = []
    try:
        await reading.read_one(reading.bank.request(endpoint, reading.today), asked=asked)
    except CollectError as error:
        failures.append(error)
        if _is_missing(error):
            reading.without_sheet.add(reading.today)
        if not _is_of_that_day_only(error):
            return reading.report(error)
    failures += await _fill_gaps(reading, endpoint)
    _remember(reading, clock)
    return reading.report(*failures)


async def _fill_gaps(reading: _Reading, endpoint: str) -> list[CollectError]:
    """Ask for missed days, a few in each run; a weekend or holiday only once."""
    first = reading.today - GAP_DAYS * _DAY
    name = reading.bank.name
    known = {
        *reading.book.quoted(name, first=first, until=reading.today),
        *reading.book.days_without_sheet(name, first=first, until=reading.today),
    }
    missed = missed_days(reading.today, known)
    request = reading.bank.request_days(endpoint, missed[-1], missed[0]) if missed else None
    if request is None:
        return await _day_by_day(reading, endpoint, missed) if reading.bank.has_history else []
    try:
        await reading.read_many(request, first=missed[-1], last=missed[0])
    except CollectError as error:
        return [error]
    reading.without_sheet |= set(missed) - reading.sheets.keys()
    return []


async def _day_by_day(reading: _Reading, endpoint: str, days: Sequence[date]) -> list[CollectError]:
    """Ask for one day after the other, until the bank cannot be reached; that it has no sheet of a day is no failure.

    A bad sheet is a failure, and asked for again in the next run: it may be mended.
    """
    failures: list[CollectError] = []
    for day in days:
        try:
            await reading.read_one(reading.bank.request(endpoint, day), asked=day)
        except CollectError as error:
            if _is_missing(error):
                reading.without_sheet.add(day)
            elif day not in reading.without_sheet:
                failures.append(error)
            if not _is_of_that_day_only(error):
                break
        else:
            if day not in reading.sheets:  # carried over a weekend: what came is an earlier day's
                reading.without_sheet.add(day)
    return failures


def _remember(reading: _Reading, clock: Clock) -> None:
    """Note the past days without a sheet, so that they are not asked for in every run. Today may still get one."""
    for day in reading.without_sheet:
        if day < reading.today:
            reading.book.note_no_sheet(reading.bank.name, day, at=clock.now())


def _wrong_day(request: Request, asked: date, sheet: BankSheet) -> ParseError:
    return ParseError(
        request.ref,
        f"asked for {asked.isoformat()}, the bank answered with {sheet.effective_on.isoformat()}",
        advice="The sheet is not used; the next run asks again.",
    )


def _is_missing(error: CollectError) -> bool:
    """Tell whether the bank answered that it has no sheet: many have none on Sundays."""
    return isinstance(error, BadAnswer) and error.status in _NO_SHEET


def _is_of_that_day_only(error: CollectError) -> bool:
    """Tell whether another day may still be had: this one has no sheet, or a bad one."""
    return isinstance(error, ParseError) or _is_missing(error)
