"""The SMTP mailer: several connections at once, each kept for as long as the server keeps it."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, Self

from digest.errors import TryLater
from digest.ids import DeliveryId
from digest.send.dkim import Signer
from digest.send.doubt import Doubt
from digest.send.mail import Answer, Evidence, Mail, Postponed
from digest.send.mailers.smtp.batch import Batch
from digest.send.mailers.smtp.journal import Journal
from digest.send.mailers.smtp.line import Line, open_line, trust
from digest.send.mailers.smtp.pace import Pace
from digest.send.mailers.smtp.server import Server, Tls
from digest.send.mailers.smtp.worker import Worker
from digest.send.mime import to_bytes

#: Mails per connection and batch: what is in a worker's hands when it dies may be in doubt, so they are not many. But
#: claiming and recording a batch costs the ledger the same for few as for many.
MAILS_PER_LINE: Final = 25
FEWEST_MAILS: Final = 250
#: Batches in hand: while one is sent, the answers of the one before are recorded and the next one is claimed.
AT_ONCE: Final = 2
#: A connection more is opened for every so many mails of a batch.
_MAILS_WORTH_A_LINE: Final = 4
#: What a breaking connection gives back may come after the others have found nothing left to do.
_ROUNDS: Final = 3


class SmtpMailer:
    """Hands mails to one mail server. Close it in the end: connections stay open from batch to batch."""

    def __init__(
        self,
        server: Server,
        *,
        signer: Signer | None = None,
        journal: Journal | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Speak to ``server``; ``signer`` signs each mail (DKIM); ``seconds`` is a clock that never goes back.

        What is noted in the ``journal`` tells after a kill who is in doubt; without one all are who were claimed.

        :raises BadSetting: the file of certificates that ``server`` names cannot be used.
        """
        self._server = server
        self._context = trust(server)
        self._signer = signer
        self._journal = journal
        self._seconds = seconds
        self._pace = Pace(seconds)
        self._most_lines = server.connections
        self._idle: deque[Line] = deque()
        self._threads = ThreadPoolExecutor(server.connections, thread_name_prefix="smtp")
        self._batches: set[Batch] = set()
        self._is_stopped = False
        self.at_once = AT_ONCE
        self.batch_size = max(FEWEST_MAILS, MAILS_PER_LINE * server.connections)

    def __enter__(self) -> Self:
        """Return the mailer itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Say goodbye on every connection."""
        self._threads.shutdown()
        if self._journal is not None:
            self._journal.close()
        for line in self._idle:
            line.say_goodbye()
        while self._idle:
            self._idle.pop().hear_goodbye()

    def try_out(self) -> str:
        """Connect, encrypt and log in as for a mail, but send none; return how it went, in words.

        :raises TryLater: the server cannot be reached or takes nothing now.
        :raises Refused: the server does not take mail from us.
        """
        line = self._take_line()
        self._keep_line(line)
        secure = "in the clear" if self._server.tls is Tls.NEVER else f"encrypted {self._server.tls}"
        login = "logged in" if self._server.user else "without a login"
        pace = "one round trip a mail" if line.is_pipelining else "four round trips a mail"
        return f"answers; {secure}, {login}, {pace}"

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        """Hand over the mails, each on its own, and answer for each of them. Threads may do so at once.

        :raises TryLater: the server cannot be reached or takes nothing now, or somebody stopped it.
        :raises Refused: the server does not take mail from us.
        """
        if self._journal is not None:
            self._journal.open()
        batch = Batch(self._server, self._pace, self._seconds, self._write, self._journal)
        batch.put(mails)
        self._batches.add(batch)
        try:
            for _ in range(_ROUNDS):
                if not batch or batch.is_over or self._is_stopped or (batch.trouble is not None and not self._idle):
                    break
                self._run(batch)
        finally:
            self._batches.discard(batch)
        answers = batch.answers
        if len(answers) == len(mails):
            return [answers[mail.delivery] for mail in mails]
        left = [mail.delivery for mail in mails if mail.delivery not in answers]
        if left and self._is_stopped:
            batch.trouble = batch.trouble or TryLater("The run was stopped by hand.", after=0.0)
        if batch.trouble is not None and left:
            batch.trouble.answers = tuple(answers.values())
            raise batch.trouble
        answers |= {one: Postponed(delivery=one, after=0.0, why="there was no time left for it") for one in left}
        return [answers[mail.delivery] for mail in mails]

    def stop(self) -> None:
        """Let all who are submitting now end the mails in hand, and begin no other one: nobody is left in doubt."""
        self._is_stopped = True
        for batch in tuple(self._batches):
            batch.is_stopped = True

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Say that nothing is known: a mail server tells nobody afterwards what it took."""
        return dict.fromkeys(deliveries, Evidence.UNKNOWN)

    def recall(self, doubts: Sequence[Doubt]) -> Mapping[DeliveryId, Evidence]:
        """Tell what the journal knows: of readers who were claimed by a process of this machine that has ended."""
        if self._journal is None:
            return self.look_up([doubt.delivery for doubt in doubts])
        return self._journal.recall(doubts)

    def _run(self, batch: Batch) -> None:
        """Let as many connections as are worth it work at once, and wait for them."""
        lines = min(self._most_lines, -(-len(batch) // _MAILS_WORTH_A_LINE))
        work: list[Future[None]] = [
            self._threads.submit(Worker(batch, self._take_line, self._keep_line).work) for _ in range(lines)
        ]
        wait(work)
        for one in work:
            one.result()
        if batch.trouble is not None and self._idle:
            self._most_lines = len(self._idle)  # the server does not want more of them

    def _write(self, mail: Mail) -> bytes:
        letter = to_bytes(mail)
        return letter if self._signer is None else self._signer.sign(letter, mail.sent_at)

    def _take_line(self) -> Line:
        try:
            return self._idle.pop()
        except IndexError:
            return open_line(self._server, self._context)

    def _keep_line(self, line: Line) -> None:
        if line.is_closing:
            line.hang_up()
        else:
            self._idle.append(line)
