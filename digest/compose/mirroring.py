"""Newsletters' schedules as cron lines of an engine that starts programs, and what is to be changed there. Pure.

What a person set there by hand, under a name of their own, is theirs and left alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from digest.compose.schedule import Schedule, crons
from digest.ids import NewsletterId

#: What the name of every line begins with that is ours.
OURS: Final = "newsletter-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CronLine:
    """One cron line, in whose zone (IANA) it is read, and which newsletter it starts."""

    newsletter: NewsletterId
    cron: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirroring:
    """What is to be done so that the engine has what newsletters say: lines by their names."""

    add: Mapping[str, CronLine]
    change: Mapping[str, CronLine]
    remove: tuple[str, ...]


def lines_of(schedules: Mapping[NewsletterId, Schedule]) -> dict[str, CronLine]:
    """Return the cron lines of newsletters by their names: ``newsletter-morning-brief-0700``."""
    return {
        f"{OURS}{newsletter}-{wall.replace(':', '')}": CronLine(
            newsletter=newsletter, cron=cron, time_zone=schedule.time_zone
        )
        for newsletter, schedule in schedules.items()
        for wall, cron in crons(schedule)
    }


def mirroring(wanted: Mapping[str, CronLine], have: Mapping[str, CronLine], others: Iterable[str] = ()) -> Mirroring:
    """Say what to do; ``have`` are the engine's cron lines by name, ``others`` what it has that is no cron line."""
    gone = [name for name in (*have, *others) if name.startswith(OURS) and name not in wanted]
    return Mirroring(
        add={name: line for name, line in wanted.items() if name not in have},
        change={name: line for name, line in wanted.items() if name in have and have[name] != line},
        remove=tuple(sorted(gone)),
    )
