"""How the story of one mail is told: days, instants, lists. Pure."""

from collections.abc import Sequence
from datetime import date, datetime


def articles(count: int) -> str:
    """Return how many articles, in words."""
    return "1 article" if count == 1 else f"{count} articles"


def instant(at: datetime | None) -> str:
    """Return an instant (UTC) to the minute."""
    return f"{day(at)} at {at:%H:%M} UTC" if at is not None else "an unknown day"


def day(of: date) -> str:
    """Return a day as it is said."""
    return f"{of.day} {of:%B %Y}"


def list_of(items: Sequence[str]) -> str:
    """Return items (at least one) as a list in a sentence."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
