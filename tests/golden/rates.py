"""The rates of the reference issues: an ordinary Friday's, and everything odd that can be said of one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from digest.collect.rates.rate import BankName, Cross, Currency, DayRate, Move, Rate, RateFlag, RateSnapshot


def a_golden_rate(
    currency: str,
    value: str,
    bank: BankName,
    title: str,
    move: Move,
    percent: str | None,
    day: int = 19,
    *,
    week: str = "",
) -> Rate:
    """Return a rate; ``week`` has the published days that end with ``value``, day for day."""
    on = date(2025, 12, day)
    days = [*week.split(), value]
    return Rate(
        currency=Currency(currency),
        base=Currency("USD"),
        value=Decimal(value),
        effective_on=on,
        bank=bank,
        bank_title=title,
        move=move,
        percent=None if percent is None else Decimal(percent),
        previous=None if percent is None else Decimal(value),
        previous_on=None if percent is None else on - timedelta(days=1),
        week=tuple(
            DayRate(on=on - timedelta(days=len(days) - 1 - place), value=Decimal(one)) for place, one in enumerate(days)
        ),
    )


_KZT = a_golden_rate(
    "KZT",
    "515.37",
    BankName.NBK,
    "National Bank of Kazakhstan",
    Move.STRONGER,
    "0.82",
    week="521.30 521.18 520.06 519.60",
)
_TJS = a_golden_rate(
    "TJS",
    "9.2071",
    BankName.NBT,
    "National Bank of Tajikistan",
    Move.WEAKER,
    "-0.04",
    day=18,
    week="9.2102 9.2011 9.2034",
)
RATES = RateSnapshot(
    base=Currency("USD"),
    rates=(
        _KZT,
        a_golden_rate(
            "UZS",
            "12034.55",
            BankName.CBU,
            "Central Bank of Uzbekistan",
            Move.WEAKER,
            "-0.31",
            week="11990.2 11990.2 11978.4 11997.2",
        ),
        a_golden_rate(
            "KGS",
            "87.45",
            BankName.NBKR,
            "National Bank of the Kyrgyz Republic",
            Move.UNCHANGED,
            "0",
            week="87.45 87.45 87.45",
        ),
        _TJS,
        a_golden_rate(
            "TMT", "3.50", BankName.CBT, "Central Bank of Turkmenistan", Move.FIXED, None, day=18, week="3.50 3.50"
        ),
    ),
)
#: Everything that can be said of a rate beyond its figures: held back, old, computed, of another source, unknown.
ODD_RATES = RateSnapshot(
    base=Currency("USD"),
    rates=(
        replace(_KZT, flags=(RateFlag.HELD,)),
        replace(
            a_golden_rate(
                *("UZS", "12034.55", BankName.ER_API, "ExchangeRate-API", Move.WEAKER, "-0.31", 12),
                week="11990.2 12040.9",
            ),
            flags=(RateFlag.LAST_OFFICIAL, RateFlag.FALLBACK),
        ),
        replace(
            a_golden_rate(
                "MNT", "3561.04", BankName.CBR, "Bank of Russia", Move.STRONGER, "0.11", 20, week="3570.2 3565.1"
            ),
            flags=(RateFlag.FALLBACK, RateFlag.CROSS),
            cross=Cross(via=Currency("RUB"), bank=BankName.CBR, bank_title="Bank of Russia"),
        ),
        replace(_TJS, move=Move.UNKNOWN, percent=None, previous=None, previous_on=None, week=()),
        replace(
            a_golden_rate("TMT", "3.50", BankName.PEG, "Official peg", Move.FIXED, None),
            flags=(RateFlag.FIXED, RateFlag.FALLBACK),
        ),
    ),
)
NO_RATES = RateSnapshot(base=Currency("USD"))
