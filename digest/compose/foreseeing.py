"""When the next issues come out, and when they reach a reader, as far as can be told today. Pure.

It asks ``due.py`` about one issue after another, as if each brought something, was approved at once, and was accepted
at the hour for which it was planned.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from digest.audience.reader import Reader
from digest.audience.rhythm import Pace, weekday_of
from digest.audience.rhythm_words import day_name
from digest.audience.slots import ClockChange, at_time, change_at
from digest.compose.due import UNSCHEDULED, coming, due, zone_of
from digest.compose.issue import NotDue
from digest.compose.schedule import Schedule, first_after

#: How many issues are looked at for one reader: more than a year of daily ones.
_MOST_ISSUES: Final = 400
_LEFT: Final = {
    NotDue.FREQUENCY: "by their pace or their hour",
    NotDue.PAUSED: "for their pause",
    NotDue.QUIET_DAY: "for a quiet day",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """An instant (UTC) that is to come, with the zone in which it is told, and why it is then.

    ``out_at`` is when the issue comes out that is mailed then.
    """

    at: datetime
    zone: ZoneInfo
    why: str
    out_at: datetime

    @property
    def local(self) -> str:
        """The instant on the clock that counts: ``Tue 2026-12-01 07:00 +05:00``."""
        shown = self.at.astimezone(self.zone)
        offset = shown.strftime("%z")
        return f"{day_name(weekday_of(shown))[:3]} {shown:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "at": self.at.isoformat(),
            "local": self.at.astimezone(self.zone).isoformat(),
            "zone": self.zone.key,
            "out_at": self.out_at.isoformat(),
            "why": self.why,
        }


def newsletter_foreseen(schedule: Schedule, *, after: datetime, count: int) -> tuple[Foreseen, ...]:
    """Return when the next issues come out; nothing without a schedule."""
    zone = ZoneInfo(schedule.time_zone)
    found = []
    for out_at in islice(_out(schedule, after), count if schedule.is_set else 0):
        walls = [time.fromisoformat(wall) for wall in schedule.at]
        found.append(Foreseen(at=out_at, zone=zone, why=_of_schedule(out_at, walls, zone), out_at=out_at))
    return _with_clock_changes(found)


def reader_foreseen(
    reader: Reader, schedule: Schedule, *, own_zone: str, after: datetime, count: int
) -> tuple[Foreseen, ...]:
    """Return when the next issues go to a reader. Without a schedule it is as if one came out every day from now on."""
    zone = zone_of(reader, own_zone)
    left: Counter[NotDue] = Counter()
    found: list[Foreseen] = []
    now_theirs = replace(reader, is_awaiting=False)
    for out_at in islice(_out(schedule, after), _MOST_ISSUES):
        issue = coming(schedule, own_zone=own_zone, composed_at=out_at, now=out_at)
        when = due(now_theirs, issue)
        if isinstance(when, NotDue):
            left[when] += 1
            continue
        why = ". ".join((_of_rhythm(now_theirs, out_at, when, zone), *_of_what_was_left(left)))
        found.append(Foreseen(at=when, zone=zone, why=why, out_at=out_at))
        now_theirs = replace(now_theirs, accepted_at=when)
        left.clear()
        if len(found) == count:
            break
    return _with_clock_changes(found)


def _out(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    while True:
        after = first_after(schedule, after) or after + UNSCHEDULED
        yield after


def _of_schedule(out_at: datetime, walls: list[time], zone: ZoneInfo) -> str:
    day = out_at.astimezone(zone).date()
    changes = {change_at(day, wall, zone): wall for wall in walls if at_time(day, wall, zone) == out_at}
    return ". ".join(("by its schedule", *_of_clocks(changes)))


def _of_rhythm(reader: Reader, out_at: datetime, when: datetime, zone: ZoneInfo) -> str:
    rhythm = reader.rhythm
    if when == out_at:
        said = "when it comes out"
    elif rhythm.hour is None:
        said = "on the next day that is not quiet"
    else:
        said = f"at their hour, {rhythm.hour:02}:00"
    if rhythm.weekday is not None:
        said = f"weekly on {day_name(rhythm.weekday)}, {said}"
    elif rhythm.pace is Pace.DAILY:
        said = f"daily, {said}"
    if rhythm.hour is None:
        return said
    day = when.astimezone(zone).date()
    wall = time(rhythm.hour)
    return ". ".join((said, *_of_clocks({change_at(day, wall, zone): wall})))


def _of_clocks(changes: Mapping[ClockChange | None, time]) -> Iterator[str]:
    if ClockChange.GAP in changes:
        wall = changes[ClockChange.GAP]
        yield f"Clocks are put forward over {wall:%H:%M} that day: the first instant after it"
    if ClockChange.FOLD in changes:
        wall = changes[ClockChange.FOLD]
        yield f"Clocks are put back that day, which has {wall:%H:%M} twice: the first of them"


def _of_what_was_left(left: Mapping[NotDue, int]) -> Iterator[str]:
    for why, count in sorted(left.items()):
        issues = "1 issue before it" if count == 1 else f"{count} issues before it"
        yield f"It gathers {issues}, not mailed {_LEFT[why]}"


def _with_clock_changes(found: list[Foreseen]) -> tuple[Foreseen, ...]:
    """Add where the clock stands differently from the instant before."""
    told: list[Foreseen] = []
    for one in found:
        before = told[-1].at.astimezone(one.zone).utcoffset() if told else None
        now = one.at.astimezone(one.zone).utcoffset()
        moved = None if before is None or now is None else now - before
        told.append(replace(one, why=f"{one.why}. {_moved(moved)}") if moved else one)
    return tuple(told)


def _moved(by: timedelta) -> str:
    minutes = abs(round(by.total_seconds() / 60))
    way = "forward" if by > timedelta() else "back"
    return f"Since the one before, clocks were put {way} by {minutes} minutes"
