"""One worker's part of sending an issue: claim, mail, record, until nothing is left to claim.

Claimed before the mailer is asked, recorded after it answered, and no transaction is open in between: the process may
die at any point, and what it leaves behind is told by the ledger and by the mailer's own evidence.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from digest.clock import Clock
from digest.errors import IssueStopped, MailerError, Refused, TryLater, Uncertain
from digest.ids import DeliveryId
from digest.render.rendition import Sealed
from digest.send.doubt_steps import Settler
from digest.send.ledger import Claim, Holder, Ledger, Tally
from digest.send.letter import Letters
from digest.send.mail import Accepted, Answer, Mail, Mailer, Unclear
from digest.send.pacing import Go
from digest.send.pacing_gate import Gate
from digest.send.shard_report import ShardReport, count_answers
from digest.send.states import DeliveryState

#: How long a claim is its worker's own: many times what a mailer needs for one batch.
LEASE_SECONDS: Final = 300
#: Between two looks at what other workers have in their hands.
PAUSE_SECONDS: Final = 1.0
#: Between two looks at whether those may be asked for whom the mailer postponed.
LONGEST_PAUSE_SECONDS: Final = 5.0
#: So long a run waits for readers who were put off, while nobody is accepted; then it leaves them to the next.
PATIENCE_SECONDS: Final = 900.0


class Shard:
    """One worker at work on one issue. Use it once: ``run()``."""

    def __init__(
        self,
        sealed: Sealed,
        *,
        ledger: Ledger,
        mailer: Mailer,
        clock: Clock,
        worker: str,
        letters: Letters,
        settler: Settler,
        gate: Gate,
        pause: Callable[[float], None],
    ) -> None:
        """Work for ``sealed`` under the name ``worker``; ``settler`` ends doubts, ``pause`` waits so many seconds.

        The ``gate`` is asked before every claim.
        """
        self._issue = sealed.frozen.id
        self._height = sealed.frozen.height
        self._ledger = ledger
        self._mailer = gate.paced(mailer)
        self._gate = gate
        self._clock = clock
        self._worker = worker
        self._letters = letters
        self._settler = settler
        self._pause = pause
        self._done: Counter[str] = Counter()
        self._error: MailerError | IssueStopped | None = None
        self._own_doubts: set[DeliveryId] = set()
        self._looked_twice = False
        self._waited = 0.0
        self._patience = PATIENCE_SECONDS

    def run(self, *, stop_after: int | None, progress: Callable[[Tally], None] | None) -> ShardReport:
        """Mail until nothing is left, ``stop_after`` deliveries were claimed, or the gate or the mailer ends it."""
        self._settle()
        self._done["planned_again"] = self._settler.by_policy()
        left = stop_after
        while left is None or left > 0:
            go = self._ask_the_gate(self._mailer.batch_size if left is None else min(left, self._mailer.batch_size))
            if go is None:
                break
            holder = Holder(worker=self._worker, since=self._clock.now())
            claims = self._claim(go, holder)
            if claims:
                self._gate.took(len(claims), holder.since)
                left = left if left is None else left - len(claims)
                self._mail(claims, holder)
                if progress is not None:
                    progress(self._ledger.tally(self._issue, afterwards=False))
            elif not self._is_more_to_come():
                break
            if self._error is not None:
                break
        return ShardReport(
            issue=self._issue,
            worker=self._worker,
            accepted=self._done["accepted"],
            refused=self._done["refused"],
            unclear=self._done["unclear"],
            postponed=self._done["postponed"],
            put_back=self._done["put_back"],
            settled=self._done["settled"],
            planned_again=self._done["planned_again"],
            error=self._error,
        )

    def _ask_the_gate(self, limit: int) -> Go | None:
        """Wait until readers may be claimed; ``None``: this run ends, and the error says why."""
        said = self._gate.wait_for_go(limit, meanwhile=self._settle)
        if isinstance(said, Go):
            return said
        self._error = said
        return None

    def _claim(self, go: Go, holder: Holder) -> Sequence[Claim]:
        return self._ledger.claim(
            self._issue,
            worker=holder.worker,
            limit=go.at_most,
            lease_seconds=LEASE_SECONDS,
            at=holder.since,
            bounds=go.bounds,
        )

    def _mail(self, claims: Sequence[Claim], holder: Holder) -> None:
        self._waited = 0.0
        claimed = [claim.id for claim in claims]
        try:
            mails = [self._letters.write(claim, at=holder.since) for claim in claims]
        except Exception:
            self._put_back(claimed, holder)  # the mailer was certainly not asked
            raise
        if not self._is_ours(holder):
            return
        answers = self._submit(mails)
        if answers:
            self._ledger.record(self._issue, answers, holder=holder, height=self._height, at=self._clock.now())
            self._done += count_answers(answers)
            self._own_doubts |= {answer.delivery for answer in answers if isinstance(answer, Unclear)}
            self._gate.told(answers, claimed_at=holder.since)
            if any(isinstance(answer, Accepted) for answer in answers):
                self._patience = PATIENCE_SECONDS  # as long as mails go out, readers who were put off are waited for
        answered = {answer.delivery for answer in answers}
        not_taken = [delivery for delivery in claimed if delivery not in answered]
        if not_taken and self._error is not None and self._is_ours(holder):
            self._put_back(not_taken, holder)

    def _is_ours(self, holder: Holder) -> bool:
        """Tell whether our claim is not over yet: this process may have slept, and others have gone on."""
        return self._clock.now() - holder.since < timedelta(seconds=LEASE_SECONDS)

    def _submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        """Ask the mailer; mails without an answer were certainly not taken."""
        try:
            return self._mailer.submit(mails)
        except (TryLater, Refused) as error:
            self._error = error
            return error.answers
        except Uncertain as error:
            self._error = error
            answered = {answer.delivery for answer in error.answers}
            in_doubt = set(error.batch) or {mail.delivery for mail in mails}
            return [
                *error.answers,
                *(Unclear(delivery=one, why=error.what.rstrip(".")) for one in _in_order(mails, in_doubt - answered)),
            ]

    def _put_back(self, claimed: Sequence[DeliveryId], holder: Holder) -> None:
        self._ledger.release(claimed, holder=holder)
        self._done["put_back"] += len(claimed)

    def _is_more_to_come(self) -> bool:
        """Nothing could be claimed: settle doubts, wait for other workers; tell whether to claim again."""
        self._error = self._gate.stopped()
        if self._error is not None:
            return False
        if self._settle():
            return True
        states = self._ledger.tally(self._issue, afterwards=False).states
        planned, claimed = states.get(DeliveryState.PLANNED, 0), states.get(DeliveryState.CLAIMED, 0)
        due = self._ledger.put_off_until(self._issue)
        if due is not None and not claimed:
            return self._wait_until(due, planned)
        if planned or claimed:
            return self._wait_for_others(planned + claimed)
        if self._own_doubts and not self._looked_twice:
            # What this very run left in doubt is looked up once more at its end, and then by the next run.
            self._looked_twice = True
            self._own_doubts.clear()
            return self._settle()
        return False

    def _wait_until(self, due: datetime, waiting: int) -> bool:
        """Wait a little for readers whom the mailer postponed; ``False`` when that would take too long."""
        now = self._clock.now()
        left = (due - now).total_seconds()
        if left <= 0:
            return True
        pause = min(left, LONGEST_PAUSE_SECONDS)
        if left <= self._patience:
            self._pause(pause)
            self._patience -= pause
            if self._clock.now() > now:
                return True
        whom = "1 delivery is" if waiting == 1 else f"{waiting} deliveries are"
        self._error = TryLater(
            f"{whom} put off, from {due:%Y-%m-%d %H:%M} UTC on more of {self._issue} can be mailed.",
            after=left,
            advice="Run the same command again then; nobody is mailed twice.",
        )
        return False

    def _wait_for_others(self, waiting: int) -> bool:
        """Wait a little for the other workers' claims to be answered or given up; ``False`` when that never ends."""
        if self._waited > LEASE_SECONDS:  # every lease is over by now, unless the clock stands still or went back
            self._error = TryLater(
                f"Other workers have kept {waiting} deliveries of {self._issue} for longer than their lease.",
                after=LEASE_SECONDS,
            )
            return False
        self._pause(PAUSE_SECONDS)
        self._waited += PAUSE_SECONDS
        return True

    def _settle(self) -> bool:
        """Turn abandoned claims into doubts and settle doubts by evidence; tell whether any can be asked again."""
        settled = self._settler.by_evidence(but_not=self._own_doubts)
        self._done["settled"] += settled.count
        return settled.absent > 0


def _in_order(mails: Sequence[Mail], deliveries: Collection[str]) -> list[DeliveryId]:
    return [mail.delivery for mail in mails if mail.delivery in deliveries]
