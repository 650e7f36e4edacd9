"""Articles: as a source shows them, and as the shelf keeps them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.ids import JournalistId, Position


class Precision(StrEnum):
    """How exactly a source tells when an article was published."""

    INSTANT = "instant"  # date, time and zone
    DAY = "day"  # a calendar day
    RELATIVE = "relative"  # "2 days ago", counted from a page's date or from the fetch
    UNKNOWN = "unknown"  # nothing was said


class Mark(StrEnum):
    """What a reader should know of an article before opening it, in the outlet's own words for it."""

    PAYWALL = "paywall"  # only subscribers of the outlet can read it whole
    OPINION = "opinion"  # a column, a comment, an editorial
    SPONSORED = "sponsored"  # paid for by somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When an article came out: never more exact than the source was.

    ``earliest`` and ``latest`` bracket the instant (UTC, inclusive); ``at`` is the instant itself where it is known.
    All three are ``None`` when nothing is known.
    """

    at: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    precision: Precision = Precision.UNKNOWN

    @property
    def best(self) -> datetime | None:
        """The instant, else the middle of the bracket, else ``None``."""
        if self.at is not None or self.earliest is None or self.latest is None:
            return self.at
        return self.earliest + (self.latest - self.earliest) / 2


UNDATED = Published()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """An article as one reading of a source showed it.

    ``url`` is canonical (see ``canonical.py``) or ``None`` where the source gives no address (a capture). ``text`` is
    plain text in the outlet's own words, never "corrected". ``guid`` is the feed's own id. ``language`` is BCP 47.
    ``modified_at`` is when the outlet last changed it (UTC), never before it was published. ``section`` is the outlet's
    own rubric, ``image_url`` an absolute https address. ``is_outlets``: nobody but the outlet itself is credited, and
    ``authors`` are its own names as printed ("BBC Sport"), which no journalist has.
    """

    title: str
    url: str | None = None
    text: str = ""
    authors: tuple[str, ...] = ()
    is_outlets: bool = False
    published: Published = UNDATED
    truncated: bool = False
    guid: str | None = None
    language: str | None = None
    modified_at: datetime | None = None
    section: str | None = None
    image_url: str | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def writers(self) -> tuple[str, ...]:
        """The people and agencies that are credited: all authors but the outlet itself."""
        return () if self.is_outlets else self.authors


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """A journalist's name on an article, with the position at which we first saw it there.

    It may stand higher than the article itself: a co-author's page can show the article days later, and whoever
    follows only the co-author is still owed it.
    """

    journalist: JournalistId
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published piece as the shelf keeps it. ``key`` is its identity (see ``identity.py``).

    ``copy_of`` is the position of the piece that another outlet had first, where this is a syndicated copy of it; that
    one is no copy itself. ``marks`` are in the order of ``Mark``.
    """

    position: Position
    key: str
    title: str
    url: str | None
    text: str
    authors: tuple[str, ...]
    published: Published
    truncated: bool
    language: str
    bylines: tuple[Byline, ...]
    first_seen_at: datetime
    modified_at: datetime | None = None
    section: str | None = None
    image_url: str | None = None
    marks: tuple[Mark, ...] = ()
    copy_of: Position | None = None
