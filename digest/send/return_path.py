"""Addresses of ours that say what comes back: the return path of one delivery (VERP), and one to leave by. Pure.

Both are the newsletter's return path with a tag behind a plus sign (RFC 5233), so that they need one mailbox and no
other setting than plus addressing, which most mail servers have: ``bounces+DELIVERY@news.example`` is where a mail
bounces to, ``bounces+u-TOKEN@news.example`` is where a reader's software writes to end one subscription.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from digest.ids import DeliveryId

_LEAVE: Final = "u-"
#: 22 URL-safe characters: a delivery's id, and a token (``digest.send.delivery_id``, ``digest.audience.own_page``).
_TAGGED: Final = re.compile(r"\+(u-)?([A-Za-z0-9_-]{22})@[^\s<>@]+")
#: What need not be escaped in ``mailto:`` (RFC 6068 section 2), beside letters, digits and ``-._~``.
_MAILTO_SAFE: Final = "!$'*+@"


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """Where a newsletter's bounces go; ``mailbox`` is ASCII (``digest.audience.mailbox``)."""

    mailbox: str

    def of(self, delivery: DeliveryId) -> str:
        """Return the envelope sender of one delivery: whatever bounces there is about it."""
        return self._tagged(delivery)

    def mailto(self, token: str) -> str:
        """Return a link (RFC 6068) to the address that ends the subscription of that token."""
        return f"mailto:{quote(self._tagged(_LEAVE + token), safe=_MAILTO_SAFE)}"

    def _tagged(self, tag: str) -> str:
        local, _, domain = self.mailbox.rpartition("@")
        return f"{local}+{tag}@{domain}"


def delivery_in(text: str) -> DeliveryId | None:
    """Return the delivery that a return path of ours in ``text`` names; ``None`` if there is none."""
    return next((DeliveryId(tag) for leave, tag in _TAGGED.findall(text) if not leave), None)


def token_in(text: str) -> str | None:
    """Return the token of the subscription that an address of ours in ``text`` ends; ``None`` if there is none."""
    return next((tag for leave, tag in _TAGGED.findall(text) if leave), None)
