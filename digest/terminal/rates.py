"""``digest rates``: what the banks said."""

import asyncio
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from digest import newsroom
from digest.collect.bank_steps import snapshot_for
from digest.collect.banks import HOME_BANK
from digest.collect.rate import Currency, RateSnapshot
from digest.ids import NewsletterId
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.progress import ticking
from digest.terminal.session import AsOf, session

app = typer.Typer(help="Rates: fetch and show what the banks published.", no_args_is_help=True)

ForNewsletter = Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]")]
USD = Currency("USD")


@app.command()
def show(newsletter: ForNewsletter = None, at: AsOf = None, as_json: AsJson = False) -> None:
    """Show the rates that an issue of NEWSLETTER (or of any) would print now, with their dates and banks."""
    with session(at) as runtime:
        base, currencies, zone = USD, tuple(HOME_BANK), "UTC"
        if newsletter is not None:
            wanted = runtime.newsletters.newsletter(NewsletterId(newsletter))
            base, currencies, zone = wanted.rates.base, wanted.rates.currencies, wanted.time_zone
        today = runtime.clock.now().astimezone(ZoneInfo(zone)).date()
        snapshot = snapshot_for(currencies, base, book=runtime.rate_book, on=today)
    tell(
        Answer(
            data=snapshot_as_json(snapshot),
            tables=(rates_table(snapshot),),
            lines=tuple(f"{missing.currency}: {missing.reason}" for missing in snapshot.missing),
        ),
        as_json=as_json,
    )


@app.command()
def fetch(newsletter: ForNewsletter = None, at: AsOf = None, as_json: AsJson = False) -> None:
    """Read the banks of NEWSLETTER (or of all newsletters) into the rate book (exit code 1 if one fails)."""
    with session(at) as runtime, ticking("Reading banks") as tick:
        chosen = NewsletterId(newsletter) if newsletter is not None else None
        report = asyncio.run(newsroom.collect_rates(runtime, chosen, tick=tick))
    from digest.terminal.collect import banks_table  # noqa: PLC0415

    tell(
        Answer(
            data={"banks": [bank.as_json() for bank in report.banks]},
            tables=(banks_table(report),),
            has_failures=report.has_failures,
        ),
        as_json=as_json,
    )


def rates_table(snapshot: RateSnapshot) -> Table:
    """One row per currency, exact figures."""
    return Table(
        f"What one {snapshot.base} costs",
        ("currency", "rate #", "change, % #", "move", "effective", "previous #", "bank", "note"),
        [
            (
                rate.currency,
                rate.value,
                rate.signed_percent,
                rate.move,
                rate.effective_on.isoformat(),
                rate.previous,
                rate.bank,
                rate.warning,
            )
            for rate in snapshot.rates
        ],
    )


def snapshot_as_json(snapshot: RateSnapshot) -> dict[str, object]:
    """Return the snapshot as plain values; decimals are strings, exact."""
    return {
        "base": snapshot.base,
        "rates": [
            {
                "currency": rate.currency,
                "value": str(rate.value),
                "effective_on": rate.effective_on.isoformat(),
                "bank": rate.bank,
                "move": rate.move,
                "change_percent": rate.signed_percent,
                "previous": str(rate.previous) if rate.previous is not None else None,
                "previous_on": rate.previous_on.isoformat() if rate.previous_on is not None else None,
                "warning": rate.warning,
            }
            for rate in snapshot.rates
        ],
        "missing": [{"currency": missing.currency, "reason": missing.reason} for missing in snapshot.missing],
    }
