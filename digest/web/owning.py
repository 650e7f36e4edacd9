"""``/r/LINK/data`` and ``/r/LINK/erase``: what needs a link that was mailed to its owner alone."""

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from digest.audience.own_page import Access, Entry
from digest.audience.person import data_of
from digest.web.choosing import entered
from digest.web.door import READ, Door, SentForm
from digest.web.forms import said
from digest.web.own_pages import erase_page, erased_page, no_such_link, own_page


def owning(door: Door) -> APIRouter:
    """Return the routes of a reader's data."""
    router = APIRouter()
    persons, clock = door.runtime.persons, door.runtime.clock

    @router.post("/r/{token}/data")
    def export(token: str, request: Request) -> Response:
        entry = _owned(door, token, request)
        if not isinstance(entry, Entry):
            return entry
        kept = persons.kept(entry.token)
        if kept is None:  # erased between two lines of ours
            return no_such_link(door, request)
        return Response(
            json.dumps(data_of(kept), ensure_ascii=False, indent=2) + "\n",
            media_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"},
        )

    @router.api_route("/r/{token}/erase", methods=READ)
    def ask(token: str, request: Request) -> HTMLResponse:
        entry = _owned(door, token, request)
        return erase_page(door, entry) if isinstance(entry, Entry) else entry

    @router.post("/r/{token}/erase")
    def erase(token: str, request: Request, form: SentForm) -> HTMLResponse:
        entry = _owned(door, token, request)
        if not isinstance(entry, Entry):
            return entry
        if said(form, "sure") != "yes":
            return erase_page(door, entry, is_unsure=True, status=400)
        persons.erase(entry.token, at=clock.now())
        return erased_page(door, entry)

    return router


def _owned(door: Door, link: str, request: Request) -> Entry | HTMLResponse:
    """Return what a link opens that may do everything; for any other the page that says so."""
    entry = entered(door, link)
    if entry is None:
        return no_such_link(door, request)
    return entry if entry.access is Access.OWN else own_page(door, entry, told="only-mailed", status=403)
