"""The pages that a reader's link opens, each from one subscription."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from digest.audience.own_page import come_back_until, masked
from digest.audience.reader import Membership
from digest.collect.journalist import Journalist
from digest.compose.newsletter import Newsletter
from digest.web.door import Door


def no_such_link(door: Door, request: Request) -> HTMLResponse:
    """Return the one polite page for a token that opens nothing, whatever is the matter with it."""
    return door.pages.notice("no-such-link", door.pages.words_of(request), status=404)


def ask_page(door: Door, token: str, membership: Membership, *, status: int = 200) -> HTMLResponse:
    """Return the page with the button that ends a subscription."""
    return door.pages.answer(
        "leave",
        door.pages.words(membership.subscriber.locale),
        status=status,
        token=token,
        newsletter=door.newsletter_of(membership),
        address=masked(membership.subscriber.address),
    )


def left_page(door: Door, token: str, membership: Membership, *, status: int = 200) -> HTMLResponse:
    """Return the page for somebody who has left: what that means, and the way back."""
    words = door.pages.words(membership.subscriber.locale)
    now = door.runtime.clock.now()
    until = come_back_until(membership)
    return door.pages.answer(
        "left",
        words,
        status=status,
        token=token,
        newsletter=door.newsletter_of(membership),
        address=masked(membership.subscriber.address),
        until=words.day(until.date(), beside=now.date()) if until is not None and until >= now else "",
    )


def choices_page(door: Door, token: str, membership: Membership, *, told: str = "", status: int = 200) -> HTMLResponse:
    """Return a reader's own page; ``told`` is what just happened: ``saved``, ``back``, ``nothing`` or empty."""
    words = door.pages.words(membership.subscriber.locale)
    newsletter = door.newsletter_of(membership)
    return door.pages.answer(
        "choices",
        words,
        status=status,
        token=token,
        told=told,
        membership=membership,
        newsletter=newsletter,
        journalists=_in_its_order(door, newsletter),
        address=masked(membership.subscriber.address),
        joined=words.day(membership.joined_at.date(), beside=door.runtime.clock.now().date()),
        is_listed=door.is_listed,
    )


def _in_its_order(door: Door, newsletter: Newsletter) -> list[Journalist]:
    if not newsletter.journalists:
        return []
    known = {one.id: one for one in door.runtime.roster.journalists(newsletter.id)}
    return [known[slug] for slug in newsletter.journalists if slug in known]
