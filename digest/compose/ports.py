"""What composing needs from the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from digest.collect.article import Article
from digest.compose.alerts import Alerts
from digest.compose.issue import IssueState
from digest.compose.newsletter import Declaration, Newsletter
from digest.compose.schedule import Schedule
from digest.compose.sending import Sending
from digest.ids import IssueId, JournalistId, NewsletterId, Position


class Newsletters(Protocol):
    """The newsletters that editors have declared. Every call is one transaction."""

    def apply(self, declaration: Declaration, *, at: datetime) -> Sequence[str]:
        """Make the store say what the declaration says; return what changed, one short sentence each.

        Creates the newsletter's list. Journalists it no longer names leave the newsletter, not the roster.

        :raises WrongUse: the list already belongs to another newsletter (a cursor serves one newsletter only).
        """
        ...

    def newsletter(self, newsletter: NewsletterId) -> Newsletter:
        """Return one newsletter.

        :raises UnknownNewsletter: it has not been applied.
        """
        ...

    def newsletters(self) -> Sequence[Newsletter]:
        """Return all newsletters by name."""
        ...

    def schedule(self, newsletter: NewsletterId) -> Schedule:
        """Return when one newsletter's issues come out, by its newest declaration.

        :raises UnknownNewsletter: it has not been applied.
        """
        ...

    def alerts(self, newsletter: NewsletterId) -> Alerts:
        """Return who one newsletter's editors are and what they are told, by its newest declaration.

        :raises UnknownNewsletter: it has not been applied.
        """
        ...

    def sending(self, newsletter: NewsletterId) -> Sending:
        """Return how one newsletter's issues leave, by its newest declaration.

        :raises UnknownNewsletter: it has not been applied.
        """
        ...


class ShelfView(Protocol):
    """The shelf, read only."""

    def height(self) -> Position:
        """Return the position of the newest article or byline."""
        ...

    def articles(self, journalists: Sequence[JournalistId], *, above: Position, until: Position) -> Sequence[Article]:
        """Return the journalists' articles with any byline in ``above < position <= until``, by position."""
        ...

    def standing_at(self, positions: Sequence[Position]) -> Sequence[Article]:
        """Return the articles at these positions as they are now, with all their bylines, in that order."""
        ...


class IssueNumbers(Protocol):
    """What composing must know about the issues before this one."""

    def next_number(self, newsletter: NewsletterId) -> int:
        """Return the number of the next issue, from 1."""
        ...

    def last(self, newsletter: NewsletterId) -> tuple[IssueId, IssueState] | None:
        """Return the newsletter's newest issue that was not superseded, with its state; corrections do not count."""
        ...

    def former(self, newsletter: NewsletterId, *, most: int) -> Sequence[tuple[IssueId, Position, datetime]]:
        """Return the newest approved issues with their heights and when they were composed (UTC), the newest first.

        Corrections do not count.
        """
        ...

    def is_behind(self, issue: IssueId, *, at: datetime) -> bool:
        """Tell whether a planned delivery of the issue could go out ``at`` that instant, or could have a while before.

        Who waits for an hour of theirs does not count, nor what is in a worker's hands.
        """
        ...

    def last_rates(self, newsletter: NewsletterId) -> str | None:
        """Return the fingerprint of the rates in the newest approved issue, if any; corrections do not count."""
        ...
