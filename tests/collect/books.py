"""Small real implementations of the store's ports that fetching and reading banks need."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from digest.collect.ports import KeptPage, SiteWishes, Validators
from digest.collect.rate import BankName, BankSheet, BookedRate


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
        self.said[url] = validators
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

    def enter(self, sheet: BankSheet, *, at: datetime) -> int:
        known = {entry.row for entry in self.rates(sheet.bank, until=sheet.effective_on, days=1)}
        new = [row for row in sheet.rows if row not in known]
        self.entries += [
            BookedRate(bank=sheet.bank, effective_on=sheet.effective_on, row=row, retrieved_at=at) for row in new
        ]
        return len(new)

    def rates(self, bank: BankName, *, until: date, days: int) -> Sequence[BookedRate]:
        latest: dict[tuple[date, str], BookedRate] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.retrieved_at):
            if entry.bank == bank and until - timedelta(days=days) < entry.effective_on <= until:
                latest[entry.effective_on, entry.row.currency] = entry
        return sorted(latest.values(), key=lambda entry: entry.effective_on)
