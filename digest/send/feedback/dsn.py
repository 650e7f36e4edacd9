"""Bounces: delivery status notifications (RFC 3464) and what mail servers wrote before there was a standard. Pure.

A mail that "failed" is not yet a mailbox that does not exist. Only what says so of the address (RFC 3463: 5.1.x, a
mailbox that is disabled, a host that does not exist) is ``bounced``, after which the reader is not mailed again. A full
mailbox, a policy or a block list is ``blocked``: were it not, one bad day of our server would silence a whole provider.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import HeaderParser
from email.utils import parseaddr
from typing import Final

from flufl.bounce import all_failures

from digest.send.feedback.returned import delivery_of, event_id, header, text_of, told_at
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.mailers.smtp.replies import Reply, words

SOURCE: Final = "dsn"
_STATUS_PARTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ENHANCED: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE: Final = re.compile(r"(?<![\d.])[45]\d\d(?![\d.])")
#: RFC 3464 section 2.3.3, the most telling first; ``error`` is OpenSMTPD's word for ``failed``.
_ACTIONS: Final = ("failed", "error", "delayed", "delivered", "relayed", "expanded")
_GOOD: Final = {
    "delivered": FeedbackKind.DELIVERED,
    "relayed": FeedbackKind.ACCEPTED,
    "expanded": FeedbackKind.ACCEPTED,
}
#: Subject and detail (RFC 3463) that are about the address and not about us or this moment.
_NO_SUCH: Final = re.compile(r"5\.(?:1\.\d+|2\.1|4\.4)")
#: … but these two of them are about the sender's address.
_ABOUT_US: Final = frozenset({"5.1.7", "5.1.8"})
_SAYS_NO_SUCH: Final = re.compile(
    r"(?:no such|unknown|invalid|non-?existent|bad|unrouteable)\W+(?:\w+\W+){0,2}"
    r"(?:user|recipient|mailbox|address|account|host|domain|local)"
    r"|(?:user|recipient|mailbox|address|account|host|domain)\b.{0,60}?(?:unknown|not found|does(?:n't| not) exist"
    r"|disabled|no longer|not listed|not known|invalid|unavailable|rejected)",
    re.IGNORECASE | re.DOTALL,
)
_SAYS_NOT_NOW: Final = re.compile(
    r"spam|block|black-?list|reputation|policy|quota|full|exceeded|too (?:large|big|many)|dmarc|dkim|spf|content|virus"
    r"|expired|timed out|rate|temporar",
    re.IGNORECASE,
)
_LONGEST_RAW: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one server says of one recipient: its action, its enhanced code, its words; ``address`` as it is named."""

    action: str
    status: str
    diagnosis: str
    address: str
    raw: str


def read_bounce(message: Message, data: bytes, *, received_at: datetime) -> Feedback | None:
    """Return what a bounce says, or a note that a mail is late or was delivered; ``None`` if it is none of them."""
    told = _by_standard(message) or _by_detectors(message)
    if told is None:
        return None
    delivery = delivery_of(message)
    kind = _kind(told)
    if kind is FeedbackKind.BOUNCED and delivery is None:
        kind = FeedbackKind.BLOCKED  # anybody could have written it
    return Feedback(
        kind=kind,
        source=SOURCE,
        said=f"{told.action} {told.status}".strip(),
        at=told_at(message, received_at),
        delivery=delivery,
        address=told.address or None,
        event_id=event_id(message, data),
        why=words(Reply(-1, f"{told.status} {told.diagnosis}".strip() or told.action)),
        raw=told.raw[:_LONGEST_RAW],
    )


def is_report(message: Message) -> bool:
    """Tell whether a mail says in the standard's way what became of another."""
    return any(part.get_content_type() in _STATUS_PARTS for part in message.walk())


def _kind(told: _Told) -> FeedbackKind:
    if told.action in _GOOD:
        return _GOOD[told.action]
    if told.action == "delayed":
        return FeedbackKind.DEFERRED
    if told.status and told.status not in ("5.0.0", *_ABOUT_US) and _NO_SUCH.fullmatch(told.status):
        return FeedbackKind.BOUNCED
    if told.status.startswith("4.") or (told.status and told.status != "5.0.0"):
        return FeedbackKind.BLOCKED
    # No code, or one that says nothing: their words, and without any that we know it is for good.
    if _SAYS_NO_SUCH.search(told.diagnosis):
        return FeedbackKind.BOUNCED
    return FeedbackKind.BLOCKED if _SAYS_NOT_NOW.search(told.diagnosis) else FeedbackKind.BOUNCED


def _by_standard(message: Message) -> _Told | None:
    """Read the fields of RFC 3464; of several recipients the one with the most telling action."""
    found = [
        (_ACTIONS.index(action), block)
        for part in message.walk()
        if part.get_content_type() in _STATUS_PARTS
        for block in _blocks(part)
        for action in [_action(block)]
        if action
    ]
    if not found:
        return None
    place, block = min(found, key=lambda one: one[0])
    diagnosis = " ".join(header(block, "Diagnostic-Code"))
    recipients = (*header(block, "Original-Recipient"), *header(block, "Final-Recipient"))
    return _Told(
        action="failed" if _ACTIONS[place] == "error" else _ACTIONS[place],
        status=_status(" ".join(header(block, "Status")), diagnosis),
        diagnosis=diagnosis,
        address=next(filter(None, map(_address, recipients)), ""),
        raw=str(block),
    )


def _by_detectors(message: Message) -> _Told | None:
    """Ask the detectors for the many ways in which servers have said it in prose."""
    late, failed = all_failures(message)
    if not late and not failed:
        return None
    text = "\n".join(text_of(part) for part in message.walk() if part.get_content_maintype() == "text")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = next((line for line in lines if _ENHANCED.search(line)), "") or next(
        (line for line in lines if _CODE.search(line) or _SAYS_NO_SUCH.search(line)), ""
    )
    return _Told(
        action="failed" if failed else "delayed",
        status=_status("", telling),
        diagnosis=telling,
        address=min(failed or late).decode("ascii", "replace"),
        raw=text,
    )


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of a status part, some of which Python parses as mails of their own."""
    text = "\n\n".join(map(str, part.get_payload()))
    return [HeaderParser().parsestr(block.strip("\r\n")) for block in re.split(r"\r?\n[ \t]*\r?\n", text)]


def _action(block: Message) -> str:
    said = " ".join(header(block, "Action")).strip().lower()  # some servers add a comment
    return next((action for action in _ACTIONS if said.startswith(action)), "failed" if said.startswith("fail") else "")


def _status(field: str, diagnosis: str) -> str:
    """Return the enhanced code: the server's own, unless it says nothing ("5.0.0") and its words do."""
    codes = [match[0] for match in map(_ENHANCED.search, (field, diagnosis)) if match]
    return next((code for code in codes if not code.endswith(".0.0")), codes[0] if codes else "")


def _address(field: str) -> str:
    """Return the address of ``rfc822; reader@example.org``."""
    address = parseaddr(field.partition(";")[2] or field)[1]
    return address if "@" in address else ""
