"""What the audience stage needs from outside."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from digest.audience.appearance import AppearanceChange
from digest.audience.choosing import FollowChange
from digest.audience.consent import Asked, Confirmed, Fate, Proof, SignUp
from digest.audience.joining import Joined, Joining
from digest.audience.notice import Notice
from digest.audience.person import Kept, PersonChange, Place
from digest.audience.reader import Membership, Reader, Received, SuppressionReason
from digest.audience.rhythm import RhythmChange
from digest.ids import IssueId, JournalistId, ListName, Position, SubscriberId


class ReaderBook(Protocol):
    """Where subscribers, subscriptions, follows and suppressions are kept. Every call is one transaction."""

    def lists(self) -> Sequence[ListName]:
        """Return the names of all lists."""
        ...

    def journalists(self) -> frozenset[JournalistId]:
        """Return every journalist who can be followed."""
        ...

    def height(self) -> Position:
        """Return the shelf's height now: where new follows begin."""
        ...

    def join(self, list_name: ListName, rows: Sequence[Joining], *, since: Position, at: datetime) -> Sequence[Joined]:
        """Take in the rows, all or none; answer for each. New follows begin at ``since``; old ones keep theirs.

        A new subscription's cursor starts at ``since`` too. Follows that the row does not name any more are ended.
        """
        ...

    def leave(self, list_name: ListName, address: str, *, at: datetime) -> bool:
        """End a subscription; ``False`` if there was none to end. Idempotent."""
        ...

    def suppress(self, address: str, reason: SuppressionReason, *, at: datetime, note: str = "") -> None:
        """Never mail this address again. Idempotent; the first reason stays."""
        ...

    def membership(self, token: str) -> Membership | None:
        """Return the subscription that this token opens; ``None`` if it opens none."""
        ...

    def leave_by_token(self, token: str, *, at: datetime) -> bool:
        """End the subscription that this token opens; ``False`` if there was none to end. Idempotent."""
        ...

    def come_back(self, token: str, *, left_since: datetime) -> bool:
        """Take a subscription up again that was ended at ``left_since`` or later, with its cursor and follows.

        ``False`` if there was none to take up. Idempotent.
        """
        ...

    def change_follows(self, token: str, change: FollowChange) -> bool:
        """Begin and end follows as ``followed_after`` says, now at the shelf's height; ``False`` if nobody may.

        Nobody may whose token opens nothing, or who has left.
        """
        ...

    def change_rhythm(self, token: str, changes: Sequence[RhythmChange], *, at: datetime) -> bool:
        """Change parts of a reader's rhythm, each by itself; ``False`` if nobody may.

        A pause holds at once: what waits for the reader's hour is excluded (``paused``), and owed after it. Everything
        else holds from the next issue that is planned. Nobody may whose token opens nothing, or who has left.
        """
        ...

    def change_appearance(self, token: str, change: AppearanceChange) -> bool:
        """Change what a reader's mails look like, part by part; ``False`` if nobody may.

        It holds from the next issue that is planned. Nobody may whose token opens nothing, or who has left.
        """
        ...

    def received(self, token: str) -> Sequence[Received]:
        """Return what the ledger has of the list's issues for this reader, the oldest first."""
        ...


class PersonBook(Protocol):
    """What is kept of a person beyond one list. ``token`` opens any of their subscriptions."""

    def places(self, token: str) -> Sequence[Place]:
        """Return all lists that the person is or was on; none if the token opens none."""
        ...

    def change_person(self, token: str, change: PersonChange) -> bool:
        """Write what was changed; ``False`` if the token opens nothing, or its reader has left."""
        ...

    def kept(self, token: str) -> Kept | None:
        """Return all that the store holds of the person; ``None`` if the token opens nothing."""
        ...

    def proofs(self, list_name: ListName, whom: Collection[SubscriberId]) -> Mapping[SubscriberId, Proof]:
        """Return the latest proof that each of these readers agreed to be on the list, of whom one is kept."""
        ...

    def erase(self, token: str, *, at: datetime) -> bool:
        """Forget the person on all lists, for good; ``False`` if the token opens nothing.

        What is left is a number in the ledger, and a salted hash by which the address is never mailed again.
        """
        ...


class SignUpBook(Protocol):
    """Who signed up. Nobody is on a list before they have confirmed it."""

    def ask(self, sign_up: SignUp, *, confirm: Notice, known: Callable[[str, Membership], Notice]) -> Fate:
        """Take a sign-up in, and queue in the same transaction the one mail that it leads to, if any.

        ``known`` makes that of somebody who is on the list already, from their token and what it opens.
        """
        ...

    def asked(self, sign_up: str) -> Asked | None:
        """Return what a sign-up was for that waits or was confirmed; ``None`` if there is none."""
        ...

    def confirm(
        self, sign_up: str, *, network: str | None, at: datetime, welcome: Callable[[str, Membership], Notice]
    ) -> Confirmed | None:
        """Put whoever signed up on the list, keep the proof, queue the welcome; ``None`` if nobody did. Idempotent."""
        ...

    def waits_since(self, address: str, list_name: ListName) -> datetime | None:
        """Return when somebody last signed up with that address, in capitals or not, who has not confirmed it."""
        ...

    def forget(self, *, at: datetime) -> int:
        """Forget who signed up more than ``FORGOTTEN_AFTER`` ago and never confirmed; return how many."""
        ...

    def active(self, address: str) -> str | None:
        """Return a token of any subscription of an address that is active; ``None`` if it has none."""
        ...


class Tallies(Protocol):
    """Counts who does something too often, for all processes together and beyond a restart."""

    def take(self, what: str, whose: str, *, most: int, within: timedelta, at: datetime) -> bool:
        """Count one more time; tell whether it was no more than ``most`` times ``within`` a span of time.

        Nothing is kept of ``whose`` but a salted hash, and that not for long after the span.
        """
        ...

    def forget(self, *, at: datetime) -> None:
        """Forget all counts whose span has ended."""
        ...


class Readership(Protocol):
    """The readers of one list, for the stages that come after."""

    def stream(self, list_name: ListName) -> Iterable[Reader]:
        """Go through every subscription of the list with its follows, in the order of subscriber ids, once.

        Never hold them all: a list may be longer than memory. They are as of one moment, that at which the first of
        them is asked for. Whoever changes while they stream is seen as they were then: a reader who leaves is left out
        when their delivery is claimed, one who joins is in time for the next issue.
        """
        ...

    def reader(self, list_name: ListName, address: str) -> Reader | None:
        """Return the reader with that address, in any spelling; ``None`` if nobody on the list ever had it."""
        ...

    def cursors(self, list_name: ListName) -> Collection[Position]:
        """Return the cursors that the list's readers have, each once."""
        ...

    def had(
        self,
        list_name: ListName,
        stories: Sequence[Position],
        *,
        whom: Collection[SubscriberId],
        before: int | None = None,
    ) -> Mapping[SubscriberId, Mapping[Position, Position]]:
        """Return, for each of these readers who had a piece of these stories, which piece it was, by the story.

        A story goes by the position of its first piece. What counts is what was in a mail of this list that was
        accepted and did not bounce, or that may have been accepted; with ``before`` only of issues with a smaller
        number.
        """
        ...

    def missing(
        self, former: Sequence[IssueId], *, whom: Collection[SubscriberId]
    ) -> Mapping[SubscriberId, Mapping[Position, IssueId]]:
        """Return, for each of these readers, the articles in mails of these issues that certainly did not reach them.

        Such a mail was refused, or bounced, or its reader was left out after it was planned. An article of several such
        issues goes by the earliest, the last one in ``former``.
        """
        ...
