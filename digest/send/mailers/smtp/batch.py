"""One batch on its way: the mails that wait for a connection, and the answers that are there."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from digest.errors import MailerError, Refused, TryLater
from digest.ids import DeliveryId
from digest.send.mail import Accepted, Answer, Common, Mail, Postponed, Rejected, Unclear
from digest.send.mailers.smtp.journal import Journal, Page
from digest.send.mailers.smtp.line import Envelope
from digest.send.mailers.smtp.pace import Pace
from digest.send.mailers.smtp.replies import Reply, Stage, Verdict, judge, words
from digest.send.mailers.smtp.server import SETTING, Server
from digest.send.mime import envelope_address

#: No mail is begun after that: a batch must be over before its claims are (``digest.send.shard``).
BATCH_SECONDS: Final = 120.0
_AFTER_SECONDS: Final = 60.0


@dataclass(slots=True)
class Job:
    """One mail to be handed over; ``tries`` counts the new connections that broke before its end."""

    mail: Mail
    envelope: Envelope
    tries: int = 0
    letter: bytes = field(default=b"", repr=False)

    @property
    def delivery(self) -> DeliveryId:
        """The delivery's id."""
        return self.mail.delivery

    @property
    def domain(self) -> str:
        """The reader's domain."""
        return self.envelope.reader.rpartition("@")[2]


class Batch:
    """What the connections share. Each method is safe to call from several threads."""

    def __init__(
        self,
        server: Server,
        pace: Pace,
        seconds: Callable[[], float],
        write: Callable[[Mail], bytes],
        journal: Journal | None = None,
    ) -> None:
        """Hand over to ``server`` what ``write`` makes of mails, at the ``pace`` of their domains, by ``seconds``.

        What is begun and what is answered is noted in the ``journal``, on a page for each connection.
        """
        self._server = server
        self._pace = pace
        self._seconds = seconds
        self._write = write
        self._journal = journal
        self._until = seconds() + BATCH_SECONDS
        self._jobs: deque[Job] = deque()
        self.answers: dict[DeliveryId, Answer] = {}
        self.trouble: MailerError | None = None
        self.is_stopped = False

    def __len__(self) -> int:
        """Return how many mails wait for a connection."""
        return len(self._jobs)

    @property
    def is_over(self) -> bool:
        """Whether no mail may be begun any more."""
        return self.is_stopped or self._seconds() >= self._until

    def put(self, mails: Sequence[Mail]) -> None:
        """Let mails wait for a connection; answer at once for those of whom the server need not be asked.

        :raises Refused: the sender's address cannot be written; nobody is to be asked.
        """
        common: Common | None = None
        sender: str | None = None
        is_calm = self._pace.is_calm
        for mail in mails:
            if mail.common is not common:
                common, sender = mail.common, _sender(mail.common)
            try:
                reader = envelope_address(mail.to_address)
            except ValueError as error:
                self.answers[mail.delivery] = _unwritable(mail, error)
                continue
            job = Job(mail, Envelope(sender or mail.return_path or "", reader))
            seconds, why = (0.0, "") if is_calm else self._pace.wait(job.domain)
            if seconds > 0:
                said = f"their mail server asked us to slow down: {why}"
                self.answers[mail.delivery] = Postponed(delivery=mail.delivery, after=seconds, why=said)
            else:
                self._jobs.append(job)

    def take(self) -> Job | None:
        """Take the next mail that can be written, with its letter; ``None`` if there is none, or no time left."""
        while not self.is_over:
            try:
                job = self._jobs.popleft()
            except IndexError:
                return None
            try:
                job.letter = job.letter or self._write(job.mail)
            except ValueError as error:
                self.answers[job.delivery] = _unwritable(job.mail, error)
                continue
            return job
        return None

    def give_back(self, job: Job | None) -> None:
        """Let a mail that was certainly not taken wait again, before all others."""
        if job is not None:
            self._jobs.appendleft(job)

    def page(self) -> Page | None:
        """Return where a connection notes what it begins, and what is answered; ``None`` if nothing is noted."""
        return None if self._journal is None else Page(self._journal)

    def settle(
        self, job: Job, stage: Stage, reply: Reply, *, takes_ours: bool, page: Page | None
    ) -> MailerError | None:
        """Write down what a reply means for its reader; return what stops the connection, if it is about us.

        ``takes_ours``: the server took a mail from us before, so a refusal is about the reader.
        """
        verdict, said = judge(stage, reply), words(reply)
        if verdict is Verdict.NOT_US and takes_ours and stage is not Stage.SENDER:
            verdict = Verdict.NO
        if page is not None and stage is Stage.END and verdict is not Verdict.UNCLEAR:
            page.answered(job.mail, taken=verdict is Verdict.YES)
        match verdict:
            case Verdict.YES:
                if not self._pace.is_calm:
                    self._pace.took(job.domain)
                self.answers[job.delivery] = Accepted(delivery=job.delivery, receipt=said)
            case Verdict.NO:
                self.answers[job.delivery] = Rejected(delivery=job.delivery, why=said)
            case Verdict.LATER:
                after = self._pace.later(job.domain, reply)
                self.answers[job.delivery] = Postponed(delivery=job.delivery, after=after, why=said)
            case Verdict.UNCLEAR:
                self.doubt(job, f"the mail server answered what is no SMTP: {said}")
            case Verdict.NOT_NOW:
                return TryLater(f"The mail server {self._server} takes no mail now: {said}.", after=_AFTER_SECONDS)
            case Verdict.NOT_US:
                return Refused(
                    f"The mail server {self._server} will not take mail from us ({stage}): {said}.",
                    advice=f"Check the newsletter's sender and {SETTING}, or ask who runs the server.",
                )
        return None

    def doubt(self, job: Job, why: str) -> None:
        """Write down that nobody knows what became of a mail."""
        self.answers[job.delivery] = Unclear(delivery=job.delivery, why=why)

    def put_off(self, job: Job, why: str) -> None:
        """Write down that a mail was certainly not taken, and is to be asked for a little later."""
        self.answers[job.delivery] = Postponed(delivery=job.delivery, after=_AFTER_SECONDS, why=why)


def _sender(common: Common) -> str | None:
    """Return the sender of all mails that have this in common; ``None`` if each has a return path of its own."""
    if common.return_path is not None:
        return None
    try:
        return _own_address(common.from_address)
    except ValueError as error:
        raise Refused(
            f"The newsletter's sender cannot be written as an address: {error}.", advice="Mend it in its TOML file."
        ) from None


@lru_cache(maxsize=16)
def _own_address(address: str) -> str:
    return envelope_address(address)


def _unwritable(mail: Mail, error: ValueError) -> Rejected:
    return Rejected(delivery=mail.delivery, why=f"it cannot be written as a mail: {error}")
