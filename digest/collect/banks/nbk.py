"""NBK, the National Bank of Kazakhstan: tenge per ``quant`` foreign units, UTF-8 XML, one file per day.

The date is the day on which the rates take effect; they are set on the exchange at 15:30 of the working day before.
``<change>`` is absolute, per ``quant``, against the previous file, and ``<index>`` says its direction (``UP``,
``DOWN``, or nothing). Trailing zeros are cut (``5.4``). There is no TMT.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from lxml import etree

from digest.collect.banks.reading import with_query
from digest.collect.banks.xml_sheet import ACCEPT_XML, XmlSheet, optional_text_of
from digest.collect.rates.rate import BankName, BankRow, Currency
from digest.collect.web import Request

_SIGN: Final = {"UP": 1, "DOWN": -1}


class Nbk(XmlSheet):
    """Reads ``get_rates.cfm``: ``<rates><date/><item/>…``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.NBK
    title = "National Bank of Kazakhstan"
    local = Currency("KZT")
    endpoint = "https://nationalbank.kz/rss/get_rates.cfm"

    root, day, row = "rates", "date", "item"
    code, nominal, price, change = "title", "quant", "description", "change"

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=with_query(endpoint, f"fdate={day:%d.%m.%Y}"), accept=ACCEPT_XML)

    def check(self, ref: str, element: etree._Element, row: BankRow) -> tuple[BankRow, str | None]:
        """Leave out a change that goes the other way than the bank's own arrow."""
        index = optional_text_of(ref, element, "index")
        if row.change is None or row.change * _SIGN.get(index, 0) >= 0:
            return row, None
        warning = f"{row.currency} is said to go {index} by {row.change}: this change is left out."
        return replace(row, change=None), warning
