"""A rhythm's parts in words: as a table's cells and a command's options give them, and as people are told. Pure.

No message repeats what was given where it may be an address.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from digest.audience.rhythm import (
    HOURS_OF_A_DAY,
    WEEK,
    HourChange,
    Pace,
    PaceChange,
    PauseChange,
    QuietDaysChange,
    Rhythm,
    Weekday,
    in_week_order,
)

_DAYS: Final[Mapping[Weekday, str]] = {
    Weekday.MONDAY: "Monday",
    Weekday.TUESDAY: "Tuesday",
    Weekday.WEDNESDAY: "Wednesday",
    Weekday.THURSDAY: "Thursday",
    Weekday.FRIDAY: "Friday",
    Weekday.SATURDAY: "Saturday",
    Weekday.SUNDAY: "Sunday",
}
_BY_WORD: Final = {word: day for day, name in _DAYS.items() for word in (day.value, name.casefold())}
_HOUR: Final = re.compile(r"([0-9]{1,2})(?::00)?")
_NONE: Final = frozenset({"", "no", "none", "-"})
_EVERY: Final = frozenset({"every", "every issue", "every-issue"})


def day_name(day: Weekday) -> str:
    """Return the day's name in English: ``Monday``."""
    return _DAYS[day]


def read_pace(text: str) -> PaceChange:
    """Read ``every-issue`` (or ``every``), ``daily``, or ``weekly`` with a day: ``weekly fri``, ``weekly:Friday``.

    :raises ValueError: it is none of these.
    """
    words = text.strip().casefold()
    if words in _EVERY:
        return PaceChange(pace=Pace.EVERY_ISSUE)
    if words == Pace.DAILY:
        return PaceChange(pace=Pace.DAILY)
    pace, *rest = re.split(r"[\s:]+", words)
    days = [word for word in rest if word != "on"]
    if pace != Pace.WEEKLY or len(days) != 1 or days[0] not in _BY_WORD:
        raise ValueError("a pace is every-issue, daily, or weekly with a day, such as weekly fri")
    return PaceChange(pace=Pace.WEEKLY, weekday=_BY_WORD[days[0]])


def read_hour(text: str) -> HourChange:
    """Read a whole hour of the reader's clock: ``7`` or ``07:00``; ``no`` for none.

    :raises ValueError: it is no such hour.
    """
    words = text.strip().casefold()
    if words in _NONE:
        return HourChange(hour=None)
    found = _HOUR.fullmatch(words)
    if found is None or int(found[1]) >= HOURS_OF_A_DAY:
        raise ValueError("an hour is a whole number from 0 to 23, such as 7 or 07:00, or no")
    return HourChange(hour=int(found[1]))


def read_quiet_days(text: str) -> QuietDaysChange:
    """Read days of the week, ``sat sun``, parted by spaces, commas or semicolons; ``no`` for none.

    :raises ValueError: something is no day of the week, or all seven are named.
    """
    words = text.strip().casefold()
    days = [] if words in _NONE else re.findall(r"[^\s;|,]+", words)
    if not all(word in _BY_WORD for word in days):
        raise ValueError(f"quiet days are of {', '.join(WEEK)}, or no")
    change = QuietDaysChange(days=frozenset(_BY_WORD[word] for word in days))
    Rhythm(quiet_days=change.days)
    return change


def read_pause(text: str) -> PauseChange:
    """Read the date on which mail begins again, ``2026-12-24``; ``no`` for no pause.

    :raises ValueError: it is no such date.
    """
    words = text.strip().casefold()
    if words in _NONE:
        return PauseChange(until=None)
    try:
        return PauseChange(until=date.fromisoformat(words))
    except ValueError:
        raise ValueError("a pause ends on a date such as 2026-12-24, or no") from None


def said(rhythm: Rhythm) -> str:
    """Tell a rhythm in one line: ``weekly on Friday at 07:00, not on Saturday, Sunday``."""
    return ", ".join(_said(rhythm))


def _said(rhythm: Rhythm) -> Iterator[str]:
    pace = "every issue" if rhythm.pace is Pace.EVERY_ISSUE else rhythm.pace.value
    day = f" on {day_name(rhythm.weekday)}" if rhythm.weekday else ""
    yield f"{pace}{day}" + ("" if rhythm.hour is None else f" at {rhythm.hour:02}:00")
    if rhythm.quiet_days:
        yield f"not on {', '.join(day_name(day) for day in in_week_order(rhythm.quiet_days))}"
    if rhythm.paused_until is not None:
        yield f"paused until {rhythm.paused_until:%Y-%m-%d}"
