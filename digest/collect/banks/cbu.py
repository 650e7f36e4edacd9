"""CBU, the Central Bank of Uzbekistan: soums per ``Nominal`` foreign units, UTF-8 JSON, one file per day.

Every value is a string, also the numbers. ``Date`` is the day on which the rates take effect. ``Diff`` is absolute, per
``Nominal``, against the day before.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from digest.collect.banks.reading import (
    ACCEPT_JSON,
    make_sheet,
    read_change,
    read_currency,
    read_day,
    read_nominal,
    read_price,
    trimmed,
)
from digest.collect.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Request, Response
from digest.errors import ParseError


class Cbu:
    """Reads ``json/all``. See :class:`digest.collect.rate.Bank`."""

    name: BankName = BankName.CBU
    title: str = "Central Bank of Uzbekistan"
    local: Currency = Currency("UZS")
    endpoint: str = "https://cbu.uz/en/arkhiv-kursov-valyut/json/all"
    has_history: bool = True

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""
        return Request(ref=f"{endpoint.rstrip('/')}/{day.isoformat()}/", accept=ACCEPT_JSON)

    def read(self, response: Response) -> BankSheet:
        """Read ``[{"Ccy": …, "Nominal": …, "Rate": …, "Diff": …, "Date": …}, …]``.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ref = response.ref
        entries = _entries(response)
        days = {read_day(ref, _text(ref, entry, "Date")) for entry in entries}
        if len(days) > 1:
            raise ParseError(ref, f"it holds rates of {len(days)} days, {min(days)} to {max(days)}")
        if not days:
            raise ParseError(ref, "there is no rate in it")
        return make_sheet(ref, self.name, days.pop(), self._rows(ref, entries))

    def _rows(self, ref: str, entries: list[Mapping[str, Any]]) -> Iterator[BankRow]:
        for entry in entries:
            code = read_currency(ref, _text(ref, entry, "Ccy"))
            yield BankRow(
                local=self.local,
                currency=code,
                nominal=read_nominal(ref, code, _text(ref, entry, "Nominal")),
                value=read_price(ref, code, _text(ref, entry, "Rate")),
                change=read_change(ref, code, _text(ref, entry, "Diff") if "Diff" in entry else ""),
            )


def _entries(response: Response) -> list[Mapping[str, Any]]:
    body = trimmed(response)
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        why = "a web page came instead of the rates" if body.startswith(b"<") else "it is no JSON"
        raise ParseError(response.ref, why) from error
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ParseError(response.ref, "it is no list of rates")
    return found


def _text(ref: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        raise ParseError(ref, f"a rate has no text {key!r}")
    return value.strip()
