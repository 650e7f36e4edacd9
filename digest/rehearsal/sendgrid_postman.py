"""Posting signed events, as SendGrid does: ECDSA on P-256 over the timestamp and the raw body. To this machine only."""

import http.client
import threading
import time
from base64 import b64encode
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from digest.rehearsal.sendgrid_book import Letter
from digest.rehearsal.sendgrid_events import EventsOrder, events_for, posts

_PATIENCE: Final = 30  # seconds
_TAKEN: Final = range(200, 300)


class Postman:
    """Has a key pair of its own, made when it begins to work. Nobody else can sign for it."""

    def __init__(self, gone: threading.Event) -> None:
        """Wait no longer when everybody has ``gone`` home."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._gone = gone

    @property
    def webhook_key(self) -> str:
        """The public key as SendGrid shows it: base64 of a SubjectPublicKeyInfo in DER."""
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b64encode(public).decode()

    def signed(self, body: bytes, *, at: int) -> dict[str, str]:
        """Return the headers that a post of ``body`` has ``at`` that second since 1970."""
        signature = self._key.sign(str(at).encode() + body, ec.ECDSA(SHA256()))
        return {
            "Content-Type": "application/json",
            "User-Agent": "SendGrid Event API",
            "X-Twilio-Email-Event-Webhook-Signature": b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": str(at),
        }

    def deliver(self, letters: Iterable[Letter], order: EventsOrder) -> dict[str, Any]:
        """Post what is ordered about these mails; say how many events and posts it were, and what was answered.

        A redirect is not followed and counts as not taken, as with SendGrid. ``None`` stands for no answer at all.
        """
        now = order.at or int(time.time())
        events = events_for(letters, order, now=now)
        statuses: list[int | None] = []
        bodies = list(posts(events, most_bytes=order.most_bytes))
        for body in bodies:
            for _ in range(order.tries):
                self._gone.wait(order.delay)
                statuses.append(_post(order.to, body, self.signed(body, at=now)))
                if statuses[-1] in _TAKEN:
                    break
        return {"events": len(events), "posts": len(bodies), "statuses": statuses}


def _post(to: str, body: bytes, headers: dict[str, str]) -> int | None:
    address = urlsplit(to)
    line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_PATIENCE)
    try:
        line.request("POST", f"{address.path or '/'}{'?' if address.query else ''}{address.query}", body, headers)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()
