"""Leaving by mail: what a reader's software sends to the address in ``List-Unsubscribe`` (RFC 2369). Pure.

The token is a secret of the subscription, so whoever writes it may end that subscription, and no other.
"""

import re
from email.message import Message
from typing import Final

from digest.send.feedback.returned import header
from digest.send.return_path import token_in

_ADDRESSED: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Cc")
#: A reader who writes by hand puts the end of their link into the subject.
_SUBJECT: Final = re.compile(r"(?:\bunsubscribe[\s:/]+|/u/)([A-Za-z0-9_-]{22})(?![\w-])", re.IGNORECASE)


def token_of(message: Message) -> str | None:
    """Return the token of the subscription that a mail asks to end; ``None`` if it asks for nothing of the kind."""
    named = (token_in(value) for name in _ADDRESSED for value in header(message, name))
    found = _SUBJECT.search(" ".join(header(message, "Subject")))
    return next(filter(None, named), None) or (found[1] if found else None)
