"""``/r/LINK``: a reader's own page. Whom to follow, why this comes, one's data, and the way out.

GET shows it, POST changes. What a link may do stands in its key, signed, as a part of the address: there is no cookie,
so nothing that another site could use in a visitor's name.
"""

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.background import BackgroundTask

from digest.audience.choosing import Choice
from digest.audience.links import LinkFault, LinkRefused
from digest.audience.own_page import Access, Entry, choose, choose_appearance, choose_rhythm, enter
from digest.audience.person import change_of_person
from digest.audience.tags import locale_tag, zone_name
from digest.ids import JournalistId
from digest.newsroom_joining import mail_own_link
from digest.newsroom_notices import send_quietly
from digest.web.appearance_form import read_appearance
from digest.web.door import READ, Door, SentForm
from digest.web.forms import Form, said
from digest.web.guard import log
from digest.web.own_pages import left_page, no_such_link, own_page
from digest.web.rhythm_form import read_rhythm

#: What the form calls what is a person's on all their lists, and what makes proper names of it.
_PERSONAL: Final[Mapping[str, Callable[[str], str | None]]] = {"locale": locale_tag, "time_zone": zone_name}


def choosing(door: Door) -> APIRouter:
    """Return the routes of a reader's own page."""
    router = APIRouter()

    @router.api_route("/r/{token}", methods=READ)
    def show(token: str, request: Request) -> HTMLResponse:
        entry = entered(door, token)
        return no_such_link(door, request) if entry is None else own_page(door, entry)

    @router.post("/r/{token}")
    def save(token: str, request: Request, form: SentForm) -> HTMLResponse:
        entry = entered(door, token)
        return no_such_link(door, request) if entry is None else _save(door, entry, form)

    @router.post("/r/{token}/link")
    def mail_a_link(token: str, request: Request) -> HTMLResponse:
        entry = entered(door, token)
        if entry is None:
            return no_such_link(door, request)
        runtime = door.runtime
        mailed = mail_own_link(runtime, door.newsletter_of(entry.membership), entry.token, entry.membership)
        page = own_page(door, entry, told=mailed)
        page.background = BackgroundTask(send_quietly, runtime)
        return page

    return router


def entered(door: Door, link: str) -> Entry | None:
    """Return what a reader's link opens; why it opens nothing, or may not do all, is noted without the link."""
    runtime = door.runtime
    entry = enter(link, book=runtime.readers, keys=runtime.link_keys, now=runtime.clock.now())
    refused = entry if isinstance(entry, LinkRefused) else entry.refused
    if refused is not None and refused.fault is not LinkFault.MISSING:  # headers have the token alone
        log.info("link refused: %s: %s", refused.fault, refused.evidence)
    return None if isinstance(entry, LinkRefused) else entry


def _save(door: Door, entry: Entry, form: Form) -> HTMLResponse:
    """Write what was changed on the page, and show it as it is then."""
    if entry.access is Access.LOOK:
        return own_page(door, entry, told="only-fresh", status=403)
    if entry.membership.has_left:
        return left_page(door, entry, status=409)
    newsletter = door.newsletter_of(entry.membership)
    try:
        person = change_of_person(_personal(form, "shown-"), _personal(form, ""))
        rhythms = (read_rhythm(form, "shown-"), read_rhythm(form)) if said(form, "pace") else None
        appearances = (read_appearance(form, "shown-"), read_appearance(form)) if said(form, "look") else None
    except ValueError:
        return own_page(door, entry, told="nothing", status=400)
    runtime = door.runtime
    if newsletter.journalists:
        if said(form, "who") not in ("everybody", "some"):
            return own_page(door, entry, told="nothing", status=400)
        _, is_kept = choose(
            entry.token,
            _choice(form, "shown-"),
            _choice(form, ""),
            offered=newsletter.journalists,
            book=runtime.readers,
        )
    else:
        is_kept = True
    is_kept = runtime.persons.change_person(entry.token, person) and is_kept
    if rhythms is not None:
        shown, chosen = rhythms
        _, is_timed = choose_rhythm(entry.token, shown, chosen, book=runtime.readers, clock=runtime.clock)
        is_kept = is_kept and is_timed
    if appearances is not None:
        _, is_dressed = choose_appearance(entry.token, *appearances, book=runtime.readers)
        is_kept = is_kept and is_dressed
    after = entered(door, entry.link)
    if after is None:
        raise HTTPException(404)  # erased between two lines of ours
    if after.membership.has_left:
        return left_page(door, after, status=409)
    return own_page(door, after, told="saved" if is_kept else "nothing")


def _choice(form: Form, prefix: str) -> Choice:
    """Read what stands on the page: as it was sent, or with the prefix ``shown-`` as it had been shown."""
    return Choice(
        everybody=said(form, f"{prefix}who") == "everybody",
        ticked=frozenset(JournalistId(slug) for slug in form.get(f"{prefix}follow", ())),
    )


def _personal(form: Form, prefix: str) -> dict[str, str]:
    """Read the language and the zone, if they are there.

    :raises ValueError: nobody knows that language or that zone.
    """
    sent = {name: value for name in _PERSONAL if (value := said(form, f"{prefix}{name}"))}
    found = {name: _PERSONAL[name](value) for name, value in sent.items()}
    if None in found.values():
        raise ValueError
    return {name: value for name, value in found.items() if value is not None}
