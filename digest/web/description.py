"""The OpenAPI description of the routes: what each takes and answers, for whoever puts a proxy or a filter before them.

The application serves no description of itself: ``digest web describe`` prints it. Pure.
"""

import re
import warnings
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

from digest import __version__
from digest.web.forms import MULTIPART, URLENCODED

PAGE: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
#: What may be answered to whatever is asked, beside what was wanted: always a page.
_MISHAPS: Final[Mapping[int, str]] = {
    400: "What was sent was not understood.",
    403: "The link may be used for looking and leaving only.",
    404: "There is no such page, or the link leads nowhere.",
    408: "The form did not come to its end in time.",
    429: "Too many requests from this network; Retry-After says when to come again.",
    503: "The store does not answer; come again.",
}
_SENT_MISHAPS: Final[Mapping[int, str]] = {
    409: "The reader has left meanwhile.",
    413: "The form is larger than any of ours.",
}
#: What is no page, by the end of its path: what it is instead.
_OTHERS: Final[tuple[tuple[str, Mapping[int, str | None]], ...]] = (
    (r"/(?:health|healthz|readyz)", {200: JSON, 503: JSON}),
    (r"/favicon\.ico", {204: None}),
    (r"/look-.*\.css", {200: "text/css; charset=utf-8"}),
    (r"/.*atom\.xml", {200: "application/atom+xml"}),
    (r"/.*feed\.json", {200: "application/feed+json"}),
    (r"/.*\.json", {200: JSON}),
    (r"/r/\{[^/]*\}/data", {200: JSON}),
    (
        r"/hooks/.*",
        {
            204: None,
            400: "text/plain; charset=utf-8",
            401: "text/plain; charset=utf-8",
            403: "text/plain; charset=utf-8",
        },
    ),
    (r"/i/\{[^/]*\}", {200: PAGE, 304: None}),
    (r"/i/\{[^/]*\}/\{[^/]*\}", {200: PAGE, 302: None}),
)
_SHAPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "token": {"type": "string", "maxLength": 200},
    "newsletter": {"type": "string", "maxLength": 80},
    "issue": {"type": "string", "maxLength": 100},
    "view": {"type": "string", "maxLength": 200},
}


def description(app: FastAPI, *, public_url: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of an application's routes."""
    with warnings.catch_warnings():
        # One function for GET and HEAD has one name for both, which is what is meant.
        warnings.filterwarnings("ignore", message="Duplicate Operation ID")
        routes = app.openapi()["paths"]
    paths = {path: {method: _operation(path, method) for method in sorted(routes[path])} for path in sorted(routes)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Byline Digest: the readers' pages", "version": __version__},
        "servers": [{"url": public_url}],
        "paths": paths,
    }


def _operation(path: str, method: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{method} {path}",
        "parameters": [_parameter(name) for name in re.findall(r"\{([^}:]+)", path)],
        "responses": _responses(path, method),
    }
    if method == "post" and not path.startswith("/hooks/"):
        fields = {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
        operation["requestBody"] = {"content": {URLENCODED: fields, MULTIPART: fields}}
    elif method == "post":
        operation["requestBody"] = {"content": {JSON: {"schema": {}}}}
    return operation


def _parameter(name: str) -> dict[str, Any]:
    shape = _SHAPES.get(name, {"type": "string", "maxLength": 100})
    return {"name": name, "in": "path", "required": True, "schema": dict(shape)}


def _responses(path: str, method: str) -> dict[str, Any]:
    wanted = next((answers for shape, answers in _OTHERS if re.fullmatch(shape, path)), {200: PAGE})
    mishaps = {**_MISHAPS, **(_SENT_MISHAPS if method == "post" else {})}
    said: dict[int, tuple[str, str | None]] = {status: (words, PAGE) for status, words in mishaps.items()}
    said |= {status: (mishaps.get(status, "As wanted."), kind) for status, kind in wanted.items()}
    return {str(status): _response(words, kind) for status, (words, kind) in sorted(said.items())}


def _response(words: str, kind: str | None) -> dict[str, Any]:
    return {"description": words} if kind is None else {"description": words, "content": {kind.partition(";")[0]: {}}}
