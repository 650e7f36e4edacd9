"""SendGrid's lists of whom it does not mail: bounces, invalid addresses, spam reports, global unsubscribes.

"Blocks" are no list of that kind: SendGrid goes on mailing those. Paths, paging and fields are those of its published
description of the suppressions API.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from digest.audience.reader import SuppressionReason
from digest.errors import Refused
from digest.send.mailers.sendgrid.answers import Reply, without_addresses
from digest.send.mailers.sendgrid.asking import Wish, asked
from digest.send.mailers.sendgrid.transport import Lines, open_client
from digest.send.provider_lists import Listed

#: What each list is called there, and what it means here.
LISTS: Final[Mapping[str, SuppressionReason]] = {
    "bounces": SuppressionReason.BOUNCED,
    "invalid_emails": SuppressionReason.INVALID,
    "spam_reports": SuppressionReason.COMPLAINED,
    "unsubscribes": SuppressionReason.UNSUBSCRIBED,
}
#: So many entries one answer has, at the most.
PAGE: Final = 500
#: The year 3000: what is later is no instant of theirs.
_FAR: Final = 32_503_680_000
_TO_SYNC: Final = Wish(
    may_not="see or change its suppressions",
    advice="Give the key the access “Suppressions”, then run the same command again.",
    will_not="do it",
    then="Check DIGEST_SENDGRID_HOST.",
)


class SendGridLists:
    """``ProviderLists`` by SendGrid's v3 API. Open them with ``open_lists``."""

    name = "sendgrid"

    def __init__(self, key: str, lines: Lines, *, host: str) -> None:
        """Ask with ``key`` over ``lines``."""
        self._api = open_client(key, lines, host=host).client

    def pages(self) -> Iterator[Sequence[Listed]]:
        """Yield everybody on the four lists, page by page.

        :raises TryLater: SendGrid cannot be reached, or has had too many requests.
        :raises Refused: the key may not read them, or what answers is no SendGrid.
        """
        for where, reason in LISTS.items():
            offset = 0
            while True:
                place = self._api.suppression._(where)
                page = _entries(asked(partial(place.get, {"limit": PAGE, "offset": offset}), _TO_SYNC))
                yield [_listed(entry, reason) for entry in page if isinstance(entry.get("email"), str)]
                if len(page) < PAGE:
                    break
                offset += PAGE

    def tell(self, addresses: Sequence[str]) -> None:
        """Put the addresses on the list of global unsubscribes.

        :raises TryLater: as ``pages`` does.
        :raises Refused: as ``pages`` does.
        """
        asked(partial(self._api.asm.suppressions._("global").post, {"recipient_emails": list(addresses)}), _TO_SYNC)

    def take_back(self, address: str) -> None:
        """Take an address off the list of global unsubscribes.

        :raises TryLater: as ``pages`` does.
        :raises Refused: as ``pages`` does.
        """
        place = self._api.asm.suppressions._("global")._(quote(address, safe="@"))
        asked(place.delete, _TO_SYNC, may_be_gone=True)


@contextmanager
def open_lists(key: str, *, host: str) -> Iterator[SendGridLists]:
    """Open the lists, and close the lines afterwards. Nothing is asked before the first page."""
    lines = Lines(host)
    try:
        yield SendGridLists(key, lines, host=host)
    finally:
        lines.close()


def _entries(reply: Reply) -> Sequence[Mapping[str, Any]]:
    try:
        said = json.loads(reply.body)
    except ValueError:
        said = None
    if not isinstance(said, list):
        raise Refused("What answers as SendGrid sent no list.", advice="Check DIGEST_SENDGRID_HOST.")
    return [entry if isinstance(entry, dict) else {} for entry in said]


def _listed(entry: Mapping[str, Any], reason: SuppressionReason) -> Listed:
    created = entry.get("created")
    since = datetime.fromtimestamp(created if type(created) is int and 0 <= created < _FAR else 0, UTC)
    return Listed(
        address=entry["email"], reason=reason, since=since, why=without_addresses(str(entry.get("reason") or ""))
    )
