"""A delivery's name: the same for every attempt, and nothing that a stranger could guess.

Pure. The name may leave us (Message-ID, file names, a provider's arguments), so it must say nothing about the reader.
"""

import hmac
from base64 import urlsafe_b64encode

from digest.ids import DeliveryId, IssueId

#: 128 bits: 22 URL-safe characters.
_BYTES = 16


def delivery_id(issue: IssueId, token: str, *, secret: bytes) -> DeliveryId:
    """Name the delivery of ``issue`` to the subscription whose secret token is ``token``.

    The name is the first 16 bytes of HMAC-SHA256 (RFC 2104) over ``issue|token``, in base64url without padding
    (RFC 4648 section 5): 22 characters. ``secret`` may be empty where no key is set: the token is a secret too.
    """
    digest = hmac.digest(secret, f"{issue}|{token}".encode(), "sha256")
    return DeliveryId(urlsafe_b64encode(digest[:_BYTES]).rstrip(b"=").decode("ascii"))


def message_id(delivery: DeliveryId, sender_domain: str) -> str:
    """Return the delivery's Message-ID (RFC 5322 section 3.6.4) without angle brackets; the domain must be ASCII."""
    return f"{delivery}@{sender_domain}"
