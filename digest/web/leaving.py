"""``/u/TOKEN``: leaving with one click (RFC 8058), and coming back with one.

GET shows a button and changes nothing, since link scanners open every address. POST answers by itself: no redirect, no
cookie, no session. A token that opens nothing gets the same words whatever is the matter with it.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from digest.audience.own_page import come_back, leave, membership_of, token_of
from digest.web.choosing import entered
from digest.web.door import READ, Door, SentForm
from digest.web.forms import said
from digest.web.own_pages import ask_page, left_page, no_such_link, own_page


def leaving(door: Door) -> APIRouter:
    """Return the routes of leaving."""
    router = APIRouter()
    book, clock = door.runtime.readers, door.runtime.clock

    @router.api_route("/u", methods=READ)
    @router.api_route("/r", methods=READ)
    def no_token(request: Request) -> HTMLResponse:
        return door.pages.notice("own-link", door.pages.words_of(request), status=200)

    @router.api_route("/u/{token}", methods=READ)
    def ask(token: str, request: Request) -> HTMLResponse:
        membership = membership_of(token_of(token), book=book)
        if membership is None:
            return no_such_link(door, request)
        return left_page(door, token, membership) if membership.has_left else ask_page(door, token, membership)

    @router.post("/u/{token}")
    def act(token: str, request: Request, form: SentForm) -> HTMLResponse:
        # RFC 8058 §3.1 has mail programs send this pair; our own button sends it too.
        is_leaving = said(form, "List-Unsubscribe").lower() == "one-click"
        is_returning = not is_leaving and said(form, "come-back") != ""
        if is_leaving:
            membership = leave(token_of(token), book=book, clock=clock)
        elif is_returning:
            membership = come_back(token_of(token), book=book, clock=clock)
        else:
            membership = membership_of(token_of(token), book=book)
        if membership is None:
            return no_such_link(door, request)
        if membership.has_left:
            return left_page(door, token, membership)
        if is_returning:
            entry = entered(door, token)
            return no_such_link(door, request) if entry is None else own_page(door, entry, told="back")
        return ask_page(door, token, membership, status=400)

    return router
