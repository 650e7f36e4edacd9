"""Compose: collect → compose → render → preflight → artifacts. Ends with an issue that awaits approval in our store."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from digest import newsroom
from digest.compose.issue import IssueSkipped, Note
from digest.compose.note import note_of
from digest.ids import NewsletterId
from digest.newsroom_preflight import look_at_links, wants_looks
from digest.wiring import Runtime
from flows.artifacts import publish_issue, publish_rates, publish_skip
from flows.collect import collect
from flows.desk import desk, run_name
from flows.telling import tell_and_send


@task(task_run_name="freeze-{newsletter}", cache_policy=NO_CACHE)
async def freeze(newsletter: str, at: datetime | None = None, note: Note | None = None) -> dict[str, Any]:
    """Freeze, render, seal and check the next issue; publish what an editor needs to decide."""
    async with desk(at) as here:
        composed = newsroom.compose_issue(here.runtime, NewsletterId(newsletter), note=note)
        if isinstance(composed, IssueSkipped):
            get_run_logger().info("No issue: %s.", composed.reason)
            await publish_skip(newsletter, composed.reason)
            return newsroom.skip_as_json(composed)
        composed = await _with_links(here.runtime, composed)
        preview = newsroom.write_preview(here.runtime, composed.sealed)
        await tell_and_send(here.runtime, composed)
    get_run_logger().info("%s awaits approval; %d findings.", composed.sealed.frozen.id, len(composed.findings))
    await publish_rates(newsletter, composed.sealed.frozen.rates)
    await publish_issue(composed, preview.resolve().as_uri())
    return composed.as_json()


async def _with_links(runtime: Runtime, composed: newsroom.Composed) -> newsroom.Composed:
    """Look at the issue's links, where its newsletter wants that, and say again what preflight finds."""
    frozen = composed.sealed.frozen
    if not wants_looks(runtime, frozen):
        return composed
    await look_at_links(runtime, frozen)
    return replace(newsroom.review(runtime, composed.sealed), superseded=composed.superseded)


@flow(name="compose", flow_run_name=run_name)
async def compose(
    newsletter: str, at: datetime | None = None, note: str | None = None, signed: str | None = None
) -> dict[str, Any]:
    """Compose the newsletter's next issue and put it before its editor.

    Args:
        newsletter: The newsletter's slug.
        at: Run as of this instant instead of now.
        note: What its editor says to all readers of it, above the rates; empty lines part paragraphs.
        signed: Who signs the note.
    """
    said = note_of(note or None, signed or None)  # a form gives empty fields
    async with desk(at):
        collected = await collect(newsletter, at)
        composed = await freeze(newsletter, at, said)
    return {"collect": collected, "compose": composed}
