"""NBKR, the National Bank of the Kyrgyz Republic: som per ``Nominal`` foreign units, XML with decimal commas.

The daily file holds USD, EUR, CNY, KZT and RUB; it declares windows-1251. Its date is the day on which the rates take
effect, usually tomorrow (a file of Saturday says Sunday). No day can be asked for; ETag and Last-Modified are given.
"""

from collections.abc import Iterator
from datetime import date

from lxml import etree

from digest.collect.banks.reading import (
    ACCEPT_XML,
    attribute_of,
    make_sheet,
    parse_xml,
    read_currency,
    read_day,
    read_nominal,
    read_price,
    text_of,
)
from digest.collect.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Request, Response


class Nbkr:
    """Reads ``daily.xml`` (``weekly.xml`` has the same form). See :class:`digest.collect.rate.Bank`."""

    name: BankName = BankName.NBKR
    title: str = "National Bank of the Kyrgyz Republic"
    local: Currency = Currency("KGS")
    endpoint: str = "https://www.nbkr.kg/XML/daily.xml"
    has_history: bool = False

    def request(self, endpoint: str, day: date) -> Request:  # noqa: ARG002 - the port's name; only the newest is published
        """Ask for the newest sheet; ``day`` cannot be asked for."""
        return Request(ref=endpoint, accept=ACCEPT_XML)

    def read(self, response: Response) -> BankSheet:
        """Read ``<CurrencyRates Date="…"><Currency ISOCode="…"/>…``.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ref = response.ref
        root = parse_xml(response, "CurrencyRates")
        effective_on = read_day(ref, attribute_of(ref, root, "Date"))
        return make_sheet(ref, self.name, effective_on, self._rows(ref, root))

    def _rows(self, ref: str, root: etree._Element) -> Iterator[BankRow]:
        for element in root.iterchildren("Currency"):
            code = read_currency(ref, attribute_of(ref, element, "ISOCode"))
            yield BankRow(
                local=self.local,
                currency=code,
                nominal=read_nominal(ref, code, text_of(ref, element, "Nominal")),
                value=read_price(ref, code, text_of(ref, element, "Value"), comma=True),
            )
