"""NBT, the National Bank of Tajikistan: somoni per ``Nominal`` foreign units, UTF-8 XML, one file per day.

A date outside what the bank has silently gives *today's* sheet: whoever asks must compare ``effective_on`` with the day
asked for. The currency is ``CharCode``: the numeric ``ID`` of RUB is the old one. The bank asks to be named as
www.nbt.tj.
"""

from datetime import date

from digest.collect.banks.reading import DayForm, with_query
from digest.collect.banks.xml_sheet import ACCEPT_XML, XmlSheet
from digest.collect.rates.rate import BankName, Currency
from digest.collect.web import Request


class Nbt(XmlSheet):
    """Reads ``export_xml.php``: ``<ValCurs Date="…"><Valute/>…``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.NBT
    title = "National Bank of Tajikistan"
    local = Currency("TJS")
    endpoint = "https://www.nbt.tj/en/kurs/export_xml.php"

    root, day, row = "ValCurs", "@Date", "Valute"
    day_form = DayForm.ISO
    code, nominal, price = "CharCode", "Nominal", "Value"

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=with_query(endpoint, f"date={day.isoformat()}&export=xmlout"), accept=ACCEPT_XML)
