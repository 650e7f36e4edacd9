"""Telling editors at the end of a flow, and sending whatever waits: trouble with it is logged, and ends nothing."""

import asyncio
from typing import Any

from prefect.logging import get_run_logger

from digest import newsroom, newsroom_alerts
from digest.wiring import Runtime


async def tell_and_send(runtime: Runtime, composed: newsroom.Composed | None = None) -> dict[str, Any]:
    """Tell editors what there is to tell, and send whatever waits; return what was sent, without any address."""
    report, troubles = await asyncio.to_thread(newsroom_alerts.tell_and_send, runtime, composed)
    for trouble in troubles:
        get_run_logger().warning("%s", trouble)
    if report.accepted:
        get_run_logger().info("%d notices were accepted.", report.accepted)
    return report.as_json()
