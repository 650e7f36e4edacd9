"""Approve: an editor's yes from Prefect's form. Our store records who, when and which hash; then the send starts."""

from typing import Any

from prefect import flow
from prefect.deployments import arun_deployment
from prefect.logging import get_run_logger

from digest import newsroom
from digest.ids import IssueId, Sha256
from flows.desk import desk, run_name


@flow(name="approve", flow_run_name=run_name)
async def approve(issue: str, hash_begins_with: str, by: str, more_shards: int = 0) -> dict[str, Any]:
    """Approve exactly the bytes that a hash names, and start sending them.

    Args:
        issue: The issue's name, as in its summary: morning-brief-12.
        hash_begins_with: The hash of what you looked at; its first 8 characters are enough.
        by: Who approves. Prefect knows no users: write your name, it is kept.
        more_shards: How many further runs share the work of sending.
    """
    async with desk() as here:
        found = newsroom.find_issue(here.runtime, issue)
        approved = newsroom.approve_issue(here.runtime, IssueId(found), by=by, hash_=Sha256(hash_begins_with))
    get_run_logger().info("%s is approved by %s.", found, by)
    await arun_deployment(
        "send/issue",
        parameters={"issue": found, "more_shards": more_shards},
        idempotency_key=f"send-{found}-{approved}",  # one approval starts one send, whoever repeats it
        timeout=0,
    )
    return {"issue": found, "hash": approved, "approved_by": by}
