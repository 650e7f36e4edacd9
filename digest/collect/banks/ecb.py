"""ECB, the European Central Bank: foreign units per euro, UTF-8 XML; not one of the five currencies of Central Asia.

So a row is ``currency`` EUR, ``nominal`` 1, and ``local`` the other currency: what one euro costs in it. Published
about 16:00 in Frankfurt on the days on which TARGET is open. No single past day can be asked for; the last ninety days
come in one file. There has been no RUB since March 2022.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml import etree

from digest.collect.banks.bank_file import BankFile
from digest.collect.banks.reading import DayForm, make_sheet, read_currency, read_day, read_price
from digest.collect.banks.xml_sheet import ACCEPT_XML, attribute_of, parse_xml
from digest.collect.rates.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Request, Response
from digest.errors import ParseError

_EURO: Final = Currency("EUR")


class Ecb(BankFile):
    """Reads ``eurofxref``: ``<Cube time="…"><Cube currency="…" rate="…"/>…``.

    See :class:`digest.collect.rates.rate.Bank`.
    """

    name = BankName.ECB
    title = "European Central Bank"
    endpoint = "https://www.ecb.europa.eu/stats/eurofxref"
    has_history = False

    def request(self, endpoint: str, day: date) -> Request:  # noqa: ARG002 - the port's name; only the newest comes alone
        """Ask for the newest sheet; ``day`` cannot be asked for."""
        return Request(ref=f"{endpoint.rstrip('/')}/eurofxref-daily.xml", accept=ACCEPT_XML)

    def request_days(self, endpoint: str, first: date, last: date) -> Request:  # noqa: ARG002 - the port's names
        """Ask for the last ninety days, whichever of them are wanted."""
        return Request(ref=f"{endpoint.rstrip('/')}/eurofxref-hist-90d.xml", accept=ACCEPT_XML)

    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read every day of an ``Envelope``.

        :raises ParseError: the bytes are not this bank's sheet, or a day stands twice in it.
        """
        ref = response.ref
        root = parse_xml(response, "Envelope")
        days = [cube for cube in root.iter("{*}Cube") if cube.get("time") is not None]
        sheets: dict[date, BankSheet] = {}
        for cube in days:
            effective_on = read_day(ref, attribute_of(ref, cube, "time"), DayForm.ISO)
            if effective_on in sheets:
                raise ParseError(ref, f"{effective_on} stands in it twice")
            sheets[effective_on] = make_sheet(ref, self.name, effective_on, _rows(ref, cube))
        if not sheets:
            raise ParseError(ref, "there is no rate in it")
        return tuple(sheets[day] for day in sorted(sheets))


def _rows(ref: str, day: etree._Element) -> Iterator[BankRow]:
    for cube in day.iterchildren("{*}Cube"):
        code = read_currency(ref, attribute_of(ref, cube, "currency"))
        value = read_price(ref, code, attribute_of(ref, cube, "rate"))
        yield BankRow(local=code, currency=_EURO, nominal=1, value=value)
