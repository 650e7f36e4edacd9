"""Sending notices: what waits is claimed, handed over and recorded, until nothing is left. Harmless at any time."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from digest.audience.notice import Notice
from digest.clock import Clock
from digest.compose.sending import Sending
from digest.errors import MailerError, RenderError
from digest.ids import DeliveryId, NewsletterId
from digest.send.doubt import Doubt, Verdict, by_policy, due_by_policy
from digest.send.doubt_steps import Recalls, Witness
from digest.send.hands import Batch, Hands
from digest.send.ledger import Holder
from digest.send.mail import Answer, Evidence, Mail, Mailer, Postponed
from digest.send.notices import NoticeBook, NoticeReport
from digest.send.shard import LEASE_SECONDS
from digest.send.shard_report import count_answers
from digest.send.worker import is_gone as worker_is_gone

#: So many are claimed at once: each has a body of its own, and a batch must be over before its claims are.
MOST_AT_ONCE: Final = 25
#: What cannot be written now is tried again after so many seconds: somebody has a template or a catalogue to mend.
_UNWRITTEN_SECONDS: Final = 900.0

#: Writes the mail of a notice, dated at an instant.
Write = Callable[[Notice, datetime], Mail]


class NoticePost:
    """One round of sending notices. Use it once: ``run()``."""

    def __init__(
        self,
        *,
        book: NoticeBook,
        mailer: Mailer,
        write: Write,
        sending: Callable[[NewsletterId], Sending],
        clock: Clock,
        worker: str,
        witness: Witness | None = None,
        is_gone: Callable[[str], bool] = worker_is_gone,
    ) -> None:
        """Send what waits in ``book`` as ``worker``; ``sending`` says how a newsletter wants doubts to end."""
        self._book = book
        self._mailer = mailer
        self._write = write
        self._sending = sending
        self._clock = clock
        self._worker = worker
        self._witness = witness
        self._is_gone = is_gone
        self._done: Counter[str] = Counter()
        self._error: MailerError | None = None

    def run(self) -> NoticeReport:
        """End doubts, then send until nothing is left, the mailer ends it, or a round brought nothing about."""
        self._settle()
        with Hands(self._mailer) as hands:
            while self._error is None and self._round(hands):
                pass
        return NoticeReport(**self._done, left=self._book.counts(), error=self._error)

    def _round(self, hands: Hands) -> bool:
        """Claim, hand over and record one batch; tell whether it is worth claiming another one."""
        holder = Holder(worker=self._worker, since=self._clock.now())
        claimed = self._book.claim(
            worker=holder.worker,
            limit=min(MOST_AT_ONCE, self._mailer.batch_size),
            lease_seconds=LEASE_SECONDS,
            at=holder.since,
        )
        if not claimed:
            return False
        before = self._progress()
        mails = self._written(claimed, holder)
        if mails and self._is_ours(holder):
            deliveries = [mail.delivery for mail in mails]
            hands.hand_over(Batch(deliveries=deliveries, holder=holder, write=lambda: mails))
            with hands.taken_back(waiting=True) as outcomes:
                for outcome in outcomes:
                    self._error = outcome.error
                    self._record(outcome.answers, holder)
                    self._put_back(outcome.not_taken, holder)
        return self._progress() > before

    def _written(self, claimed: Sequence[Notice], holder: Holder) -> list[Mail]:
        """Write the mails; one that cannot be written holds up none of the others."""
        mails: list[Mail] = []
        unwritten: list[Answer] = []
        for notice in claimed:
            try:
                mails.append(self._write(notice, holder.since))
            except RenderError as error:
                unwritten.append(Postponed(delivery=notice.id, after=_UNWRITTEN_SECONDS, why=str(error)))
        self._record(unwritten, holder)
        return mails

    def _record(self, answers: Sequence[Answer], holder: Holder) -> None:
        if answers:
            self._book.record(answers, holder=holder, at=self._clock.now())
            self._done += count_answers(answers)

    def _put_back(self, not_taken: Sequence[DeliveryId], holder: Holder) -> None:
        if not_taken and self._is_ours(holder):
            self._book.release(not_taken, holder=holder)
            self._done["put_back"] += len(not_taken)

    def _is_ours(self, holder: Holder) -> bool:
        return self._clock.now() - holder.since < timedelta(seconds=LEASE_SECONDS)

    def _progress(self) -> int:
        return self._done["accepted"] + self._done["refused"] + self._done["unclear"]

    def _settle(self) -> None:
        """Turn abandoned claims into doubts; end doubts by evidence, then as their newsletters declared."""
        now = self._clock.now()
        self._done["given_up"] = self._book.give_up(is_gone=self._is_gone, at=now)
        for newsletter, doubts in self._book.doubts().items():
            evidence = self._evidence(doubts)
            for says, verdict in ((Evidence.ACCEPTED, Verdict.ACCEPTED), (Evidence.ABSENT, Verdict.PLANNED)):
                which = [one for one, found in evidence.items() if found is says]
                if which:
                    why = "settled by evidence"
                    self._done["settled"] += self._book.end_doubts(which, verdict, why=why, at=now)
            rules = self._sending(newsletter)
            due = due_by_policy((one for one in doubts if evidence[one.delivery] is Evidence.UNKNOWN), rules, now=now)
            if due:
                why = by_policy(rules, now=now).why
                again = self._book.end_doubts(due, Verdict.PLANNED, why=why, at=now, by_policy=True)
                self._done["planned_again"] += again

    def _evidence(self, doubts: Sequence[Doubt]) -> dict[DeliveryId, Evidence]:
        """Ask first who was told afterwards, then the mailer's own records."""
        ids = [doubt.delivery for doubt in doubts]
        told = dict(self._witness.evidence(ids)) if self._witness is not None else {}
        left = [doubt for doubt in doubts if told.get(doubt.delivery, Evidence.UNKNOWN) is Evidence.UNKNOWN]
        if left and isinstance(self._mailer, Recalls):
            told |= self._mailer.recall(left)
        elif left:
            told |= self._mailer.look_up([doubt.delivery for doubt in left])
        return {one: told.get(one, Evidence.UNKNOWN) for one in ids}
