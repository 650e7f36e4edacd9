"""The rule for soft bounces: when a mailbox that only ever says "not now" is not mailed any more. Pure.

A single "not now" says nothing: the mailbox is full, the server busy, a policy has its moment. So the rule wants five
different mails in a row, and two weeks at the least between the first and the last of them. The numbers are ours; mail
providers name none.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from digest.ids import DeliveryId
from digest.send.feedback.fates import REACHED, Word, fates_of
from digest.send.feedback.vocabulary import FeedbackKind

#: So many different mails in a row were not taken…
MAILS_IN_A_ROW: Final = 5
#: … and between the first and the last of them lies so much time.
SPREAD_OVER: Final = timedelta(days=14)
#: A provider tries for so long; a mail that was only ever put off has failed when we know something later than that.
TRIED_FOR: Final = timedelta(hours=72)
#: Every note of this rule begins so.
RULE: Final = "by the rule for soft bounces"


@dataclass(frozen=True, slots=True, kw_only=True)
class WornOut:
    """So many ``mails`` in a row were not taken, the first ``since`` and the last ``until`` (UTC)."""

    mails: int
    since: datetime
    until: datetime

    @property
    def note(self) -> str:
        """The rule and what fulfilled it, for whoever asks why the address is not mailed."""
        return (
            f"{RULE}: {self.mails} mails in a row were not taken, {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"
            f" (at least {MAILS_IN_A_ROW} over {SPREAD_OVER.days} days)"
        )


def worn_out(told: Mapping[DeliveryId, Collection[Word]], *, anew_from: datetime | None = None) -> WornOut | None:
    """Return how long one reader's mailbox has taken nothing, if that is long enough; else ``None``.

    ``told`` has everything that is known of the reader's mails; those before ``anew_from``, when somebody said that the
    address may be mailed again, do not count. Only what was told counts, not what time it is, so the same words give
    the same answer whenever they come.
    """
    latest = max((word.at for words in told.values() for word in words), default=None)
    if latest is None:
        return None
    failed: list[datetime] = []
    first = {mail: min(word.at for word in words) for mail, words in told.items() if words}
    begun = {mail: at for mail, at in first.items() if anew_from is None or at > anew_from}
    for mail in sorted(begun, key=lambda mail: (begun[mail], mail), reverse=True):
        words = told[mail]
        not_taken = _not_taken(words, latest)
        if not_taken is not None:
            failed.append(not_taken)
        elif any(word.kind in REACHED for word in words):
            break
    if len(failed) < MAILS_IN_A_ROW or max(failed) - min(failed) < SPREAD_OVER:
        return None
    return WornOut(mails=len(failed), since=min(failed), until=max(failed))


def _not_taken(words: Collection[Word], latest: datetime) -> datetime | None:
    """Return when a mail was not taken for now; ``None`` if it was, or nobody knows yet, or for another reason."""
    if any(word.kind is FeedbackKind.BLOCKED for word in words):
        return fates_of(words).bounced_at
    put_off = [word.at for word in words if word.kind is FeedbackKind.DEFERRED]
    ended = any(word.kind in REACHED or word.kind is FeedbackKind.BOUNCED for word in words)
    return max(put_off) if put_off and not ended and latest - max(put_off) >= TRIED_FOR else None
