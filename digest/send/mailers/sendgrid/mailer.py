"""The SendGrid mailer: one request for all readers of one body, and one answer for each of them.

Everything that can be known before the call is held before it. After it there are three kinds of answer: it took them;
it certainly did not; nobody can say. The last stops the run, so that no more are in doubt than were being asked for at
that moment. Threads may submit at once; when one has to stop, the others end the request in hand and begin no other.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Final

from digest.errors import MailerError, Refused, TryLater, Uncertain
from digest.ids import DeliveryId
from digest.send.mail import Accepted, Answer, Evidence, Mail, Postponed, Rejected
from digest.send.mailers.sendgrid.answers import Fault, Meaning, Reply, faults, meaning, receipt, wait_after, words
from digest.send.mailers.sendgrid.blends import Blend, Blender
from digest.send.mailers.sendgrid.callers import Callers
from digest.send.mailers.sendgrid.grouping import Pattern
from digest.send.mailers.sendgrid.requests import MOST_READERS, again, body_of, halves, patterns, the_fit
from digest.send.mailers.sendgrid.templates import Templates
from digest.send.mailers.sendgrid.transport import ANSWER_SECONDS, Lines, NoAnswer, NotAsked, open_client
from digest.send.mixing import Mixture

#: So long a batch waits in all for 429 to pass before it gives up, and so long it takes in all: well within the lease.
_PATIENCE_SECONDS: Final = 60.0
_LONGEST_BATCH_SECONDS: Final = 180.0
#: So many requests are under way at once, unless the operator says otherwise.
CONNECTIONS: Final = 8
#: What is asked for at once.
_Request = Pattern | Blend
#: When to try again where the provider did not say, in seconds.
_WAIT_SECONDS: Final = 60.0


class SendGridMailer:
    """Hands mails to SendGrid's v3 API. Open one with ``open_sendgrid``."""

    def __init__(
        self,
        key: str,
        lines: Lines,
        *,
        host: str,
        connections: int = CONNECTIONS,
        pause: Callable[[float], object] | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Send with ``key`` over ``lines`` to ``host``, from ``connections`` threads at the most.

        ``pause`` waits for so many seconds, or less if there is no use in it; ``ticks`` counts them.
        """
        self._api = open_client(key, lines, host=host)
        self.batch_size = MOST_READERS
        self.at_once = connections
        self.templates = Templates(self._api)
        self._blender: Blender | None = None
        self._say: Callable[[str], None] = lambda _why: None
        self._callers = Callers(connections)
        self._pause = pause or self._callers.wait
        self._ticks = ticks

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        """Hand over the mails, group by group, and answer for each of them, in their order.

        :raises TryLater: SendGrid cannot be reached, or has had too many requests; the answers so far are with it.
        :raises Refused: the key or the sender is not accepted, or the request is wrong as a whole.
        :raises Uncertain: SendGrid was asked for a ``batch``, and what it did is not known.
        """
        answers: dict[DeliveryId, Answer] = {}
        try:
            with self._callers:
                self._submit(mails, answers)
        except MailerError as error:
            error.answers = tuple(_in_order(mails, answers))
            raise
        return _in_order(mails, answers)

    def stop(self) -> None:
        """Let all who are submitting now end the request in hand, and begin no other one."""
        self._callers.stop()

    def begin_carefully(self) -> None:
        """Ask for one request first, then for two at once and so on: the last time one was not answered."""
        self._callers.slow_down()

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell nothing: SendGrid has no record that can be asked for. Its events tell, when they come."""
        return dict.fromkeys(deliveries, Evidence.UNKNOWN)

    def rehearse(self, mails: Sequence[Mail]) -> Sequence[Rejected]:
        """Let SendGrid look at the mails in its sandbox, where nothing is sent; return those that it would refuse.

        :raises MailerError: as ``submit`` does. Nothing was sent, whatever it says.
        """
        answers: dict[DeliveryId, Answer] = {}
        self._submit(mails, answers, sandbox=True)
        return [answer for answer in _in_order(mails, answers) if isinstance(answer, Rejected)]

    def mix(self, mixture: Mixture, *, say: Callable[[str], None]) -> None:
        """Hand over mails of the mixture's issue together from now on, whatever their contents.

        ``say`` is told when that has come to its end before the issue has.

        :raises MailerError: SendGrid would not keep the templates that it takes; everything is as it was.
        """
        self._blender, self._say = self.templates.serve(mixture), say

    def clear_away(self, is_done: Callable[[str], bool]) -> int:
        """Take back the templates of issues that are done, by the beginnings of their hashes; return how many.

        :raises MailerError: SendGrid does not let us, or cannot be reached.
        """
        return self.templates.clear_away(is_done)

    def _submit(self, mails: Sequence[Mail], answers: dict[DeliveryId, Answer], *, sandbox: bool = False) -> None:
        began = self._ticks()
        batch = _Batch(answers, patience=_PATIENCE_SECONDS, sandbox=sandbox)
        waiting = deque(self._requests(the_fit(mails, batch.refuse)))
        while waiting:
            shared = waiting.popleft()
            if self._ticks() - began > _LONGEST_BATCH_SECONDS:
                batch.postpone(shared)
                continue
            waiting.extendleft(reversed(self._ask(shared, batch)))

    def _requests(self, mails: Sequence[Mail]) -> Iterator[_Request]:
        """Yield what to ask for, one after the other."""
        if self._blender is not None:
            blends, mails = self._blender.blends(mails, most=MOST_READERS)
            yield from blends
        yield from patterns(mails)

    def _ask(self, shared: _Request, batch: "_Batch") -> Sequence[_Request]:
        """Ask for one request; return what is to be asked instead of it, or again."""
        body = body_of(shared, sandbox=batch.sandbox)
        with self._callers.asking():
            reply = self._post(body, shared)
        match meaning(reply, sandbox=batch.sandbox):
            case Meaning.ACCEPTED | Meaning.LOOKED_AT:
                batch.accept(shared, receipt(reply))
                return ()
            case Meaning.WRONG:
                return self._mended(shared, faults(reply, shared.mails), words(reply), batch)
            case Meaning.TOO_LARGE if len(shared.mails) > 1:
                return halves(shared)
            case Meaning.TOO_LARGE:
                batch.reject(shared.mails[0], "it is too large for SendGrid")
                return ()
            case Meaning.TOO_MANY:
                self._callers.slow_down()
                self._pause(batch.take_patience(wait_after(reply)))
                return (shared,)
            case Meaning.LOCKED_OUT:
                raise _locked_out(reply)
            case Meaning.MISDIRECTED:
                raise Refused(
                    f"What answers as SendGrid says {reply.status}, which SendGrid never does.",
                    advice="Check DIGEST_SENDGRID_HOST; no redirect is followed, since it would carry the key away.",
                )
            case _:
                why = f"SendGrid was asked and answered with a failure of its own: {words(reply)}."
                raise Uncertain(why, _names(shared))

    def _post(self, body: tuple[bytes, ...], shared: _Request) -> Reply:
        try:
            reply: Reply = self._api.client.mail.send.post(request_body=body)
        except NotAsked as error:
            raise TryLater(f"SendGrid cannot be reached: {error}.", after=_WAIT_SECONDS) from None
        except NoAnswer as error:
            raise Uncertain(f"SendGrid was asked and did not answer: {error}.", _names(shared)) from None
        return reply

    def _mended(self, shared: _Request, found: Sequence[Fault], why: str, batch: "_Batch") -> Sequence[_Request]:
        """Return what is to be asked instead of a request that SendGrid finds wrong. It took none of these mails.

        If no reader's address is at fault, the template may be: nobody is asked for by it any more.
        """
        are_addresses = bool(found) and all(fault.place is not None and fault.what == "to" for fault in found)
        if are_addresses or not isinstance(shared, Blend):
            return batch.without_the_wrong(shared, found, why)
        if self._blender is not None:
            self._blender = None
            self._say(f"SendGrid takes no mails by our template any more ({why.rstrip('.')}): they go group by group.")
        return tuple(patterns(shared.mails))


class _Batch:
    """What has become of a batch so far, and how much longer it may take."""

    def __init__(self, answers: dict[DeliveryId, Answer], *, patience: float, sandbox: bool) -> None:
        self._answers = answers
        self._patience = patience
        self.sandbox = sandbox

    def accept(self, shared: _Request, receipt: str) -> None:
        deliveries = _names(shared)
        self._answers.update(zip(deliveries, map(Accepted, deliveries, repeat(receipt)), strict=True))

    def reject(self, mail: Mail, why: str) -> None:
        self.refuse(Rejected(delivery=mail.delivery, why=why))

    def refuse(self, rejected: Rejected) -> None:
        self._answers[rejected.delivery] = rejected

    def postpone(self, shared: _Request) -> None:
        why = "the batch took too long; SendGrid was not asked for it"
        for mail in shared.mails:
            self._answers[mail.delivery] = Postponed(delivery=mail.delivery, after=0, why=why)

    def take_patience(self, seconds: float) -> float:
        """Return ``seconds`` if we can wait for so long.

        :raises TryLater: we cannot.
        """
        if seconds > self._patience:
            raise TryLater("SendGrid has had too many requests from this account for now.", after=seconds)
        self._patience -= seconds
        return seconds

    def without_the_wrong(self, shared: _Request, found: Sequence[Fault], said: str) -> Sequence[_Request]:
        """Reject the readers who are complained of, and return the request without them.

        :raises Refused: the complaint is about no reader, or about all of them for something that we wrote.
        """
        wrong = {fault.place: fault for fault in found if fault.place is not None}
        are_all_wrong = len(wrong) == len(shared.mails) > 1 and any(fault.what != "to" for fault in wrong.values())
        if not wrong or are_all_wrong:
            raise Refused(
                f"SendGrid finds the request wrong: {said.rstrip('.')}.",
                advice="No reader is at fault. Mend what it names, then run the same command again.",
            )
        for place, fault in wrong.items():
            self.reject(shared.mails[place], fault.words)
        rest = [place for place in range(len(shared.mails)) if place not in wrong]
        return (again(shared, rest),) if rest else ()


@contextmanager
def open_sendgrid(
    key: str,
    *,
    host: str,
    connections: int = CONNECTIONS,
    answer_seconds: float = ANSWER_SECONDS,
    pause: Callable[[float], object] | None = None,
) -> Iterator[SendGridMailer]:
    """Open the mailer, and close its lines afterwards. No line is opened before the first request.

    ``host`` is SendGrid's address (``https://api.sendgrid.com``, ``https://api.eu.sendgrid.com``), or one on this
    machine.
    """
    lines = Lines(host, answer_seconds=answer_seconds)
    try:
        yield SendGridMailer(key, lines, host=host, connections=connections, pause=pause)
    finally:
        lines.close()


def _names(shared: _Request) -> list[DeliveryId]:
    return [mail.delivery for mail in shared.mails]


def _in_order(mails: Sequence[Mail], answers: Mapping[DeliveryId, Answer]) -> list[Answer]:
    return [answers[mail.delivery] for mail in mails if mail.delivery in answers]


def _locked_out(reply: Reply) -> Refused:
    said = words(reply).rstrip(".")
    if reply.status == 401:  # noqa: PLR2004 - as the provider's page "Errors" has it
        return Refused(
            f"SendGrid does not accept the key: {said}.",
            advice="Set DIGEST_SENDGRID_API_KEY to a key that may send mail, then run the same command again.",
        )
    return Refused(
        f"SendGrid forbids this account or sender to send: {said}.",
        advice="Verify the newsletter's sender there and give the key leave to send, then run the same command again.",
    )
