"""When asking again can help, and after how long. Pure.

Only a gateway's 502, 503 and 504 and timeouts are worth a second try within one run; 429 and the rest are for the next.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from digest.collect.fetching.expiry import http_date

#: How often one address is asked again.
RETRIES: Final = 2
#: A server that asks for a longer pause than this many seconds is left alone until the next run.
LONGEST_PAUSE: Final = 30.0

_RETRIED: Final = frozenset({502, 503, 504})
_WAITS: Final = frozenset({429, 503})
_MOST_DIGITS: Final = 9


def pause_before_retry(attempt: int, *, status: int | None, wish: float | None) -> float | None:
    """Return how many seconds to wait before asking again, or ``None`` when the answer has to do.

    ``attempt`` counts from 0; ``status`` is ``None`` for a timeout; ``wish`` is the server's own
    ``Retry-After``.
    """
    if attempt >= RETRIES or (status is not None and status not in _RETRIED):
        return None
    pause = max(2.0**attempt, wish or 0.0)
    return pause if pause <= LONGEST_PAUSE else None


def asks_to_wait(status: int) -> bool:
    """Tell whether ``Retry-After`` with this status is meant for the whole site: too many requests, or out of order."""
    return status in _WAITS


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Read ``Retry-After`` (RFC 9110 §10.2.3: seconds, or an HTTP date) as seconds from ``now``, never below zero."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:_MOST_DIGITS])
    at = http_date(value)
    return None if at is None else max(0.0, (at - now).total_seconds())
