"""The events that SendGrid would have posted about what it took: which, in which order, how often. Pure, by a seed."""

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from digest.rehearsal.sendgrid_book import Letter

#: SendGrid gathers events until they are so large together, in bytes.
LARGEST_POST: Final = 768 * 1024
_BETWEEN: Final = 2  # seconds between two events about a mail

#: What SendGrid says with each event. An event that is not here is posted all the same: words of tomorrow.
_FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "processed": {"send_at": 0},
    "deferred": {"response": "451 4.7.1 Greylisted, please try again later", "attempt": "1"},
    "delivered": {"response": "250 2.0.0 OK", "tls": 1},
    "dropped": {"reason": "Bounced Address", "status": "5.0.0"},
    "bounce": {
        "type": "bounce",
        "reason": "550 5.1.1 The email account that you tried to reach does not exist",
        "status": "5.1.1",
        "bounce_classification": "Invalid Address",
    },
    "blocked": {
        "event": "bounce",
        "type": "blocked",
        "reason": "552 5.2.2 Mailbox full",
        "status": "5.2.2",
        "bounce_classification": "Mailbox Unavailable",
    },
    "open": {"useragent": "Mozilla/5.0", "ip": "192.0.2.1", "sg_machine_open": False},
    "click": {
        "useragent": "Mozilla/5.0",
        "ip": "192.0.2.1",
        "url": "https://news.example/",
        "url_offset": {"index": 0},
    },
    "group_unsubscribe": {"asm_group_id": 10},
    "group_resubscribe": {"asm_group_id": 10},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsOrder:
    """What is to be posted, and how badly.

    ``to`` is an address on this machine. ``kinds`` happen to each mail in this order, if the reader's address has
    ``match`` in it and not ``unless``. Each event comes ``duplicates`` times more, with other ids if ``changed_ids``;
    ``shuffle`` mixes everything by ``seed``; each post waits ``delay`` seconds and is tried ``tries`` times until it is
    taken. ``at`` is what time it is (seconds since 1970; now, if 0); ``most_bytes`` how large a post gets. ``reason``
    is said instead of the usual one.
    """

    to: str
    kinds: tuple[str, ...] = ("processed", "delivered")
    match: str = ""
    unless: str = ""
    duplicates: int = 0
    changed_ids: bool = False
    shuffle: bool = False
    seed: int = 0
    delay: float = 0.0
    tries: int = 1
    at: int = 0
    most_bytes: int = LARGEST_POST
    reason: str = ""


def order_from(said: Mapping[str, Any]) -> EventsOrder:
    """Return the order that a JSON object describes.

    :raises ValueError: it describes none, or events would leave this machine.
    """
    try:
        kinds = {"kinds": tuple(str(kind) for kind in said["kinds"])} if "kinds" in said else {}
        order = EventsOrder(**{**said, **kinds})
        address = urlsplit(order.to)
        if address.scheme != "http" or not _is_this_machine(address.hostname or ""):
            raise ValueError("events are posted to this machine only: http://127.0.0.1:PORT/…")
        if not 0 < order.most_bytes <= LARGEST_POST or order.tries < 1 or order.duplicates < 0:
            raise ValueError(f"a post has at most {LARGEST_POST} bytes, is tried at least once, and repeated or not")
    except TypeError:
        names = ", ".join(EventsOrder.__dataclass_fields__)
        raise ValueError(f"an order has {names}") from None
    return order


def events_for(letters: Iterable[Letter], order: EventsOrder, *, now: int) -> list[dict[str, Any]]:
    """Return the events that an order asks for about these mails, the last of which happened ``now``."""
    wanted = [
        letter
        for letter in letters
        if order.match in letter.to_address and not (order.unless and order.unless in letter.to_address)
    ]
    first = now - _BETWEEN * (len(order.kinds) - 1)
    events = [
        _event(letter, kind, first + _BETWEEN * place, order.reason)
        for letter in wanted
        for place, kind in enumerate(order.kinds)
    ]
    again = [
        {**event, "sg_event_id": _id(event["sg_event_id"], str(number))} if order.changed_ids else event
        for number in range(order.duplicates)
        for event in events
    ]
    everything = events + again
    if order.shuffle:
        random.Random(order.seed).shuffle(everything)  # noqa: S311 - a rehearsal must come out the same again
    return everything


def posts(events: Sequence[Mapping[str, Any]], *, most_bytes: int) -> Iterator[bytes]:
    """Yield JSON arrays of events, none larger than ``most_bytes`` unless a single event is."""
    batch: list[bytes] = []
    size = 2
    for event in events:
        written = json.dumps(event, ensure_ascii=False).encode()
        if batch and size + len(written) + 1 > most_bytes:
            yield b"[" + b",".join(batch) + b"]\r\n"
            batch, size = [], 2
        batch.append(written)
        size += len(written) + 1
    if batch:
        yield b"[" + b",".join(batch) + b"]\r\n"


def _event(letter: Letter, kind: str, at: int, reason: str) -> dict[str, Any]:
    facts = dict(_FACTS.get(kind, {}))
    if reason and ("reason" in facts or "response" in facts):
        facts["reason" if "reason" in facts else "response"] = reason
    return {
        **letter.custom_args,
        "email": letter.to_address,
        "timestamp": at,
        "smtp-id": f"<{letter.message_id}@geopod-ismtpd-0>",
        "category": list(letter.categories),
        "sg_event_id": _id(letter.message_id, letter.to_address, kind, str(at)),
        "sg_message_id": f"{letter.message_id}.recvd-0-0-0-0.0",
        "event": kind,
        **facts,
    }


def _id(*told: str) -> str:
    return urlsafe_b64encode(sha256("|".join(told).encode()).digest()[:24]).decode()


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
