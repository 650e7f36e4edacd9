"""What one reading of a source gives: the same value for every kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from digest.collect.article import FoundArticle
from digest.collect.journalist import Selectors, SourceKind
from digest.collect.web import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundJournalist:
    """What a page says of the journalist; ``None`` where it says nothing."""

    name: str | None = None
    role: str | None = None
    bio: str | None = None
    avatar_url: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TickerPair:
    """A pair as a page's ticker prints it: ``KGS/USD = 0.01144 0%`` is ``quote`` USD for one ``currency`` KGS.

    ``value`` keeps the printed digits; ``change_percent`` too, but a negative zero is zero and nothing printed is None.
    """

    currency: str
    quote: str
    value: Decimal
    change_percent: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One reading of a source. ``next`` asks for older articles where the source has more pages.

    ``credits`` asks who wrote an article, by its key, where the source itself names only who typed it in.
    """

    kind: SourceKind
    journalist: FoundJournalist | None = None
    page_date: date | None = None
    articles: tuple[FoundArticle, ...] = ()
    rates: tuple[TickerPair, ...] = ()
    warnings: tuple[str, ...] = ()
    next: Request | None = None
    credits: Mapping[str, Request] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assume:
    """What to take for granted where a source says nothing: the outlet's zone and language, and a byline filter.

    ``now`` is the base of relative dates where the page has no date of its own (UTC). ``selectors`` say where an HTML
    page has its articles; other kinds have no use for them.
    """

    now: datetime
    time_zone: str = "UTC"
    language: str = "en"
    byline: str | None = None
    aliases: tuple[str, ...] = field(default=())
    selectors: Selectors | None = None


class SourceReader(Protocol):
    """A kind of source. Sans-I/O: it says what to ask for and reads what came back."""

    kind: SourceKind

    def first(self, ref: str) -> Request:
        """Return the first request for a source at ``ref``."""
        ...

    def read(self, response: Response, assume: Assume) -> Page:
        """Read an answer, any bytes at all.

        :raises ParseError: the bytes are not what this kind of source gives.
        """
        ...
