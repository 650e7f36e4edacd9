"""Who gets what of an issue, ordinary or a correction: what planning writes down, and what an editor sees before."""

from collections.abc import Iterator
from functools import partial

from digest.audience.ports import Readership
from digest.compose.correcting import share_again
from digest.compose.grouping import share_among
from digest.compose.issue import Excluded, Frozen, Owed
from digest.send.ledger import Ledger


def shared_out(frozen: Frozen, *, readership: Readership, ledger: Ledger) -> Iterator[Owed | Excluded]:
    """Say for every reader of the list, in the order of their ids, what they get of an issue, or why nothing."""
    readers = readership.stream(frozen.newsletter.list_name)
    if frozen.corrects is None:
        return share_among(frozen, readers, readership)
    return share_again(frozen, readers, partial(ledger.held, frozen.corrects))
