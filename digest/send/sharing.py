"""Who gets what of an issue, ordinary or a correction: what planning writes down, and what an editor sees before."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from digest.audience.ports import Readership
from digest.compose.correcting import share_again
from digest.compose.due import coming
from digest.compose.grouping import share_among
from digest.compose.issue import Excluded, Frozen, Owed
from digest.compose.schedule import Schedule
from digest.send.ledger import Ledger


def shared_out(
    frozen: Frozen, *, readership: Readership, ledger: Ledger, schedule: Schedule, now: datetime
) -> Iterator[Owed | Excluded]:
    """Say for every reader of the list, in the order of their ids, what they get of an issue and when, or why nothing.

    A correction waits for nobody's hour: who has the wrong words is to have the right ones.
    """
    readers = readership.stream(frozen.newsletter.list_name)
    if frozen.corrects is None:
        issue = coming(schedule, own_zone=frozen.newsletter.time_zone, composed_at=frozen.composed_at, now=now)
        return share_among(frozen, readers, readership, issue=issue)
    return share_again(frozen, readers, partial(ledger.held, frozen.corrects))
