"""Whose clock tells a reader when an article came out. Pure.

An issue is rendered in the time zones of its readers, and these are frozen with it, so that an approval covers what
everybody reads. Zones whose clocks agree at every instant that the issue prints are one: of them the newsletter's own
is rendered, else that of most readers on the continent of most.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.audience.tags import zone_name
from digest.collect.article import Article, Precision, Published
from digest.compose.issue import Frozen
from digest.ids import Position

#: What stands for "the newsletter's own zone" in contents, and in the names of what is rendered.
OWN: Final = ""
#: What a reader has who never told their zone: nobody's clock, so the newsletter's is taken.
NOT_TOLD: Final = "UTC"
#: How far a clock is ahead of UTC at each of some instants.
_Clock = tuple[timedelta | None, ...]


def exact_instants(articles: Iterable[Article]) -> frozenset[datetime]:
    """Return the instants (UTC) of the articles that have a time of day: a bare date is the same in every zone."""
    found = (exact(article.published) for article in articles)
    return frozenset(instant for instant in found if instant is not None)


def exact(published: Published) -> datetime | None:
    """Return the instant (UTC) of what came out at a time of day that is known, else ``None``."""
    return published.at if published.precision is Precision.INSTANT else None


def zones_to_render(
    articles: Iterable[Article], own: str, readers: Mapping[str, int], *, at: datetime
) -> tuple[str, ...]:
    """Return the zones, by name, that an issue composed ``at`` needs besides the newsletter's ``own``.

    ``readers`` says how many there are in each zone; a zone that is unknown, or not told, needs none.
    """
    clocks = _Clocks(exact_instants(articles) | {at})
    groups: dict[_Clock, Counter[str]] = defaultdict(Counter)
    for told, count in readers.items():
        zone = _known(told)
        if zone is not None:
            groups[clocks.of(zone)][zone] += count
    groups.pop(clocks.of(own), None)
    return tuple(sorted(map(_speaking_for, groups.values())))


def _speaking_for(zones: Counter[str]) -> str:
    """Return which of several zones is named for all: of the continent with most readers that with most of them."""
    continents: Counter[str] = Counter()
    for zone, count in zones.items():
        continents[zone.partition("/")[0]] += count
    return min(zones, key=lambda zone: (-continents[zone.partition("/")[0]], -zones[zone], zone))


class ZoneChoice:
    """Says of one frozen issue in which of its zones a reader gets it: worked out once for each zone."""

    def __init__(self, frozen: Frozen) -> None:
        """Choose among the zones of ``frozen``."""
        self._clocks = _Clocks(exact_instants(frozen.articles) | {frozen.composed_at})
        rendered = {self._clocks.of(zone): zone for zone in frozen.zones}
        self._rendered = rendered | {self._clocks.of(frozen.newsletter.time_zone): OWN}
        self._timed = {one.position for one in frozen.articles if exact(one.published) is not None}
        self._known: dict[str, str] = {}

    def of(self, zone: str) -> str:
        """Return which zone serves a reader in ``zone``; ``OWN`` where none was rendered that tells the same time."""
        if zone not in self._known:
            known = _known(zone)
            self._known[zone] = OWN if known is None else self._rendered.get(self._clocks.of(known), OWN)
        return self._known[zone]

    def matters(self, printed: Iterable[Position]) -> bool:
        """Tell whether any of these articles has a time of day."""
        return not self._timed.isdisjoint(printed)


class _Clocks:
    """What clocks show at some instants: how far ahead of UTC they are, in the order of the instants."""

    def __init__(self, instants: frozenset[datetime]) -> None:
        self._instants = sorted(instants)

    def of(self, zone: str) -> _Clock:
        known = ZoneInfo(zone)
        return tuple(instant.astimezone(known).utcoffset() for instant in self._instants)


def _known(told: str) -> str | None:
    """Return the IANA name of a zone that a reader told, whatever its case; ``None`` where it is none."""
    return None if told == NOT_TOLD else zone_name(told)


def offset_at(instants: Iterable[datetime], zone: str) -> timedelta | None:
    """Return how far a zone's clock is ahead of UTC at these instants; ``None`` where that differs."""
    clock = set(_Clocks(frozenset(instants)).of(zone))
    return clock.pop() if len(clock) == 1 else None
