"""The SMTP mailer: several connections at once, each kept for as long as the server keeps it."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, Self

from digest.errors import TryLater
from digest.ids import DeliveryId
from digest.send.dkim import Signer
from digest.send.mail import Answer, Evidence, Mail, Postponed
from digest.send.mailers.smtp.batch import Batch
from digest.send.mailers.smtp.line import Line, open_line, trust
from digest.send.mailers.smtp.pace import Pace
from digest.send.mailers.smtp.server import Server, Tls
from digest.send.mailers.smtp.worker import Worker
from digest.send.mime import to_bytes

#: Mails per connection and batch: what is in a worker's hands when it dies is in doubt, so they are not many.
MAILS_PER_LINE: Final = 25
#: A connection more is opened for every so many mails of a batch.
_MAILS_WORTH_A_LINE: Final = 4
#: What a breaking connection gives back may come after the others have found nothing left to do.
_ROUNDS: Final = 3


class SmtpMailer:
    """Hands mails to one mail server. Close it in the end: connections stay open from batch to batch."""

    def __init__(
        self, server: Server, *, signer: Signer | None = None, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """Speak to ``server``; ``signer`` signs each mail (DKIM); ``seconds`` is a clock that never goes back.

        :raises BadSetting: the file of certificates that ``server`` names cannot be used.
        """
        self._server = server
        self._context = trust(server)
        self._signer = signer
        self._seconds = seconds
        self._pace = Pace(seconds)
        self._most_lines = server.connections
        self._idle: deque[Line] = deque()
        self._threads = ThreadPoolExecutor(server.connections, thread_name_prefix="smtp")
        self.batch_size = MAILS_PER_LINE * server.connections

    def __enter__(self) -> Self:
        """Return the mailer itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Say goodbye on every connection."""
        self._threads.shutdown()
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
        """Hand over the mails, each on its own, and answer for each of them.

        :raises TryLater: the server cannot be reached or takes nothing now, or somebody pressed Ctrl-C.
        :raises Refused: the server does not take mail from us.
        """
        batch = Batch(self._server, self._pace, self._seconds, self._write)
        batch.put(mails)
        for _ in range(_ROUNDS):
            if not batch or batch.is_over or (batch.trouble is not None and not self._idle):
                break
            self._run(batch)
        left = [mail.delivery for mail in mails if mail.delivery not in batch.answers]
        if batch.trouble is not None and (left or batch.is_stopped):
            batch.trouble.answers = tuple(batch.answers.values())
            raise batch.trouble
        not_begun = {one: Postponed(delivery=one, after=0.0, why="there was no time left for it") for one in left}
        answers = batch.answers | not_begun
        return [answers[mail.delivery] for mail in mails]

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Say that nothing is known: a mail server tells nobody afterwards what it took."""
        return dict.fromkeys(deliveries, Evidence.UNKNOWN)

    def _run(self, batch: Batch) -> None:
        """Let as many connections as are worth it work at once, and wait for them."""
        lines = min(self._most_lines, -(-len(batch) // _MAILS_WORTH_A_LINE))
        work: list[Future[None]] = []
        try:
            work.extend(
                self._threads.submit(Worker(batch, self._take_line, self._keep_line).work) for _ in range(lines)
            )
            wait(work)
        except KeyboardInterrupt:
            # Nobody is left in doubt for a Ctrl-C: the mails in hand are ended. A second one does not wait for them.
            batch.is_stopped = True
            wait(work)
            batch.trouble = TryLater("The run was stopped by hand.", after=0.0)
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
