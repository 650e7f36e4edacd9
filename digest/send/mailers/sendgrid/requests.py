"""A request to send, as SendGrid's v3 API takes it, with every limit held before anybody is asked. Pure.

Where the provider's documents disagree the stricter limit holds: 10,000 bytes of substitutions and of arguments for
each reader, 150 substitutions, 1,000 readers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from digest.errors import Refused
from digest.send.mail import Mail, Rejected
from digest.send.mailers.sendgrid.addresses import written
from digest.send.mailers.sendgrid.grouping import Pattern, groups, pattern
from digest.send.mime import one_line

#: Readers in one request.
MOST_READERS: Final = 1_000
#: Of one reader's substitutions: tags and values together, in bytes; and how many.
LARGEST_SUBSTITUTIONS: Final = 10_000
MOST_SUBSTITUTIONS: Final = 150
#: Both parts of a body together, in bytes. The provider's limit of 30 MB is for these with 1,000 readers' values.
LARGEST_BODY: Final = 15_000_000
#: What the provider's events will name the delivery by. Never the reader.
DELIVERY_ARGUMENT: Final = "delivery"
_LONGEST_LINE: Final = 998
_LONGEST_CATEGORY: Final = 255
_HEADER_NAME: Final = re.compile(r"[!-9;-~]+")
_HEADER_VALUE: Final = re.compile(r"[ -~]*")
#: Headers that the provider writes itself, and refuses from us.
_ITS_OWN: Final = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)
#: Nothing is added to a mail and no link in it is turned into another.
_NO_TRACKING: Final[Mapping[str, Any]] = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
    "ganalytics": {"enable": False},
}


def unfit(mail: Mail) -> Rejected | None:
    """Return why a mail cannot be handed to SendGrid at all, ``None`` if it can. The reason names no address."""
    try:
        written(mail.to_address)
        for name, value in mail.headers.items():
            _check_header(name, value)
    except ValueError as error:
        return Rejected(delivery=mail.delivery, why=f"it cannot be written as a mail: {error}")
    return None


def patterns(mails: Sequence[Mail]) -> Iterator[Pattern]:
    """Yield what to send, request by request, so that each keeps to the limits."""
    for group in groups(mails, most=MOST_READERS):
        shared = pattern(group)
        alone = [mail for mail, values in zip(group, shared.values, strict=True) if not _is_within_limits(values)]
        if not alone:
            yield shared
            continue
        apart = {mail.delivery for mail in alone}
        together = [mail for mail in group if mail.delivery not in apart]
        yield from (pattern([mail]) for mail in alone)  # what is one reader's alone needs no substitution
        if together:
            yield pattern(together)


def request_for(shared: Pattern, *, sandbox: bool = False) -> dict[str, Any]:
    """Return the request's body as plain values. In the ``sandbox`` the provider looks at it and sends nothing.

    :raises Refused: the newsletter's sender cannot be written as this provider wants it, or the body is too large.
    """
    first = shared.mails[0]
    if len(shared.html.encode("utf-8", "replace")) + len(shared.text.encode("utf-8", "replace")) > LARGEST_BODY:
        raise Refused(
            "The issue is larger than SendGrid takes.",
            advice="Lower the newsletter's number of articles, and compose again.",
        )
    parts = (("text/plain", shared.text), ("text/html", shared.html))
    request: dict[str, Any] = {
        "personalizations": [_reader(mail, values) for mail, values in zip(shared.mails, shared.values, strict=True)],
        "from": _sender(first),
        "subject": one_line(first.subject),
        "content": [{"type": kind, "value": _writable(value)} for kind, value in parts if value],
        "tracking_settings": _NO_TRACKING,
    }
    if first.reply_to:
        request["reply_to"] = {"email": first.reply_to}
    if first.category:
        request["categories"] = [first.category[:_LONGEST_CATEGORY]]
    if sandbox:
        request["mail_settings"] = {"sandbox_mode": {"enable": True}}
    return request


def halves(shared: Pattern) -> tuple[Pattern, Pattern]:
    """Return two requests instead of one that is too large; it has two readers at least."""
    middle = len(shared.mails) // 2
    return pattern(shared.mails[:middle]), pattern(shared.mails[middle:])


def _reader(mail: Mail, values: Mapping[str, str]) -> dict[str, Any]:
    reader: dict[str, Any] = {
        "to": [_box(written(mail.to_address), mail.to_name)],
        # In each reader's own headers, since whether the request's are added to them is said nowhere.
        "headers": dict(mail.headers),
        "custom_args": {DELIVERY_ARGUMENT: mail.delivery},
    }
    if values:
        reader["substitutions"] = {tag: _writable(value) for tag, value in values.items()}
    return reader


def _sender(mail: Mail) -> dict[str, str]:
    if not mail.from_name.isascii():
        raise Refused(
            "SendGrid takes only plain Latin letters in a sender's name.",
            advice="Give the newsletter's sender such a name, apply the file, and compose the issue again.",
        )
    return _box(mail.from_address, mail.from_name)


def _box(address: str, name: str) -> dict[str, str]:
    shown = one_line(name)
    if not shown:
        return {"email": address}
    if "," in shown or ";" in shown:  # else what follows is taken for another address (sendgrid-python, issue 578)
        shown = '"' + shown.replace("\\", "").replace('"', "") + '"'
    return {"email": address, "name": shown}


def _check_header(name: str, value: str) -> None:
    if name.lower() in _ITS_OWN:
        raise ValueError(f"the header {name!r} is SendGrid's own")
    if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
        raise ValueError(f"the header {name!r} is not one line of printable ASCII")
    if len(name) + 2 + len(value) > _LONGEST_LINE:
        raise ValueError(f"the header {name!r} is longer than a line may be")


def _is_within_limits(values: Mapping[str, str]) -> bool:
    if len(values) > MOST_SUBSTITUTIONS:
        return False
    return sum(len(tag) + len(_writable(value).encode()) for tag, value in values.items()) <= LARGEST_SUBSTITUTIONS


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair has no UTF-8
