"""One thread's part of a batch: mail after mail on one connection, and on a new one when it breaks.

Nobody is in doubt but a reader whose letter had been sent to its end when the connection broke.
"""

from collections.abc import Callable
from typing import Final

from digest.errors import MailerError, TryLater
from digest.send.mailers.smtp.batch import Batch, Job
from digest.send.mailers.smtp.line import Line, LostError, Refusal
from digest.send.mailers.smtp.replies import CLOSING, Stage

#: So often a mail is tried again, when a new connection broke before the mail's end.
TRIES: Final = 3
#: So many new connections in a row that break before any answer mean that the server is not well.
BROKEN_LINES: Final = 3
_AFTER_SECONDS: Final = 60.0


class Worker:
    """Hands over what waits in a batch. Use it once: ``work()``."""

    def __init__(self, batch: Batch, take_line: Callable[[], Line], keep_line: Callable[[Line], None]) -> None:
        """Get connections by ``take_line``, and give each back by ``keep_line``."""
        self._batch = batch
        self._take_line = take_line
        self._keep_line = keep_line
        self._page = batch.page()
        self._broken = 0
        self._offered: Job | None = None

    def work(self) -> None:
        """Hand over mails until none waits; what stops it is written into the batch as its trouble."""
        while self._batch and not self._batch.is_over:
            try:
                line = self._take_line()
            except MailerError as error:
                trouble: MailerError | None = error
            else:
                try:
                    trouble = self._use(line)
                finally:
                    self._flush()
                self._keep_line(line)
            if trouble is not None:
                self._batch.trouble = self._batch.trouble or trouble
                return

    def _use(self, line: Line) -> MailerError | None:
        """Hand over mails on one connection until it is gone or nothing waits; return what forbids a new one."""
        job = self._batch.take()
        self._offered = None
        while job is not None:
            try:
                following, trouble = self._hand_over(line, job)
            except LostError as lost:
                return self._lost(line, job, lost)
            if trouble is not None or line.is_closing:
                self._batch.give_back(following)
                return trouble
            job = following
        return None

    def _hand_over(self, line: Line, job: Job) -> tuple[Job | None, MailerError | None]:
        """Hand over one mail; return the next one, and what stops this connection."""
        if self._offered is not job:
            line.offer(job.envelope)
        self._offered = None
        refusal = line.hear(job.envelope)
        if refusal is not None:
            return self._refused(line, job, refusal)
        try:
            if self._page is not None:
                self._page.begin(job.mail)
        except TryLater as error:
            line.hang_up()  # in the middle of a mail that was not begun
            self._batch.give_back(job)
            return None, error
        following = self._batch.take()
        self._offered = following
        try:
            reply = line.hand_over(job.letter, following.envelope if following is not None else None)
        except LostError:
            self._batch.give_back(following)
            raise
        trouble = self._batch.settle(job, Stage.END, reply, takes_ours=True, page=self._page)
        if not line.hears_yes:  # the next mail is not begun at once
            self._flush()
        self._broken = 0
        return following, trouble

    def _flush(self) -> None:
        if self._page is not None:
            self._page.flush()

    def _refused(self, line: Line, job: Job, refusal: Refusal) -> tuple[Job | None, MailerError | None]:
        if refusal.stage is Stage.SENDER and refusal.reply.code == CLOSING and line.has_taken:
            return job, None  # it has had enough of this connection, not of us
        trouble = self._batch.settle(job, refusal.stage, refusal.reply, takes_ours=line.has_taken, page=self._page)
        if trouble is not None:
            return job, trouble
        self._broken = 0
        return self._batch.take(), None

    def _lost(self, line: Line, job: Job, lost: LostError) -> MailerError | None:
        """Settle what became of the mail in hand; return what forbids a new connection."""
        if lost.in_doubt:
            self._batch.doubt(job, f"the connection was lost when the mail had been sent to its end: {lost.why}")
            # A server that never answers would otherwise bring everybody into doubt, one after another.
            return None if line.has_taken else _hangs_up(lost)
        if line.has_taken:  # it was idle for too long, or has served its time
            self._batch.give_back(job)
            return None
        self._broken += 1
        job.tries += 1
        if job.tries < TRIES:
            self._batch.give_back(job)
        else:
            self._batch.put_off(job, f"the connection was lost before the mail's end, {TRIES} times: {lost.why}")
        return None if self._broken < BROKEN_LINES else _hangs_up(lost)


def _hangs_up(lost: LostError) -> TryLater:
    return TryLater(f"The mail server breaks the connection off in the middle: {lost.why}.", after=_AFTER_SECONDS)
