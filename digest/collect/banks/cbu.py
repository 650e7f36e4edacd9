"""CBU, the Central Bank of Uzbekistan: soums per ``Nominal`` foreign units, UTF-8 JSON, one file per day.

Every value is a string, also the numbers. ``Date`` is the day on which the rates take effect. ``Diff`` is absolute, per
``Nominal``, against the day before.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from digest.collect.banks.bank_file import BankFile
from digest.collect.banks.json_sheet import ACCEPT_JSON, list_of_objects, parse_json, text_of
from digest.collect.banks.reading import (
    DayForm,
    make_sheet,
    read_change,
    read_currency,
    read_day,
    read_nominal,
    read_price,
)
from digest.collect.rates.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Request, Response
from digest.errors import ParseError

_SOUM = Currency("UZS")


class Cbu(BankFile):
    """Reads ``json/all``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.CBU
    title = "Central Bank of Uzbekistan"
    local = _SOUM
    endpoint = "https://cbu.uz/en/arkhiv-kursov-valyut/json/all"

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=f"{endpoint.rstrip('/')}/{day.isoformat()}/", accept=ACCEPT_JSON)

    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read ``[{"Ccy": …, "Nominal": …, "Rate": …, "Diff": …, "Date": …}, …]``, which must be of one day.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ref = response.ref
        entries = list_of_objects(ref, parse_json(response))
        days = {read_day(ref, text_of(ref, entry, "Date"), DayForm.DAY_FIRST) for entry in entries}
        if not days:
            raise ParseError(ref, "there is no rate in it")
        if len(days) > 1:
            raise ParseError(ref, f"it holds rates of {len(days)} days, {min(days)} to {max(days)}")
        return (make_sheet(ref, self.name, days.pop(), (_row(ref, entry) for entry in entries)),)


def _row(ref: str, entry: Mapping[str, Any]) -> BankRow:
    code = read_currency(ref, text_of(ref, entry, "Ccy"))
    return BankRow(
        local=_SOUM,
        currency=code,
        nominal=read_nominal(ref, code, text_of(ref, entry, "Nominal")),
        value=read_price(ref, code, text_of(ref, entry, "Rate")),
        change=read_change(ref, code, text_of(ref, entry, "Diff") if "Diff" in entry else ""),
    )
