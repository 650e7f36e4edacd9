"""Faults on demand: what goes wrong with the next requests, as whoever rehearses has asked for it."""

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What can go wrong. "Taken" means that the mails go out, whatever the answer."""

    SLOW = "slow"  # taken, and answered 202 after so many seconds
    HANG = "hang"  # not taken, and not answered for so many seconds, when the line is cut
    HANG_AFTER = "hang-after"  # taken, and not answered for so many seconds, when the line is cut
    CUT_EARLY = "cut-early"  # the line is cut before the body is read
    CUT = "cut"  # read, not taken, and the line is cut instead of an answer
    CUT_AFTER = "cut-after"  # taken, and the line is cut instead of an answer
    CUT_SHORT = "cut-short"  # taken, and the line is cut in the middle of the answer
    HALF_CLOSED = "half-closed"  # taken, and only our half of the line is closed, without an answer
    IDLE_CLOSED = "idle-closed"  # taken and answered 202; then the line is closed without having said so
    TOO_MANY = "too-many"  # 429, not taken; X-RateLimit-Reset is so many seconds ahead
    ERROR = "error"  # 500, not taken
    ERROR_AFTER = "error-after"  # 500, taken all the same
    UNAVAILABLE = "unavailable"  # 503 with a page of HTML, not taken
    UNAUTHORIZED = "unauthorized"  # 401
    FORBIDDEN = "forbidden"  # 403
    TOO_LARGE = "too-large"  # 413, if it has more readers than so many
    REDIRECT = "redirect"  # 302 to another address
    REFUSE = "refuse"  # 400 for the readers whose address has ``match`` in it, if there are any
    REFUSE_ALL = "refuse-all"  # 400 that names no field


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault for the next ``times`` requests. ``seconds`` is how long; ``readers`` the limit of ``too-large``.

    ``where`` is ``send``, ``lists`` or ``templates``: the next requests of that kind; nothing: of any.
    """

    kind: FaultKind
    times: int = 1
    seconds: float = 30.0
    readers: int = 1
    match: str = ""
    where: str = ""


def fault_from(said: Mapping[str, Any]) -> Fault:
    """Return the fault that a JSON object describes.

    :raises ValueError: it describes none.
    """
    try:
        return Fault(**{**said, "kind": FaultKind(str(said.get("kind")))})
    except TypeError:
        raise ValueError("a fault has kind, times, seconds, readers, match and where") from None


class Script:
    """The faults to come, in their order. Threads may ask at once."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Begin with these."""
        self._lock = threading.Lock()
        self._coming: deque[Fault] = deque()
        self.add(*faults)

    def add(self, *faults: Fault) -> None:
        """Let these come after what is planned already."""
        with self._lock:
            for fault in faults:
                self._coming.extend([fault] * fault.times)

    def next(self, where: str) -> Fault | None:
        """Take the next one for a request of that kind, ``None`` if nothing is to go wrong."""
        with self._lock:
            due = next((fault for fault in self._coming if fault.where in ("", where)), None)
            if due is not None:
                self._coming.remove(due)
            return due

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._coming.clear()
