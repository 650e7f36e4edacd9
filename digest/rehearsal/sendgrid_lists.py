"""The rehearsal SendGrid's lists of whom it does not mail, as the real one's API shows and changes them."""

import json
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

Said = tuple[HTTPStatus, bytes, str]

#: The lists that the API shows. What is told it goes to the last one.
NAMES: Final = ("bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes")
#: So many entries a page has, at the most.
LARGEST_PAGE: Final = 500
_JSON: Final = "application/json"


class SuppressionLists:
    """Everybody whom it does not mail, by list. Threads may ask at once."""

    def __init__(self) -> None:
        """Begin with empty lists."""
        self._lists: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in NAMES}
        self._lock = threading.Lock()

    def add(self, name: str, email: str, *, reason: str = "", created: int | None = None) -> None:
        """Put an address on a list; it stays where it is if it is there."""
        entry: dict[str, Any] = {"created": int(time.time()) if created is None else created, "email": email}
        if name != "unsubscribes":
            entry["reason"] = reason
        with self._lock:
            self._lists[name].setdefault(email.casefold(), entry)

    def emails(self, name: str) -> list[str]:
        """Return the addresses on a list."""
        with self._lock:
            return [entry["email"] for entry in self._lists[name].values()]

    def serves(self, target: str) -> bool:
        """Tell whether a path is one of these lists'."""
        return urlsplit(target).path.startswith(("/v3/suppression/", "/v3/asm/suppressions/global"))

    def answer(self, method: str, target: str, body: bytes) -> Said:
        """Answer a request of somebody with the right key."""
        address = urlsplit(target)
        match method, address.path.strip("/").split("/"):
            case "GET", ["v3", "suppression", name] if name in NAMES:
                return self._page(name, parse_qs(address.query))
            case "POST", ["v3", "asm", "suppressions", "global"]:
                return self._take(body)
            case "DELETE", ["v3", "asm", "suppressions", "global", email]:
                with self._lock:
                    gone = self._lists["unsubscribes"].pop(unquote(email).casefold(), None)
                return (HTTPStatus.NO_CONTENT, b"", _JSON) if gone else _complaint(HTTPStatus.NOT_FOUND, "not found")
        return _complaint(HTTPStatus.NOT_FOUND, "not found")

    def _page(self, name: str, query: Mapping[str, list[str]]) -> Said:
        limit, offset = (query.get(key, [default])[0] for key, default in (("limit", "500"), ("offset", "0")))
        if not limit.isdigit() or not offset.isdigit() or not 1 <= int(limit) <= LARGEST_PAGE:
            return _complaint(HTTPStatus.BAD_REQUEST, "limit must be from 1 to 500 and offset a number")
        with self._lock:
            entries = sorted(self._lists[name].values(), key=lambda entry: (-entry["created"], entry["email"]))
        page = entries[int(offset) : int(offset) + int(limit)]
        return HTTPStatus.OK, json.dumps(page).encode(), _JSON

    def _take(self, body: bytes) -> Said:
        try:
            said = json.loads(body)
        except ValueError:
            said = None
        emails = said.get("recipient_emails") if isinstance(said, dict) else None
        if not isinstance(emails, list) or not all(isinstance(one, str) and "@" in one for one in emails):
            return _complaint(HTTPStatus.BAD_REQUEST, "recipient_emails must be an array of email addresses")
        for email in emails:
            self.add("unsubscribes", email)
        return HTTPStatus.CREATED, json.dumps({"recipient_emails": emails}).encode(), _JSON


def _complaint(status: HTTPStatus, message: str) -> Said:
    return status, json.dumps({"errors": [{"field": None, "message": message}]}).encode(), _JSON
