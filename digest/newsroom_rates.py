"""The steps of rates over an open ``Runtime``: read banks, import sheets, show what stands, accept what is held."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from digest.collect.banks import BANKS, HOME_BANK
from digest.collect.rates.bank_report import BankReport, FileReport
from digest.collect.rates.bank_steps import MOST_DAYS, collect_bank, collect_days, import_files
from digest.collect.rates.doubts import held_as_json, warning_of
from digest.collect.rates.judging import banks_for
from digest.collect.rates.pegs import USD
from digest.collect.rates.rate import Acceptance, BankName, Currency, HeldRate, RateSnapshot
from digest.collect.rates.rate_rules import RateRules
from digest.collect.rates.rate_steps import HistoryEntry, Wanted, accept, history, snapshot_for
from digest.collect.web import Web
from digest.compose.newsletter import Newsletter
from digest.errors import WrongUse
from digest.wiring import Runtime

#: What is priced where no newsletter says it: a dollar, in every currency that has a bank of its own.
ANYBODY: Final = (tuple(HOME_BANK), USD, RateRules())


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesReport:
    """What reading banks brought, and what is held back now."""

    banks: tuple[BankReport, ...]
    held: tuple[HeldRate, ...] = ()

    @property
    def has_failures(self) -> bool:
        """Whether a bank failed, or a rate waits for a person's word."""
        return any(bank.has_failed for bank in self.banks) or bool(self.held)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warning of each held rate."""
        return tuple(map(warning_of, self.held))

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {"banks": [bank.as_json() for bank in self.banks], "held": [held_as_json(one) for one in self.held]}


def banks_of(newsletters: Sequence[Newsletter]) -> dict[BankName, tuple[str, ...]]:
    """Return the banks that these newsletters need, each with the places where it is to be read."""
    found: dict[BankName, tuple[str, ...]] = {}
    for newsletter in newsletters:
        rates = newsletter.rates
        for bank in banks_for(rates.currencies, rates.base, rates.rules):
            found[bank] = rates.banks.get(bank, ()) or found.get(bank, ())
    return found


def held_rates(runtime: Runtime, newsletters: Sequence[Newsletter]) -> tuple[HeldRate, ...]:
    """Return what is held back of the rates that these newsletters would print today; of anybody's without any."""
    held: dict[HeldRate, None] = {}
    for wanted in wanted_of(runtime, newsletters):
        held |= dict.fromkeys(snapshot_of(runtime, wanted).held)
    return tuple(held)


def wanted_of(runtime: Runtime, newsletters: Sequence[Newsletter], on: date | None = None) -> list[Wanted]:
    """Return what these newsletters price, each on its own day, or on ``on``; what anybody asks for without any."""
    now = runtime.clock.now()
    if not newsletters:
        currencies, base, rules = ANYBODY
        return [Wanted(currencies=currencies, base=base, rules=rules, on=on or now.date())]
    return [
        Wanted(
            currencies=one.rates.currencies,
            base=one.rates.base,
            rules=one.rates.rules,
            on=on or now.astimezone(ZoneInfo(one.time_zone)).date(),
        )
        for one in newsletters
    ]


def snapshot_of(runtime: Runtime, wanted: Wanted) -> RateSnapshot:
    """Return the rates that are wanted, from the rate book."""
    return snapshot_for(wanted.currencies, wanted.base, book=runtime.rate_book, on=wanted.on, rules=wanted.rules)


async def read_bank(runtime: Runtime, web: Web, bank: BankName, places: tuple[str, ...]) -> BankReport:
    """Read one bank's newest rates, and those of missed days, into the rate book."""
    return await collect_bank(bank, places, web=web, book=runtime.rate_book, clock=runtime.clock)


async def fetch_rates(
    runtime: Runtime,
    newsletters: Sequence[Newsletter],
    *,
    bank: BankName | None = None,
    first: date | None = None,
    until: date | None = None,
    tick: Callable[[], None] = lambda: None,
) -> RatesReport:
    """Read the banks of some newsletters, or the five home banks without any; or only ``bank``.

    With ``first`` they are asked for every day from then to ``until``, or to today.

    :raises WrongUse: the days end before they begin, lie ahead, or are too many.
    """
    places = banks_of(newsletters) if newsletters else dict.fromkeys(HOME_BANK.values(), ())
    chosen = places if bank is None else {bank: places.get(bank, ())}
    days = _days(first, until, runtime.clock.now().date())

    async def read(web: Web, one: BankName) -> BankReport:
        if days is None:
            report = await read_bank(runtime, web, one, chosen[one])
        else:
            report = await collect_days(one, chosen[one], *days, web=web, book=runtime.rate_book, clock=runtime.clock)
        tick()
        return report

    async with runtime.open_web() as web:
        reports = await asyncio.gather(*(read(web, one) for one in chosen))
    return RatesReport(banks=tuple(reports), held=held_rates(runtime, newsletters))


def _days(first: date | None, until: date | None, today: date) -> tuple[date, date] | None:
    if first is None:
        if until is not None:
            raise WrongUse("A last day needs a first one.", advice="Name it with --from DAY.")
        return None
    last = until or today
    if last < first:
        raise WrongUse(f"{last} is before {first}.", advice="Name the earlier day with --from.")
    if (last - first).days >= MOST_DAYS:
        raise WrongUse(f"{first} to {last} is too much at once.", advice=f"Ask for at most {MOST_DAYS} days.")
    if last > today + timedelta(days=1):
        raise WrongUse(f"{last} lies ahead.", advice="Banks publish tomorrow's rates at most.")
    return first, last


async def import_rates(runtime: Runtime, bank: BankName, files: Sequence[str]) -> tuple[FileReport, ...]:
    """Read saved answers of a bank into the rate book: each file whole or not at all, and each by itself."""
    async with runtime.open_web() as web:
        return await import_files(bank, files, web=web, book=runtime.rate_book, clock=runtime.clock)


def rate_history(
    runtime: Runtime,
    currency: Currency,
    *,
    days: int,
    bank: BankName | None = None,
    newsletter: Newsletter | None = None,
    base: Currency = USD,
) -> Sequence[HistoryEntry]:
    """Return what was published for a currency, corrections and doubts included, under a newsletter's rules.

    :raises WrongUse: the currency has no bank of its own, and none is named.
    """
    return history(
        currency,
        newsletter.rates.base if newsletter else base,
        book=runtime.rate_book,
        on=runtime.clock.now().date(),
        days=days,
        bank=bank,
        rules=newsletter.rates.rules if newsletter else None,
    )


def accept_rates(
    runtime: Runtime, subject: str, day: date, *, by: str, note: str, value: Decimal | None = None
) -> tuple[Acceptance, ...]:
    """Keep a person's word that what is held of a currency or a bank for ``day`` is true, in any newsletter.

    :raises WrongUse: nothing of it is held, or not at that value; or the person gives no name or no reason.
    """
    known = {*BANKS, *HOME_BANK}
    newsletters = runtime.newsletters.newsletters()
    known |= {currency for one in newsletters for currency in one.rates.currencies}
    if subject not in known:
        raise WrongUse(f"{subject!r} is no bank and no currency that we print.", advice="Such as KZT, or nbk.")
    wanted = [*wanted_of(runtime, newsletters), *wanted_of(runtime, ())]
    return accept(subject, day, wanted, book=runtime.rate_book, by=by, note=note, at=runtime.clock.now(), value=value)
