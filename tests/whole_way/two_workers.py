"""A worker whose steps a test takes one by one, with a mailer of many moods and a ledger whose claims are watched."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Engine

from digest.errors import TryLater, Uncertain
from digest.ids import DeliveryId, IssueId
from digest.render.rendition import Sealed
from digest.send.hands import Batch, Hands, Outcome
from digest.send.ledger import Claim, Holder
from digest.send.letter import Letters
from digest.send.mail import Accepted, Answer, Evidence, Mail, Postponed, Rejected, Unclear
from digest.send.shard import LEASE_SECONDS
from digest.store.ledger import SqlLedger
from tests.send.office import PUBLIC_URL
from tests.web.serving import MovableClock

#: What becomes of a mail: what the mailer does with it, and what it says.
FATES: Final = ("taken", "refused", "put off", "never came", "answer lost", "down", "line cut")


@dataclass
class Post:
    """A mailer that does to each mail what the next of ``fates`` says, and takes it when there is none.

    ``at_mail`` is called before each mail: what happens then happens while a batch is in its hands.
    """

    batch_size: int = 2
    fates: list[str] = field(default_factory=list)
    taken: Counter[DeliveryId] = field(default_factory=Counter)
    refused: set[DeliveryId] = field(default_factory=set)
    at_mail: Callable[[], None] = lambda: None
    took: Callable[[Mail], None] = lambda _mail: None

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        answers: list[Answer] = []
        for mail in mails:
            self.at_mail()
            fate = self.fates.pop(0) if self.fates else "taken"
            if fate == "down":
                raise TryLater("Down.", after=1, answers=answers)
            if fate == "line cut":
                raise Uncertain("The line was cut.", batch=[mail.delivery], answers=answers)
            if fate in ("taken", "answer lost"):
                self.taken[mail.delivery] += 1
                self.took(mail)
            if fate == "refused":
                self.refused.add(mail.delivery)
            answers.append(_answer(mail, fate))
        return answers

    def look_up(self, whom: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        return {one: Evidence.ACCEPTED if self.taken[one] else Evidence.ABSENT for one in whom}


def _answer(mail: Mail, fate: str) -> Answer:
    match fate:
        case "taken":
            return Accepted(delivery=mail.delivery, receipt="yes")
        case "refused":
            return Rejected(delivery=mail.delivery, why="550 no such mailbox")
        case "put off":
            return Postponed(delivery=mail.delivery, after=2 * LEASE_SECONDS, why="450 greylisted")
        case _:
            return Unclear(delivery=mail.delivery, why="the line went dead")


class WatchedLedger(SqlLedger):
    """The real ledger. Whatever is claimed, by whomever, is shown to ``saw``."""

    def __init__(self, engine: Engine, saw: Callable[[Sequence[Claim]], None]) -> None:
        super().__init__(engine)
        self._saw = saw

    def claim(self, issue: IssueId, **how: Any) -> Sequence[Claim]:
        claims = super().claim(issue, **how)
        self._saw(claims)
        return claims


@dataclass
class Worker:
    """One process at work, with what it has in hand. Its own ledger remembers how far it has claimed."""

    name: str
    ledger: WatchedLedger
    post: Post
    clock: MovableClock
    claimed: list[tuple[Holder, Sequence[Claim]]] = field(default_factory=list)
    answered: list[Outcome] = field(default_factory=list)

    def claim(self, issue: IssueId, limit: int) -> None:
        holder = Holder(worker=self.name, since=self.clock.now())
        claims = self.ledger.claim(issue, worker=self.name, limit=limit, lease_seconds=LEASE_SECONDS, at=holder.since)
        if claims:
            self.claimed.append((holder, claims))

    def hand_over(self, sealed: Sealed) -> None:
        """Hand over what was claimed first, unless the lease is over: then it is left as it is."""
        holder, claims = self.claimed.pop(0)
        if self._is_ours(holder):
            letters = Letters(sealed, public_url=PUBLIC_URL)
            write = partial(letters.write_all, claims, at=holder.since)
            with Hands(self.post) as hands:
                hands.hand_over(Batch(deliveries=[claim.id for claim in claims], holder=holder, write=write))
                with hands.taken_back(waiting=True) as outcomes:
                    self.answered += outcomes

    def record(self, sealed: Sealed) -> None:
        """Record what was answered first, and put back what was certainly not taken."""
        outcome = self.answered.pop(0)
        holder = outcome.batch.holder
        self.ledger.record(
            sealed.frozen.id, outcome.answers, holder=holder, height=sealed.frozen.height, at=self.clock.now()
        )
        if outcome.not_taken and self._is_ours(holder):
            self.ledger.release(outcome.not_taken, holder=holder)

    def put_back(self) -> None:
        holder, claims = self.claimed.pop(0)
        if self._is_ours(holder):
            self.ledger.release([claim.id for claim in claims], holder=holder)

    def _is_ours(self, holder: Holder) -> bool:
        return self.clock.now() - holder.since < timedelta(seconds=LEASE_SECONDS)
