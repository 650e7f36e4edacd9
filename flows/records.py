"""Waiting until a server holds everything that this process told it, before it may be stopped."""

import asyncio

from prefect.client.orchestration import get_client
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogHandler

#: How often the server is asked whether it still records, at most; a second apart.
LOOKS = 30


async def written_down() -> None:
    """Send what is still queued here, then wait until the server has recorded every task run's end."""
    await APILogHandler.aflush()
    drained = EventsWorker.drain_all(at_exit=False)
    if not isinstance(drained, tuple):
        await drained
    async with get_client() as client:
        for _ in range(LOOKS):
            runs = await client.read_task_runs()
            if all(run.state is not None and run.state.is_final() for run in runs):
                return
            await asyncio.sleep(1)
