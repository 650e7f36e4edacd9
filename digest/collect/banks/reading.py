"""What every bank's file needs for reading a sheet strictly: exact decimals, dates, currencies.

All functions are pure. A doubt is a :class:`ParseError`, never a guess: these numbers are printed for thousands.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Flag, auto
from typing import Final

from digest.collect.rates.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Response
from digest.errors import ParseError

#: ISO 4217 knows about 180 currencies; the longest sheet of a bank has 75 rows, an aggregator's about 170.
MOST_ROWS: Final = 400

_CODE: Final = re.compile(r"[A-Z]{3}")
_NOMINAL: Final = re.compile(r"[1-9][0-9]{0,6}")
_POINT: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12})?")
_COMMA: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:,[0-9]{1,12})?")
_SIGNED: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12})?")
_DAY_FIRST: Final = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEARS: Final = range(1990, 2100)
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_HEAD: Final = 2000


class DayForm(Flag):
    """How a bank writes a day."""

    DAY_FIRST = auto()  # 01.04.2026
    ISO = auto()  # 2026-04-01


def trimmed(response: Response) -> bytes:
    """Return the body without a UTF-8 byte order mark and the blank lines that some servers put first.

    :raises ParseError: nothing is left.
    """
    body = response.body
    if not body.startswith(_UTF16_MARKS):
        body = body.removeprefix(_UTF8_MARK).lstrip()
    if not body:
        raise ParseError(response.ref, "the answer is empty")
    return body


def no_sheet(body: bytes, otherwise: str) -> str:
    """Say why an answer is no sheet: a web page is called one, whatever else is wrong with it."""
    head = body[:_HEAD].lower()
    return "a web page came instead of the rates" if b"<html" in head or b"<!doctype html" in head else otherwise


def read_currency(ref: str, printed: str) -> Currency:
    """Read an ISO 4217 code: three capital letters.

    :raises ParseError: it is something else.
    """
    if not _CODE.fullmatch(printed):
        raise ParseError(ref, f"{printed[:40]!r} is no currency code")
    return Currency(printed)


def read_nominal(ref: str, code: Currency, printed: str) -> int:
    """Read how many units a price is for: a whole number from 1 to 9,999,999.

    :raises ParseError: it is something else.
    """
    if not _NOMINAL.fullmatch(printed):
        raise ParseError(ref, f"{code} is quoted for {printed[:40]!r} units")
    return int(printed)


def read_price(ref: str, code: Currency, printed: str, *, comma: bool = False) -> Decimal:
    """Read a price above zero and keep its digits exactly as printed; with ``comma``, a decimal comma is the point.

    :raises ParseError: zero, negative, ``NaN``, ``1E3``, ``007``, thousands separators, or no number at all.
    """
    if not (_COMMA if comma else _POINT).fullmatch(printed):
        raise ParseError(ref, f"{code} has the price {printed[:40]!r}")
    value = Decimal(printed.replace(",", "."))
    if value == 0:
        raise ParseError(ref, f"{code} has a price of zero")
    return value


def read_change(ref: str, code: Currency, printed: str) -> Decimal | None:
    """Read the bank's own change (absolute, per nominal), ``None`` where it printed nothing. ``-0.00`` is zero.

    :raises ParseError: it is no number.
    """
    if not printed:
        return None
    if not _SIGNED.fullmatch(printed):
        raise ParseError(ref, f"{code} has the change {printed[:40]!r}")
    value = Decimal(printed)
    return value.copy_abs() if value == 0 else value


def read_day(ref: str, printed: str, form: DayForm) -> date:
    """Read a date that is written in (one of) ``form``.

    :raises ParseError: it is no such date, or of no century in which this program reads banks.
    """
    try:
        if DayForm.DAY_FIRST in form and (found := _DAY_FIRST.fullmatch(printed)):
            day = date(int(found[3]), int(found[2]), int(found[1]))
        elif DayForm.ISO in form and (found := _ISO.fullmatch(printed)):
            day = date(int(found[1]), int(found[2]), int(found[3]))
        else:
            raise ParseError(ref, f"{printed[:40]!r} is no date in this bank's form")
    except ValueError as error:
        raise ParseError(ref, f"{printed!r} is no day of the calendar") from error
    if day.year not in _YEARS:
        raise ParseError(ref, f"{printed!r} is no day of our time")
    return day


def make_sheet(
    ref: str, bank: BankName, effective_on: date, rows: Iterable[BankRow], *, warnings: Iterable[str] = ()
) -> BankSheet:
    """Return the sheet if it has rows, not too many, no pair twice, and nothing that is priced in itself.

    :raises ParseError: otherwise; a bank does not price its own money, so such a row is another bank's.
    """
    kept: dict[tuple[Currency, Currency], BankRow] = {}
    for row in rows:
        if (row.local, row.currency) in kept:
            raise ParseError(ref, f"{row.currency} is quoted twice")
        if row.local == row.currency:
            raise ParseError(ref, f"{row.currency} is priced in itself: this is the sheet of somebody else")
        if len(kept) == MOST_ROWS:
            raise ParseError(ref, f"it has more than {MOST_ROWS} rates: there are not so many currencies")
        kept[row.local, row.currency] = row
    if not kept:
        raise ParseError(ref, "there is no rate in it")
    return BankSheet(bank=bank, effective_on=effective_on, rows=tuple(kept.values()), warnings=tuple(warnings))


def with_query(endpoint: str, query: str) -> str:
    """Return ``endpoint`` with ``query`` appended, whether or not it has a query already (a mirror may)."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"
