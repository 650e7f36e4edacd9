"""The schedule in a newsletter's TOML file: when its issues come out. Pure."""

import re
from typing import Final

from digest.audience.rhythm import WEEK, Weekday, in_week_order
from digest.audience.tags import zone_name
from digest.compose.schedule import Schedule
from digest.compose.toml_table import Table

_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_MOST_TIMES: Final = 24
_MOST_LATE_HOURS: Final = 72


def read_schedule(table: Table, *, time_zone: str) -> Schedule:
    """Read ``[schedule]``; ``time_zone`` is the newsletter's, for where it names none.

    :raises BadNewsletterFile: a key is unknown or means nothing; names line and key.
    """
    normal = Schedule()
    times = _times(table)
    schedule = Schedule(
        at=times,
        days=_days(table) if table.has("days") else WEEK,
        time_zone=_zone(table, time_zone if times else normal.time_zone),
        late_hours=table.whole("late_hours", normal.late_hours, least=0, most=_MOST_LATE_HOURS),
    )
    table.close()
    if table.has("days") and not schedule.at:
        table.refuse("at", 'a schedule with days needs times, too, such as ["07:00"]')
    return schedule


def _times(table: Table) -> tuple[str, ...]:
    times = table.texts("at")
    table.refuse_twins("at", times)
    for place, text in enumerate(times):
        if not _TIME.fullmatch(text):
            table.refuse("at", "this must be a time of day such as 07:00", place)
    if len(times) > _MOST_TIMES:
        table.refuse("at", f"this must be {_MOST_TIMES} times at the most")
    return tuple(sorted(times))


def _days(table: Table) -> tuple[Weekday, ...]:
    words = table.texts("days")
    table.refuse_twins("days", words)
    for place, word in enumerate(words):
        if word not in WEEK:
            table.refuse("days", f"this must be one of {', '.join(WEEK)}", place)
    if not words:
        table.refuse("days", "one day of the week is needed at least; leave the key out for every day")
    return in_week_order([Weekday(word) for word in words])


def _zone(table: Table, otherwise: str) -> str:
    if not table.has("time_zone"):
        return otherwise
    zone = zone_name(table.text("time_zone"))
    return zone if zone is not None else table.refuse("time_zone", "this is no time zone such as Asia/Almaty")
