"""Specimens: one mail of every distinct body of a sealed issue, addressed to nobody, for an editor to look at."""

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from digest.compose.issue import Contents
from digest.ids import DeliveryId, SubscriberId
from digest.render.rendition import Sealed
from digest.send.ledger import Claim
from digest.send.letter import Letters
from digest.send.mailers.outbox import OutboxMailer

#: Where a specimen is "sent" and where its links lead: names that reach nobody (RFC 2606).
ADDRESS: Final = "specimen@example.invalid"
PUBLIC_URL: Final = "https://example.invalid"


def write_specimens(folder: Path, sealed: Sealed, contents: Iterable[Contents], *, at: datetime) -> int:
    """Write one ``.eml`` for each of the distinct ``contents`` into ``folder``, dated ``at`` (UTC); return how many.

    Former specimens in the folder are removed first. No reader's name, address or token is in them.

    :raises TryLater: the folder cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    letters = Letters(sealed, public_url=PUBLIC_URL)
    mailer = OutboxMailer(folder)
    claims = [_claim(one) for one in contents]
    for start in range(0, len(claims), mailer.batch_size):
        mailer.submit([letters.write(claim, at=at) for claim in claims[start : start + mailer.batch_size]])
    return len(claims)


def _claim(contents: Contents) -> Claim:
    return Claim(
        id=DeliveryId(contents.key[:22]),
        subscriber=SubscriberId(0),
        address=ADDRESS,
        name="",
        token="specimen",  # noqa: S106 - a link that leads nowhere, not a password
        contents=contents,
    )
