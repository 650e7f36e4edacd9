"""Whether events come from SendGrid: its signature over the instant and the raw bytes. Pure.

SendGrid signs with ECDSA on the curve P-256 over the SHA-256 of the timestamp's digits followed by the body, byte for
byte (its page "Getting Started with the Event Webhook Security Features"). Who hears a post and repeats it changes
nothing, since every event is kept once; so the window may be wide.
"""

from base64 import b64decode
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from digest.errors import BadSetting

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

SETTING: Final = "DIGEST_SENDGRID_WEBHOOK_KEY"
#: The headers that SendGrid sends.
SIGNATURE_HEADER: Final = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER: Final = "X-Twilio-Email-Event-Webhook-Timestamp"
#: A post may be so old: SendGrid repeats what was not taken for 24 hours, and its clock or ours may be wrong.
OLDEST: Final = timedelta(hours=36)
#: A post may be so far ahead of our clock.
AHEAD: Final = timedelta(hours=1)
_LONGEST_TIMESTAMP: Final = 12


class Signed(StrEnum):
    """What a signature says."""

    FITS = "fits"
    MISSING = "missing"
    WRONG = "wrong"
    STALE = "stale"  # it fits, and the instant is none of our time


class WebhookKey:
    """SendGrid's public key for this account."""

    def __init__(self, key: "EllipticCurvePublicKey") -> None:
        """Judge by ``key``."""
        self._key = key

    def judge(self, body: bytes, *, timestamp: str, signature: str, now: datetime) -> Signed:
        """Tell whether ``signature`` (base64 of DER) is SendGrid's over ``timestamp`` and ``body``, and of our time."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - commands start fast
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA  # noqa: PLC0415 - see above
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - see above

        if not timestamp or not signature:
            return Signed.MISSING
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > _LONGEST_TIMESTAMP:
            return Signed.WRONG
        try:
            self._key.verify(b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
        except (InvalidSignature, ValueError):  # ValueError: no base64
            return Signed.WRONG
        age = now.timestamp() - int(timestamp)
        return Signed.FITS if -AHEAD.total_seconds() <= age <= OLDEST.total_seconds() else Signed.STALE


def read_webhook_key(text: str) -> WebhookKey:
    """Return the key that SendGrid shows as one line: base64 of a SubjectPublicKeyInfo (RFC 5480).

    :raises BadSetting: it is no such key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - commands start fast
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - see above

    try:
        key = load_der_public_key(b64decode("".join(text.split()), validate=True))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise BadSetting(
            SETTING,
            "it is no verification key of SendGrid's",
            advice="Copy the whole line that SendGrid shows under Settings, Mail Settings, Event Webhooks.",
        )
    return WebhookKey(key)
