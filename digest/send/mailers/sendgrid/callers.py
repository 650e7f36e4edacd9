"""Threads that ask at the same time: how many at once, and that all stop when one has to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from digest.errors import TryLater

_WAIT_SECONDS: Final = 60.0


class Callers:
    """Those who submit at the same time: when one has to stop, so do the others. The next ones begin anew.

    As many requests as there may be are under way at once. After trouble it is one, and with every answer one more:
    what an outage leaves in doubt is what was under way, and whoever asks into it again should not leave as much.
    """

    def __init__(self, most: int) -> None:
        """Let ``most`` requests be under way at once."""
        self._most = self._window = most
        self._turn = threading.Condition()
        self._inside = 0
        self._asking = 0
        self._is_over = False

    def __enter__(self) -> None:
        """Come in to submit."""
        with self._turn:
            self._inside += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave; with an error, so do all."""
        with self._turn:
            self._inside -= 1
            self._is_over = bool(self._inside) and (self._is_over or kind is not None)
            self._turn.notify_all()

    def stop(self) -> None:
        """Let nobody who is inside begin another request."""
        with self._turn:
            self._is_over = self._inside > 0
            self._turn.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until all stop."""
        with self._turn:
            self._turn.wait_for(lambda: self._is_over, seconds)

    def slow_down(self) -> None:
        """Let one request be under way at once, until it is answered."""
        with self._turn:
            self._window = 1

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Have a request under way, as soon as it is one's turn.

        :raises TryLater: no other one may begin.
        """
        with self._turn:
            self._turn.wait_for(lambda: self._is_over or self._asking < self._window)
            if self._is_over:
                raise TryLater("Nothing more was asked of SendGrid after a request had failed.", after=_WAIT_SECONDS)
            self._asking += 1
        try:
            yield
        except BaseException:
            self.slow_down()
            raise
        else:
            with self._turn:
                self._window = min(self._window + 1, self._most)
        finally:
            with self._turn:
                self._asking -= 1
                self._turn.notify_all()
