"""What SendGrid's answers mean: for whom, and what is to be done. Pure; nobody above looks at a status code."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any, Final

from digest.send.mail import Mail
from digest.send.mailers.sendgrid.addresses import folded
from digest.send.mime import one_line

#: Between these, in seconds, we come back after 429; without a word about it, after ``_USUAL_WAIT``.
_SHORTEST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 3_600.0
_USUAL_WAIT: Final = 60.0
#: So much of the provider's words is repeated, in characters.
_LONGEST_WORDS: Final = 300
_LONGEST_RECEIPT: Final = 200
_READER: Final = re.compile(r"personalizations\.(?P<place>\d{1,4})(?:\.(?P<what>\w+))?(?:\.|$)")
_ADDRESS: Final = re.compile(r"(?:\"[^\"]*\"|[^\s<>\[\](),;:\"]+)@[^\s<>\[\](),;:\"]+")
_ERROR_CODES: Final = range(500, 600)


class Meaning(Enum):
    """What an answer means for the mails that were asked for."""

    ACCEPTED = auto()
    LOOKED_AT = auto()  # in the sandbox: it would have been accepted
    WRONG = auto()  # 400: something in the request, perhaps a reader
    LOCKED_OUT = auto()  # 401, 403: we may not send at all
    TOO_LARGE = auto()
    TOO_MANY = auto()  # 429
    UNKNOWN = auto()  # whether it took them cannot be told
    MISDIRECTED = auto()  # whoever answered is no SendGrid, and took nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that came whole: ``headers`` by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One complaint about a request; if it is about a reader, their ``place`` in it and ``what`` of theirs is wrong."""

    words: str
    place: int | None = None
    what: str = ""


_MEANINGS: Final[Mapping[int, Meaning]] = {
    400: Meaning.WRONG,
    401: Meaning.LOCKED_OUT,
    403: Meaning.LOCKED_OUT,
    408: Meaning.TOO_MANY,  # it did not wait for the end of our request: later, then
    413: Meaning.TOO_LARGE,
    429: Meaning.TOO_MANY,
}


def meaning(reply: Reply, *, sandbox: bool = False) -> Meaning:
    """Return what an answer means.

    A yes counts only with its id: an answer that was cut short may look like one.
    """
    yes = 200 if sandbox else 202
    if reply.status == yes and (sandbox or reply.headers.get("x-message-id")):
        return Meaning.LOOKED_AT if sandbox else Meaning.ACCEPTED
    if reply.status in _MEANINGS:
        return _MEANINGS[reply.status]
    is_in_doubt = reply.status in _ERROR_CODES or reply.status < 300  # noqa: PLR2004 - what is no yes of ours
    return Meaning.UNKNOWN if is_in_doubt else Meaning.MISDIRECTED


def receipt(reply: Reply) -> str:
    """Return the provider's id for the request; empty in the sandbox, where it gives none."""
    return one_line(reply.headers.get("x-message-id", ""))[:_LONGEST_RECEIPT]


def wait_after(reply: Reply) -> float:
    """Return how many seconds to wait after 429: until ``X-RateLimit-Reset``, by the provider's own clock."""
    reset = reply.headers.get("x-ratelimit-reset", "")
    if not reset.isascii() or not reset.isdigit():
        return _USUAL_WAIT
    now = _instant(reply.headers.get("date", ""))
    if now is None:
        return _USUAL_WAIT
    return min(max(int(reset[:12]) - now.timestamp(), _SHORTEST_WAIT), _LONGEST_WAIT)


def _instant(date: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def faults(reply: Reply, mails: Sequence[Mail]) -> tuple[Fault, ...]:
    """Return what is wrong with the request for these mails, in the provider's words without anybody's address.

    A complaint is about a reader if its field says so, or if it repeats an address that is theirs alone.
    """
    places = {folded(mail.to_address): place for place, mail in enumerate(mails)}
    return tuple(_fault(said, places) for said in _errors(reply.body))


def _fault(said: Mapping[str, Any], places: Mapping[str, int]) -> Fault:
    words = _words(str(said.get("message") or ""), places)
    field = str(said.get("field") or "")
    found = _READER.match(field)
    if found is not None and int(found["place"]) < len(places):
        return Fault(words=words, place=int(found["place"]), what=found["what"] or "")
    named = {address.casefold() for address in _ADDRESS.findall(str(said.get("message") or ""))} & places.keys()
    if len(named) == 1:
        return Fault(words=words, place=places[named.pop()], what="to")
    return Fault(words=f"{words} ({field})" if field else words)


def words(reply: Reply) -> str:
    """Return what the provider said, in one line without any address; its status if it said nothing in JSON."""
    said = dict.fromkeys(_words(str(error.get("message") or ""), {}) for error in _errors(reply.body))
    return " ".join(part for part in said if part)[:_LONGEST_WORDS] or f"status {reply.status}"


def without_addresses(text: str) -> str:
    """Return the provider's words on one line of bounded length, without anything that looks like an address."""
    return _words(text, {})


def _words(text: str, places: Mapping[str, int]) -> str:
    line = one_line(text)
    for address in places:  # also those that the pattern would not know for one
        if address in line.casefold():
            line = re.sub(re.escape(address), "the address", line, flags=re.IGNORECASE)
    return _ADDRESS.sub("the address", line)[:_LONGEST_WORDS]


def _errors(body: bytes) -> list[Mapping[str, Any]]:
    try:
        said = json.loads(body)
    except ValueError:  # HTML of a proxy, an answer that was cut
        return []
    found = said.get("errors") if isinstance(said, dict) else None
    return [error for error in found if isinstance(error, dict)] if isinstance(found, list) else []
