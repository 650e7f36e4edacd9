"""Where whoever rehearses looks at what was taken, and orders what is to go wrong: ``/rehearsal/…``."""

import json
from collections.abc import Iterable
from html import escape
from http import HTTPStatus
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from digest.rehearsal.faults import FaultKind, Script, fault_from
from digest.rehearsal.sendgrid_book import Book, Letter
from digest.rehearsal.sendgrid_events import order_from
from digest.rehearsal.sendgrid_postman import Postman

#: How many letters one look shows, at most.
MOST_SHOWN: Final = 1_000
_JSON: Final = "application/json"
_HTML: Final = "text/html; charset=utf-8"
_TEXT: Final = "text/plain; charset=utf-8"

Said = tuple[HTTPStatus, bytes, str]


class Desk:
    """Answers for everything that is not SendGrid's own. Looking changes nothing; orders are posted."""

    def __init__(self, book: Book, script: Script, postman: Postman, *, lines: int, asked: int) -> None:
        """Show ``book``, order by ``script``, post by ``postman``; so many lines were opened, so many requests came."""
        self._book = book
        self._script = script
        self._postman = postman
        self._lines = lines
        self._asked = asked

    def look(self, target: str) -> Said:
        """Answer a GET of ``target`` (path and query)."""
        address = urlsplit(target)
        first = int(parse_qs(address.query).get("first", ["0"])[0]) if address.query else 0
        match address.path.strip("/").split("/"):
            case [""] | ["rehearsal"]:
                return HTTPStatus.OK, _front_page(self._book.letters()).encode(), _HTML
            case ["rehearsal", "numbers"]:
                return _as_json(
                    {
                        "requests": len(self._book.requests()),
                        "letters": sum(len(one.request["personalizations"]) for one in self._book.requests()),
                        "asked": self._asked,
                        "lines": self._lines,
                    }
                )
            case ["rehearsal", ("requests" | "letters") as what]:
                return _as_json(self._listed(what, first))
            case ["rehearsal", "webhook-key"]:
                return HTTPStatus.OK, f"{self._postman.webhook_key}\n".encode(), _TEXT
            case ["rehearsal", "letters", number, ("html" | "text") as part] if number.isdigit():
                return self._part(int(number), part)
        return _not_found()

    def _listed(self, what: str, first: int) -> list[Any]:
        if what == "requests":
            return [one.request for one in self._book.requests()[first : first + MOST_SHOWN]]
        return [letter.as_json() for letter in islice(self._book.letters(), first, first + MOST_SHOWN)]

    def _part(self, number: int, part: str) -> Said:
        letter = next(islice(self._book.letters(), number, None), None)
        if letter is None:
            return _not_found()
        return HTTPStatus.OK, getattr(letter, part).encode(), _HTML if part == "html" else _TEXT

    def order(self, target: str, body: bytes) -> Said:
        """Answer a POST to ``target``."""
        match urlsplit(target).path.strip("/").split("/"):
            case ["rehearsal", "faults"]:
                try:
                    said = json.loads(body)
                    self._script.add(*(fault_from(one) for one in (said if isinstance(said, list) else [said])))
                except (ValueError, AttributeError) as error:
                    why = f"{error}; kinds: {', '.join(FaultKind)}"
                    return HTTPStatus.BAD_REQUEST, json.dumps({"error": why}).encode(), _JSON
                return _as_json({"done": True})
            case ["rehearsal", "events"]:
                try:
                    order = order_from(json.loads(body))
                except (ValueError, AttributeError) as error:
                    return HTTPStatus.BAD_REQUEST, json.dumps({"error": str(error)}).encode(), _JSON
                return _as_json(self._postman.deliver(self._book.letters(), order))
            case ["rehearsal", "reset"]:
                self._script.clear()
                self._book.clear()
                return _as_json({"done": True})
        return _not_found()


def _as_json(value: Any) -> Said:
    return HTTPStatus.OK, json.dumps(value, ensure_ascii=False).encode(), _JSON


def _not_found() -> Said:
    return HTTPStatus.NOT_FOUND, b'{"errors":[{"message":"not found","field":null,"help":null}]}', _JSON


def _front_page(letters: Iterable[Letter]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.to_name)} &lt;{escape(one.to_address)}&gt;</td><td>{escape(one.subject)}</td>"
        f'<td><a href="/rehearsal/letters/{place}/html">HTML</a>'
        f' <a href="/rehearsal/letters/{place}/text">text</a></td></tr>'
        for place, one in enumerate(islice(letters, MOST_SHOWN))
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rehearsal SendGrid</title></head><body>'
        "<h1>What SendGrid would have sent</h1><p>Nothing leaves this machine. The first"
        f" {MOST_SHOWN:,} letters:</p><table><tr><th>to</th><th>subject</th><th>parts</th></tr>{rows}</table>"
        "</body></html>"
    )
