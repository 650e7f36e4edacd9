"""``/r/TOKEN``: a reader's own page. Whom to follow, why this comes, one's data, and the way out.

GET shows it, POST changes. The token in the address is what a forger cannot know: no cookie, no further secret.
"""

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from digest.audience.choosing import Choice
from digest.audience.own_page import choose, data_of, membership_of
from digest.ids import JournalistId
from digest.web.door import READ, Door, SentForm
from digest.web.forms import Form, said
from digest.web.own_pages import choices_page, left_page, no_such_link


def choosing(door: Door) -> APIRouter:
    """Return the routes of a reader's own page."""
    router = APIRouter()
    book = door.runtime.readers

    @router.api_route("/r/{token}", methods=READ)
    def show(token: str, request: Request) -> HTMLResponse:
        membership = membership_of(token, book=book)
        if membership is None:
            return no_such_link(door, request)
        return left_page(door, token, membership) if membership.has_left else choices_page(door, token, membership)

    @router.post("/r/{token}")
    def save(token: str, request: Request, form: SentForm) -> HTMLResponse:
        membership = membership_of(token, book=book)
        if membership is None:
            return no_such_link(door, request)
        if said(form, "who") not in ("everybody", "some"):
            return choices_page(door, token, membership, told="nothing", status=400)
        offered = door.newsletter_of(membership).journalists
        membership, is_kept = choose(token, _choice(form, "shown-"), _choice(form, ""), offered=offered, book=book)
        if membership is None:
            return no_such_link(door, request)
        if membership.has_left:
            return left_page(door, token, membership, status=409)
        return choices_page(door, token, membership, told="saved" if is_kept else "nothing")

    @router.post("/r/{token}/data")
    def export(token: str, request: Request) -> Response:
        membership = membership_of(token, book=book)
        if membership is None:
            return no_such_link(door, request)
        data = data_of(membership, book.received(token))
        return Response(
            json.dumps(data, ensure_ascii=False, indent=2) + "\n",
            media_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"},
        )

    return router


def _choice(form: Form, prefix: str) -> Choice:
    """Read what stands on the page: as it was sent, or with the prefix ``shown-`` as it had been shown."""
    return Choice(
        everybody=said(form, f"{prefix}who") == "everybody",
        ticked=frozenset(JournalistId(slug) for slug in form.get(f"{prefix}follow", ())),
    )
