"""The steps behind a reader's own link: leave, come back, choose whom to follow, take one's data along.

Whoever holds the link's token may do all of it, without a login. A token that opens nothing, for whatever reason, is
``None`` everywhere: forged, cut short and never given out look the same.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from digest.audience.choosing import Choice, change_of
from digest.audience.ports import ReaderBook
from digest.audience.reader import Membership, Received
from digest.audience.rhythm import Rhythm, changes_of, in_week_order
from digest.clock import Clock
from digest.ids import JournalistId

#: For how long somebody who left can come back with one click.
COME_BACK_WITHIN: Final = timedelta(days=30)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def is_token(text: str) -> bool:
    """Tell whether ``text`` has the shape of a token: 22 URL-safe characters."""
    return _TOKEN.fullmatch(text) is not None


def membership_of(token: str, *, book: ReaderBook) -> Membership | None:
    """Return the subscription that a token opens. Changes nothing."""
    return book.membership(token) if is_token(token) else None


def leave(token: str, *, book: ReaderBook, clock: Clock) -> Membership | None:
    """End a subscription and return it as it is then. It holds from the next claim on. Harmless when repeated."""
    if not is_token(token):
        return None
    book.leave_by_token(token, at=clock.now())
    return book.membership(token)


def come_back(token: str, *, book: ReaderBook, clock: Clock) -> Membership | None:
    """Take an ended subscription up again, if it was ended no more than 30 days ago; return it as it is then.

    Bookmark and follows are as they were: what was written meanwhile is owed, as far as the newsletter's age limit
    goes, and nothing that they had comes again.
    """
    if not is_token(token):
        return None
    book.come_back(token, left_since=clock.now() - COME_BACK_WITHIN)
    return book.membership(token)


def come_back_until(membership: Membership) -> datetime | None:
    """Return the last instant (UTC) at which somebody who left can come back; ``None`` for whoever did not leave."""
    return membership.left_at + COME_BACK_WITHIN if membership.has_left and membership.left_at is not None else None


def choose(
    token: str, shown: Choice, chosen: Choice, *, offered: Collection[JournalistId], book: ReaderBook
) -> tuple[Membership | None, bool]:
    """Change whom a reader follows; return the subscription as it is then, and whether the choice was kept.

    It is not kept for somebody who has left.
    """
    if not is_token(token):
        return None, False
    is_kept = book.change_follows(token, change_of(shown, chosen, offered))
    return book.membership(token), is_kept


def choose_rhythm(
    token: str, shown: Rhythm, chosen: Rhythm, *, book: ReaderBook, clock: Clock
) -> tuple[Membership | None, bool]:
    """Change how often and when a reader gets issues: only what they changed of what was ``shown`` to them.

    Return the subscription as it is then, and whether the choice was kept: not for somebody who has left.
    """
    if not is_token(token):
        return None, False
    is_kept = book.change_rhythm(token, changes_of(shown, chosen), at=clock.now())
    return book.membership(token), is_kept


def data_of(membership: Membership, received: Sequence[Received]) -> dict[str, Any]:
    """Return all that is kept of a reader for one newsletter, as plain values. Pure."""
    person = membership.subscriber
    return {
        "address": person.address,
        "name": person.name,
        "language": person.locale,
        "time_zone": person.time_zone,
        "list": membership.list_name,
        "state": membership.state,
        "joined_at": membership.joined_at.isoformat(),
        "left_at": _instant(membership.left_at),
        "not_mailed_because": membership.suppression,
        "follows": [follow.journalist for follow in membership.follows],
        "pace": membership.rhythm.pace,
        "weekday": membership.rhythm.weekday,
        "hour": membership.rhythm.hour,
        "quiet_days": list(in_week_order(membership.rhythm.quiet_days)),
        "paused_until": _day(membership.rhythm.paused_until),
        "issues": [
            {
                "issue": one.issue,
                "state": one.state,
                "reason": one.reason,
                "planned_at": one.planned_at.isoformat(),
                "answered_at": _instant(one.answered_at),
            }
            for one in received
        ],
    }


def masked(address: str) -> str:
    """Return an address so that its owner knows it, and whoever was forwarded the link does not learn it. Pure."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
