"""``digest rates``: what the banks published, what of it is believed, and an editor's word for what is not."""

import asyncio
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

import typer

from digest import newsroom, newsroom_rates
from digest.collect.banks import BANKS
from digest.collect.rates.bank_report import FileReport
from digest.collect.rates.doubts import how_to_accept
from digest.collect.rates.rate import BankName, Currency
from digest.compose.newsletter import Newsletter
from digest.errors import WrongUse
from digest.ids import NewsletterId
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.progress import ticking
from digest.terminal.rate_tables import (
    acceptance_as_json,
    held_table,
    history_as_json,
    history_table,
    rates_table,
    snapshot_as_json,
)
from digest.terminal.session import AsOf, session
from digest.wiring import Runtime

app = typer.Typer(help="Rates: fetch, show, import and accept what the banks published.", no_args_is_help=True)

TheNewsletter = Annotated[str | None, typer.Option("--newsletter", metavar="SLUG", help="By whose rules and places.")]
TheBank = Annotated[str, typer.Argument(metavar="BANK", help=f"One of {', '.join(BANKS)}.")]

#: How many days of history are shown if nobody says otherwise.
HISTORY_DAYS: Final = 30
MOST_HISTORY_DAYS: Final = 3660


@app.command()
def show(
    slug: Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]", help="The same as --newsletter.")] = None,
    newsletter: TheNewsletter = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The issue's day; today if left out.")] = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show the rates that an issue of NEWSLETTER (or of any) would print, with dates and banks, and what is held."""
    day = day_of(on)
    with session(at) as runtime:
        named = _newsletter(runtime, slug if newsletter is None else newsletter) or _only_newsletter(runtime)
        (wanted,) = newsroom_rates.wanted_of(runtime, (named,) if named is not None else (), day)
        snapshot = newsroom_rates.snapshot_of(runtime, wanted)
    tell(
        Answer(
            data=snapshot_as_json(snapshot),
            tables=(rates_table(snapshot), held_table(snapshot)),
            lines=tuple(f"{missing.currency}: {missing.reason}" for missing in snapshot.missing),
            notes=tuple(how_to_accept(held) for held in snapshot.held),
        ),
        as_json=as_json,
    )


@app.command()
def fetch(
    what: Annotated[str | None, typer.Argument(metavar="[BANK]", help="One bank, or a newsletter's slug.")] = None,
    newsletter: TheNewsletter = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="Ask for every day from this one.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="The last day to ask for.")] = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Read the banks of all newsletters, of one, or one BANK (exit code 1 if one fails or a rate is held back)."""
    bank = BankName(what) if what in list(BANKS) else None
    slug = what if bank is None and newsletter is None else newsletter
    with session(at) as runtime, ticking("Reading banks") as tick:
        chosen = newsroom.newsletters_of(runtime, NewsletterId(slug) if slug is not None else None)
        report = asyncio.run(
            newsroom_rates.fetch_rates(runtime, chosen, bank=bank, first=day_of(first), until=day_of(until), tick=tick)
        )
    from digest.terminal.collect import banks_table  # noqa: PLC0415 - the two modules show each other's tables

    collected = newsroom.CollectReport(journalists=(), banks=report.banks, held=report.held)
    warnings = [f"{one.bank}: {warning}" for one in report.banks for warning in one.warnings]
    tell(
        Answer(
            data=report.as_json(),
            tables=(banks_table(collected),),
            notes=(*warnings, *report.warnings),
            has_failures=report.has_failures,
        ),
        as_json=as_json,
    )


@app.command()
def history(
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help="Such as KZT.")],
    bank: Annotated[str | None, typer.Option(metavar="BANK", help="Whose word; the currency's own bank's.")] = None,
    days: Annotated[int, typer.Option(min=1, max=MOST_HISTORY_DAYS, help="How far back.")] = HISTORY_DAYS,
    newsletter: TheNewsletter = None,
    base: Annotated[str, typer.Option(metavar="CURRENCY", help="What is priced.")] = "USD",
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show every price that was published for CURRENCY: corrections, doubts, and who accepted what."""
    code, whose = Currency(currency.upper()), None if bank is None else bank_of(bank)
    with session(at) as runtime:
        entries = newsroom_rates.rate_history(
            runtime,
            code,
            days=days,
            bank=whose,
            newsletter=_newsletter(runtime, newsletter),
            base=Currency(base.upper()),
        )
    lines = () if entries else (f"Nothing was published for {code} in the last {days} days, as far as we read.",)
    tell(
        Answer(
            data={"currency": code, "rates": history_as_json(entries)},
            tables=(history_table(f"{code}, the newest first", entries),),
            lines=lines,
        ),
        as_json=as_json,
    )


@app.command("import")
def import_(
    bank: TheBank,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Saved answers of that bank.")],
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Read saved answers of BANK into the rate book; each FILE whole or not at all (exit code 1 if one is refused)."""
    with session(at) as runtime:
        reports = asyncio.run(newsroom_rates.import_rates(runtime, bank_of(bank), files))
    tell(
        Answer(
            data={"bank": bank, "files": [report.as_json() for report in reports]},
            tables=(_files_table(reports),),
            notes=tuple(f"{report.ref}: {warning}" for report in reports for warning in report.warnings),
            has_failures=any(report.error is not None for report in reports),
        ),
        as_json=as_json,
    )


@app.command()
def accept(
    what: Annotated[str, typer.Argument(metavar="CURRENCY|BANK", help="What is held: KZT, or all of nbk.")],
    day: Annotated[str, typer.Argument(metavar="DAY", help="The day on which the held rate takes effect.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says that it is true.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why: what you looked at.")],
    value: Annotated[
        str | None, typer.Option(metavar="PRICE", help="The published price that you looked at; nothing else passes.")
    ] = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Accept what is held back of CURRENCY or BANK for DAY: exactly these prices, with your name and reason."""
    subject = what if what in list(BANKS) else what.upper()
    effective_on = _day(day)
    with session(at) as runtime:
        acceptances = newsroom_rates.accept_rates(
            runtime, subject, effective_on, by=by, note=note, value=None if value is None else _price(value)
        )
    tell(
        Answer(
            data={"accepted": [acceptance_as_json(one) for one in acceptances]},
            lines=tuple(
                f"{one.by} accepted {one.nominal} {one.currency} = {one.value} {one.local} of "
                f"{one.effective_on.isoformat()} ({one.bank})."
                for one in acceptances
            ),
            notes=("An issue that awaits approval keeps its rates; compose it again to print these.",),
        ),
        as_json=as_json,
    )


def bank_of(name: str) -> BankName:
    """Return the bank of that name.

    :raises WrongUse: there is none.
    """
    if name not in list(BANKS):
        raise WrongUse(f"There is no bank called {name!r}.", advice=f"Known: {', '.join(BANKS)}.")
    return BankName(name)


def day_of(text: str | None) -> date | None:
    """Return the day that an option names, if it was given.

    :raises WrongUse: it is no day.
    """
    return None if text is None else _day(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{text!r} is no day.", advice="Write it like 2026-04-02.") from None


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite():
        raise WrongUse(f"{text!r} is no price.", advice="Write it as it was published, like 475.09.")
    return price


def _only_newsletter(runtime: Runtime) -> Newsletter | None:
    """Return the one newsletter that there is: nobody has to name it."""
    newsletters = runtime.newsletters.newsletters()
    return newsletters[0] if len(newsletters) == 1 else None


def _newsletter(runtime: Runtime, slug: str | None) -> Newsletter | None:
    return None if slug is None else runtime.newsletters.newsletter(NewsletterId(slug))


def _files_table(reports: Sequence[FileReport]) -> Table:
    return Table(
        "Files",
        ("file", "effective", "new rows #", "why"),
        [
            (report.ref, ", ".join(day.isoformat() for day in report.effective_on), report.entered, report.error)
            for report in reports
        ],
    )
