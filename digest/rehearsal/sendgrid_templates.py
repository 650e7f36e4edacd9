"""The rehearsal SendGrid's dynamic templates, as the real one's API keeps them, held to its published description.

Beyond that, it wants what would be overwritten or rewritten to be said: ``generate_plain_content`` off, every part
given, and nothing between braces that ``handlebars`` does not know.
"""

import json
import secrets
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from digest.rehearsal.complaints import Complaint, Complaints, keys, text
from digest.rehearsal.handlebars import Handlebars, read

Said = tuple[HTTPStatus, bytes, str]

#: Templates and versions that one account may have; characters of a name, of a subject; bytes of a part; of a page.
MOST: Final = 300
_LONGEST_NAME: Final = 100
_LONGEST_SUBJECT: Final = 255
LARGEST_PART: Final = 1_048_576
LARGEST_PAGE: Final = 200
#: Of what one reader's mail is told: names and values together, in bytes.
LARGEST_DATA: Final = 10_000
_JSON: Final = "application/json"
_PARTS: Final = {"subject": "subject", "html_content": "html", "plain_content": "text"}
_VERSION: Final = ("name", "active", "generate_plain_content", "editor", "test_data", *_PARTS)


@dataclass(frozen=True)
class Version:
    """A version of a template, as it was given."""

    said: Mapping[str, Any]

    @cached_property
    def parts(self) -> dict[str, Handlebars]:
        """The parts ``subject``, ``html`` and ``text``."""
        return {part: read(str(self.said.get(key, ""))) for key, part in _PARTS.items()}

    def filled(self, part: str, values: Mapping[str, Any]) -> str:
        """Return a part with these values.

        :raises ValueError: one of them is missing, or is no text.
        """
        return self.parts[part].filled(values)


class TemplateShelf:
    """Every template that was made. Threads may ask at once."""

    def __init__(self) -> None:
        """Begin without any."""
        self._templates: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Return the names of all templates."""
        with self._lock:
            return [one["name"] for one in self._templates.values()]

    def active(self, template_id: str) -> Version | None:
        """Return the version that mails are made of, ``None`` if there is none."""
        with self._lock:
            versions = self._templates.get(template_id, {"versions": ()})["versions"]
            return next((Version(one) for one in versions if one["active"]), None)

    def serves(self, target: str) -> bool:
        """Tell whether a path is one of the templates'."""
        return urlsplit(target).path.startswith("/v3/templates")

    def answer(self, method: str, target: str, body: bytes) -> Said:
        """Answer a request of somebody with the right key."""
        address = urlsplit(target)
        with self._lock:
            match method, address.path.strip("/").split("/")[2:]:
                case "GET", []:
                    return self._page(parse_qs(address.query))
                case "POST", []:
                    return self._make(_decoded(body))
                case "GET", [id_] if id_ in self._templates:
                    return _yes(HTTPStatus.OK, self._templates[id_])
                case "DELETE", [id_] if id_ in self._templates:
                    del self._templates[id_]
                    return HTTPStatus.NO_CONTENT, b"", _JSON
                case "POST", [id_, "versions"] if id_ in self._templates:
                    return self._add(self._templates[id_], _decoded(body))
        return _no(HTTPStatus.NOT_FOUND, [Complaint(message="not found", field="")])

    def _page(self, query: Mapping[str, list[str]]) -> Said:
        size, first = (query.get(key, [default])[0] for key, default in (("page_size", ""), ("page_token", "0")))
        if not size.isdigit() or not 1 <= int(size) <= LARGEST_PAGE or not first.isdigit():
            return _no(
                HTTPStatus.BAD_REQUEST, [Complaint(message="page_size must be from 1 to 200", field="page_size")]
            )
        if query.get("generations") != ["dynamic"]:  # legacy ones are not kept here
            return _yes(HTTPStatus.OK, {"result": [], "_metadata": {"count": 0}})
        start, end = int(first), int(first) + int(size)
        every = list(self._templates.values())
        lean = [{**one, "versions": [_lean(version) for version in one["versions"]]} for one in every[start:end]]
        metadata: dict[str, Any] = {"count": len(every)}
        if end < len(every):
            metadata["next"] = f"/v3/templates?generations=dynamic&page_size={size}&page_token={end}"
        return _yes(HTTPStatus.OK, {"result": lean, "_metadata": metadata})

    def _make(self, said: object) -> Said:
        if not isinstance(said, dict):
            return _no(HTTPStatus.BAD_REQUEST, [Complaint(message="Bad Request", field="")])
        found = [*keys(said, ("name", "generation"), ""), *text(said.get("name"), "name", longest=_LONGEST_NAME)]
        if said.get("generation") != "dynamic":
            found.append(Complaint(message="Only dynamic templates are rehearsed.", field="generation"))
        if len(self._templates) >= MOST:
            found.append(Complaint(message=f"You can only have {MOST} templates.", field=""))
        if found:
            return _no(HTTPStatus.BAD_REQUEST, found)
        made = {
            "id": f"d-{secrets.token_hex(16)}",
            "name": said["name"],
            "generation": "dynamic",
            "updated_at": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
            "versions": [],
        }
        self._templates[str(made["id"])] = made
        return _yes(HTTPStatus.CREATED, made)

    def _add(self, template: dict[str, Any], said: object) -> Said:
        found = list(_complaints_about(said))
        if sum(len(one["versions"]) for one in self._templates.values()) >= MOST:
            found.append(Complaint(message=f"You can only have {MOST} versions.", field=""))
        if found or not isinstance(said, dict):
            return _no(HTTPStatus.BAD_REQUEST, found)
        version = {**said, "id": str(uuid.uuid4()), "template_id": template["id"]}
        if not template["versions"] or version.get("active"):
            for other in template["versions"]:
                other["active"] = 0
            version["active"] = 1
        template["versions"].append(version)
        return _yes(HTTPStatus.CREATED, version)


def complaints_about_data(request: Mapping[str, Any], version: Version | None) -> Iterator[Complaint]:
    """Yield what is wrong with a request by ``template_id``: no such template, data that does not fit it."""
    if version is None:
        yield Complaint(
            message="The template_id must be that of a template with an active version.", field="template_id"
        )
        return
    for place, one in enumerate(request["personalizations"]):
        data, where = one.get("dynamic_template_data", {}), f"personalizations.{place}.dynamic_template_data"
        if not isinstance(data, dict):
            yield Complaint(message="dynamic_template_data must be an object.", field=where)
            continue
        if sum(len(f"{name}{value}".encode("utf-8", "replace")) for name, value in data.items()) > LARGEST_DATA:
            yield Complaint(message=f"dynamic_template_data must not exceed {LARGEST_DATA} bytes.", field=where)
            continue
        try:
            subject, *_parts = [version.filled(part, data) for part in ("subject", "html", "text")]
        except ValueError as error:
            yield Complaint(message=f"{error}.", field=where)
            continue
        yield from text(subject, f"{where}.subject")


def _complaints_about(said: object) -> Complaints:
    if not isinstance(said, dict):
        yield Complaint(message="Bad Request", field="")
        return
    yield from keys(said, _VERSION, "")
    yield from text(said.get("name"), "name", longest=_LONGEST_NAME)
    yield from text(said.get("subject"), "subject", longest=_LONGEST_SUBJECT)
    if said.get("generate_plain_content") is not False:
        message = "plain_content would be made from html_content."
        yield Complaint(message=message, field="generate_plain_content")
    for key in _PARTS:
        part = said.get(key)
        if not isinstance(part, str) or not part:
            yield Complaint(message=f"The {key} must be given.", field=key)
            continue
        if len(part.encode("utf-8", "replace")) > LARGEST_PART:
            yield Complaint(message=f"A maximum of {LARGEST_PART} bytes is allowed.", field=key)
        try:
            read(part)
        except ValueError as error:
            yield Complaint(message=f"The template cannot be read: {error}.", field=key)


def _lean(version: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in version.items() if key not in ("html_content", "plain_content")}


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _yes(status: HTTPStatus, said: Mapping[str, Any]) -> Said:
    return status, json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"), _JSON


def _no(status: HTTPStatus, found: list[Complaint]) -> Said:
    return status, json.dumps({"errors": [one.as_json() for one in found]}).encode(), _JSON
