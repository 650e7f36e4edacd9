"""The whole road in one folder, in this process: what a person does with five commands, without the commands."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest import newsroom
from digest.audience.steps import ImportReport, file_of, import_readers
from digest.clock import StoppedClock
from digest.compose.issue import IssueSkipped
from digest.compose.newsletter_file import read_declaration
from digest.config import Settings, read_settings
from digest.ids import IssueId, ListName, NewsletterId
from digest.newsroom import CollectReport, Composed
from digest.send.proof import Proof, prove
from digest.send.steps import ShardReport, approve
from digest.wiring import Runtime, open_runtime

KEY = "a key for tests, nothing secret"
PUBLIC_URL = "https://digest.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run brought, stage by stage; ``shard`` and ``proof`` are there when there was an issue."""

    collected: CollectReport
    composed: Composed | IssueSkipped
    shard: ShardReport | None = None
    proof: Proof | None = None

    @property
    def issue(self) -> Composed:
        assert isinstance(self.composed, Composed), self.composed
        return self.composed


def settings_in(folder: Path, *, database_url: str | None = None) -> Settings:
    """Return settings that keep everything below ``folder``."""
    return read_settings(
        database_url=database_url or f"sqlite:///{folder / 'digest.db'}",
        outbox_dir=folder / "outbox",
        public_url=PUBLIC_URL,
        secret_key=KEY,
    )


def open_at(settings: Settings, at: datetime) -> AbstractContextManager[Runtime]:
    """Open a runtime whose clock stands at ``at``."""
    return open_runtime(settings, clock=StoppedClock(at))


def apply(runtime: Runtime, toml: Path, environment: Mapping[str, str] = os.environ) -> Sequence[str]:
    """Do what ``digest newsletters apply`` does."""
    declaration = read_declaration(str(toml), toml.read_bytes(), environment)
    return runtime.newsletters.apply(declaration, at=runtime.clock.now())


def take_in(runtime: Runtime, csv: str, list_name: str, *, from_start: bool = False) -> ImportReport:
    """Do what ``digest audience import`` does with a file that holds ``csv``."""
    return import_readers(
        file_of(csv.encode(), "readers.csv"),
        ListName(list_name),
        book=runtime.readers,
        intakes=runtime.intakes,
        clock=runtime.clock,
        from_start=from_start,
    )


async def compose(runtime: Runtime, newsletter: str) -> IssueId:
    """Collect and compose an issue that awaits its approval."""
    await newsroom.collect(runtime, NewsletterId(newsletter))
    composed = newsroom.compose_issue(runtime, NewsletterId(newsletter))
    assert isinstance(composed, Composed), composed
    return composed.sealed.frozen.id


async def run(runtime: Runtime, newsletter: str) -> Outcome:
    """Do what ``digest run NEWSLETTER --yes`` does when nothing was left unfinished."""
    collected = await newsroom.collect(runtime, NewsletterId(newsletter))
    composed = newsroom.compose_issue(runtime, NewsletterId(newsletter))
    if isinstance(composed, IssueSkipped):
        return Outcome(collected=collected, composed=composed)
    assert composed.is_fit, composed.findings
    issue = composed.sealed.frozen.id
    approve(issue, by="editor", hash_=composed.sealed.hash, archive=runtime.issues, clock=runtime.clock)
    shard = send(runtime, issue)
    proof = prove(runtime.ledger.tally(issue))
    return Outcome(collected=collected, composed=composed, shard=shard, proof=proof)


def send(runtime: Runtime, issue: IssueId) -> ShardReport:
    """Do what ``digest issue send`` does."""
    newsroom.open_ledger(runtime, issue)
    return newsroom.empty_ledger(runtime, issue)
