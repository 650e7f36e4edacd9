"""``/u`` and ``/r`` without a link: where one's own is, and having it mailed."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.background import BackgroundTask

from digest.newsroom_joining import is_open, mail_lost, may_sign_up
from digest.newsroom_notices import send_quietly
from digest.web.door import READ, Door, SentForm
from digest.web.forms import said
from digest.web.visitor import network_of


def lost(door: Door) -> APIRouter:
    """Return the routes for whoever has no link at hand. Nobody learns from them whether an address is known."""
    router = APIRouter()

    @router.api_route("/u", methods=READ)
    @router.api_route("/r", methods=READ)
    def no_token(request: Request) -> HTMLResponse:
        can_ask = is_open(door.runtime.settings, door.runtime.link_keys)
        return door.pages.answer("lost", door.pages.words_of(request), can_ask=can_ask, told="")

    @router.post("/r")
    def mail_lost_link(request: Request, form: SentForm) -> HTMLResponse:
        runtime = door.runtime
        words = door.pages.words_of(request)
        if not may_sign_up(runtime, network_of(request, runtime.settings)):
            return door.pages.notice("too-often", words, status=429, headers={"Retry-After": "3600"})
        mail_lost(runtime, said(form, "address"))
        page = door.pages.answer("lost", words, can_ask=True, told="asked")
        page.background = BackgroundTask(send_quietly, runtime)
        return page

    return router
