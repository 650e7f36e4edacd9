"""Where providers post what became of our mails: for programs, not for people.

A post is believed by its signature over its raw bytes, kept in one transaction, and answered when it is on the disk:
whatever goes wrong before that, the provider posts it again.
"""

import logging
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from digest.errors import UnreadableFeedback
from digest.send.feedback.sendgrid_events import read_events
from digest.send.feedback.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, Signed
from digest.web.door import Door

#: The largest post that is read, in bytes. SendGrid posts at most 768 KB at once.
MOST_BYTES: Final = 2_000_000
SENDGRID: Final = "/hooks/sendgrid"
log: Final = logging.getLogger("digest.web")

#: What a post without a good signature is answered, and what the operator should know.
_NOT_BELIEVED: Final = {
    Signed.MISSING: (401, "it is not signed; switch the signed event webhook on at SendGrid"),
    Signed.WRONG: (403, "its signature does not fit; compare DIGEST_SENDGRID_WEBHOOK_KEY with the key at SendGrid"),
    Signed.STALE: (403, "its signature is of another time; look at this machine's clock"),
}


@dataclass(frozen=True, slots=True)
class Posted:
    """A post as it came: the raw bytes, and what was sent with them to prove who wrote them."""

    body: bytes
    signature: str
    timestamp: str


async def posted(request: Request) -> Posted:
    """Read a post, byte for byte; one that is larger than any of a provider's is not read to its end.

    :raises HTTPException: it is too large (413).
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    headers = request.headers
    return Posted(bytes(body), headers.get(SIGNATURE_HEADER, ""), headers.get(TIMESTAMP_HEADER, ""))


def hooks(door: Door) -> APIRouter:
    """Return the routes for providers: none where no key says whom to believe."""
    router = APIRouter()
    key = door.runtime.webhook_key
    if key is None:
        return router

    @router.post(SENDGRID)
    def sendgrid(post: Annotated[Posted, Depends(posted)]) -> Response:
        now = door.runtime.clock.now()
        signed = key.judge(post.body, timestamp=post.timestamp, signature=post.signature, now=now)
        if signed is not Signed.FITS:
            status, why = _NOT_BELIEVED[signed]
            log.warning("A post to %s was not believed: %s.", SENDGRID, why)
            return _in_words(status, why)
        try:
            told = read_events(post.body, received_at=now)
        except UnreadableFeedback as error:
            log.warning("A post to %s was signed and cannot be read: %s.", SENDGRID, error.why)
            return _in_words(400, error.why)
        taken = door.runtime.feedback.take_in(told, at=now)
        log.info(
            "%s: %d events, %d new, %d about no delivery of ours; %d doubts settled, %d addresses suppressed",
            *(SENDGRID, len(told), taken.new, taken.unmatched, taken.settled, taken.suppressed),
        )
        return Response(status_code=204)

    return router


def _in_words(status: int, why: str) -> Response:
    return Response(f"{why}\n", status, media_type="text/plain")
