"""The form for joining: what was sent, and what is wrong with it. Pure.

It may come from a page of ours or from anybody's: nothing in it is believed before it was looked at.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from digest.audience.consent import Choices
from digest.audience.homographs import passes_for_another
from digest.audience.links import LinkFault, LinkKeys, LinkRefused, Purpose, open_key
from digest.audience.mailbox import mailbox
from digest.audience.rhythm import Pace, PaceChange, Weekday
from digest.audience.tags import locale_tag, zone_name
from digest.ids import EVERY_JOURNALIST, JournalistId, ListName

#: Nobody reads a form and fills it in faster than that.
TOO_FAST: Final = timedelta(seconds=2)
#: The field that no person sees, so that only programs fill it in.
HONEYPOT: Final = "website"
LONGEST_VERSION: Final = 40

#: A form's fields by name, each with its values in order.
Fields = Mapping[str, Sequence[str]]


class Problem(StrEnum):
    """What is wrong with a form, in the order in which a visitor is told."""

    ADDRESS_MISSING = "address-missing"
    ADDRESS_BAD = "address-bad"
    ADDRESS_DISGUISED = "address-disguised"  # its domain passes for another one
    ADDRESS_THROWAWAY = "address-throwaway"  # its domain is among those that are refused
    ADDRESS_UNREACHABLE = "address-unreachable"  # its domain takes no mail
    NOBODY_CHOSEN = "nobody-chosen"
    CHOICE_UNKNOWN = "choice-unknown"  # a pace, language or zone that is not on the page
    ONCE_MORE = "once-more"  # the page was open for too long, or hardly at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that was understood. ``address`` is normalised; ``version`` is that of the words that it showed.

    ``is_bots`` tells that only a program can have filled it in.
    """

    address: str
    choices: Choices
    version: str
    is_bots: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the form offers: whom to follow, and what holds for whoever says nothing."""

    list_name: ListName
    journalists: Collection[JournalistId]
    locale: str
    time_zone: str


def read_sign_up(fields: Fields, offer: Offer, *, refused: Collection[str] = ()) -> Sent | tuple[Problem, ...]:
    """Return what was asked for, or all that is wrong with it. ``refused`` are domains that are not taken."""
    address = _address(_said(fields, "address"), refused)
    choices = _choices(fields, offer)
    if isinstance(address, Problem) or isinstance(choices, Problem):
        return tuple(found for found in (address, choices) if isinstance(found, Problem))
    version = _said(fields, "version")
    return Sent(
        address=address,
        choices=choices,
        version=version if len(version) <= LONGEST_VERSION and version.isascii() and version.isprintable() else "",
        is_bots=bool(_said(fields, HONEYPOT)),
    )


def timing_problem(stamp: str, list_name: ListName, *, keys: LinkKeys, now: datetime) -> Problem | None:
    """Return what is wrong with when a form was shown, which its signed ``stamp`` says.

    A form on somebody else's page has none: it is as old as that page.
    """
    shown = open_key(stamp, list_name, (Purpose.FORM,), keys=keys, now=now)
    if isinstance(shown, LinkRefused):
        return None if shown.fault is LinkFault.MISSING else Problem.ONCE_MORE
    return Problem.ONCE_MORE if now - shown.made_at < TOO_FAST else None


def _said(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()


def _address(text: str, refused: Collection[str]) -> str | Problem:
    if not text:
        return Problem.ADDRESS_MISSING
    try:
        address = mailbox(text)
    except ValueError:
        return Problem.ADDRESS_BAD
    domain = address.rpartition("@")[2]
    if passes_for_another(domain):
        return Problem.ADDRESS_DISGUISED
    if any(domain == one or domain.endswith(f".{one}") for one in refused):
        return Problem.ADDRESS_THROWAWAY
    return address


def _choices(fields: Fields, offer: Offer) -> Choices | Problem:
    ticked = tuple(
        dict.fromkeys(slug for slug in map(JournalistId, fields.get("follow", ())) if slug in offer.journalists)
    )
    everybody = _said(fields, "who") != "some"
    if not everybody and not ticked:
        return Problem.NOBODY_CHOSEN
    pace = _pace(fields)
    locale = _known(locale_tag, _said(fields, "locale"), offer.locale)
    time_zone = _known(zone_name, _said(fields, "time_zone"), offer.time_zone)
    if pace is None or locale is None or time_zone is None:
        return Problem.CHOICE_UNKNOWN
    follows = (EVERY_JOURNALIST,) if everybody else ticked
    return Choices(follows=follows, locale=locale, time_zone=time_zone, pace=pace)


def _pace(fields: Fields) -> PaceChange | None:
    try:
        pace = Pace(_said(fields, "pace") or Pace.EVERY_ISSUE)
        weekday = Weekday(_said(fields, "weekday") or Weekday.MONDAY) if pace is Pace.WEEKLY else None
    except ValueError:
        return None
    return PaceChange(pace=pace, weekday=weekday)


def _known(proper: Callable[[str], str | None], text: str, otherwise: str) -> str | None:
    return proper(text) if text else otherwise
