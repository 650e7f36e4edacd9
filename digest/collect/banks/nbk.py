"""NBK, the National Bank of Kazakhstan: tenge per ``quant`` foreign units, UTF-8 XML, one file per day.

The date is the day on which the rates take effect; they are set on the exchange at 15:30 of the working day before.
``<change>`` is absolute, per ``quant``, against the previous file. Trailing zeros are cut (``5.4``). There is no TMT.
"""

from collections.abc import Iterator
from datetime import date

from lxml import etree

from digest.collect.banks.reading import (
    ACCEPT_XML,
    make_sheet,
    optional_text_of,
    parse_xml,
    read_change,
    read_currency,
    read_day,
    read_nominal,
    read_price,
    text_of,
    with_query,
)
from digest.collect.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Request, Response


class Nbk:
    """Reads ``get_rates.cfm``. See :class:`digest.collect.rate.Bank`."""

    name: BankName = BankName.NBK
    title: str = "National Bank of Kazakhstan"
    local: Currency = Currency("KZT")
    endpoint: str = "https://nationalbank.kz/rss/get_rates.cfm"
    has_history: bool = True

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=with_query(endpoint, f"fdate={day:%d.%m.%Y}"), accept=ACCEPT_XML)

    def read(self, response: Response) -> BankSheet:
        """Read ``<rates><date/><item/>…``.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ref = response.ref
        root = parse_xml(response, "rates")
        effective_on = read_day(ref, text_of(ref, root, "date"))
        return make_sheet(ref, self.name, effective_on, self._rows(ref, root))

    def _rows(self, ref: str, root: etree._Element) -> Iterator[BankRow]:
        for item in root.iterchildren("item"):
            code = read_currency(ref, text_of(ref, item, "title"))
            yield BankRow(
                local=self.local,
                currency=code,
                nominal=read_nominal(ref, code, text_of(ref, item, "quant")),
                value=read_price(ref, code, text_of(ref, item, "description")),
                change=read_change(ref, code, optional_text_of(ref, item, "change")),
            )
