"""Collect: one task per journalist and per bank; a failure is a row in the table, never the end of the run."""

import asyncio
from datetime import datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from digest import newsroom, newsroom_rates
from digest.collect.rates.bank_report import BankReport
from digest.collect.rates.rate import BankName
from digest.collect.report import Collected
from digest.ids import JournalistId, NewsletterId
from flows.artifacts import publish_sources
from flows.desk import desk, run_name
from flows.telling import tell_and_send


@task(task_run_name="read-{journalist}", cache_policy=NO_CACHE)
async def read_journalist(journalist: str, at: datetime | None = None) -> Collected:
    """Read one journalist's sources and put what is new on the shelf."""
    async with desk(at) as here:
        who = here.runtime.roster.journalist(JournalistId(journalist))
        had = here.runtime.source_log.health(who.id)
        return await newsroom.read_journalist(here.runtime, here.web, here.parse, who, had)


@task(task_run_name="rates-{bank}", cache_policy=NO_CACHE)
async def read_bank(bank: str, places: tuple[str, ...], at: datetime | None = None) -> BankReport:
    """Read one bank's newest rates, and those of missed days, into the rate book."""
    async with desk(at) as here:
        return await newsroom_rates.read_bank(here.runtime, here.web, BankName(bank), places)


@flow(name="collect", flow_run_name=run_name)
async def collect(newsletter: str | None = None, at: datetime | None = None) -> dict[str, Any]:
    """Read every source and bank of one newsletter, or of all.

    Args:
        newsletter: The newsletter's slug; empty for all newsletters.
        at: Run as of this instant instead of now.
    """
    async with desk(at) as here:
        chosen = NewsletterId(newsletter) if newsletter else None
        newsletters = newsroom.newsletters_of(here.runtime, chosen)
        banks = newsroom_rates.banks_of(newsletters)
        roster = here.runtime.roster.journalists(chosen)
        journalists = await asyncio.gather(*(read_journalist(who.id, at) for who in roster))
        report = newsroom.CollectReport(
            journalists=newsroom.check_sources(here.runtime, journalists),
            banks=tuple(await asyncio.gather(*(read_bank(bank, places, at) for bank, places in banks.items()))),
            held=newsroom_rates.held_rates(here.runtime, newsletters),
        )
        await tell_and_send(here.runtime)
    new = sum(who.new for who in report.journalists)
    failed = " Something failed or is held back: see the artifact." if report.has_failures else ""
    get_run_logger().info("%d journalists, %d banks, %d new articles.%s", len(roster), len(banks), new, failed)
    for warning in report.rates.warnings:
        get_run_logger().warning("%s", warning)
    await publish_sources(newsletter or "all", report)
    return report.as_json()
