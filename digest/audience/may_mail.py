"""The one gate: may this reader be mailed at all? Every "no" has a name."""

from enum import StrEnum
from typing import assert_never

from digest.audience.reader import Reader, SubscriptionState, SuppressionReason


class NoMail(StrEnum):
    """Why a reader may not be mailed."""

    SUPPRESSED = "suppressed"
    UNSUBSCRIBED = "unsubscribed"
    UNCONFIRMED = "unconfirmed"


def may_mail(reader: Reader) -> NoMail | None:
    """Return ``None`` if this reader may be mailed, else the reason why not.

    A suppression (bounce, complaint, erasure) comes first: it holds for every list.
    """
    return verdict(reader.state, reader.suppression)


def verdict(state: SubscriptionState, suppression: SuppressionReason | None) -> NoMail | None:
    """Say what ``may_mail`` says, from all that it looks at."""
    if suppression is not None:
        return NoMail.SUPPRESSED
    match state:
        case SubscriptionState.UNSUBSCRIBED:
            return NoMail.UNSUBSCRIBED
        case SubscriptionState.UNCONFIRMED:
            return NoMail.UNCONFIRMED
        case SubscriptionState.ACTIVE:
            return None
        case _ as never:
            assert_never(never)
