"""NBKR, the National Bank of the Kyrgyz Republic: som per ``Nominal`` foreign units, XML with decimal commas.

The daily file holds USD, EUR, CNY, KZT and RUB; the weekly one about forty others, TJS, UZS and TMT among them, each
``<ValidFor>`` seven days, with four decimals and so few digits: a soum is ``0,0073``. Both declare windows-1251. Their
date is the day on which the rates take effect, usually tomorrow (a file of Saturday says Sunday). No day can be asked
for; ETag and Last-Modified are given. About twenty connections in a row are too many for the bank.
"""

from datetime import date

from digest.collect.banks.xml_sheet import ACCEPT_XML, XmlSheet
from digest.collect.rates.rate import BankName, Currency
from digest.collect.web import Request


class Nbkr(XmlSheet):
    """Reads ``<CurrencyRates Date="…"><Currency ISOCode="…"/>…``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.NBKR
    title = "National Bank of the Kyrgyz Republic"
    local = Currency("KGS")
    endpoint = "https://www.nbkr.kg/XML/daily.xml"
    has_history = False

    root, day, row = "CurrencyRates", "@Date", "Currency"
    code, nominal, price = "@ISOCode", "Nominal", "Value"
    has_decimal_comma = True

    def request(self, endpoint: str, day: date) -> Request:  # noqa: ARG002 - the port's name; only the newest is published
        """Ask for the newest sheet; ``day`` cannot be asked for."""
        return Request(ref=endpoint, accept=ACCEPT_XML)


class NbkrWeekly(Nbkr):
    """Reads the weekly file, which has the daily one's form."""

    name = BankName.NBKR_WEEKLY
    endpoint = "https://www.nbkr.kg/XML/weekly.xml"
