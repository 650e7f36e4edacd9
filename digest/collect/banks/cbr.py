"""The Bank of Russia: roubles per ``Nominal`` foreign units, windows-1251 XML with decimal commas, one file per day.

``<VunitRate>`` is the price of one unit, digits of its own (``5,39256E-05``): it must say the same as the price and the
nominal, or one of them is wrong. Effective dates run Tuesday to Saturday; a Sunday or Monday is answered with
Saturday's sheet, which is Friday's fixing, and the first week of January with the last one of December. A series of
days (``XML_dynamic.asp``) has one currency only, so days are asked for one by one.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from digest.collect.banks.bank_file import MONDAY, SUNDAY
from digest.collect.banks.reading import with_query
from digest.collect.banks.xml_sheet import ACCEPT_XML, XmlSheet, optional_text_of
from digest.collect.rates.rate import BankName, BankRow, Currency
from digest.collect.web import Request
from digest.errors import ParseError

_PER_UNIT: Final = re.compile(r"[0-9]{1,12}(?:,[0-9]{1,20})?(?:E-[0-9]{1,2})?")
_NEAR: Final = Decimal("0.000001")  # of the price: seven digits are printed


class Cbr(XmlSheet):
    """Reads ``XML_daily.asp``: ``<ValCurs Date="…"><Valute/>…``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.CBR
    title = "Bank of Russia"
    local = Currency("RUB")
    endpoint = "https://www.cbr.ru/scripts/XML_daily.asp"
    rest_days = frozenset((SUNDAY, MONDAY))

    root, day, row = "ValCurs", "@Date", "Valute"
    code, nominal, price = "CharCode", "Nominal", "Value"
    has_decimal_comma = True

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=with_query(endpoint, f"date_req={day:%d/%m/%Y}"), accept=ACCEPT_XML)

    def check(self, ref: str, element: etree._Element, row: BankRow) -> tuple[BankRow, str | None]:
        """Hold the price and its nominal against the price of one unit, where that is given.

        :raises ParseError: they contradict each other.
        """
        printed = optional_text_of(ref, element, "VunitRate")
        if not printed:
            return row, None
        if not _PER_UNIT.fullmatch(printed):
            raise ParseError(ref, f"{row.currency} has the price {printed[:40]!r} for one unit")
        together = Decimal(printed.replace(",", ".")) * row.nominal
        if abs(together - row.value) > row.value * _NEAR:
            why = f"{row.currency} costs {row.value} for {row.nominal}, but {printed} for one"
            raise ParseError(ref, why)
        return row, None
