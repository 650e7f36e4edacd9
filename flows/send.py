"""Send: plan the ledger, start shards, watch the ledger until it is empty. The ledger, not Prefect, is the truth."""

import asyncio
from datetime import datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.deployments import arun_deployment
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Failed

from digest import newsroom, newsroom_stops
from digest.errors import LedgerOpen
from digest.ids import IssueId
from digest.send.proof import prove
from flows.artifacts import publish_ledger
from flows.desk import Desk, desk, run_name
from flows.telling import tell_and_send

#: Seconds between two looks at the ledger.
WATCH_EVERY = 2.0


@task(task_run_name="plan-{issue}", cache_policy=NO_CACHE)
async def plan(issue: str, at: datetime | None = None) -> None:
    """Write a ledger row for every reader. Harmless when it is written already."""
    async with desk(at) as here:
        newsroom.open_ledger(here.runtime, IssueId(issue))


@flow(name="send-shard", flow_run_name=run_name)
async def send_shard(issue: str, at: datetime | None = None) -> dict[str, Any]:
    """Claim batches and hand them over until none is left. Any number of shards may run at once, on any machine.

    Args:
        issue: The issue's name, as in ``digest issue list``.
        at: Run as of this instant instead of now.
    """
    log = get_run_logger()
    async with desk(at) as here:
        report = await asyncio.to_thread(
            newsroom.empty_ledger, here.runtime, IssueId(issue), say=lambda why: log.info("%s", why)
        )
    return report.as_json()


@flow(name="send", flow_run_name=run_name)
async def send(issue: str, more_shards: int = 0, at: datetime | None = None) -> dict[str, Any] | State[Any]:
    """Hand an approved issue to its readers. Run it again after any crash: it finishes the job.

    It ends as ``Stopped`` while a person, the canary or the breaker holds the issue, and as ``Unfinished`` with the
    reason, and the instant from which to run it again, where the mailer or the newsletter's pace does not let it go on.

    Args:
        issue: The issue's name, as in ``digest issue list``.
        more_shards: How many runs of the deployment ``send-shard/shard`` help this one, on any machines.
        at: Run as of this instant instead of now.
    """
    async with desk(at) as here:
        held = newsroom_stops.stop_of(here.runtime, IssueId(issue))
        unfinished = None
        if held is None:
            await plan(issue, at)
            await _call_for_help(issue, more_shards, at)
            unfinished = (await _work_and_watch(here, issue, at))["stopped"]
            held = newsroom_stops.stop_of(here.runtime, IssueId(issue))
        proof = prove(here.runtime.ledger.tally(IssueId(issue)))
        await tell_and_send(here.runtime)
        newsroom.show_outbox(here.runtime)
    said = str(held) if held is not None else unfinished
    get_run_logger().info("%s", proof.sentence)
    await publish_ledger(issue, proof, said or "")
    if held is not None:
        return Failed(name="Stopped", message=str(held))
    if said is not None and not proof.is_on_time:
        return Failed(name="Unfinished", message=said)
    if not proof.is_on_time:  # who waits for an hour of their own is sent to by reconcile, when it comes
        raise LedgerOpen(proof.sentence)
    return proof.as_json()


async def _call_for_help(issue: str, more_shards: int, at: datetime | None) -> None:
    for number in range(more_shards):
        await arun_deployment(
            "send-shard/shard",
            parameters={"issue": issue, "at": at},
            idempotency_key=f"{flow_run.get_id()}-{number}",  # of this run: a killed helper is no excuse next time
            timeout=0,
        )


async def _work_and_watch(here: Desk, issue: str, at: datetime | None) -> dict[str, Any]:
    """Work as a shard too, so that nothing hangs on helpers that died; show progress meanwhile; return its report."""
    bar = await acreate_progress_artifact(progress=0.0, key=f"progress-{issue}", description=f"Sending {issue}")
    work = asyncio.ensure_future(send_shard(issue, at))
    while True:
        done, _ = await asyncio.wait({work}, timeout=WATCH_EVERY)
        tally = here.runtime.ledger.tally(IssueId(issue), afterwards=False)
        await aupdate_progress_artifact(artifact_id=bar, progress=prove(tally).percent_done)
        if done:
            return await work
