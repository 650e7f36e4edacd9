"""``digest rates try``: what a bank's saved answer yields; nothing is kept."""

import asyncio
from typing import Annotated

import typer

from digest.collect.banks import BANKS
from digest.collect.fetching.files import is_web_address, path_of
from digest.collect.rates.rate import Bank, BankName, BankSheet
from digest.collect.web import Request
from digest.config import read_settings
from digest.errors import NoSuchFile, WrongUse
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.wiring import open_web_without_store


def try_(
    bank: Annotated[str, typer.Argument(metavar="BANK", help=f"{', '.join(BANKS)}.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="The bank's answer in a file, or its URL.")],
    as_json: AsJson = False,
) -> None:
    """Read a bank's answer strictly and show its rates as published, without keeping anything."""
    sheets = asyncio.run(_read(_bank(bank), file))
    newest, earlier = sheets[-1], sheets[:-1]
    data = {"bank": newest.bank, **sheet_as_json(newest)}
    if earlier:
        data["earlier"] = [sheet_as_json(sheet) for sheet in earlier]
    days = f"{earlier[0].effective_on.isoformat()} to {earlier[-1].effective_on.isoformat()}" if earlier else ""
    tell(
        Answer(
            data=data,
            tables=(sheet_table(newest),),
            lines=(f"Earlier days in it: {len(earlier)}, {days}.",) if earlier else (),
            notes=tuple(f"Warning: {warning}" for warning in newest.warnings),
        ),
        as_json=as_json,
    )


def sheet_as_json(sheet: BankSheet) -> dict[str, object]:
    """Return a sheet's day and rates as plain values, and its warnings if it has some; decimals as published."""
    said: dict[str, object] = {
        "effective_date": sheet.effective_on.isoformat(),
        "rates": [
            {
                "local": row.local,
                "currency": row.currency,
                "nominal": row.nominal,
                "value": f"{row.value:f}",
                "change": None if row.change is None else f"{row.change:f}",
            }
            for row in sheet.rows
        ],
    }
    return {**said, "warnings": list(sheet.warnings)} if sheet.warnings else said


def sheet_table(sheet: BankSheet) -> Table:
    """One row per published rate, in the sheet's own order and direction."""
    return Table(
        f"{BANKS[sheet.bank].title}, effective {sheet.effective_on.isoformat()}",
        ("for #", "currency", "price #", "in", "change #"),
        [
            (
                row.nominal,
                row.currency,
                f"{row.value:f}",
                row.local,
                None if row.change is None else f"{row.change:f}",
            )
            for row in sheet.rows
        ],
    )


def _bank(name: str) -> Bank:
    if name not in list(BANKS):
        raise WrongUse(f"There is no bank {name!r} that is read.", advice=f"Known: {', '.join(BANKS)}.")
    return BANKS[BankName(name)]


async def _read(bank: Bank, ref: str) -> tuple[BankSheet, ...]:
    """Read every day of the answer at ``ref``.

    :raises NoSuchFile: ``ref`` is no web address, and no such file exists.
    :raises CollectError: it cannot be fetched, or is not this bank's sheet.
    """
    if not is_web_address(ref) and not path_of(ref).exists():
        raise NoSuchFile(ref)
    async with open_web_without_store(read_settings()) as web:
        return bank.read_days(await web.fetch(Request(ref=ref)))
