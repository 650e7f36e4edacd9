"""How often a reader wants a newsletter, and when: their pace, hour, quiet days and pause. Pure.

Days and hours are those of the reader's own zone. Every part is changed by itself: of two tabs that show the same page
each changes what was changed in it, and the last one wins per part.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, assert_never

HOURS_OF_A_DAY: Final = 24


class Pace(StrEnum):
    """How often a reader gets an issue. What they are owed between two is in the next one."""

    EVERY_ISSUE = "every-issue"
    DAILY = "daily"
    WEEKLY = "weekly"


class Weekday(StrEnum):
    """A day of the week, in the order of ISO 8601."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


#: Monday first.
WEEK: Final = tuple(Weekday)


def weekday_of(day: date) -> Weekday:
    """Return the day of the week of a date."""
    return WEEK[day.weekday()]


def in_week_order(days: Collection[Weekday]) -> tuple[Weekday, ...]:
    """Return the days, Monday first."""
    return tuple(day for day in WEEK if day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often and when. ``weekday`` is there if and only if the pace is weekly.

    ``hour`` is from 0 to 23, or nothing for whoever takes an issue when it comes out. ``paused_until`` is the date on
    which mail begins again.

    :raises ValueError: the parts do not go together; the words are fit to be shown.
    """

    pace: Pace = Pace.EVERY_ISSUE
    weekday: Weekday | None = None
    hour: int | None = None
    quiet_days: frozenset[Weekday] = frozenset()
    paused_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        if (self.pace is Pace.WEEKLY) is (self.weekday is None):
            raise ValueError("a weekly pace needs a day of the week, and no other pace has one")
        if self.hour is not None and not 0 <= self.hour < HOURS_OF_A_DAY:
            raise ValueError("an hour is a whole number from 0 to 23")
        if len(self.quiet_days) == len(WEEK):
            raise ValueError("one day of the week at least must not be quiet; to get nothing for a while, pause")

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to look at: every issue, when it comes out."""
        return self == PLAIN


#: Every issue, when it comes out.
PLAIN: Final = Rhythm()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceChange:
    """Another pace; ``weekday`` if and only if it is weekly."""

    pace: Pace
    weekday: Weekday | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourChange:
    """Another hour, or none."""

    hour: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietDaysChange:
    """Other quiet days."""

    days: frozenset[Weekday]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseChange:
    """A pause until that date, or none any more."""

    until: date | None


RhythmChange = PaceChange | HourChange | QuietDaysChange | PauseChange


def changed(rhythm: Rhythm, change: RhythmChange) -> Rhythm:
    """Return the rhythm with one part changed.

    :raises ValueError: the change means nothing.
    """
    match change:
        case PaceChange():
            return replace(rhythm, pace=change.pace, weekday=change.weekday)
        case HourChange():
            return replace(rhythm, hour=change.hour)
        case QuietDaysChange():
            return replace(rhythm, quiet_days=change.days)
        case PauseChange():
            return replace(rhythm, paused_until=change.until)
        case _ as never:
            assert_never(never)


_PARTS: Final[tuple[Callable[[Rhythm], RhythmChange], ...]] = (
    lambda rhythm: PaceChange(pace=rhythm.pace, weekday=rhythm.weekday),
    lambda rhythm: HourChange(hour=rhythm.hour),
    lambda rhythm: QuietDaysChange(days=rhythm.quiet_days),
    lambda rhythm: PauseChange(until=rhythm.paused_until),
)


def changes_of(shown: Rhythm, chosen: Rhythm) -> tuple[RhythmChange, ...]:
    """Return what a reader changed who was ``shown`` one rhythm and sent another; nothing for the rest."""
    return tuple(part(chosen) for part in _PARTS if part(shown) != part(chosen))
