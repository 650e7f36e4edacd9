"""The texts and hashes of what composing freezes: an issue's snapshot, a newsletter, one reader's contents.

The text of a snapshot is what is kept, hashed and approved; it is read back when an issue is rendered again.
"""

import hashlib
from dataclasses import replace

from digest.collect.rates.rate import RateFlag, RateSnapshot
from digest.compose import canonical_json
from digest.compose.alerts import Alerts
from digest.compose.issue import Contents, Frozen
from digest.compose.newsletter import Newsletter
from digest.compose.schedule import Schedule
from digest.compose.sending import Sending
from digest.ids import Sha256


def to_json(frozen: Frozen) -> str:
    """Return the canonical JSON of a frozen issue."""
    return canonical_json.write(frozen)


def from_json(text: str) -> Frozen:
    """Return the frozen issue of which ``to_json`` made ``text``.

    :raises ValueError: the text is no snapshot.
    """
    return canonical_json.read(Frozen, text)


def digest_of(text: str) -> Sha256:
    """Return the SHA-256 of a text's UTF-8 bytes."""
    return Sha256(hashlib.sha256(text.encode()).hexdigest())


def rates_fingerprint(rates: RateSnapshot) -> str:
    """Return the SHA-256 (lower-case hex) of what a rate snapshot prints: equal if the same would be printed.

    What is held back, and what editors are told of it or of what is missing, is not printed.
    """
    printed = tuple(
        replace(rate, warning=None, flags=tuple(flag for flag in rate.flags if flag is not RateFlag.HELD))
        for rate in rates.rates
    )
    missing = tuple(replace(one, reason="") for one in rates.missing)
    return digest_of(canonical_json.write(replace(rates, rates=printed, missing=missing, held=())))


def newsletter_to_json(newsletter: Newsletter) -> str:
    """Return the canonical JSON of a newsletter."""
    return canonical_json.write(newsletter)


def newsletter_from_json(text: str) -> Newsletter:
    """Return the newsletter of which ``newsletter_to_json`` made ``text``.

    :raises ValueError: the text is no newsletter.
    """
    return canonical_json.read(Newsletter, text)


def sending_to_json(sending: Sending) -> str:
    """Return the canonical JSON of how a newsletter's issues leave."""
    return canonical_json.write(sending)


def sending_from_json(text: str) -> Sending:
    """Return what ``sending_to_json`` made ``text`` of.

    :raises ValueError: the text says no such thing.
    """
    return canonical_json.read(Sending, text)


def schedule_to_json(schedule: Schedule) -> str:
    """Return the canonical JSON of when a newsletter comes out."""
    return canonical_json.write(schedule)


def schedule_from_json(text: str) -> Schedule:
    """Return what ``schedule_to_json`` made ``text`` of.

    :raises ValueError: the text says no such thing.
    """
    return canonical_json.read(Schedule, text)


def alerts_to_json(alerts: Alerts) -> str:
    """Return the canonical JSON of who is told what about a newsletter."""
    return canonical_json.write(alerts)


def alerts_from_json(text: str) -> Alerts:
    """Return what ``alerts_to_json`` made ``text`` of.

    :raises ValueError: the text says no such thing.
    """
    return canonical_json.read(Alerts, text)


def contents_to_json(contents: Contents) -> str:
    """Return the canonical JSON of one reader's contents."""
    return canonical_json.write(contents)


def contents_from_json(text: str) -> Contents:
    """Return the contents of which ``contents_to_json`` made ``text``.

    :raises ValueError: the text is no contents.
    """
    return canonical_json.read(Contents, text)
