"""Who turns an answer into a page: this process, or several others beside it.

Reading a page of HTML takes milliseconds in which nothing is fetched. A few sources do not mind; for a thousand the
work goes to processes of their own, as many as there are processors, and this one is left to the network.
"""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from multiprocessing.connection import wait
from typing import Final

from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, Page
from digest.collect.sources import READERS
from digest.collect.web import Response
from digest.errors import ParseError

#: Reads one answer as one kind of source. Raises ``ParseError`` as the kind's reader does.
Parse = Callable[[SourceKind, Response, Assume], Awaitable[Page]]

#: So many answers are read here before it is worth starting processes, which takes about a second.
FEW: Final = 100
#: A page takes milliseconds, the largest feed that is read at all some seconds.
LONGEST_SECONDS: Final = 120.0


async def parse_here(kind: SourceKind, response: Response, assume: Assume) -> Page:
    """Read an answer in this process.

    :raises ParseError: the bytes are not what this kind of source gives.
    """
    return READERS[kind].read(response, assume)


@asynccontextmanager
async def open_parsers(
    *, few: int = FEW, processes: int | None = None, longest_seconds: float = LONGEST_SECONDS
) -> AsyncIterator[Parse]:
    """Open the readers of one run: this process for the first ``few`` answers, then ``processes`` others instead.

    Without a number there are as many as processors; where there is only one, all is read here. Until they are ready
    the work goes on here; with ``few`` at zero they are waited for. They end with this process, however it ends, and
    one that takes longer than ``longest_seconds`` over an answer ends by itself.

    What is loaded by now is frozen (``gc.freeze``): thousands of pages come and go, and looking through the whole
    program for garbage each time costs a tenth of the run.
    """
    gc.freeze()
    count = processes if processes is not None else os.cpu_count() or 1
    if count == 1:
        yield parse_here
        return
    parsers = _Parsers(few=few, processes=count, longest_seconds=longest_seconds)
    if few == 0:
        await parsers.start()
    try:
        yield parsers.parse
    finally:
        await parsers.close()


class _Parsers:
    """Reads here until the processes are ready; ``_pool`` is ``None`` as long as they are not."""

    def __init__(self, *, few: int, processes: int, longest_seconds: float) -> None:
        self._left = few
        self._longest = longest_seconds
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._starting: asyncio.Task[None] | None = None

    async def parse(self, kind: SourceKind, response: Response, assume: Assume) -> Page:
        pool = self._pool
        if pool is None:
            self._left -= 1
            if self._left < 0 and self._starting is None:
                self._starting = asyncio.create_task(self.start())
            return await parse_here(kind, response, assume)
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(pool, _read, kind, response, assume, self._longest)
        except BrokenProcessPool as error:
            self._begin_again(pool)
            raise ParseError(
                response.ref,
                "the process that was reading it died, or took too long, over this page or another",
                advice="The next run reads it again; if it stays so, take another source.",
            ) from error

    async def start(self) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        pool = ProcessPoolExecutor(self._processes, mp_context=context, initializer=_end_with_the_parent)
        loop = asyncio.get_running_loop()
        try:
            await asyncio.gather(*(loop.run_in_executor(pool, os.getpid) for _ in range(self._processes)))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        self._pool = pool

    def _begin_again(self, broken: ProcessPoolExecutor) -> None:
        """Go on here, and start other processes: the first of those whose work was lost sees to it."""
        if self._pool is broken:
            self._pool = None
            self._starting = None
            broken.shutdown(wait=False)

    async def close(self) -> None:
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _read(kind: SourceKind, response: Response, assume: Assume, longest_seconds: float) -> Page:
    signal.setitimer(signal.ITIMER_REAL, longest_seconds)  # SIGALRM ends a process, whatever it is busy with
    try:
        return READERS[kind].read(response, assume)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end_with_the_parent() -> None:
    """Watch over the process that we work for: killed, it cannot tell us to stop."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
