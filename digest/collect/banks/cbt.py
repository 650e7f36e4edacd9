"""CBT, the Central Bank of Turkmenistan: manat per ``multiplier`` foreign units, UTF-8 XML, one file per day.

One dollar has cost 3.5 manat since 2015: a peg, not a market price. ``<rate_usd>`` is what the manat price was computed
from, dollars per unit (of pounds, euros) or units per dollar (of all others). There is no file on Sundays (404);
tomorrow's appears about 15:30. Dates were ISO from 2020 to 2023 and are ``DD.MM.YYYY`` since.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from digest.collect.banks.reading import DayForm, read_price
from digest.collect.banks.xml_sheet import ACCEPT_XML, XmlSheet, optional_text_of
from digest.collect.rates.rate import BankName, BankRow, Currency
from digest.collect.web import Request

_PER_DOLLAR: Final = Decimal("3.5")
_LAST_PLACE: Final = Decimal("0.0001")  # prices have four decimals
_NEAR: Final = Decimal("0.01")  # a hundredth: ``rate_usd`` is rounded too


class Cbt(XmlSheet):
    """Reads ``<cbt_currency_rate><date/><rate code="…"/>…``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.CBT
    title = "Central Bank of Turkmenistan"
    local = Currency("TMT")
    endpoint = "https://cbt.tm/kurs"

    root, day, row = "cbt_currency_rate", "date", "rate"
    day_form = DayForm.DAY_FIRST | DayForm.ISO
    code, nominal, price = "@code", "multiplier", "rate_tmt"

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=f"{endpoint.rstrip('/')}/{day:%Y}/{day:%d%m%Y}.xml", accept=ACCEPT_XML)

    def check(self, ref: str, element: etree._Element, row: BankRow) -> tuple[BankRow, str | None]:
        """Warn of a price that does not follow from the bank's own ``rate_usd`` in either direction."""
        printed = optional_text_of(ref, element, "rate_usd")
        if not printed:
            return row, None
        in_dollars = read_price(ref, row.currency, printed)
        base = row.nominal * _PER_DOLLAR
        if any(
            abs(row.value - price) <= _LAST_PLACE + price * _NEAR for price in (base / in_dollars, base * in_dollars)
        ):
            return row, None
        return (
            row,
            f"{row.currency} costs {row.value} for {row.nominal}, which does not follow from {printed} to the dollar.",
        )
