"""One worker's part of sending an issue: claim, mail, record, until nothing is left to claim.

Claimed before the mailer is asked, recorded after it answered, and no transaction is open in between: the process may
die at any point, and what it leaves behind is told by the ledger and by the mailer's own evidence.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from digest.clock import Clock
from digest.errors import IssueStopped, MailerError, TryLater
from digest.ids import DeliveryId
from digest.render.rendition import Sealed
from digest.send.doubt_steps import Settler
from digest.send.hands import Batch, Hands, Outcome, TakesSeveral, worse
from digest.send.ledger import Claim, Holder, Ledger
from digest.send.letter import Letters
from digest.send.mail import Mailer, Unclear
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
        progress: Callable[[int], None],
    ) -> None:
        """Work for ``sealed`` under the name ``worker``; ``settler`` ends doubts, ``pause`` waits so many seconds.

        The ``gate`` is asked before every claim; ``progress`` is told how many answers came.
        """
        self._issue = sealed.frozen.id
        self._height = sealed.frozen.height
        self._ledger = ledger
        self._mailer = gate.paced(mailer)
        self._several = mailer if isinstance(mailer, TakesSeveral) else None
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
        self._progress = progress

    def run(self, *, stop_after: int | None) -> ShardReport:
        """Mail until nothing is left, ``stop_after`` deliveries were claimed, or the gate or the mailer ends it."""
        self._settle()
        self._done["planned_again"] = self._settler.by_policy()
        with Hands(self._mailer, several=self._several) as hands:
            try:
                self._work(hands, stop_after)
            finally:
                self._take_back_all(hands)
        if hands.is_stopped_by_hand:
            self._error = worse(self._error, TryLater("The run was stopped by hand.", after=0.0))
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

    def _work(self, hands: Hands, stop_after: int | None) -> None:
        left = stop_after
        while (left is None or left > 0) and self._error is None and not hands.is_over:
            most = self._mailer.batch_size * hands.room
            go = self._ask_the_gate(most if left is None else min(left, most), hands)
            if go is None:
                break
            holder = Holder(worker=self._worker, since=self._clock.now())
            claims = self._claim(go, holder)
            if claims:
                self._gate.took(len(claims), holder.since)
                left = left if left is None else left - len(claims)
                self._hand_over(claims, holder, hands)
                self._take_back(hands, waiting=not hands.room)
            elif hands.is_busy:
                self._take_back(hands, waiting=True)
            elif not self._is_more_to_come():
                break

    def _ask_the_gate(self, limit: int, hands: Hands) -> Go | None:
        """Wait until readers may be claimed; ``None``: this run ends, and the error says why."""

        def meanwhile() -> bool:
            had_answers = hands.is_busy
            self._take_back_all(hands)
            return self._settle() or had_answers

        said = self._gate.wait_for_go(limit, meanwhile=meanwhile, is_over=lambda: hands.is_over)
        if said is None or isinstance(said, Go):
            return said
        self._error = worse(self._error, said)
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

    def _hand_over(self, claims: Sequence[Claim], holder: Holder, hands: Hands) -> None:
        self._waited = 0.0
        if self._is_ours(holder):
            size = self._mailer.batch_size
            for some in [claims[first : first + size] for first in range(0, len(claims), size)]:
                hands.hand_over(
                    Batch(
                        deliveries=[claim.id for claim in some],
                        holder=holder,
                        write=partial(self._letters.write_all, some, at=holder.since),
                    )
                )

    def _take_back_all(self, hands: Hands) -> None:
        while hands.is_busy:
            self._take_back(hands, waiting=True)

    def _take_back(self, hands: Hands, *, waiting: bool) -> None:
        with hands.taken_back(waiting=waiting) as outcomes:
            for outcome in outcomes:
                self._error = worse(self._error, outcome.error)
            answered = [outcome for outcome in outcomes if outcome.answers]
            if answered:
                self._record(answered)
            for outcome in outcomes:
                if outcome.not_taken and self._is_ours(outcome.batch.holder):
                    self._put_back(outcome.not_taken, outcome.batch.holder)
        for outcome in outcomes:
            if outcome.fault is not None:
                raise outcome.fault

    def _record(self, outcomes: Sequence[Outcome]) -> None:
        """Record what was answered, all in one transaction: each waits for the disk."""
        with self._ledger.together():
            for outcome in outcomes:
                self._ledger.record(
                    self._issue,
                    outcome.answers,
                    holder=outcome.batch.holder,
                    height=self._height,
                    at=self._clock.now(),
                )
        for outcome in outcomes:
            counted = count_answers(outcome.answers)
            self._done += counted
            self._progress(len(outcome.answers))
            self._gate.told(outcome.answers, claimed_at=outcome.batch.holder.since)
            if counted["unclear"]:
                self._own_doubts |= {answer.delivery for answer in outcome.answers if isinstance(answer, Unclear)}
            if counted["accepted"]:
                self._patience = PATIENCE_SECONDS  # as long as mails go out, readers who were put off are waited for

    def _is_ours(self, holder: Holder) -> bool:
        """Tell whether our claim is not over yet: this process may have slept, and others have gone on."""
        return self._clock.now() - holder.since < timedelta(seconds=LEASE_SECONDS)

    def _put_back(self, claimed: Sequence[DeliveryId], holder: Holder) -> None:
        self._ledger.release(claimed, holder=holder)
        self._done["put_back"] += len(claimed)

    def _is_more_to_come(self) -> bool:
        """Nothing could be claimed: settle doubts, wait for other workers; tell whether to claim again."""
        if self._settle():
            return True
        states = self._ledger.states(self._issue)
        planned, claimed = states.get(DeliveryState.PLANNED, 0), states.get(DeliveryState.CLAIMED, 0)
        if planned:
            self._error = self._gate.stopped()
            if self._error is not None:
                return False
        by_hour = self._ledger.by_hour(self._issue, after=self._clock.now())
        planned -= by_hour.readers if by_hour else 0  # they are for a later run
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
