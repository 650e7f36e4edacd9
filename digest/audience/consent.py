"""Signing up, and the proof of it: what somebody agreed to, in which words, when, and from which network. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from digest.audience.rhythm import Pace, PaceChange, Weekday
from digest.ids import JournalistId, ListName

#: How much of a visitor's network is kept, in bits: of IPv4 a block of 256 addresses, of IPv6 what a site is given.
KEPT_BITS: Final = {4: 24, 6: 48}
#: Whoever has not confirmed by then is forgotten.
FORGOTTEN_AFTER: Final = timedelta(days=30)


class Given(StrEnum):
    """How somebody agreed."""

    FORM = "form"  # the form for joining, and the link in the mail that asked once more
    IMPORT = "import"  # a newsroom's word, taken over with a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What somebody chose who signs up: whom to follow (``EVERY_JOURNALIST`` for all), language, zone and pace."""

    follows: tuple[JournalistId, ...]
    locale: str
    time_zone: str
    pace: PaceChange = PaceChange(pace=Pace.EVERY_ISSUE)  # noqa: RUF009 - a frozen value

    def as_json(self) -> dict[str, Any]:
        """Return plain values to keep."""
        return {
            "follows": list(self.follows),
            "locale": self.locale,
            "time_zone": self.time_zone,
            "pace": self.pace.pace.value,
            "weekday": self.pace.weekday,
        }


def choices_from_json(kept: Mapping[str, Any]) -> Choices:
    """Return choices as ``as_json`` keeps them."""
    return Choices(
        follows=tuple(JournalistId(one) for one in kept["follows"]),
        locale=kept["locale"],
        time_zone=kept["time_zone"],
        pace=PaceChange(pace=Pace(kept["pace"]), weekday=None if kept["weekday"] is None else Weekday(kept["weekday"])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What will show that somebody agreed: the ``words`` they were shown, in which ``version`` and ``language``.

    ``at`` is UTC. ``network`` is truncated, ``None`` where it is not kept.
    """

    words: str
    version: str
    language: str
    network: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Somebody asks to be put on a list; nobody knows yet whether the address is theirs. ``id``: 22 characters."""

    id: str
    address: str
    list_name: ListName
    choices: Choices
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A proof that is kept. ``confirmed_at`` is when the mail's link was used (UTC), where one was needed."""

    list_name: ListName
    how: Given
    proof: Proof
    confirmed_at: datetime | None
    confirmed_network: str | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values for whoever asks for their data."""
        return {
            "list": self.list_name,
            "how": self.how.value,
            "words": self.proof.words,
            "version": self.proof.version,
            "language": self.proof.language,
            "asked_at": self.proof.at.isoformat(),
            "asked_from": self.proof.network,
            "confirmed_at": None if self.confirmed_at is None else self.confirmed_at.isoformat(),
            "confirmed_from": self.confirmed_network,
        }


class Fate(StrEnum):
    """What becomes of a sign-up. The visitor is told the same whatever it is."""

    ASKED = "asked"  # a mail asks whether it was they
    KNOWN = "known"  # they are on the list: a mail has the link to their page
    NOT_MAILED = "not-mailed"  # the address is suppressed or erased
    TOO_OFTEN = "too-often"  # the address was mailed a moment ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a confirming link is about: which list, and in which language the form was."""

    list_name: ListName
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a confirming link led to: the subscription's ``token``, and whether it was this press that began it."""

    token: str
    list_name: ListName
    is_new: bool


def truncated(address: str) -> str | None:
    """Return the network of an IP address: ``203.0.113.0/24``, ``2001:db8:7::/48``; ``None`` if it is none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return str(ip_network((ip, KEPT_BITS[ip.version]), strict=False))
