"""``digest rates chart``: a currency's history as a page with a line chart and a table, to look at and to pass on."""

from pathlib import Path
from typing import Annotated

import typer

from digest import newsroom_rates
from digest.collect.rates.rate import Currency
from digest.errors import WrongUse
from digest.ids import NewsletterId
from digest.render.rate_page import CHART_DAYS, believed_days, rate_page
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.rate_tables import note_of, standing_of
from digest.terminal.rates import MOST_HISTORY_DAYS, TheNewsletter, bank_of
from digest.terminal.session import AsOf, session


def chart(
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help="Such as KZT.")],
    output: Annotated[Path, typer.Option("--output", metavar="FILE.html", help="The page to write.")],
    days: Annotated[int, typer.Option(min=1, max=MOST_HISTORY_DAYS, help="How far back.")] = CHART_DAYS,
    bank: Annotated[str | None, typer.Option(metavar="BANK", help="Whose word; the currency's own bank's.")] = None,
    newsletter: TheNewsletter = None,
    base: Annotated[str, typer.Option(metavar="CURRENCY", help="What is priced.")] = "USD",
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write a page with CURRENCY's history from the rate book: a line chart, and every price in a table beside it."""
    code, priced = Currency(currency.upper()), Currency(base.upper())
    with session(at) as runtime:
        declared = None if newsletter is None else runtime.newsletters.newsletter(NewsletterId(newsletter))
        priced = priced if declared is None else declared.rates.base
        entries = newsroom_rates.rate_history(
            runtime,
            code,
            days=days,
            bank=None if bank is None else bank_of(bank),
            newsletter=declared,
            base=priced,
        )
    believed = believed_days(entries)
    try:
        written = rate_page(
            code, priced, entries, days=days, remarks=lambda entry: (standing_of(entry), note_of(entry))
        )
        output.write_text(written, encoding="utf-8")
    except OSError as error:
        raise WrongUse(f"{output} cannot be written: {error.strerror}.", advice="Name a file in a folder.") from error
    line = f"{len(believed)} of {len(entries)} published prices are drawn." if entries else "Nothing was published."
    tell(
        Answer(
            data={
                "currency": code,
                "base": priced,
                "published": len(entries),
                "drawn": len(believed),
                "page": str(output),
            },
            lines=(line, f"Open {output}"),
        ),
        as_json=as_json,
    )
