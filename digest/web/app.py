"""The application: all routes behind one guard, and one polite page for whatever goes wrong."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from digest.errors import StoreError
from digest.newsroom_joining import is_open, refused_domains
from digest.resources import templates_dir
from digest.web.archive import SentIssues, archive
from digest.web.choosing import choosing
from digest.web.description import description
from digest.web.door import READ, Door
from digest.web.guard import Guard
from digest.web.hooks import hooks
from digest.web.joining import joining
from digest.web.journalists import journalists
from digest.web.leaving import leaving
from digest.web.lost import lost
from digest.web.owning import owning
from digest.web.pages import Pages
from digest.web.privacy import privacy
from digest.web.rates import rates
from digest.web.throttle import Throttle
from digest.wiring import Runtime

#: The statuses for which the notice page has words of their own; any other is said in general.
_NOTICES = {404: "no-such-page", 405: "not-so", 413: "too-large"}


def create_app(runtime: Runtime) -> ASGIApp:
    """Return the application on an open runtime, which must stay open as long as it serves."""
    door = _door(runtime)
    return Guard(Throttle(create_routes(door), door))


def describe_routes(runtime: Runtime) -> dict[str, Any]:
    """Return the OpenAPI description of all routes, as plain values."""
    return description(create_routes(_door(runtime)), public_url=runtime.settings.public_url)


def _door(runtime: Runtime) -> Door:
    return Door(runtime=runtime, pages=Pages(templates_dir(), public_url=runtime.settings.public_url))


def create_routes(door: Door) -> FastAPI:
    """Return all routes, unguarded. They serve no description of themselves: ``digest web describe`` prints it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.include_router(lost(door))
    app.include_router(leaving(door))
    app.include_router(choosing(door))
    app.include_router(owning(door))
    app.include_router(privacy(door))
    if is_open(door.runtime.settings, door.runtime.link_keys):
        refused_domains(door.runtime.settings)  # a file that cannot be read is told now, not to a visitor
        app.include_router(joining(door))
    sent = SentIssues(door)
    app.include_router(archive(door, sent))
    if door.is_listed:
        app.include_router(journalists(door, sent))
        app.include_router(rates(door))
    app.include_router(hooks(door))
    _add_machinery(app, door)
    _add_mishaps(app, door)
    return app


def _add_machinery(app: FastAPI, door: Door) -> None:
    @app.api_route("/healthz", methods=READ)
    def lives() -> Response:
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    @app.api_route("/readyz", methods=READ)
    @app.api_route("/health", methods=READ)
    def health() -> Response:
        try:
            revision = door.runtime.check_store()
        except StoreError as error:
            facts = {"status": "failed", "error": error.name}
            return JSONResponse(facts, 503, {"Cache-Control": "no-store"})
        return JSONResponse({"status": "ok", "revision": revision}, headers={"Cache-Control": "no-store"})

    @app.api_route(f"/{door.pages.style_name}", methods=READ)
    def style() -> Response:
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(door.pages.style, media_type="text/css", headers=headers)

    @app.api_route("/favicon.ico", methods=READ)
    def no_picture() -> Response:
        return Response(status_code=204, headers={"Cache-Control": "public, max-age=86400"})


def _add_mishaps(app: FastAPI, door: Door) -> None:
    @app.exception_handler(HTTPException)
    def not_served(request: Request, error: HTTPException) -> Response:
        kind = _NOTICES.get(error.status_code, "not-understood")
        words = door.pages.words_of(request)
        return door.pages.notice(kind, words, status=error.status_code, headers=error.headers)

    @app.exception_handler(StoreError)
    def no_store(request: Request, error: StoreError) -> Response:  # noqa: ARG001 - /health and the log name it
        words = door.pages.words_of(request)
        return door.pages.notice("come-again", words, status=503, headers={"Retry-After": "60"})

    @app.exception_handler(Exception)
    def our_fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server logs it
        return door.pages.notice("our-fault", door.pages.words_of(request), status=500)
