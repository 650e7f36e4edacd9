"""Whether SendGrid takes a request: by its key, its form, its rules, and by the fault that is due. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from digest.rehearsal.complaints import Complaint
from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid_rules import LARGEST, complaints_about
from digest.rehearsal.sendgrid_templates import Version, complaints_about_data

JSON: Final = "application/json"
_TOO_LARGE: Final = "The request is too large."
_WRONG_KEY: Final = "The provided authorization grant is invalid, expired, or revoked"
_FORBIDDEN: Final = (
    "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved."
)
_PAGE: Final = "<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that is no yes. Without complaints the body is a page of HTML, as a proxy in between writes it."""

    status: HTTPStatus
    complaints: Sequence[Complaint]
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """Return the answer's body."""
        if not self.complaints:
            return _PAGE.encode()
        return json.dumps({"errors": [one.as_json() for one in self.complaints]}).encode()

    @property
    def media_type(self) -> str:
        """What kind of body it is."""
        return JSON if self.complaints else "text/html"


def refusal(status: HTTPStatus, message: str, *, field: str = "", headers: Mapping[str, str] | None = None) -> Refusal:
    """Return a refusal with one complaint."""
    return Refusal(status=status, complaints=[Complaint(message=message, field=field)], headers=headers or {})


def judge(
    headers: Mapping[str, str],
    body: bytes,
    *,
    key: str,
    fault: Fault | None,
    now: float,
    active: Callable[[str], Version | None] = lambda _template: None,
) -> dict[str, Any] | Refusal:
    """Return the request if it is to be taken, else why not. ``now`` is in seconds since 1970.

    ``active`` gives the version of a template that mails are made of.
    """
    if headers.get("Authorization") != f"Bearer {key}":
        return refusal(HTTPStatus.UNAUTHORIZED, _WRONG_KEY)
    if (headers.get("Content-Type") or "").partition(";")[0] != JSON:
        return refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The Content-Type must be application/json.")
    if len(body) > LARGEST:
        return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
    try:
        request = json.loads(body, parse_constant=_no_constant)
    except ValueError:  # also what is no UTF-8
        return refusal(HTTPStatus.BAD_REQUEST, "Bad Request")
    found = complaints_about(request, now=now)
    if not found and "template_id" in request:
        found = tuple(complaints_about_data(request, active(request["template_id"])))
    if found:
        return Refusal(status=HTTPStatus.BAD_REQUEST, complaints=found)
    due = _due(fault, request["personalizations"], now=now) if fault is not None else None
    return request if due is None else due


#: Faults that are an answer and nothing else: the status, the complaint and its field.
_ANSWERS: Final[Mapping[FaultKind, tuple[HTTPStatus, str, str]]] = {
    FaultKind.ERROR: (HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error", ""),
    FaultKind.UNAUTHORIZED: (HTTPStatus.UNAUTHORIZED, _WRONG_KEY, ""),
    FaultKind.FORBIDDEN: (HTTPStatus.FORBIDDEN, _FORBIDDEN, "from"),
    FaultKind.REFUSE_ALL: (HTTPStatus.BAD_REQUEST, "Bad Request", ""),
}
#: Faults that a proxy answers: no complaints, a page.
_PAGES: Final[Mapping[FaultKind, tuple[HTTPStatus, dict[str, str]]]] = {
    FaultKind.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, {}),
    FaultKind.REDIRECT: (HTTPStatus.FOUND, {"Location": "/rehearsal/elsewhere"}),
}


def _due(fault: Fault, readers: Sequence[Mapping[str, Any]], *, now: float) -> Refusal | None:
    if fault.kind in _ANSWERS:
        status, message, where = _ANSWERS[fault.kind]
        return refusal(status, message, field=where)
    if fault.kind in _PAGES:
        code, extra = _PAGES[fault.kind]
        return Refusal(status=code, complaints=(), headers=extra)
    match fault.kind:
        case FaultKind.TOO_MANY:
            reset = str(int(now + fault.seconds))
            headers = {"X-RateLimit-Limit": "600", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
            return refusal(HTTPStatus.TOO_MANY_REQUESTS, "too many requests", headers=headers)
        case FaultKind.TOO_LARGE if len(readers) > fault.readers:
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        case FaultKind.REFUSE:
            found = [
                _unwanted(place, reader["to"][0]["email"])
                for place, reader in enumerate(readers)
                if fault.match in reader["to"][0]["email"]
            ]
            return Refusal(status=HTTPStatus.BAD_REQUEST, complaints=found) if found else None
    return None


def _unwanted(place: int, address: str) -> Complaint:
    # The provider's own complaints repeat addresses, too.
    return Complaint(message=f"The address <{address}> does not exist.", field=f"personalizations.{place}.to.0.email")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
