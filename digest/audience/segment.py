"""A part of a list by simple conditions, such as whoever reads Russian and follows somebody of one outlet. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from digest.audience.may_mail import NoMail, may_mail
from digest.audience.reader import Reader
from digest.audience.rhythm import Pace
from digest.ids import EVERY_JOURNALIST, JournalistId


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Conditions that must all hold; one that says nothing always does, and of several values one is enough.

    ``languages`` are BCP 47 tags: ``ru`` is every Russian, ``ru-KZ`` only that of Kazakhstan. Whoever follows everybody
    follows each of ``follows``. ``joined_before`` and ``joined_since`` are UTC. ``mailable`` leaves out whoever may not
    be mailed.
    """

    languages: frozenset[str] = frozenset()
    time_zones: frozenset[str] = frozenset()
    paces: frozenset[Pace] = frozenset()
    follows: frozenset[JournalistId] = frozenset()
    joined_before: datetime | None = None
    joined_since: datetime | None = None
    mailable: bool = False

    def holds(self, reader: Reader) -> bool:
        """Tell whether a reader belongs to it."""
        person, joined = reader.subscriber, reader.joined_at
        return (
            (not self.languages or bool(_tags_of(person.locale) & self.languages))
            and (not self.time_zones or person.time_zone in self.time_zones)
            and (not self.paces or reader.rhythm.pace in self.paces)
            and (not self.follows or _follows_any(reader, self.follows))
            and (self.joined_before is None or (joined is not None and joined < self.joined_before))
            and (self.joined_since is None or (joined is not None and joined >= self.joined_since))
            and not (self.mailable and may_mail(reader) is not None)
        )


#: Everybody who is or was on the list.
EVERYBODY: Final = Segment()


def within(readers: Iterable[Reader], segment: Segment) -> Iterator[Reader]:
    """Yield the readers of a segment, one after another. Who was erased is nobody any more."""
    return (reader for reader in readers if reader.subscriber.address and segment.holds(reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many readers a segment has, and how many of those who may be mailed there are of each kind."""

    readers: int = 0
    mailable: int = 0
    not_mailed: Counter[NoMail] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    time_zones: Counter[str] = field(default_factory=Counter)
    paces: Counter[Pace] = field(default_factory=Counter)
    everybody: int = 0
    nobody: int = 0
    follows: Counter[JournalistId] = field(default_factory=Counter)


def counts_of(readers: Iterable[Reader]) -> Counts:
    """Count readers. ``follows`` counts those who follow a journalist by name, ``everybody`` who follows all."""
    every = mailable = everybody = nobody = 0
    counts = Counts()
    for reader in readers:
        every += 1
        why = may_mail(reader)
        if why is not None:
            counts.not_mailed[why] += 1
            continue
        mailable += 1
        slugs = {follow.journalist for follow in reader.follows}
        if EVERY_JOURNALIST in slugs:
            everybody += 1
        else:
            nobody += not slugs
            counts.follows.update(slugs)
        counts.languages[reader.subscriber.locale] += 1
        counts.time_zones[reader.subscriber.time_zone] += 1
        counts.paces[reader.rhythm.pace] += 1
    return Counts(
        readers=every,
        mailable=mailable,
        not_mailed=counts.not_mailed,
        languages=counts.languages,
        time_zones=counts.time_zones,
        paces=counts.paces,
        everybody=everybody,
        nobody=nobody,
        follows=counts.follows,
    )


def _tags_of(locale: str) -> set[str]:
    """Return the tags that a locale goes by: ``ru-KZ`` and ``ru``."""
    parts = locale.split("-")
    return {"-".join(parts[:length]) for length in range(1, len(parts) + 1)}


def _follows_any(reader: Reader, journalists: frozenset[JournalistId]) -> bool:
    return any(follow.journalist in journalists or follow.journalist == EVERY_JOURNALIST for follow in reader.follows)
