"""robots.txt (RFC 9309): what a site lets our user agent read, and how often. Pure."""

from http import HTTPStatus
from typing import Final

from protego import Protego
from yarl import URL

from digest.errors import RobotsForbid

#: The product token that a site's robots.txt may name (RFC 9309 §2.2.1).
PRODUCT: Final = "BylineDigest"
#: A site that asks for a longer pause than this many seconds between two requests gets this one: a run must end.
LONGEST_DELAY: Final = 60.0
#: RFC 9309 §2.5: at least 500 KiB must be read; more is not.
MOST_BYTES: Final = 500 * 1024


def rules_of(status: int, body: bytes) -> Protego | str:
    """Return a site's rules, or why they could not be read. 4xx means: there are none (RFC 9309 §2.3.1.3)."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"the site's robots.txt could not be read (the server answered {status})"
    text = body[:MOST_BYTES].decode("utf-8-sig", "replace") if status == HTTPStatus.OK else ""
    return Protego.parse(text)


def obey(rules: Protego | str, url: URL) -> None:
    """Return if ``url`` may be read.

    :raises RobotsForbid: it may not, or the site could not tell (5xx, no answer in time): skip it in this run.
    """
    if isinstance(rules, str):
        raise RobotsForbid(str(url), rules, advice="It is skipped in this run; the next one asks again.")
    if not rules.can_fetch(str(url), PRODUCT):
        raise RobotsForbid(
            str(url), "the site's robots.txt asks us not to read it", advice="Ask the site, or take another source."
        )


def delay_of(rules: Protego | str) -> float:
    """Return how many seconds the site wants between two requests (``Crawl-delay``, ``Request-rate``), up to the bound.

    Neither is in RFC 9309. A rate that is meant for some hours of the day is kept all day.
    """
    if isinstance(rules, str):
        return 0.0
    delay = rules.crawl_delay(PRODUCT) or 0.0
    rate = rules.request_rate(PRODUCT)
    if rate is not None:
        delay = max(delay, rate.seconds / rate.requests)
    return min(delay, LONGEST_DELAY)
