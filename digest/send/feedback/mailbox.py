"""Mails that came back to us, one by one: bounces, complaints, readers who leave, and what is none of it. Pure."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import Final

from digest.errors import UnreadableFeedback
from digest.send.feedback.arf import read_complaint
from digest.send.feedback.dsn import is_report, read_bounce
from digest.send.feedback.mailto import token_of
from digest.send.feedback.returned import delivery_of, event_id, header, told_at
from digest.send.feedback.vocabulary import Feedback, FeedbackKind

SOURCE: Final = "mail"
#: What is longer is no report about a mail of ours.
LONGEST: Final = 10_000_000
_FIRST_LINE: Final = re.compile(rb"\s*(?:From [^\n]+|[A-Za-z][A-Za-z0-9_-]*[ \t]*:[^\n]*)(?:\n|$)")
_MBOX_LINE: Final = re.compile(rb"(?:\A\s*|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n")
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
#: Who writes bounces, as opposed to readers whose software answers for them.
_DAEMONS: Final = frozenset({"", "mailer-daemon", "postmaster", "mailerdaemon"})
_ANSWERS_ITSELF: Final = re.compile(
    r"^(?:auto(?:matic|mated)? ?-?re(?:ply|sponse)|out of (?:the )?office|abwesenheit|автоответ|нет на месте)",
    re.IGNORECASE,
)

# Its detectors write a whole mail into the log when they stumble; what stumbles is told by us.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())
logging.getLogger("flufl.bounce").propagate = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSays:
    """What one mail says: ``told`` of a mail of ours, or the ``token`` of the subscription that its reader ends.

    Neither where it is about none of our mails: a vacation, somebody's letter, spam.
    """

    told: Feedback | None = None
    token: str | None = None


def looks_like_mail(data: bytes) -> bool:
    """Tell whether ``data`` begins as a mail does, or as a file of several (mbox)."""
    return _FIRST_LINE.match(data[:10_000]) is not None


def split_mbox(data: bytes) -> Iterator[bytes]:
    """Yield the mails of an mbox file; a file with a single mail in it is one, too."""
    starts = list(_MBOX_LINE.finditer(data))
    if not starts or data[: starts[0].start()].strip():
        yield data
        return
    ends = [match.start() for match in starts[1:]] + [len(data)]
    for match, end in zip(starts, ends, strict=True):
        yield _ESCAPED.sub(rb"\1", data[match.end() : end])


def read_mail(data: bytes, *, received_at: datetime) -> MailSays:
    """Return what one mail says. ``received_at`` (UTC) stands in for a date that it lacks.

    :raises UnreadableFeedback: it is no mail, or one on which Python's parser or a detector stumbles.
    """
    if len(data) > LONGEST:
        raise UnreadableFeedback(f"it is a mail of more than {LONGEST // 1_000_000} MB")
    if not looks_like_mail(data):
        raise UnreadableFeedback("it is no mail")
    try:
        return _read(message_from_bytes(data), data, received_at)
    except Exception as error:  # noqa: BLE001 - somebody else's mail, and somebody else's detectors
        raise UnreadableFeedback(f"it is a mail that nobody can read ({type(error).__name__})") from None


def _read(message: Message, data: bytes, received_at: datetime) -> MailSays:
    complaint = read_complaint(message, data, received_at=received_at)
    if complaint is not None:
        return MailSays(told=complaint)
    if not is_report(message):
        token = token_of(message)
        if token is not None:
            return MailSays(token=token)
        if _is_auto_reply(message):
            return MailSays()
    bounce = read_bounce(message, data, received_at=received_at)
    return MailSays(told=bounce or _of_a_mail_of_ours(message, data, received_at))


def _is_auto_reply(message: Message) -> bool:
    """Tell whether somebody's software answers in their place (RFC 3834): that is no bounce, whatever it says."""
    if header(message, "X-Failed-Recipients"):  # Exim
        return False
    sender = parseaddr(" ".join(header(message, "From")))[1].partition("@")[0].lower()
    replied = any(value.strip().lower().startswith("auto-replied") for value in header(message, "Auto-Submitted"))
    old = any(message.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    precedence = any("auto_reply" in value.lower() for value in header(message, "Precedence"))
    subject = _ANSWERS_ITSELF.match(" ".join(header(message, "Subject")).strip())
    return sender not in _DAEMONS and (replied or old or precedence or subject is not None)


def _of_a_mail_of_ours(message: Message, data: bytes, received_at: datetime) -> Feedback | None:
    """Keep what came to a delivery's own return path, and what we have no word for."""
    delivery = delivery_of(message)
    sender = parseaddr(" ".join(header(message, "From")))[1].partition("@")[0].lower()
    if delivery is None or sender not in _DAEMONS:
        return None
    return Feedback(
        kind=FeedbackKind.UNKNOWN,
        source=SOURCE,
        said="",
        at=told_at(message, received_at),
        delivery=delivery,
        event_id=event_id(message, data),
        why="a mail server's words that nobody understands",
        raw=data[:4_000].decode("utf-8", "replace"),
    )
