"""When is an issue this reader's, or why is it not? Pure.

A reader with an hour gets one issue at that hour, on each day of theirs. An issue that comes out waits for the first
such hour, unless the next issue comes out before it: then that one is theirs, with all that they are owed. A reader
without an hour gets an issue when it comes out, and on a quiet day at the same time of the next day that is not quiet,
by the same condition. Whoever is left to another issue keeps their cursor, so that it owes them everything since.

A weekly reader's turn begins on their day of the week and lasts until an issue was accepted for them, whatever day it
is by then. A daily reader without an hour has one turn on each of their days; 20 hours after the last issue it begins
in any case, so that nobody is skipped whose mail left a little after midnight.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from digest.audience.reader import Reader
from digest.audience.rhythm import WEEK, Pace, Rhythm, weekday_of
from digest.audience.slots import at_time, begins_on
from digest.audience.tags import zone_name
from digest.compose.issue import NotDue
from digest.compose.newsletter import Selection
from digest.compose.schedule import Schedule, first_after, last_until
from digest.compose.zones import NOT_TOLD

#: Without a schedule the next issue is taken to come out so long after this one.
UNSCHEDULED: Final = timedelta(hours=24)
#: So long after the last issue a daily reader without an hour has their turn, though it be the same day.
A_DAY_AT_LEAST: Final = timedelta(hours=20)
_DAY: Final = timedelta(days=1)
_WEEK: Final = len(WEEK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An issue that comes out. Instants are UTC.

    ``out_at`` is when it was to come out: by the schedule, or when it was composed, which was ``composed_at``. ``now``
    is when it is asked who gets it; the next issue is expected at ``next_at``. Whoever never told their zone has the
    newsletter's ``own_zone``. ``late`` is how long after a reader's hour their mail may still go.
    """

    own_zone: str

    out_at: datetime
    composed_at: datetime
    now: datetime
    next_at: datetime
    late: timedelta


def coming(schedule: Schedule, *, own_zone: str, composed_at: datetime, now: datetime) -> Coming:
    """Return what a newsletter's schedule says of an issue that was composed once and is looked at ``now``."""
    return Coming(
        own_zone=own_zone,
        out_at=last_until(schedule, composed_at) or composed_at,
        composed_at=composed_at,
        now=now,
        next_at=first_after(schedule, now) or now + UNSCHEDULED,
        late=timedelta(hours=schedule.late_hours),
    )


def overtaken(issue: Coming, schedule: Schedule) -> Coming:
    """Return an issue that went out to others already, as it is for who still waits for it.

    It waits for no hour behind the time at which the next one is to come out, though that may be past: that one, or a
    later one, has all that they are owed.
    """
    return replace(issue, next_at=first_after(schedule, issue.composed_at) or issue.composed_at + UNSCHEDULED)


def due(reader: Reader, issue: Coming) -> datetime | NotDue:
    """Return when an issue goes to a reader (UTC; ``issue.now`` for at once), or why it does not."""
    if reader.is_awaiting:
        return NotDue.EARLIER_ISSUE
    if reader.rhythm.is_plain:
        return issue.now
    zone = zone_of(reader, issue.own_zone)
    pause = None if reader.rhythm.paused_until is None else begins_on(reader.rhythm.paused_until, zone)
    begins = turn_begins(reader, zone)
    if reader.rhythm.hour is None:
        return _without_an_hour(reader, issue, zone, begins, pause)
    return _at_their_hour(reader, issue, zone, begins, pause)


def turn_begins(reader: Reader, zone: ZoneInfo) -> datetime | None:
    """Return from when on (UTC) an issue can be theirs, by their pace and what they had; ``None``: from ever."""
    rhythm, last = reader.rhythm, reader.accepted_at
    if rhythm.weekday is not None:
        since = last or reader.joined_at
        return None if since is None else _first_on(rhythm, since, zone, is_new=last is None)
    return last


def _first_on(rhythm: Rhythm, since: datetime, zone: ZoneInfo, *, is_new: bool) -> datetime:
    """Return when a weekly reader's next turn begins: on their day, at their hour if they have one.

    Whoever joins on their day and has no hour has that day.
    """
    day = _day(since, zone)
    while weekday_of(day) is not rhythm.weekday:
        day += _DAY
    begins = begins_on(day, zone) if rhythm.hour is None else at_time(day, time(rhythm.hour), zone)
    if begins > since or (is_new and rhythm.hour is None):
        return begins
    later = day + _WEEK * _DAY
    return begins_on(later, zone) if rhythm.hour is None else at_time(later, time(rhythm.hour), zone)


def _at_their_hour(
    reader: Reader, issue: Coming, zone: ZoneInfo, begins: datetime | None, pause: datetime | None
) -> datetime | NotDue:
    last = reader.accepted_at
    # Of two issues since the last time of the schedule, the first one had it all.
    out_at = issue.out_at if last is None or last < issue.out_at else issue.composed_at
    earliest = max(one for one in (out_at, begins, pause) if one is not None)
    hours = [one for one in _hours(reader.rhythm, earliest, issue, zone) if last is None or one > last]
    missed = [one for one in hours if one <= issue.now]
    if missed and issue.now - missed[-1] <= issue.late and not _is_quiet(reader.rhythm, issue.now, zone):
        return issue.now
    if len(missed) < len(hours):
        return hours[len(missed)]
    if missed:
        return NotDue.TOO_LATE
    if pause is not None and pause > issue.now:
        return NotDue.PAUSED
    without_quiet_days = replace(reader.rhythm, quiet_days=frozenset())
    return NotDue.QUIET_DAY if any(_hours(without_quiet_days, earliest, issue, zone)) else NotDue.FREQUENCY


def _hours(rhythm: Rhythm, earliest: datetime, issue: Coming, zone: ZoneInfo) -> Iterator[datetime]:
    """Go through their hours on days that are not quiet, from the ``earliest`` until the next issue is out."""
    assert rhythm.hour is not None
    day = _day(earliest, zone) - _DAY
    while (instant := at_time(day, time(rhythm.hour), zone)) < issue.next_at:
        if instant >= earliest and weekday_of(day) not in rhythm.quiet_days:
            yield instant
        day += _DAY


def _without_an_hour(
    reader: Reader, issue: Coming, zone: ZoneInfo, begins: datetime | None, pause: datetime | None
) -> datetime | NotDue:
    rhythm = reader.rhythm
    if pause is not None and pause > issue.now:
        return NotDue.PAUSED
    if not _is_their_turn(rhythm, issue, zone, begins):
        return NotDue.FREQUENCY
    if not _is_quiet(rhythm, issue.now, zone):
        return issue.now
    wall = issue.out_at.astimezone(zone).time()
    day = issue.now.astimezone(zone).date() + _DAY
    while weekday_of(day) in rhythm.quiet_days:
        day += _DAY
    instant = at_time(day, wall, zone)
    return instant if instant < issue.next_at else NotDue.QUIET_DAY


def _is_their_turn(rhythm: Rhythm, issue: Coming, zone: ZoneInfo, begins: datetime | None) -> bool:
    match rhythm.pace:
        case Pace.EVERY_ISSUE:
            return True
        case Pace.WEEKLY:
            return begins is None or begins <= issue.now
        case _:
            return (
                begins is None or issue.out_at - begins >= A_DAY_AT_LEAST or _day(begins, zone) < _day(issue.now, zone)
            )


def _is_quiet(rhythm: Rhythm, instant: datetime, zone: ZoneInfo) -> bool:
    return bool(rhythm.quiet_days) and weekday_of(_day(instant, zone)) in rhythm.quiet_days


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def zone_of(reader: Reader, own: str) -> ZoneInfo:
    """Return whose clock a reader's hours are on: their own, or the newsletter's if they never told theirs."""
    return zone_told(reader.subscriber.time_zone, own)


def zone_told(told: str, own: str) -> ZoneInfo:
    """Return the zone that a reader told, or the newsletter's ``own`` if they told none that is known."""
    return _zone(own if told == NOT_TOLD else zone_name(told) or own)


@lru_cache(maxsize=1_000)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def age_limit(rhythm: Rhythm, selection: Selection) -> int:
    """Return how many days old an article may be that this reader is owed.

    It is the newsletter's limit, but never less than the longest that their own rhythm makes them wait, and a day more:
    what was news between two issues of theirs is no older for it. A pause lengthens nothing.
    """
    if rhythm.is_plain:
        return selection.max_age_days
    wait = _WEEK if rhythm.pace is Pace.WEEKLY else 1
    return max(selection.max_age_days, wait + _longest_quiet(rhythm) + 1)


def _longest_quiet(rhythm: Rhythm) -> int:
    """Return the most quiet days in a row."""
    longest = run = 0
    for day in WEEK * 2:
        run = run + 1 if day in rhythm.quiet_days else 0
        longest = max(longest, run)
    return longest
