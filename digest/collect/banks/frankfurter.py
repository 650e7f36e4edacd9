"""Frankfurter, version 2: what 84 central banks say, blended; units of ``quote`` per one ``base``, UTF-8 JSON.

So a row is ``currency`` the base, ``nominal`` 1, and ``local`` the quote. An answer is a list, and each of its rates
has a day of its own: a bank that has not published yet is carried forward for up to fourteen days. An operator may name
a server of their own, or ``…/v2/rates?base=USD&providers=NBK`` for one bank's word. The digits are those of a computed
number, not of a sheet. Version 1 has the ECB's currencies only, in another form, and is refused.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from digest.collect.banks.bank_file import BankFile
from digest.collect.banks.json_sheet import ACCEPT_JSON, list_of_objects, number_of, parse_json, text_of
from digest.collect.banks.reading import (
    DayForm,
    make_sheet,
    read_currency,
    read_day,
    read_price,
    with_query,
)
from digest.collect.rates.rate import BankName, BankRow, BankSheet
from digest.collect.web import Request, Response
from digest.errors import ParseError


class Frankfurter(BankFile):
    """Reads ``/v2/rates``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.FRANKFURTER
    title = "Frankfurter"
    endpoint = "https://api.frankfurter.dev/v2/rates?base=USD"

    def request(self, endpoint: str, day: date) -> Request:
        """Ask for what was known for ``day``."""
        return Request(ref=with_query(endpoint, f"date={day.isoformat()}"), accept=ACCEPT_JSON)

    def request_days(self, endpoint: str, first: date, last: date) -> Request:
        """Ask for every day from ``first`` to ``last``."""
        return Request(ref=with_query(endpoint, f"from={first.isoformat()}&to={last.isoformat()}"), accept=ACCEPT_JSON)

    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read ``[{"date": …, "base": …, "quote": …, "rate": …}, …]``, one sheet for each day in it.

        :raises ParseError: the bytes are not this service's answer.
        """
        ref = response.ref
        days: dict[date, list[BankRow]] = defaultdict(list)
        for entry in list_of_objects(ref, parse_json(response)):
            days[read_day(ref, text_of(ref, entry, "date"), DayForm.ISO)].append(_row(ref, entry))
        if not days:
            raise ParseError(ref, "there is no rate in it")
        return tuple(make_sheet(ref, self.name, day, days[day]) for day in sorted(days))


def _row(ref: str, entry: Mapping[str, Any]) -> BankRow:
    quote = read_currency(ref, text_of(ref, entry, "quote"))
    return BankRow(
        local=quote,
        currency=read_currency(ref, text_of(ref, entry, "base")),
        nominal=1,
        value=read_price(ref, quote, number_of(ref, entry, "rate")),
    )
