"""Taking in mails that came back: read each, keep what it says, end the subscriptions that readers end by mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol

from digest.audience.ports import ReaderBook
from digest.clock import Clock
from digest.errors import UnreadableFeedback
from digest.send.feedback.mailbox import MailSays, read_mail
from digest.send.feedback.ports import FeedbackBook, TakenIn

#: So many mails are taken in by one transaction, and held in memory.
BATCH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """A mail that came back: its ``name`` (a file, a number) is for telling which one could not be read."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """What mails that came back said: ``told`` were about mails of ours, ``left`` ended a subscription.

    ``silent`` said nothing of ours: vacations, letters, spam. ``unreadable`` are the names of the others, and why.
    ``trouble`` is why the mailbox was not read to its end.
    """

    mails: int = 0
    told: int = 0
    taken: TakenIn = TakenIn()  # noqa: RUF009 - a frozen value
    left: int = 0
    silent: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    trouble: str | None = None

    def __add__(self, other: "MailReport") -> "MailReport":
        """Return what both say together."""
        mine, theirs = self.taken, other.taken
        return MailReport(
            mails=self.mails + other.mails,
            told=self.told + other.told,
            taken=TakenIn(
                new=mine.new + theirs.new,
                known=mine.known + theirs.known,
                unmatched=mine.unmatched + theirs.unmatched,
                settled=mine.settled + theirs.settled,
                suppressed=mine.suppressed + theirs.suppressed,
            ),
            left=self.left + other.left,
            silent=self.silent + other.silent,
            unreadable=self.unreadable + other.unreadable,
            trouble=self.trouble or other.trouble,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "mails": self.mails,
            "told": self.told,
            "new": self.taken.new,
            "known": self.taken.known,
            "unmatched": self.taken.unmatched,
            "settled": self.taken.settled,
            "suppressed": self.taken.suppressed,
            "left": self.left,
            "silent": self.silent,
            "unreadable": [{"mail": name, "why": why} for name, why in self.unreadable],
            "trouble": self.trouble,
        }


class ReturnedMail(Protocol):
    """A mailbox to which mails come back, open."""

    def unread(self) -> Iterable[CameBack]:
        """Yield the mails that nobody has read yet, one after another.

        :raises MailerError: the mailbox cannot be read.
        """
        ...

    def mark_read(self, names: Sequence[str]) -> None:
        """Mark mails as read, so that they are not yielded again.

        :raises MailerError: the mailbox cannot be written.
        """
        ...


def take_in_mails(mails: Iterable[CameBack], *, book: FeedbackBook, readers: ReaderBook, clock: Clock) -> MailReport:
    """Take in mails, a batch in a transaction; taking the same in again changes nothing."""
    report = MailReport()
    waiting = iter(mails)
    while batch := list(islice(waiting, BATCH)):
        report += _take_in(batch, book, readers, clock)
    return report


def take_in_mailbox(box: ReturnedMail, *, book: FeedbackBook, readers: ReaderBook, clock: Clock) -> MailReport:
    """Take in what nobody has read yet; each mail is marked as read only when what it says is kept.

    What cannot be read stays unread, for a person to look at.

    :raises MailerError: the mailbox cannot be read or written; what was taken in before stays so.
    """
    report = MailReport()
    waiting = iter(box.unread())
    while batch := list(islice(waiting, BATCH)):
        one = _take_in(batch, book, readers, clock)
        unreadable = {name for name, _why in one.unreadable}
        box.mark_read([mail.name for mail in batch if mail.name not in unreadable])
        report += one
    return report


def _take_in(batch: Sequence[CameBack], book: FeedbackBook, readers: ReaderBook, clock: Clock) -> MailReport:
    at = clock.now()
    said: list[MailSays] = []
    unreadable: list[tuple[str, str]] = []
    for mail in batch:
        try:
            said.append(read_mail(mail.data, received_at=at))
        except UnreadableFeedback as error:
            unreadable.append((mail.name, error.why))
    told = [one.told for one in said if one.told is not None]
    tokens = {one.token for one in said if one.token is not None}
    return MailReport(
        mails=len(batch),
        told=len(told),
        taken=book.take_in(told, at=at) if told else TakenIn(),
        left=sum(readers.leave_by_token(token, at=at) for token in sorted(tokens)),
        silent=sum(one == MailSays() for one in said),
        unreadable=tuple(unreadable),
    )
