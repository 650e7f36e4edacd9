"""Batches in a mailer's hands: one after the other, or several at once where the mailer takes them from threads.

Several at once hide the time that a provider's answers take on their way. What may be in doubt after a failure stays
bounded: after the first error no batch is handed over any more, and the mailer begins no request for those in hand.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, runtime_checkable

from digest.errors import IssueStopped, MailerError, Refused, TryLater, Uncertain
from digest.ids import DeliveryId
from digest.send.ledger import Holder
from digest.send.mail import Answer, Mail, Mailer, Unclear

#: Why a run can end early.
Trouble = MailerError | IssueStopped
_STEP_SECONDS: Final = 0.2
_SIGNS: Final = (signal.SIGINT, signal.SIGTERM)


@runtime_checkable
class TakesSeveral(Protocol):
    """What a mailer has that threads may ask at once."""

    #: From how many threads, at the most.
    at_once: int

    def stop(self) -> None:
        """Let all who are submitting now end the request in hand, and begin no other one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Deliveries that ``holder`` claimed. ``write`` makes their mails, in whatever thread hands them over."""

    deliveries: Sequence[DeliveryId]
    holder: Holder
    write: Callable[[], Sequence[Mail]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the mailer answered for a batch. Whoever is not in ``answers`` was certainly not taken.

    A ``fault`` is ours: the mails could not be written, and the mailer was not asked.
    """

    batch: Batch
    answers: Sequence[Answer]
    error: MailerError | None = None
    fault: Exception | None = None

    @property
    def not_taken(self) -> Sequence[DeliveryId]:
        """Whose mails were certainly not taken."""
        if len(self.answers) == len(self.batch.deliveries):
            return ()
        answered = {answer.delivery for answer in self.answers}
        return [delivery for delivery in self.batch.deliveries if delivery not in answered]


class Hands:
    """The mailer at work. Batches that are handed over are taken back with their answers, as they come."""

    def __init__(self, mailer: Mailer, *, several: TakesSeveral | None = None) -> None:
        """Hand over to ``mailer``; ``several`` is it, too, or what is behind it, if threads may ask at once."""
        self._mailer = mailer
        self._several = several
        self._threads = None if several is None else ThreadPoolExecutor(several.at_once, "mailer")
        self._busy: dict[Future[Outcome], None] = {}  # in the order in which they were handed over
        self._faults: list[Future[Outcome]] = []
        self._before: dict[signal.Signals, Any] = {}
        self.is_over = False
        self.is_stopped_by_hand = False

    def __enter__(self) -> Self:
        """Let Ctrl-C and SIGTERM wait for what is in hand, where threads have it."""
        if self._several is not None and threading.current_thread() is threading.main_thread():
            self._before = {sign: signal.signal(sign, self._stop_by_hand) for sign in _SIGNS}
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """Wait for what is still in hand, and let go."""
        self._stop()
        if self._threads is not None:
            self._threads.shutdown(wait=kind is not KeyboardInterrupt)
        for sign, handler in self._before.items():
            signal.signal(sign, handler)

    @property
    def is_busy(self) -> bool:
        """Whether batches are in hand whose answers were not taken back."""
        return bool(self._busy or self._faults)

    @property
    def room(self) -> int:
        """How many batches can be handed over before answers have to be taken back."""
        return (1 if self._several is None else self._several.at_once) - len(self._busy)

    def hand_over(self, batch: Batch) -> None:
        """Let the mailer have a batch; there must be room for it."""
        if self._threads is not None:
            self._busy[self._threads.submit(self._submit, batch)] = None
            return
        done: Future[Outcome] = Future()
        done.set_result(self._submit(batch))
        self._busy[done] = None

    @contextmanager
    def taken_back(self, *, waiting: bool) -> Iterator[Sequence[Outcome]]:
        """Give what has been answered by now; with ``waiting``, wait for one answer at least.

        What is raised while that is dealt with leaves all of it in hand. A fault in a mailer is raised when nothing
        else is in hand.
        """
        done, _ = wait(self._busy, timeout=0, return_when=FIRST_COMPLETED)
        while (
            waiting and self._busy and not done
        ):  # in steps, since a sign that another thread was given does not end a wait
            done, _ = wait(self._busy, timeout=_STEP_SECONDS, return_when=FIRST_COMPLETED)
        answered = [one for one in self._busy if one in done and one.exception() is None]
        yield [one.result() for one in answered]
        self._faults += [one for one in done if one.exception() is not None]
        self._busy = {one: None for one in self._busy if one not in done}
        if self._faults and not self._busy:
            self._faults.pop().result()

    def _submit(self, batch: Batch) -> Outcome:
        if self.is_over:
            return Outcome(batch=batch, answers=())
        try:
            mails = batch.write()
        except Exception as fault:  # noqa: BLE001 - raised by whoever takes the outcome back
            self.is_over = True
            return Outcome(batch=batch, answers=(), fault=fault)
        try:
            return Outcome(batch=batch, answers=self._mailer.submit(mails))
        except (TryLater, Refused) as error:
            self.is_over = True
            return Outcome(batch=batch, answers=error.answers, error=error)
        except Uncertain as error:
            self.is_over = True
            return Outcome(batch=batch, answers=(*error.answers, *_unclear(batch, error)), error=error)
        except BaseException:
            self.is_over = True
            raise

    def _stop(self) -> None:
        self.is_over = True
        if self._several is not None and self._busy:
            self._several.stop()

    def _stop_by_hand(self, _sign: int, _frame: object) -> None:
        if self.is_stopped_by_hand:  # a second time: whoever asks does not want to wait
            raise KeyboardInterrupt
        self.is_stopped_by_hand = True
        self._stop()


def worse(one: Trouble | None, other: Trouble | None) -> Trouble | None:
    """Return which of two says more about why a run ended."""
    order: list[type[Trouble]] = [Refused, Uncertain, IssueStopped, TryLater]
    both = [trouble for trouble in (one, other) if trouble is not None]
    return min(both, key=lambda trouble: order.index(type(trouble)), default=None)


def _unclear(batch: Batch, error: Uncertain) -> list[Unclear]:
    answered = {answer.delivery for answer in error.answers}
    in_doubt = (set(error.batch) or set(batch.deliveries)) - answered
    why = error.what.rstrip(".")
    return [Unclear(delivery=delivery, why=why) for delivery in batch.deliveries if delivery in in_doubt]
