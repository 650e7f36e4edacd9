"""CBT, the Central Bank of Turkmenistan: manat per ``multiplier`` foreign units, UTF-8 XML, one file per day.

One dollar has cost 3.5 manat since 2015: a peg, not a market price. There is no file on Sundays (404); tomorrow's
appears about 15:30. Dates were ISO from 2020 to 2023 and are ``DD.MM.YYYY`` since.
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


class Cbt:
    """Reads ``DDMMYYYY.xml``. See :class:`digest.collect.rate.Bank`."""

    name: BankName = BankName.CBT
    title: str = "Central Bank of Turkmenistan"
    local: Currency = Currency("TMT")
    endpoint: str = "https://cbt.tm/kurs"
    has_history: bool = True

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=f"{endpoint.rstrip('/')}/{day:%Y}/{day:%d%m%Y}.xml", accept=ACCEPT_XML)

    def read(self, response: Response) -> BankSheet:
        """Read ``<cbt_currency_rate><date/><rate code="…"/>…``.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ref = response.ref
        root = parse_xml(response, "cbt_currency_rate")
        effective_on = read_day(ref, text_of(ref, root, "date"), iso=True)
        return make_sheet(ref, self.name, effective_on, self._rows(ref, root))

    def _rows(self, ref: str, root: etree._Element) -> Iterator[BankRow]:
        for element in root.iterchildren("rate"):
            code = read_currency(ref, attribute_of(ref, element, "code"))
            yield BankRow(
                local=self.local,
                currency=code,
                nominal=read_nominal(ref, code, text_of(ref, element, "multiplier")),
                value=read_price(ref, code, text_of(ref, element, "rate_tmt")),
            )
