"""Small real implementations of the store's ports that fetching and reading banks need."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from digest.collect.ports import KeptPage, SiteWishes, Validators
from digest.collect.rates.rate import Acceptance, BankName, BankRow, BankSheet, BookedRate, Currency


@dataclass
class FetchesInMemory:
    """Remembers the last good answer of each address, and what each site asked for."""

    said: dict[str, Validators] = field(default_factory=dict)
    kept: dict[str, KeptPage] = field(default_factory=dict)
    sites: dict[str, SiteWishes] = field(default_factory=dict)
    confirmed: list[str] = field(default_factory=list)

    async def recall(self, url: str) -> Validators | None:
        return self.said.get(url)

    async def page(self, url: str) -> KeptPage | None:
        return self.kept.get(url)

    async def remember(self, url: str, validators: Validators, page: KeptPage) -> None:
        assert validators.at.tzinfo is not None
        self.said[url] = replace(validators, digest=page.digest())
        self.kept[url] = page

    async def confirm(self, url: str, validators: Validators) -> None:
        self.confirmed.append(url)
        if url in self.said:
            self.said[url] = validators

    async def wishes(self, site: str) -> SiteWishes | None:
        return self.sites.get(site)

    async def heed(self, site: str, wishes: SiteWishes) -> None:
        self.sites[site] = wishes

    async def flush(self) -> None:
        pass


@dataclass
class RateBookInMemory:
    """Keeps every row; a correction is a new row."""

    entries: list[BookedRate] = field(default_factory=list)
    words: list[Acceptance] = field(default_factory=list)
    without_sheet: set[tuple[BankName, date]] = field(default_factory=set)

    def enter(self, sheets: Sequence[BankSheet], *, at: datetime, restores: bool = True) -> int:
        entered = 0
        for sheet in sheets:
            had = [one for one in self.entries if (one.bank, one.effective_on) == (sheet.bank, sheet.effective_on)]
            known = {_digits(entry.row) for entry in (_latest(had) if restores else had)}
            new = [row for row in sheet.rows if _digits(row) not in known]
            self.entries += [
                BookedRate(bank=sheet.bank, effective_on=sheet.effective_on, row=row, retrieved_at=at) for row in new
            ]
            entered += len(new)
        return entered

    def rates(self, bank: BankName, *, until: date, days: int) -> Sequence[BookedRate]:
        return _latest([one for one in self._of(bank) if until - timedelta(days=days) < one.effective_on <= until])

    def prices(self, bank: BankName, currencies: Collection[Currency], *, until: date) -> Sequence[BookedRate]:
        return _latest(self.versions(bank, currencies, first=date.min, until=until))

    def versions(
        self, bank: BankName, currencies: Collection[Currency], *, first: date, until: date
    ) -> Sequence[BookedRate]:
        return [
            one
            for one in self._of(bank)
            if first <= one.effective_on <= until and {one.row.local, one.row.currency} <= set(currencies)
        ]

    def quoted(self, bank: BankName, *, first: date, until: date) -> Mapping[date, frozenset[Currency]]:
        found: dict[date, frozenset[Currency]] = {}
        for one in self._of(bank):
            if first <= one.effective_on <= until:
                found[one.effective_on] = found.get(one.effective_on, frozenset()) | {one.row.local, one.row.currency}
        return found

    def accept(self, acceptances: Sequence[Acceptance]) -> None:
        known = {_accepted(one) for one in self.words}
        self.words += [one for one in acceptances if _accepted(one) not in known]

    def acceptances(self, bank: BankName) -> Sequence[Acceptance]:
        return [one for one in self.words if one.bank == bank]

    def note_no_sheet(self, bank: BankName, day: date, *, at: datetime) -> None:
        assert at.tzinfo is not None
        self.without_sheet.add((bank, day))

    def days_without_sheet(self, bank: BankName, *, first: date, until: date) -> frozenset[date]:
        return frozenset(day for one, day in self.without_sheet if one == bank and first <= day <= until)

    def _of(self, bank: BankName) -> list[BookedRate]:
        mine = [entry for entry in self.entries if entry.bank == bank]
        return sorted(mine, key=lambda entry: (entry.effective_on, entry.retrieved_at))


def _latest(entries: Sequence[BookedRate]) -> list[BookedRate]:
    return list({(one.effective_on, one.row.local, one.row.currency): one for one in entries}.values())


def _digits(row: BankRow) -> tuple[BankRow, str, str]:
    return row, str(row.value), str(row.change)


def _accepted(one: Acceptance) -> tuple[object, ...]:
    return one.bank, one.effective_on, one.local, one.currency, one.nominal, str(one.value)
