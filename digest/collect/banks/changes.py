"""A bank's own change, held against its own sheets."""

from collections.abc import Iterable
from datetime import date

from digest.collect.rate import BankRow, BankSheet, Currency

_NAMED = 3


def contradicted_changes(sheet: BankSheet, before: Iterable[BankRow], *, before_on: date) -> str | None:
    """Return a warning about changes of ``sheet`` that are not the difference to its predecessor; ``None`` if all are.

    ``before`` is the bank's rows of the last day on which it published before the sheet's, ``before_on``. Both NBK and
    CBU give exactly that difference, per nominal. Where many contradict, a day is missing between the two, or one of
    them was corrected; which it is cannot be told from here, so nothing is held back for it.
    """
    then = {(row.local, row.currency): row for row in before}
    fitting, wrong = 0, list[tuple[Currency, str]]()
    for row in sheet.rows:
        former = then.get((row.local, row.currency))
        if row.change is None or former is None:
            continue
        difference = row.value - former.value * row.nominal / former.nominal
        if row.change == difference:
            fitting += 1
        else:
            wrong.append((row.currency, f"{row.currency} by {row.change:f} and not {difference:f}"))
    if not wrong:
        return None
    named = ", ".join(text for _, text in wrong[:_NAMED])
    return (
        f"{len(wrong)} of {fitting + len(wrong)} changes that the bank gives are not the difference to its sheet of "
        f"{before_on.isoformat()}: {named}{', …' if len(wrong) > _NAMED else ''}."
    )
