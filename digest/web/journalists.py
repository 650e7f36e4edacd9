"""``/j/JOURNALIST``: the sent issues that hold an article of one journalist, for everybody; as a page and as feeds."""

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from digest.collect.journalist import Journalist
from digest.compose.newsletter import Newsletter
from digest.web.archive import MANY, Head, SentIssues, as_atom, as_json, list_page
from digest.web.atom import Feed
from digest.web.door import READ, Door


def journalists(door: Door, sent: SentIssues) -> APIRouter:
    """Return the routes of the journalists' issues."""
    router = APIRouter()

    @router.api_route("/j/{journalist}", methods=READ)
    def show(journalist: str, request: Request) -> HTMLResponse:
        found = _journalist(door, journalist)
        return list_page(door, request, _shelves(door, sent, found), of_one=False, journalist=found)

    @router.api_route("/j/{journalist}/atom.xml", methods=READ)
    def feed(journalist: str) -> Response:
        found = _journalist(door, journalist)
        return as_atom(door, _feed_of(found), _newest(_shelves(door, sent, found)))

    @router.api_route("/j/{journalist}/feed.json", methods=READ)
    def json_feed(journalist: str) -> Response:
        found = _journalist(door, journalist)
        return as_json(door, _feed_of(found), _newest(_shelves(door, sent, found)))

    return router


def _journalist(door: Door, slug: str) -> Journalist:
    """Return a journalist.

    :raises HTTPException: nobody on the roster is called so (404).
    """
    for journalist in door.runtime.roster.journalists():
        if journalist.id == slug:
            return journalist
    raise HTTPException(404)


def _feed_of(journalist: Journalist) -> Feed:
    outlet = journalist.outlet.name
    return Feed(path=f"/j/{journalist.id}", title=journalist.name, tagline=outlet, author=outlet)


def _shelves(door: Door, sent: SentIssues, journalist: Journalist) -> Sequence[tuple[Newsletter, Sequence[Head]]]:
    """Return the newsletters that had something by the journalist, each with its newest issues that did."""
    shelves = [(one, sent.newest_of(one, journalist.id, MANY)) for one in door.runtime.newsletters.newsletters()]
    return [(newsletter, heads) for newsletter, heads in shelves if heads]


def _newest(shelves: Sequence[tuple[Newsletter, Sequence[Head]]]) -> Sequence[Head]:
    heads = [head for _newsletter, theirs in shelves for head in theirs]
    return sorted(heads, key=lambda head: head.composed_at, reverse=True)[:MANY]
