"""How much one network may ask at once, and how long a form may take to come.

A mail provider's one click is never held back, nor what a provider posts, nor an operator's look at our health: the
first counts against the newsroom if it fails, and comes from few networks for very many readers.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.web.door import Door
from digest.web.visitor import network_of

#: How many networks are remembered; the one that asked longest ago is forgotten first.
MOST_NETWORKS: Final = 10_000
#: How long a form may take to come, in seconds.
PATIENCE: Final = 30
_FREE: Final = ("/hooks/", "/health", "/readyz")
_ONE_CLICK: Final = "/u/"


class Buckets:
    """A bucket for each network, which every request empties by one and time fills again, up to ``per_minute``."""

    def __init__(self, per_minute: int, *, most: int = MOST_NETWORKS) -> None:
        """Let each network ask ``per_minute`` times a minute, all at once if it likes."""
        self._full = per_minute
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, whose: str, now: float) -> float:
        """Count a request at ``now`` (seconds of any clock that only goes on); return for how many seconds to wait."""
        left, at = self._buckets.pop(whose, (float(self._full), now))
        left = min(self._full, left + (now - at) * self._full / 60)
        wait = 0.0 if left >= 1 else (1 - left) * 60 / self._full
        self._buckets[whose] = (left if wait else left - 1, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return wait


class Throttle:
    """Stands before an application, and holds back whoever asks too much."""

    def __init__(self, app: ASGIApp, door: Door, *, tick: Callable[[], float] = monotonic) -> None:
        """Hold back as the door's settings say; 0 requests a minute is no limit."""
        self._app = app
        self._door = door
        self._tick = tick
        per_minute = door.runtime.settings.web_most_per_minute
        self._buckets = Buckets(per_minute) if per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that it is too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wait = self._wait(scope)
        if wait:
            request = Request(scope)
            headers = {"Retry-After": str(ceil(wait))}
            pages = self._door.pages
            refusal = pages.notice("too-much", pages.words_of(request), status=429, headers=headers)
            await refusal(scope, receive, send)
            return
        await self._app(scope, _in_time(receive), send)

    def _wait(self, scope: Scope) -> float:
        path: str = scope["path"]
        is_free = path.startswith(_FREE) or (scope["method"] == "POST" and path.startswith(_ONE_CLICK))
        if self._buckets is None or is_free:
            return 0
        network = network_of(Request(scope), self._door.runtime.settings)
        return 0 if network is None else self._buckets.take(network, self._tick())


def _in_time(receive: Receive, patience: float = PATIENCE) -> Receive:
    """Return what receives a request's body, but does not wait for ever: a slow sender would hold a place."""
    ends = monotonic() + patience
    is_whole = False

    async def receive_in_time() -> Message:
        nonlocal is_whole
        if is_whole:
            return await receive()  # waits for the visitor to hang up
        try:
            message = await asyncio.wait_for(receive(), max(0, ends - monotonic()))
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        is_whole = not message.get("more_body", False)
        return message

    return receive_in_time
