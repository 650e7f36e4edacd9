"""Whom a provider will not mail, and whom we will not: both lists brought together, and nobody mailed by an oversight.

What the provider knows (bounces, complaints, unsubscribes) becomes a suppression of ours. Whom we must not mail any
more, it is told of, so that no other program with its key mails them either. We take back only what we told it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from digest.audience.reader import Suppression, SuppressionReason
from digest.send.feedback.ports import FeedbackBook
from digest.send.feedback.vocabulary import Feedback, FeedbackKind

_KIND_OF: Final = {
    SuppressionReason.BOUNCED: FeedbackKind.BOUNCED,
    SuppressionReason.COMPLAINED: FeedbackKind.COMPLAINED,
    SuppressionReason.UNSUBSCRIBED: FeedbackKind.UNSUBSCRIBED,
    SuppressionReason.INVALID: FeedbackKind.DROPPED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Somebody on one of a provider's lists: since when (UTC), and why in its words without any address."""

    address: str
    reason: SuppressionReason
    since: datetime
    why: str = ""


class ProviderLists(Protocol):
    """A provider's lists of whom it does not mail."""

    #: How it is called in our books.
    name: str

    def pages(self) -> Iterator[Sequence[Listed]]:
        """Yield everybody on its lists, some hundreds at a time.

        :raises MailerError: it cannot be reached, or does not let us.
        """
        ...

    def tell(self, addresses: Sequence[str]) -> None:
        """Have it mail these addresses never again, whoever asks it to.

        :raises MailerError: as ``pages`` does; some of them may be on its list all the same, which does no harm.
        """
        ...

    def take_back(self, address: str) -> None:
        """Have it mail this address again. Harmless for one that it does not have.

        :raises MailerError: as ``pages`` does.
        """
        ...


class SuppressionBook(Protocol):
    """Whom we do not mail, and what we told providers of that. Every call is one transaction."""

    def counts(self) -> dict[SuppressionReason, int]:
        """Return how many addresses are suppressed for each reason."""
        ...

    def of(self, address: str) -> Suppression | None:
        """Return why an address must not be mailed; ``None`` if it may."""
        ...

    def lift(self, address: str) -> SuppressionReason | None:
        """Mail an address again; return why it was not, ``None`` if it was. Erased ones are never lifted."""
        ...

    def told(self, provider: str, addresses: Sequence[str]) -> frozenset[str]:
        """Return those of the addresses that the provider has from us, folded."""
        ...

    def to_tell(self, provider: str, *, known: frozenset[str], most: int) -> Sequence[str]:
        """Return up to ``most`` addresses that must not be mailed any more and that the provider has from nobody.

        They are suppressed, or have left every list. ``known`` are, folded, those whom the provider has of itself.
        """
        ...

    def to_take_back(self, provider: str) -> Sequence[str]:
        """Return the addresses that the provider has from us and that want our mail again."""
        ...

    def note_told(self, provider: str, addresses: Sequence[str], *, at: datetime) -> None:
        """Remember that the provider has these from us."""
        ...

    def forget_told(self, provider: str, address: str) -> None:
        """Remember that the provider has this one no more from us."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What bringing both lists together did; in a dry run, what it would do. All numbers are addresses.

    ``listed`` are on the provider's lists; ``new`` are suppressed here from now on. ``told`` are on the provider's list
    from now on, ``taken_back`` not any more.
    """

    listed: int = 0
    new: int = 0
    told: int = 0
    taken_back: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"listed": self.listed, "new": self.new, "told": self.told, "taken_back": self.taken_back}


#: So many addresses the provider is told of at once.
AT_ONCE: Final = 500


def sync(
    lists: ProviderLists, *, book: SuppressionBook, feedback: FeedbackBook, at: datetime, pull_only: bool = False
) -> Synced:
    """Bring both lists together; with ``pull_only`` the provider's are read and left as they are.

    :raises MailerError: the provider cannot be reached, or does not let us. What was done stays done; do it again.
    """
    listed = new = told = 0
    theirs: set[str] = set()
    for page in lists.pages():
        ours = book.told(lists.name, [one.address for one in page])
        of_their_own = [one for one in page if one.address.casefold() not in ours]
        new += feedback.take_in([_as_feedback(lists.name, one) for one in of_their_own], at=at).suppressed
        listed += len(page)
        theirs |= {one.address.casefold() for one in of_their_own}
    if pull_only:
        return Synced(listed=listed, new=new)
    while addresses := book.to_tell(lists.name, known=frozenset(theirs), most=AT_ONCE):
        lists.tell(addresses)
        book.note_told(lists.name, addresses, at=at)
        told += len(addresses)
    back = book.to_take_back(lists.name)
    for address in back:
        lists.take_back(address)
        book.forget_told(lists.name, address)
    return Synced(listed=listed, new=new, told=told, taken_back=len(back))


def _as_feedback(provider: str, one: Listed) -> Feedback:
    return Feedback(
        kind=_KIND_OF[one.reason],
        source=provider,
        said=f"on its list: {one.reason}",
        at=one.since,
        address=one.address,
        why=one.why,
        reason=one.reason,
    )
