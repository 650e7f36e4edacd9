"""Hours and days on a reader's clock as instants, also where clocks are put forward or back. Pure.

An hour that a day does not have, because clocks were put forward over it, is the first instant after the gap. An hour
that a day has twice, because clocks were put back, is the first of the two.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

_DAY: Final = timedelta(days=1)


class ClockChange(StrEnum):
    """What is odd about an hour of a day."""

    GAP = "gap"  # clocks were put forward over it
    FOLD = "fold"  # clocks were put back: the day has it twice


def at_time(day: date, wall: time, zone: tzinfo) -> datetime:
    """Return the instant (UTC) at which a clock in ``zone`` shows ``wall`` on that day, by the rule above."""
    local = datetime.combine(day, wall, zone)  # fold=0: of two such times the first, in a gap the offset before it
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(instant, zone)


def change_at(day: date, wall: time, zone: tzinfo) -> ClockChange | None:
    """Tell what is odd about that time of that day in ``zone``."""
    first = datetime.combine(day, wall, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return None
    shown = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return ClockChange.FOLD if shown == first.replace(tzinfo=None) else ClockChange.GAP


def begins_on(day: date, zone: tzinfo) -> datetime:
    """Return the instant (UTC) at which a day begins in ``zone``; where it has no midnight, the first it has."""
    return at_time(day, time(), zone)


def _end_of_gap(inside: datetime, zone: tzinfo) -> datetime:
    """Return when the gap ended, given the instant that its hour would have had by the offset before it.

    Taken with the old offset the hour falls after the gap, by less than the gap is long.
    """
    after = inside.astimezone(zone).utcoffset()
    earliest, latest = inside - _DAY, inside
    while latest - earliest > timedelta(seconds=1):
        middle = earliest + (latest - earliest) / 2
        if middle.astimezone(zone).utcoffset() == after:
            latest = middle
        else:
            earliest = middle
    return latest.replace(microsecond=0)
