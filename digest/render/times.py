"""When an article came out, by the clock of each zone that an issue is read in. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.article import Precision, Published
from digest.collect.text.bidi import left_to_right
from digest.compose.issue import Frozen
from digest.compose.zones import OWN, exact, exact_instants, offset_at
from digest.render.words import Words

#: A bracket wider than this is no date any more, only a guess at one.
_A_DATE: Final = timedelta(days=2)


def whose_times(frozen: Frozen, words: Words) -> Mapping[str, str]:
    """Return by the zone the sentence that says whose times a mail has."""
    message = words.gettext("Times are those of %(city)s.")
    instants = exact_instants(frozen.articles) | {frozen.composed_at}
    return {zone: message % {"city": _place(name, instants, words)} for zone, name in _names(frozen).items()}


def times_of(published: Published, frozen: Frozen, words: Words) -> Mapping[str, str]:
    """Return by the zone when an article came out; empty where no time of day is known."""
    if exact(published) is None:
        return {}
    return {
        zone: when(published, zone=ZoneInfo(name), beside=frozen.issue_date, words=words)
        for zone, name in _names(frozen).items()
    }


def date_of(published: Published, frozen: Frozen, words: Words) -> str:
    """Return the day of an article of which no time of day is known; a bare date is the same for everybody."""
    if exact(published) is not None:
        return ""
    return when(published, zone=ZoneInfo(frozen.newsletter.time_zone), beside=frozen.issue_date, words=words)


def when(published: Published, *, zone: ZoneInfo, beside: date, words: Words) -> str:
    """Say when an article came out, no more exactly than its source did; empty where nothing is known.

    ``beside`` is the issue's date: its year goes without saying.
    """
    best = published.best
    if best is None:
        return ""
    local = best.astimezone(zone)
    day = words.day(local.date(), beside=beside)
    if published.precision is Precision.INSTANT:
        return f"{day}, {words.clock(local)}"
    if published.earliest and published.latest and published.latest - published.earliest > _A_DATE:
        return words.gettext("about %(day)s") % {"day": day}
    return day


def _names(frozen: Frozen) -> dict[str, str]:
    """Return the IANA names of an issue's zones by what they are called in its contents."""
    return {OWN: frozen.newsletter.time_zone} | {zone: zone for zone in frozen.zones}


def _place(zone: str, instants: frozenset[datetime], words: Words) -> str:
    """Return ``Almaty (UTC+5)``: whoever lives elsewhere by the same clock knows it for theirs.

    A zone without a city, or whose clock was changed between the articles, is told by its name alone.
    """
    ahead = offset_at(instants, zone)
    city = words.city(zone)
    if ahead is None or city == zone:
        return city
    return f"{city} ({left_to_right(from_utc(ahead), around=words.direction)})"


def from_utc(ahead: timedelta) -> str:
    """Return how far a clock is ahead of UTC: ``UTC+5``, ``UTC−3:30``."""
    minutes = round(ahead / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
