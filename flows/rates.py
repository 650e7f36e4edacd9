"""Rates: read banks by themselves, also for past days. Every collecting reads them too."""

from datetime import date, datetime
from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from digest import newsroom, newsroom_rates
from digest.collect.rates.rate import BankName
from digest.ids import NewsletterId
from flows.artifacts import publish_sources
from flows.desk import desk, run_name


@flow(name="rates", flow_run_name=run_name)
async def rates(
    newsletter: str | None = None,
    bank: BankName | None = None,
    first: date | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Read banks into the rate book, and say what is held back.

    Args:
        newsletter: The newsletter's slug; empty for the banks of all newsletters.
        bank: Only this bank.
        first: Ask for every day from this one on, also for those that the book has.
        until: The last day to ask for; empty for today.
        at: Run as of this instant instead of now.
    """
    async with desk(at) as here:
        chosen = newsroom.newsletters_of(here.runtime, NewsletterId(newsletter) if newsletter else None)
        report = await newsroom_rates.fetch_rates(here.runtime, chosen, bank=bank, first=first, until=until)
    for warning in report.warnings:
        get_run_logger().warning("%s", warning)
    collected = newsroom.CollectReport(journalists=(), banks=report.banks, held=report.held)
    await publish_sources(f"rates-{newsletter or 'all'}", collected)
    return report.as_json()
