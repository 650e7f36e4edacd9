"""The steps behind a reader's own link: look, leave, come back, choose whom to follow.

There is no login. What a link may do is its key's to say: ``enter`` tells. A token that opens nothing, for whatever
reason, is ``None`` for a visitor: forged, cut short and never given out look the same.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from digest.audience.appearance import Appearance, change_of_appearance
from digest.audience.choosing import Choice, change_of
from digest.audience.links import LinkFault, LinkKeys, LinkRefused, Purpose, key_for, open_key
from digest.audience.ports import ReaderBook
from digest.audience.reader import Membership
from digest.audience.rhythm import Rhythm, changes_of
from digest.clock import Clock
from digest.ids import JournalistId

#: For how long somebody who left can come back with one click.
COME_BACK_WITHIN: Final = timedelta(days=30)
TOKEN_LENGTH: Final = 22
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_BETWEEN: Final = "."


class Access(StrEnum):
    """What a link may do."""

    LOOK = "look"  # and leave
    CHOOSE = "choose"  # also change what a mail can bring: it came in a fresh one
    OWN = "own"  # everything: it was mailed to the address alone, because somebody asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a reader's link opens. ``link`` is what its address ends in.

    ``until`` is when it can only be looked at (UTC). ``refused`` says why it may do no more than look.
    """

    link: str
    token: str
    membership: Membership
    access: Access
    until: datetime | None = None
    refused: LinkRefused | None = None


def is_token(text: str) -> bool:
    """Tell whether ``text`` has the shape of a token: 22 URL-safe characters."""
    return _TOKEN.fullmatch(text) is not None


def own_link(token: str, *, keys: LinkKeys | None, at: datetime, purpose: Purpose = Purpose.OWN) -> str:
    """Return what a link ends in that opens a subscription's page; without keys it is for looking. Pure."""
    return token if keys is None else f"{token}{_BETWEEN}{key_for(purpose, token, keys=keys, at=at)}"


def token_of(link: str) -> str:
    """Return the subscription's token, of what a link ends in. Pure."""
    return link.partition(_BETWEEN)[0]


def enter(link: str, *, book: ReaderBook, keys: LinkKeys | None, now: datetime) -> Entry | LinkRefused:
    """Return what a link opens and may do, or what is the matter with it. Changes nothing."""
    token, _, key = link.partition(_BETWEEN)
    if not is_token(token):
        is_cut = len(token) < TOKEN_LENGTH and token.isascii()
        fault = LinkFault.TRUNCATED if is_cut else LinkFault.MALFORMED
        return LinkRefused(fault=fault, evidence=f"{len(token)} of {TOKEN_LENGTH} characters came for a token")
    membership = book.membership(token)
    if membership is None:
        return LinkRefused(fault=LinkFault.FORGED, evidence="a token that opens no subscription")
    if keys is None:
        unset = LinkRefused(fault=LinkFault.MISSING, evidence="no key is set with which links are signed")
        return Entry(link=token, token=token, membership=membership, access=Access.LOOK, refused=unset)
    opened = open_key(key, token, (Purpose.MAIL, Purpose.OWN), keys=keys, now=now)
    if isinstance(opened, LinkRefused):
        return Entry(link=token, token=token, membership=membership, access=Access.LOOK, refused=opened)
    access = Access.OWN if opened.purpose is Purpose.OWN else Access.CHOOSE
    return Entry(link=link, token=token, membership=membership, access=access, until=opened.until)


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


def choose_appearance(
    token: str, shown: Appearance, chosen: Appearance, *, book: ReaderBook
) -> tuple[Membership | None, bool]:
    """Change what a reader's mails look like: only what they changed of what was ``shown`` to them.

    Return the subscription as it is then, and whether the choice was kept: not for somebody who has left.
    """
    if not is_token(token):
        return None, False
    is_kept = book.change_appearance(token, change_of_appearance(shown, chosen))
    return book.membership(token), is_kept


def masked(address: str) -> str:
    """Return an address so that its owner knows it, and whoever was forwarded the link does not learn it. Pure."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
