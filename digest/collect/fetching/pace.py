"""The pace: one request at a time per host, with a pause between two; different hosts do not wait for each other."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

#: Whoever looked away for longer than this has already waited enough.
_NEVER = float("-inf")


class Pace:
    """Hands out turns per host, in one event loop. ``now`` and ``sleep`` are in seconds."""

    def __init__(
        self,
        pause: float,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        at_once: int = 1,
    ) -> None:
        """Keep ``pause`` seconds between the end of one request to a host and the beginning of the next.

        ``at_once`` is how many requests one host gets at a time: more than one is for a server of our own.
        """
        self._pause = pause
        self._now = now
        self._sleep = sleep
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))
        self._free_at: dict[str, float] = {}
        self._asked_for: dict[str, float] = {}

    @asynccontextmanager
    async def turn(
        self, host: str, *, hurry: bool = False, gate: Callable[[], None] = lambda: None
    ) -> AsyncIterator[None]:
        """Wait for this host's turn. With ``hurry`` no pause of ours follows (a server of our own, on loopback).

        ``gate`` is called when the turn has come, before and after the pause: if it raises, nobody was asked and no
        pause follows.
        """
        async with self._turns[host]:
            gate()
            wait = self._free_at.get(host, _NEVER) - self._now()
            if wait > 0:
                await self._sleep(wait)
                gate()
            try:
                yield
            finally:
                pause = max(0.0 if hurry else self._pause, self._asked_for.get(host, 0.0))
                if pause > 0:
                    self.hold(host, pause)

    def slow(self, host: str, pause: float) -> None:
        """From now on leave ``pause`` seconds between two requests to ``host`` if that is more: it asked for it."""
        if pause > self._asked_for.get(host, 0.0):
            self._asked_for[host] = pause

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask ``host`` before ``seconds`` have passed: it said ``Retry-After``, or just failed."""
        self._free_at[host] = max(self._free_at.get(host, _NEVER), self._now() + seconds)
