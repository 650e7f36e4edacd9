"""What SendGrid's event webhook says, in our words. Pure: a JSON array goes in, one value for each of its elements.

Sources: SendGrid's "Event Webhook Reference"; where its own example and its table differ (a ``bounce`` without a
``type``) both are taken. An element that means nothing to us is kept as it came, and never loses the others.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from digest.audience.reader import SuppressionReason
from digest.errors import UnreadableFeedback
from digest.ids import DeliveryId
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.mailers.sendgrid.answers import without_addresses
from digest.send.mailers.sendgrid.requests import DELIVERY_ARGUMENT

#: Who says it, in ``Feedback.source``.
SOURCE: Final = "sendgrid"

#: SendGrid's words, and ours.
KINDS: Final[Mapping[str, FeedbackKind]] = {
    "processed": FeedbackKind.ACCEPTED,
    "deferred": FeedbackKind.DEFERRED,
    "delivered": FeedbackKind.DELIVERED,
    "dropped": FeedbackKind.DROPPED,
    "bounce": FeedbackKind.BOUNCED,  # without a type, as in SendGrid's own example
    "bounce/bounce": FeedbackKind.BOUNCED,
    "bounce/blocked": FeedbackKind.BLOCKED,
    "bounce/expired": FeedbackKind.BLOCKED,
    "blocked": FeedbackKind.BLOCKED,
    "open": FeedbackKind.OPENED,
    "click": FeedbackKind.CLICKED,
    "spamreport": FeedbackKind.COMPLAINED,
    "unsubscribe": FeedbackKind.UNSUBSCRIBED,
    "group_unsubscribe": FeedbackKind.UNSUBSCRIBED,
    "group_resubscribe": FeedbackKind.RESUBSCRIBED,
}

#: Why SendGrid did not even try, and what follows. For any other reason (spam content, a used up quota) nobody is
#: suppressed: it is not about the reader.
DROPPED_FOR: Final[Mapping[str, SuppressionReason]] = {
    "bounced address": SuppressionReason.BOUNCED,
    "invalid": SuppressionReason.INVALID,
    "spam reporting address": SuppressionReason.COMPLAINED,
    "unsubscribed address": SuppressionReason.UNSUBSCRIBED,
}

#: What is longer cannot be ours: an id of a delivery, an id of an event, an address (RFC 5321: 254).
_LONGEST_ID: Final = 200
_LONGEST_ADDRESS: Final = 320
_LONGEST_NUMBER: Final = 15
#: What a timestamp may be, in seconds since 1970: until the year 2100.
_INSTANTS: Final = range(1, 4_102_444_800)


def looks_like_events(data: bytes) -> bool:
    """Tell whether ``data`` begins as SendGrid's events do: with a JSON array of objects, or one object."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{")


def read_events(data: bytes, *, received_at: datetime) -> Sequence[Feedback]:
    """Return what SendGrid's events say, in their order: an array as it posts it, or a single event.

    ``received_at`` stands in for the instant of an event that has none.

    :raises UnreadableFeedback: it is no JSON, or neither an array nor an object.
    """
    try:
        said = json.loads(data, parse_int=_number, parse_float=_number, parse_constant=_no_number)
        if isinstance(said, (dict, list)):
            return [_event(one, received_at) for one in (said if isinstance(said, list) else [said])]
    except (ValueError, RecursionError):  # no JSON, no text, nested too deeply
        raise UnreadableFeedback("it is no JSON that SendGrid could have written") from None
    raise UnreadableFeedback("it is JSON, but no list of events")


def _event(said: object, received_at: datetime) -> Feedback:
    raw = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    facts: Mapping[str, Any] = said if isinstance(said, dict) else {}
    word = _word(facts)
    delivery = _text(facts.get(DELIVERY_ARGUMENT), _LONGEST_ID)
    kind = KINDS.get(word, FeedbackKind.UNKNOWN)
    if word == "group_unsubscribe" and delivery is None:
        kind = FeedbackKind.UNKNOWN  # from other mail of the same account: that is not ours to act upon
    at, event_id = _instant(facts.get("timestamp")), _text(facts.get("sg_event_id"), _LONGEST_ID)
    reason = str(facts.get("reason") or "")
    address = _text(facts.get("email"), _LONGEST_ADDRESS)
    return Feedback(
        kind=kind,
        source=SOURCE,
        said=word,
        at=at or received_at,
        delivery=DeliveryId(delivery) if delivery is not None else None,
        address=address if address is not None and "@" in address else None,
        # Without an instant the same event could not be told again by what it says.
        event_id=event_id or (None if at else sha256(raw.encode("utf-8", "replace")).hexdigest()),
        why=_why(facts, word if kind is FeedbackKind.UNKNOWN else ""),
        reason=DROPPED_FOR.get(reason.strip().casefold()) if kind is FeedbackKind.DROPPED else None,
        raw=raw,
    )


def _word(facts: Mapping[str, Any]) -> str:
    """Return SendGrid's own word for what happened; a bounce has two. One whose type is new is no hard one."""
    word, type_ = str(facts.get("event") or ""), facts.get("type")
    if word != "bounce" or not type_:
        return word
    both = f"bounce/{type_}"
    return both if both in KINDS else "bounce/blocked"


def _why(facts: Mapping[str, Any], word: str) -> str:
    """Return what the reader's server or SendGrid said of it, without any address. Never a link: it may open a door."""
    said = facts.get("reason") or facts.get("response") or facts.get("type")
    parts = (word, str(said or ""), f"({facts['status']})" if facts.get("status") else "")
    return without_addresses(" ".join(part for part in parts if part))


def _text(value: object, longest: int) -> str | None:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        return None
    return value.strip()


def _instant(value: object) -> datetime | None:
    """Return an instant from seconds since 1970, as a number or, as some relays write it, as its digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in _INSTANTS:
        return None
    return datetime.fromtimestamp(value, UTC)


def _number(digits: str) -> int | str:
    """Return a whole number; one with a fraction loses it, and what no counter ever shows stays as its digits."""
    whole = digits.partition(".")[0]
    return int(whole) if len(whole) <= _LONGEST_NUMBER and whole.lstrip("-").isdigit() else digits


def _no_number(name: str) -> str:
    return name
