"""The pages that a reader's link opens, each from one subscription."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from digest.audience.links import HOLDS, Purpose
from digest.audience.own_page import Access, Entry, come_back_until, masked, own_link
from digest.audience.reader import Membership, SubscriptionState
from digest.collect.journalist import Journalist
from digest.compose.newsletter import Newsletter
from digest.render.words import Words
from digest.web.appearance_form import shown_look
from digest.web.door import Door
from digest.web.rhythm_form import hours, weekdays
from digest.web.zones import all_zones, offered_languages, zones_first


def no_such_link(door: Door, request: Request) -> HTMLResponse:
    """Return the one polite page for a token that opens nothing, whatever is the matter with it."""
    return door.pages.notice("no-such-link", door.pages.words_of(request), status=404)


def ask_page(door: Door, entry: Entry, *, status: int = 200) -> HTMLResponse:
    """Return the page with the button that ends a subscription."""
    membership = entry.membership
    return door.pages.answer(
        "leave",
        door.pages.words(membership.subscriber.locale),
        status=status,
        token=entry.link,
        newsletter=door.newsletter_of(membership),
        address=masked(membership.subscriber.address),
    )


def left_page(door: Door, entry: Entry, *, told: str = "", status: int = 200) -> HTMLResponse:
    """Return the page for somebody who has left: what that means, the way back, and their data."""
    membership = entry.membership
    words = door.pages.words(membership.subscriber.locale)
    now = door.runtime.clock.now()
    until = come_back_until(membership)
    return door.pages.answer(
        "left",
        words,
        status=status,
        token=entry.link,
        told=told,
        access=entry.access,
        newsletter=door.newsletter_of(membership),
        address=masked(membership.subscriber.address),
        until=words.day(until.date(), beside=now.date()) if until is not None and until >= now else "",
    )


def own_page(door: Door, entry: Entry, *, told: str = "", status: int = 200) -> HTMLResponse:
    """Return a reader's own page, with what its link may do; ``told`` is what just happened, if anything did.

    Whose subscription has ended sees that, and the way back.
    """
    membership = entry.membership
    if membership.has_left:
        return left_page(door, entry, told=told, status=status)
    person = membership.subscriber
    words = door.pages.words(person.locale)
    newsletter = door.newsletter_of(membership)
    today = door.runtime.clock.now().date()
    return door.pages.answer(
        "choices",
        words,
        status=status,
        token=entry.link,
        told=told,
        access=entry.access,
        fault=None if entry.refused is None else entry.refused.fault,
        until="" if entry.until is None else words.day(entry.until.date(), beside=today),
        days={"mail": HOLDS[Purpose.MAIL].days, "own": HOLDS[Purpose.OWN].days},
        membership=membership,
        newsletter=newsletter,
        journalists=in_its_order(door, newsletter),
        languages=offered_languages([person.locale, *newsletter.locales]),
        zones_first=zones_first([person.time_zone, newsletter.time_zone], words),
        zones=all_zones(words),
        look=shown_look(membership.appearance),
        weekdays=weekdays(words),
        hours=hours(words),
        today=_today(door, person.time_zone),
        paused_until=_pause(door, membership, words),
        address=masked(person.address),
        joined=words.day(membership.joined_at.date(), beside=today),
        places=_places(door, entry) if entry.access is Access.OWN else (),
        is_listed=door.is_listed,
    )


def erase_page(door: Door, entry: Entry, *, is_unsure: bool = False, status: int = 200) -> HTMLResponse:
    """Return the page that says what erasing means, and asks."""
    membership = entry.membership
    return door.pages.answer(
        "erase",
        door.pages.words(membership.subscriber.locale),
        status=status,
        token=entry.link,
        newsletter=door.newsletter_of(membership),
        address=masked(membership.subscriber.address),
        is_unsure=is_unsure,
    )


def erased_page(door: Door, entry: Entry) -> HTMLResponse:
    """Return the page after erasing."""
    return door.pages.notice("erased", door.pages.words(entry.membership.subscriber.locale), status=200)


def _today(door: Door, time_zone: str) -> date:
    return door.runtime.clock.now().astimezone(ZoneInfo(time_zone)).date()


def _pause(door: Door, membership: Membership, words: Words) -> str:
    """Return the day on which mail begins again for whoever pauses now; else nothing."""
    until = membership.rhythm.paused_until
    today = _today(door, membership.subscriber.time_zone)
    return words.day(until, beside=today) if until is not None and until > today else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlace:
    """Another newsletter of ours on a reader's page; ``link`` opens theirs, empty where they are not on its list."""

    newsletter: Newsletter
    link: str
    is_left: bool


def _places(door: Door, entry: Entry) -> list[OtherPlace]:
    runtime = door.runtime
    theirs = {place.list_name: place for place in runtime.persons.places(entry.token)}
    now = runtime.clock.now()
    others = [one for one in runtime.newsletters.newsletters() if one.list_name != entry.membership.list_name]
    return [
        OtherPlace(
            newsletter=one,
            link=own_link(place.token, keys=runtime.link_keys, at=now) if (place := theirs.get(one.list_name)) else "",
            is_left=place is not None and place.state is SubscriptionState.UNSUBSCRIBED,
        )
        for one in others
    ]


def in_its_order(door: Door, newsletter: Newsletter) -> list[Journalist]:
    """Return the journalists of a newsletter, in the order in which it names them."""
    if not newsletter.journalists:
        return []
    known = {one.id: one for one in door.runtime.roster.journalists(newsletter.id)}
    return [known[slug] for slug in newsletter.journalists if slug in known]
