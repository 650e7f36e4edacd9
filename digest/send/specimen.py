"""Specimens: one mail of every distinct body of a sealed issue, addressed to nobody, for an editor to look at. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from digest.compose.issue import Contents
from digest.compose.sending import Sending
from digest.ids import DeliveryId, SubscriberId
from digest.render.rendition import Sealed
from digest.send.ledger import Claim
from digest.send.letter import Letters
from digest.send.mail import Mail

#: Where a specimen is "sent" and where its links lead: names that reach nobody (RFC 2606).
ADDRESS: Final = "specimen@example.invalid"
PUBLIC_URL: Final = "https://example.invalid"


def specimens(
    sealed: Sealed,
    contents: Iterable[Contents],
    *,
    at: datetime,
    sending: Sending = Sending(),  # noqa: B008 - a frozen value
    public_url: str = PUBLIC_URL,
) -> Iterator[Mail]:
    """Yield one mail for each of the distinct ``contents``, dated ``at`` (UTC), tracked as ``sending`` has it.

    Links to us begin with ``public_url``. No reader's name, address or token is in them; the delivery's id is the
    beginning of the contents' key.
    """
    letters = Letters(sealed, public_url=public_url, sending=sending)
    for one in contents:
        yield letters.write(_claim(one), at=at)


def _claim(contents: Contents) -> Claim:
    return Claim(
        id=DeliveryId(contents.key[:22]),
        subscriber=SubscriberId(0),
        address=ADDRESS,
        name="",
        token="specimen",  # noqa: S106 - a link that leads nowhere, not a password
        contents=contents,
    )
