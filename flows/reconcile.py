"""Reconcile, every few minutes: read what came back by mail, end doubts, send on what is due, mirror schedules."""

import asyncio
from datetime import datetime
from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from digest import newsroom, newsroom_doubts, newsroom_feedback
from flows.artifacts import publish_reconciled
from flows.desk import desk, run_name
from flows.schedules import mirror_schedules
from flows.telling import tell_and_send


@flow(name="reconcile", flow_run_name=run_name)
async def reconcile(issue: str | None = None, at: datetime | None = None) -> dict[str, Any]:
    """Read what came back by mail, turn claims of dead workers into doubts, end doubts, send on what is due.

    Readers whose own hour has come get their mail by it. Newsletters' schedules become those of ``compose/newsletter``.

    Args:
        issue: The issue's name, as in ``digest issue list``; empty for all issues.
        at: Run as of this instant instead of now.
    """
    async with desk(at) as here:
        mail = await asyncio.to_thread(newsroom_feedback.fetch_mail_if_any, here.runtime)
        chosen = None if issue is None else [newsroom.find_issue(here.runtime, issue)]
        report = await asyncio.to_thread(newsroom_doubts.reconcile, here.runtime, chosen)
        notices = await tell_and_send(here.runtime)
        schedules = await mirror_schedules(here.runtime)
    log = get_run_logger()
    if mail is not None:
        (log.warning if mail.trouble or mail.unreadable else log.info)("Mails that came back: %s", mail.as_json())
    for one in report.issues:
        (log.warning if one.trouble else log.info)("%s %s", one.proof.sentence, one.trouble or one.left or "")
    if schedules:
        log.info("Schedules of newsletters: %s", schedules)
    await publish_reconciled(report)
    came_back = None if mail is None else mail.as_json()
    return {**report.as_json(), "notices": notices, "schedules": schedules, "mail": came_back}
