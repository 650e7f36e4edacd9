"""What every bank's file needs for reading a sheet strictly: XML without dangers, exact decimals, dates, currencies.

All functions are pure. A doubt is a :class:`ParseError`, never a guess: these numbers are printed for thousands.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from digest.collect.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Response
from digest.errors import ParseError

ACCEPT_XML: Final = "application/xml, text/xml;q=0.9, */*;q=0.1"
ACCEPT_JSON: Final = "application/json, */*;q=0.1"

_CODE = re.compile(r"[A-Z]{3}")
_NOMINAL = re.compile(r"[0-9]{1,7}")
_POINT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_COMMA = re.compile(r"[0-9]{1,12}(,[0-9]{1,12})?")
_SIGNED = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?")
_DAY_FIRST = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


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


def parse_xml(response: Response, root_tag: str) -> etree._Element:
    """Return the root element of an answer, which must be called ``root_tag``.

    Entities are not resolved, nothing is loaded from anywhere, libxml2's limits for size and depth stay on. Comments
    and processing instructions are dropped. The declared encoding holds (NBKR declares windows-1251).

    :raises ParseError: empty, no XML, a web page, or another document.
    """
    body = trimmed(response)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(response.ref, _no_sheet(body)) from error
    if root.tag != root_tag:
        raise ParseError(response.ref, _no_sheet(body, f"its root is <{root.tag}>, not <{root_tag}>"))
    return root


def _no_sheet(body: bytes, otherwise: str = "it is no XML") -> str:
    if b"<html" in body[:2000].lower():
        return "a web page came instead of the rates"
    return otherwise


def text_of(ref: str, parent: etree._Element, tag: str) -> str:
    """Return the trimmed text of the only child ``tag`` of ``parent``.

    :raises ParseError: there is none or more than one, or it holds more than text.
    """
    children = parent.findall(tag)
    if len(children) != 1 or len(children[0]):
        raise ParseError(ref, f"<{parent.tag}> must have exactly one plain <{tag}>")
    return (children[0].text or "").strip()


def optional_text_of(ref: str, parent: etree._Element, tag: str) -> str:
    """Return the trimmed text of the only child ``tag``, or nothing where there is no such child.

    :raises ParseError: there is more than one, or it holds more than text.
    """
    return "" if parent.find(tag) is None else text_of(ref, parent, tag)


def attribute_of(ref: str, element: etree._Element, name: str) -> str:
    """Return the trimmed attribute ``name``.

    :raises ParseError: it is missing.
    """
    value = element.get(name)
    if value is None:
        raise ParseError(ref, f"<{element.tag}> has no {name}")
    return value.strip()


def read_currency(ref: str, printed: str) -> Currency:
    """Read an ISO 4217 code: three capital letters.

    :raises ParseError: it is something else.
    """
    if not _CODE.fullmatch(printed):
        raise ParseError(ref, f"{printed[:40]!r} is no currency code")
    return Currency(printed)


def read_nominal(ref: str, code: Currency, printed: str) -> int:
    """Read how many units a price is for: a whole number from 1.

    :raises ParseError: it is something else.
    """
    if not _NOMINAL.fullmatch(printed) or int(printed) == 0:
        raise ParseError(ref, f"{code} is quoted for {printed[:40]!r} units")
    return int(printed)


def read_price(ref: str, code: Currency, printed: str, *, comma: bool = False) -> Decimal:
    """Read a price above zero and keep its digits exactly as printed; with ``comma``, a decimal comma is the point.

    :raises ParseError: zero, negative, ``NaN``, ``1E3``, thousands separators, or no number at all.
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


def read_day(ref: str, printed: str, *, day_first: bool = True, iso: bool = False) -> date:
    """Read a date as ``DD.MM.YYYY`` (``day_first``) and/or ``YYYY-MM-DD`` (``iso``).

    :raises ParseError: it is no such date.
    """
    try:
        if day_first and (found := _DAY_FIRST.fullmatch(printed)):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if iso and (found := _ISO.fullmatch(printed)):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise ParseError(ref, f"{printed!r} is no day of the calendar") from error
    raise ParseError(ref, f"{printed[:40]!r} is no date")


def make_sheet(ref: str, bank: BankName, effective_on: date, rows: Iterable[BankRow]) -> BankSheet:
    """Return the sheet if it has rows and no currency twice.

    :raises ParseError: no rows, or two prices for one currency.
    """
    kept: dict[Currency, BankRow] = {}
    for row in rows:
        if row.currency in kept:
            raise ParseError(ref, f"{row.currency} is quoted twice")
        kept[row.currency] = row
    if not kept:
        raise ParseError(ref, "there is no rate in it")
    return BankSheet(bank=bank, effective_on=effective_on, rows=tuple(kept.values()))


def with_query(endpoint: str, query: str) -> str:
    """Return ``endpoint`` with ``query`` appended, whether or not it has a query already (a mirror may)."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"
