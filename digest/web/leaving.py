"""``/u/TOKEN``: leaving with one click (RFC 8058), and coming back with one.

GET shows a button and changes nothing, since link scanners open every address. POST answers by itself: no redirect, no
cookie, no session. A token that opens nothing gets the same words whatever is the matter with it.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from digest.audience.own_page import come_back, leave, token_of
from digest.web.choosing import entered
from digest.web.door import READ, Door, SentForm
from digest.web.forms import said
from digest.web.own_pages import ask_page, left_page, no_such_link, own_page


def leaving(door: Door) -> APIRouter:
    """Return the routes of leaving."""
    router = APIRouter()
    book, clock = door.runtime.readers, door.runtime.clock

    @router.api_route("/u/{token}", methods=READ)
    def ask(token: str, request: Request) -> HTMLResponse:
        entry = entered(door, token)
        if entry is None:
            return no_such_link(door, request)
        return left_page(door, entry) if entry.membership.has_left else ask_page(door, entry)

    @router.post("/u/{token}")
    def act(token: str, request: Request, form: SentForm) -> HTMLResponse:
        # RFC 8058 §3.1 has mail programs send this pair; our own button sends it too.
        is_leaving = said(form, "List-Unsubscribe").lower() == "one-click"
        is_returning = not is_leaving and said(form, "come-back") != ""
        if is_leaving:
            leave(token_of(token), book=book, clock=clock)
        elif is_returning:
            come_back(token_of(token), book=book, clock=clock)
        entry = entered(door, token)
        if entry is None:
            return no_such_link(door, request)
        if entry.membership.has_left:
            return left_page(door, entry)
        return own_page(door, entry, told="back") if is_returning else ask_page(door, entry, status=400)

    return router
