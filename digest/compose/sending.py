"""How a newsletter's issues leave: when, how fast, how carefully, and what becomes of readers in doubt. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class WhenUncertain(StrEnum):
    """What becomes of a reader of whom nobody could tell for so long whether the provider took their mail."""

    PREFER_MISS = "prefer-miss"  # they stay in doubt, and are not mailed again
    PREFER_DUPLICATE = "prefer-duplicate"  # they are mailed again: perhaps for the second time


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How issues leave. No part of what is approved: the newest declaration holds, also in the middle of a send.

    ``spread_minutes`` is the delivery window, 0 for as fast as it goes. ``canary_percent`` of the readers (at least
    ``canary_readers``) are mailed first; the rest only if no more than ``most_failed_percent`` of them were refused or
    bounced, and ``canary_minutes`` after the wave where bounces are told us. ``per_minute`` bounds one worker's mailer,
    ``per_domain`` a recipient domain on it (0: unbounded). ``warm_up`` are the most mails of a sending domain's first
    days, the first day first; afterwards there is no bound. ``return_path`` is where bounces go (VERP, SMTP only).
    ``required_words`` must stand in every mail; its links are looked at with ``check_links``, and sites that are known
    to let no program look are ``unchecked_sites`` (host names).
    """

    when_uncertain: WhenUncertain = WhenUncertain.PREFER_MISS
    uncertain_hours: int = 24
    spread_minutes: int = 0
    canary_percent: int = 1
    canary_readers: int = 20
    canary_minutes: int = 5
    most_failed_percent: int = 5
    per_minute: int = 0
    per_domain: Mapping[str, int] = field(default_factory=dict)
    warm_up: tuple[int, ...] = ()
    return_path: str | None = None
    track_opens: bool = False
    track_clicks: bool = False
    categories: tuple[str, ...] = ()
    required_words: tuple[str, ...] = ()
    check_links: bool = True
    unchecked_sites: tuple[str, ...] = ()
