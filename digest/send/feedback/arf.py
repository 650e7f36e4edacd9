"""Complaints: the reports of mailbox providers' feedback loops (ARF, RFC 5965). Pure.

The reader is mostly blacked out; our own ids in the headers of the mail that is brought back are not. A report without
any of them could have been written by anybody about anybody: it is kept as it came and silences nobody.
"""

from collections.abc import Mapping
from datetime import datetime
from email.message import Message
from email.utils import parseaddr
from typing import Any, Final

from digest.send.feedback.returned import delivery_of, event_id, header, returned_mails, told_at
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.mailers.smtp.replies import Reply, words

SOURCE: Final = "arf"
_REPORT: Final = "message/feedback-report"
#: The registered types (RFC 5965 section 7.3) and older ones; whatever else is said is kept as it came.
KINDS: Final[Mapping[str, FeedbackKind]] = {
    "abuse": FeedbackKind.COMPLAINED,
    "fraud": FeedbackKind.COMPLAINED,
    "virus": FeedbackKind.COMPLAINED,
    "miscategorized": FeedbackKind.COMPLAINED,
    "opt-out": FeedbackKind.UNSUBSCRIBED,
    "opt-out-list": FeedbackKind.UNSUBSCRIBED,
}
_LONGEST_RAW: Final = 4_000


def read_complaint(message: Message, data: bytes, *, received_at: datetime) -> Feedback | None:
    """Return what a feedback loop's report says; ``None`` if it is none."""
    fields = next((_fields(part) for part in message.walk() if part.get_content_type() == _REPORT), None)
    if fields is None:
        return None
    said = " ".join(header(fields, "Feedback-Type")).strip().lower()
    paths = header(fields, "Original-Mail-From")
    for returned in returned_mails(message):
        paths += header(returned, "Return-Path")
    delivery = delivery_of(message, *paths)
    address = parseaddr(" ".join(header(fields, "Original-Rcpt-To")))[1]
    return Feedback(
        kind=FeedbackKind.UNKNOWN if delivery is None else KINDS.get(said, FeedbackKind.UNKNOWN),
        source=SOURCE,
        said=said,
        at=told_at(message, received_at),
        delivery=delivery,
        address=address if "@" in address else None,
        event_id=event_id(message, data),
        why=words(Reply(-1, " ".join((said, *header(fields, "User-Agent"))))),
        raw=str(fields)[:_LONGEST_RAW],
    )


def _fields(part: Message) -> Message:
    parsed: Any = part.get_payload()  # Python parses whatever is message/… as a mail: the fields are its headers
    fields: Message = parsed[0]
    return fields
