"""Reconcile: every few minutes, doubts are ended and what dead workers left is sent on. Harmless beside any run."""

import asyncio
from datetime import datetime
from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from digest import newsroom, newsroom_doubts
from flows.artifacts import publish_reconciled
from flows.desk import desk, run_name


@flow(name="reconcile", flow_run_name=run_name)
async def reconcile(issue: str | None = None, at: datetime | None = None) -> dict[str, Any]:
    """Turn claims of dead workers into doubts, end doubts, finish what is done, send on what is left.

    Args:
        issue: The issue's name, as in ``digest issue list``; empty for all issues.
        at: Run as of this instant instead of now.
    """
    async with desk(at) as here:
        chosen = None if issue is None else [newsroom.find_issue(here.runtime, issue)]
        report = await asyncio.to_thread(newsroom_doubts.reconcile, here.runtime, chosen)
    log = get_run_logger()
    for one in report.issues:
        (log.warning if one.trouble else log.info)("%s %s", one.proof.sentence, one.trouble or one.left or "")
    await publish_reconciled(report)
    return report.as_json()
