"""What became of one mail, from everything that was told about it, in whatever order it was told. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.send.feedback.vocabulary import EFFECTS, Fate, FeedbackKind

#: What a later word about the same mail takes back: a mailbox that was full, or a drop before a second attempt.
#: Who bounced for good stays bounced.
_TAKEN_BACK: Final = frozenset({FeedbackKind.BLOCKED, FeedbackKind.DROPPED})
#: What shows that a mail is in somebody's mailbox.
REACHED: Final = frozenset({FeedbackKind.DELIVERED, FeedbackKind.OPENED, FeedbackKind.CLICKED, FeedbackKind.COMPLAINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing that was told about a mail, and when it happened (UTC)."""

    kind: FeedbackKind
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """When a mail was delivered, bounced, complained about (UTC): each time the first instant. ``None``: it was not.

    A mail may have several: a server may take a mail and bounce it afterwards. ``is_proven``: the provider had it.
    """

    delivered_at: datetime | None = None
    bounced_at: datetime | None = None
    complained_at: datetime | None = None
    is_proven: bool = False


def fates_of(words: Collection[Word]) -> Fates:
    """Return what became of a mail. The same words in another order, or twice, give the same.

    A mail that was not taken and is delivered later (or in the same second) did not bounce; one that is not taken after
    it was delivered, as when a server changes its mind, did.
    """
    delivered = [word.at for word in words if word.kind is FeedbackKind.DELIVERED]
    last_delivered = max(delivered, default=None)
    bounced = [
        word.at
        for word in words
        if EFFECTS[word.kind].fate is Fate.BOUNCED
        and not (word.kind in _TAKEN_BACK and last_delivered is not None and word.at <= last_delivered)
    ]
    complained = [word.at for word in words if EFFECTS[word.kind].fate is Fate.COMPLAINED]
    return Fates(
        delivered_at=min(delivered, default=None),
        bounced_at=min(bounced, default=None),
        complained_at=min(complained, default=None),
        is_proven=any(EFFECTS[word.kind].proves for word in words),
    )
