"""NBT, the National Bank of Tajikistan: somoni per ``Nominal`` foreign units, UTF-8 XML, one file per day.

A date outside what the bank has silently gives *today's* sheet: whoever asks must compare ``effective_on`` with the day
asked for. The currency is ``CharCode``: the numeric ``ID`` of RUB is the old one. The bank asks to be named as
www.nbt.tj.
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
    with_query,
)
from digest.collect.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Request, Response


class Nbt:
    """Reads ``export_xml.php``. See :class:`digest.collect.rate.Bank`."""

    name: BankName = BankName.NBT
    title: str = "National Bank of Tajikistan"
    local: Currency = Currency("TJS")
    endpoint: str = "https://www.nbt.tj/en/kurs/export_xml.php"
    has_history: bool = True

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=with_query(endpoint, f"date={day.isoformat()}&export=xmlout"), accept=ACCEPT_XML)

    def read(self, response: Response) -> BankSheet:
        """Read ``<ValCurs Date="…"><Valute/>…``.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ref = response.ref
        root = parse_xml(response, "ValCurs")
        effective_on = read_day(ref, attribute_of(ref, root, "Date"), day_first=False, iso=True)
        return make_sheet(ref, self.name, effective_on, self._rows(ref, root))

    def _rows(self, ref: str, root: etree._Element) -> Iterator[BankRow]:
        for element in root.iterchildren("Valute"):
            code = read_currency(ref, text_of(ref, element, "CharCode"))
            yield BankRow(
                local=self.local,
                currency=code,
                nominal=read_nominal(ref, code, text_of(ref, element, "Nominal")),
                value=read_price(ref, code, text_of(ref, element, "Value")),
            )
