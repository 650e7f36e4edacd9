"""``/privacy``: what is stored of a reader, and for how long, for everybody to read."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from digest.audience.consent import FORGOTTEN_AFTER
from digest.web.archive import FOR_EVERYBODY
from digest.web.door import READ, Door


def privacy(door: Door) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()

    @router.api_route("/privacy", methods=READ)
    def show(request: Request) -> HTMLResponse:
        senders = [one.sender for one in door.runtime.newsletters.newsletters()]
        contacts = dict.fromkeys((one.name, one.reply_to or one.address) for one in senders)
        return door.pages.answer(
            "privacy",
            door.pages.words_of(request),
            headers=FOR_EVERYBODY | {"Vary": "Accept-Language"},
            contacts=list(contacts),
            keeps_network=door.runtime.settings.sign_up_keep_network,
            forgotten_after=FORGOTTEN_AFTER.days,
        )

    return router
