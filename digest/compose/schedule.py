"""When a newsletter comes out, and how late its readers may get it. Values and plain arithmetic, no clock.

A time of day that a day does not have, or has twice, is as ``digest.audience.slots`` says.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.audience.rhythm import WEEK, Weekday, weekday_of
from digest.audience.slots import at_time

#: In so many days every schedule comes out once at least.
_MOST_DAYS: Final = 8
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """On which days of the week and at which times (``HH:MM``, in order) issues come out, in ``time_zone`` (IANA).

    Without times an issue comes out when somebody composes one. Whoever's hour was missed gets their mail no more than
    ``late_hours`` after it, else at their next hour. No part of what is approved: the newest declaration holds.
    """

    at: tuple[str, ...] = ()
    days: tuple[Weekday, ...] = WEEK
    time_zone: str = "UTC"
    late_hours: int = 6

    @property
    def is_set(self) -> bool:
        """Whether issues come out by a schedule at all."""
        return bool(self.at)


def first_after(schedule: Schedule, instant: datetime) -> datetime | None:
    """Return when the next issue comes out after an instant (UTC); ``None`` without a schedule."""
    return min((one for one in _around(schedule, instant) if one > instant), default=None)


def last_until(schedule: Schedule, instant: datetime) -> datetime | None:
    """Return when the last issue came out up to an instant (UTC); ``None`` without a schedule."""
    return max((one for one in _around(schedule, instant) if one <= instant), default=None)


def _around(schedule: Schedule, instant: datetime) -> list[datetime]:
    zone = ZoneInfo(schedule.time_zone)
    today = instant.astimezone(zone).date()
    days = [today + number * _DAY for number in range(-_MOST_DAYS, _MOST_DAYS + 1)]
    return [one for day in days if weekday_of(day) in schedule.days for one in _of_day(schedule, day, zone)]


def _of_day(schedule: Schedule, day: date, zone: ZoneInfo) -> list[datetime]:
    return [at_time(day, time.fromisoformat(wall), zone).astimezone(UTC) for wall in schedule.at]


def crons(schedule: Schedule) -> tuple[tuple[str, str], ...]:
    """Return a name and a cron line for each time of day, for whoever starts programs by such lines."""
    every_day = set(schedule.days) == set(WEEK)
    days = "*" if every_day else ",".join(str((WEEK.index(day) + 1) % len(WEEK)) for day in schedule.days)
    return tuple((wall, f"{int(wall[3:])} {int(wall[:2])} * * {days}") for wall in schedule.at)
