"""How long an answer may stand before its site is asked again (RFC 9111 §4.2). Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

#: A site that promises more is asked again all the same after this long. Half a day, not a whole one: a newsletter that
#: collects once a day, at the same hour, must never be composed from yesterday's pages.
LONGEST_FRESH: Final = timedelta(hours=12)

_DIRECTIVE: Final = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|([^\s,]*)))?")
_ASK_AGAIN: Final = frozenset({"no-cache", "no-store"})
#: We ask for one address with different ``Accept``: what depends on it cannot stand for the next question.
_VARIES: Final = frozenset({"*", "accept"})
_MOST_DIGITS: Final = 9


def fresh_until(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """Return until when an answer that came ``now`` needs no asking again; ``None``: ask whenever it is wanted.

    ``max-age`` goes before ``Expires``, ``Age`` is taken off, and nothing is fresh for longer than ``LONGEST_FRESH``.
    ``headers`` are by lower-case name.
    """
    said = _directives(headers)
    varies = {name.strip().lower() for name in headers.get("vary", "").split(",")}
    if said.keys() & _ASK_AGAIN or varies & _VARIES:
        return None
    lifetime = _seconds(said["max-age"]) if "max-age" in said else _expires(headers, now)
    left = lifetime - _seconds(headers.get("age", ""))
    return now + min(timedelta(seconds=left), LONGEST_FRESH) if left > 0 else None


def is_fresh(until: datetime | None, *, now: datetime) -> bool:
    """Tell whether ``until`` still lies ahead; what lies too far was noted by another clock."""
    return until is not None and now < until <= now + LONGEST_FRESH


def http_date(text: str) -> datetime | None:
    """Read an HTTP date (RFC 9110 §5.6.7) as an instant in UTC; ``None`` for anything else."""
    try:
        at = parsedate_to_datetime(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _directives(headers: Mapping[str, str]) -> dict[str, str]:
    value = headers.get("cache-control")
    if value is None:
        value = headers.get("pragma", "")  # HTTP/1.0
    said: dict[str, str] = {}
    for name, quoted, bare in _DIRECTIVE.findall(value):
        said.setdefault(name.lower(), quoted or bare)
    return said


def _seconds(text: str) -> float:
    digits = text.strip()
    return float(digits[:_MOST_DIGITS]) if digits.isascii() and digits.isdigit() else 0.0


def _expires(headers: Mapping[str, str], now: datetime) -> float:
    """Return the seconds that ``Expires`` gives, by the server's own clock where it shows it; ``0`` is the past."""
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    return (expires - (http_date(headers.get("date", "")) or now)).total_seconds()
