"""Which days of a bank are asked for, and whether a sheet answers for the day that was. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final

from digest.collect.rates.rate import BankRow, BankSheet, BookedRate

#: How many earlier days are asked for at most in one run.
LOOKS_BACK: Final = 5
#: How far back a gap is filled: a week of published days with the weekends around it.
GAP_DAYS: Final = 9
#: How many changes that do not fit are named; the others are counted.
_NAMED: Final = 3

_DAY: Final = timedelta(days=1)


def missed_days(today: date, known: Collection[date]) -> list[date]:
    """Return the days before ``today`` that are worth asking for, the newest first, so many as one run asks for.

    ``known`` are the days with a sheet, and those for which the bank had none.
    """
    days = (today - back * _DAY for back in range(1, GAP_DAYS + 1))
    return [day for day in days if day not in known][:LOOKS_BACK]


def answers(asked: date, given: date, rest_days: Collection[int]) -> bool:
    """Tell whether a sheet of the day ``given`` answers for ``asked``: the same day, or carried over days of rest.

    ``rest_days`` are the weekdays without a sheet of their own, Monday being 0.
    """
    skipped = (asked - given).days
    if skipped < 0:
        return False
    return all((asked - back * _DAY).weekday() in rest_days for back in range(skipped))


def unfit_changes(sheet: BankSheet, before: Sequence[BookedRate]) -> str | None:
    """Say which of the bank's own changes are not the difference to its published day before, if any.

    ``before`` are the rows of that day. A change that does not fit tells that one of the two sheets is not what the
    bank thinks that it published; the prices are judged by other means.
    """
    known = {(entry.row.local, entry.row.currency): entry.row for entry in before}
    unfit = [row for row in sheet.rows if not _fits(row, known.get((row.local, row.currency)))]
    if not unfit:
        return None
    named = ", ".join(f"{row.currency} ({row.change})" for row in unfit[:_NAMED])
    more = f" and {len(unfit) - _NAMED} more" if len(unfit) > _NAMED else ""
    return (
        f"{sheet.effective_on.isoformat()}: the bank's own change of {named}{more} is not the difference to its rates "
        f"of {before[0].effective_on.isoformat()}"
    )


def _fits(row: BankRow, known: BankRow | None) -> bool:
    if row.change is None or known is None or known.nominal != row.nominal:
        return True
    return row.value - known.value == row.change
