"""What every bank's file begins from: what is the same for all banks until one of them says otherwise."""

from abc import ABC, abstractmethod
from datetime import date

from digest.collect.rates.rate import BankName, BankSheet, Currency
from digest.collect.web import Request, Response

SATURDAY, SUNDAY, MONDAY = 5, 6, 0


class BankFile(ABC):
    """A bank that is asked for one day at a time, past ones too. See :class:`digest.collect.rates.rate.Bank`."""

    name: BankName
    title: str
    local: Currency | None = None
    endpoint: str
    has_history: bool = True
    rest_days: frozenset[int] = frozenset((SATURDAY, SUNDAY))

    @abstractmethod
    def request(self, endpoint: str, day: date) -> Request:
        """Ask for the sheet of ``day``."""

    def request_days(self, endpoint: str, first: date, last: date) -> Request | None:  # noqa: ARG002 - the port's names
        """Days come one by one."""
        return None

    def read(self, response: Response) -> BankSheet:
        """Read the answer's newest day.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        return self.read_days(response)[-1]

    @abstractmethod
    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read every day of the answer, the oldest first; never none.

        :raises ParseError: the bytes are not this bank's sheet.
        """
