"""The steps of a run over an open ``Runtime``: what a command and a flow's task both call.

Reads top to bottom as a run goes: collect → compose → approve → send. Nothing is decided here; the stages decide.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from digest.collect.checkup import Checkup, SourceHealth
from digest.collect.health_steps import check_health
from digest.collect.journalist import Journalist
from digest.collect.parsing import Parse, open_parsers
from digest.collect.rates.bank_report import BankReport
from digest.collect.rates.rate import HeldRate
from digest.collect.report import Collected
from digest.collect.steps import collect_journalist
from digest.collect.web import Web
from digest.compose.grouping import Shares, count_shares
from digest.compose.issue import Excluded, Frozen, IssueSkipped, IssueState, Note, Owed
from digest.compose.newsletter import Newsletter
from digest.compose.steps import compose
from digest.config import MailerName
from digest.errors import MailerError, NotFit, UnknownIssue
from digest.ids import IssueId, JournalistId, NewsletterId, Sha256
from digest.newsroom_due import settle_all_missed_hours, settle_missed_hours
from digest.newsroom_preflight import findings_of
from digest.newsroom_rates import RatesReport, banks_of, held_rates, read_bank
from digest.newsroom_stops import pacing_of, refuse_to_plan_if_stopped
from digest.newsroom_templates import mixing_of
from digest.render.preflight import Finding
from digest.render.rendition import Sealed
from digest.render.shedding import seal_to_fit
from digest.resources import templates_dir
from digest.send.gallery import write_gallery
from digest.send.sharing import shared_out
from digest.send.specimen import specimens
from digest.send.steps import ShardReport, approve, plan, send_shard
from digest.send.worker import worker_name
from digest.wiring import Runtime, open_outbox

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectReport:
    """What one collecting brought, journalist by journalist and bank by bank."""

    journalists: tuple[Collected, ...]
    banks: tuple[BankReport, ...]
    held: tuple[HeldRate, ...] = ()

    @property
    def has_failures(self) -> bool:
        """Whether any source or bank failed or looks suspect, or a rate is held back."""
        return any(who.has_failures for who in self.journalists) or self.rates.has_failures

    @property
    def rates(self) -> RatesReport:
        """What it brought of rates."""
        return RatesReport(banks=self.banks, held=self.held)

    @property
    def to_tell(self) -> tuple[Checkup, ...]:
        """The sources that have come to need an editor's attention in this run: each is told once."""
        return tuple(checkup for who in self.journalists for checkup in who.to_tell)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "journalists": [who.as_json() for who in self.journalists],
            **self.rates.as_json(),
            "to_tell": [
                {"journalist": one.health.journalist, "story": one.story, **one.health.as_json()}
                for one in self.to_tell
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A sealed issue as it is put before its editor: who would get what, and what preflight found.

    ``superseded`` is the issue that awaited approval until this one took its place.
    """

    sealed: Sealed
    shares: Shares
    findings: tuple[Finding, ...]
    superseded: IssueId | None = None

    @property
    def is_fit(self) -> bool:
        """Whether preflight found no error."""
        return not any(finding.is_error for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return the names, counts and findings as plain values."""
        return {
            "issue": self.sealed.frozen.id,
            "hash": self.sealed.hash,
            "articles": len(self.sealed.frozen.articles),
            "shares": self.shares.as_json(),
            "findings": [finding.as_json() for finding in self.findings],
            "is_fit": self.is_fit,
            "superseded": self.superseded,
        }


def skip_as_json(skipped: IssueSkipped) -> dict[str, Any]:
    """Return why there is no issue as plain values."""
    return {"issue": None, "skipped": skipped.reason, "readers": skipped.readers}


def newsletters_of(runtime: Runtime, newsletter: NewsletterId | None) -> Sequence[Newsletter]:
    """Return one newsletter, or all.

    :raises UnknownNewsletter: it has not been applied.
    """
    if newsletter is None:
        return runtime.newsletters.newsletters()
    return (runtime.newsletters.newsletter(newsletter),)


async def read_journalist(
    runtime: Runtime, web: Web, parse: Parse, journalist: Journalist, had: Sequence[SourceHealth]
) -> Collected:
    """Read one journalist's sources, which have been doing as ``had`` says, and put what is new on the shelf."""
    return await collect_journalist(journalist, web=web, shelf=runtime.shelf, clock=runtime.clock, parse=parse, had=had)


def check_sources(runtime: Runtime, journalists: Sequence[Collected]) -> tuple[Collected, ...]:
    """Note how every source did in this run; the reports come back with what their past adds to them."""
    return check_health(journalists, log=runtime.source_log, clock=runtime.clock)


async def collect(
    runtime: Runtime,
    newsletter: NewsletterId | None,
    *,
    anew: bool = False,
    tick: Callable[[], None] = lambda: None,
) -> CollectReport:
    """Read every source and bank of one newsletter, or of all; a failure is a value in the report.

    ``anew`` asks sites also for what they said need not be asked yet. ``tick`` is called after each journalist and
    each bank.
    """
    newsletters = newsletters_of(runtime, newsletter)
    banks = banks_of(newsletters)
    roster = runtime.roster.journalists(newsletter)
    had = _by_journalist(runtime.source_log.health())
    async with runtime.open_web(anew=anew) as web, open_parsers() as parse:
        journalists = await _all(
            (read_journalist(runtime, web, parse, who, had.get(who.id, ())) for who in roster), tick
        )
        sheets = await _all((read_bank(runtime, web, bank, places) for bank, places in banks.items()), tick)
    return CollectReport(
        journalists=check_sources(runtime, journalists), banks=sheets, held=held_rates(runtime, newsletters)
    )


def _by_journalist(healths: Iterable[SourceHealth]) -> dict[JournalistId, list[SourceHealth]]:
    by_journalist: dict[JournalistId, list[SourceHealth]] = {}
    for health in healths:
        by_journalist.setdefault(health.journalist, []).append(health)
    return by_journalist


async def _all(works: Iterable[Awaitable[T]], tick: Callable[[], None]) -> tuple[T, ...]:
    async def ticking(work: Awaitable[T]) -> T:
        result = await work
        tick()
        return result

    return tuple(await asyncio.gather(*(ticking(work) for work in works)))


def compose_issue(runtime: Runtime, newsletter: NewsletterId, *, note: Note | None = None) -> Composed | IssueSkipped:
    """Freeze, render and seal the newsletter's next issue, with its editor's ``note``, and put it before them.

    :raises UnknownNewsletter: it has not been applied.
    :raises NotInThisState: its last issue was approved and is not finished; finish that one first.
    """
    settle_all_missed_hours(runtime, newsletter)
    frozen = compose(
        newsletter,
        newsletters=runtime.newsletters,
        shelf=runtime.shelf_view,
        roster=runtime.roster,
        readership=runtime.readership,
        book=runtime.rate_book,
        numbers=runtime.numbers,
        clock=runtime.clock,
        note=note,
    )
    if isinstance(frozen, IssueSkipped):
        return frozen
    tracked = runtime.newsletters.sending(newsletter).track_clicks
    sealed = seal_to_fit(frozen, templates=templates_dir(), tracked=tracked)
    last = runtime.numbers.last(newsletter)
    runtime.issues.put(sealed)
    waited = last[0] if last is not None and last[1] is IssueState.AWAITING_APPROVAL else None
    return replace(review(runtime, sealed), superseded=waited)


def review(runtime: Runtime, sealed: Sealed) -> Composed:
    """Say who gets what of a sealed issue, and what preflight finds in every distinct body."""
    shares = shares_of(runtime, sealed)
    contents = tuple(one for one, _readers in shares.groups)
    return Composed(sealed=sealed, shares=shares, findings=findings_of(runtime, sealed, contents))


def shares_of(runtime: Runtime, sealed: Sealed) -> Shares:
    """Return how an issue was shared out when it was planned, or would be now if it is not planned yet."""
    frozen = sealed.frozen
    if runtime.issues.row(frozen.id).state in (IssueState.SENDING, IssueState.SENT):
        bodies = tuple(runtime.ledger.bodies(frozen.id))
        tally = runtime.ledger.tally(frozen.id)
        return Shares(
            readers=tally.audience,
            owed=sum(readers for _contents, readers in bodies),
            bodies=len(bodies),
            excluded=tally.excluded,
            groups=bodies,
        )
    return count_shares(share_now(runtime, frozen))


def share_now(runtime: Runtime, frozen: Frozen) -> Iterator[Owed | Excluded]:
    """Say for every reader what they would get of an issue that is planned now, and when, or why nothing."""
    return shared_out(
        frozen,
        readership=runtime.readership,
        ledger=runtime.ledger,
        schedule=runtime.newsletters.schedule(frozen.newsletter.id),
        now=runtime.clock.now(),
    )


def find_issue(runtime: Runtime, ref: str) -> IssueId:
    """Return the issue that ``ref`` names: an issue's id, or a newsletter's slug for its newest issue.

    :raises UnknownIssue: neither.
    """
    rows = runtime.issues.rows()
    for row in rows:
        if ref in (row.id, row.newsletter):
            return row.id
    raise UnknownIssue(ref)


def unfinished_issue(
    runtime: Runtime, newsletter: NewsletterId, *, but_not: Collection[IssueId] = ()
) -> IssueId | None:
    """Return the newsletter's oldest issue that somebody approved and that is not all sent yet, but for corrections.

    ``but_not`` were looked at already: what is left of them may wait for readers' own hours.
    Mostly it is the last one; an older one is being sent again when a doubt about one of its readers has ended.
    """
    for row in reversed(runtime.issues.rows(newsletter)):
        is_open = row.state in (IssueState.APPROVED, IssueState.SENDING)
        if is_open and row.corrects is None and row.id not in but_not:
            return row.id
    return None


def approve_issue(runtime: Runtime, issue: IssueId, *, by: str, hash_: Sha256) -> Sha256:
    """Record that ``by`` approves exactly the bytes that ``hash_`` names (its beginning will do); return the hash.

    :raises UnknownIssue: there is none of that name.
    :raises NotFit: preflight finds an error in one of its bodies.
    :raises NotInThisState: it is not awaiting approval, or its hash is another one.
    """
    sealed = runtime.issues.sealed(issue)
    errors = [str(finding) for finding in review(runtime, sealed).findings if finding.is_error]
    if errors:
        raise NotFit(issue, errors, corrects=sealed.frozen.corrects)
    return approve(issue, by=by, hash_=hash_, archive=runtime.issues, clock=runtime.clock)


def open_ledger(runtime: Runtime, issue: IssueId) -> None:
    """Write a ledger row for every reader of an approved issue. Harmless when it is written already.

    :raises IssueStopped: somebody stopped it before it was planned.
    """
    refuse_to_plan_if_stopped(runtime, issue)
    newsletter = NewsletterId(runtime.issues.row(issue).newsletter)
    settle_all_missed_hours(runtime, newsletter)
    plan(
        issue,
        archive=runtime.issues,
        readership=runtime.readership,
        ledger=runtime.ledger,
        clock=runtime.clock,
        secret=_secret(runtime),
        schedule=runtime.newsletters.schedule(newsletter),
    )


def empty_ledger(
    runtime: Runtime,
    issue: IssueId,
    *,
    progress: Callable[[int], None] = lambda _answers: None,
    say: Callable[[str], None] = lambda _why: None,
) -> ShardReport:
    """Claim and hand over batches until no delivery is left that is due; ``say`` is told why it waits."""
    settle_missed_hours(runtime, issue)
    return send_shard(
        issue,
        archive=runtime.issues,
        ledger=runtime.ledger,
        mailer=runtime.mailer,
        clock=runtime.clock,
        worker=worker_name(),
        public_url=runtime.settings.public_url,
        pacing=pacing_of(runtime, say=say),
        return_path=_return_path(runtime, issue),
        link_keys=runtime.link_keys,
        witness=runtime.feedback,
        mixing=mixing_of(runtime, say=say),
        progress=progress,
    )


def _return_path(runtime: Runtime, issue: IssueId) -> str | None:
    """Return where bounces go. SendGrid has return paths of its own, and wants the header for leaving short."""
    if runtime.settings.mailer is MailerName.SENDGRID:
        return None
    return runtime.newsletters.sending(NewsletterId(runtime.issues.row(issue).newsletter)).return_path


def _secret(runtime: Runtime) -> bytes:
    key = runtime.settings.secret_key
    return key.get_secret_value().encode() if key is not None else b""


def show_outbox(runtime: Runtime) -> Path | None:
    """Write the page that shows every mail in the outbox; ``None`` where mails leave by another way.

    :raises MailerError: the folder cannot be written. The mails themselves are where they were.
    """
    if runtime.settings.mailer is not MailerName.OUTBOX:
        return None
    return _gallery(runtime.settings.outbox_dir)


def write_preview(runtime: Runtime, sealed: Sealed, folder: Path | None = None) -> Path:
    """Write one specimen of every distinct body below ``folder`` and return the page that shows them all.

    Without a folder they go to ``preview``, beside the outbox. Former specimens of the issue are removed first.

    :raises MailerError: the folder cannot be written.
    """
    place = (folder or runtime.settings.outbox_dir.parent / "preview") / sealed.frozen.id
    shutil.rmtree(place, ignore_errors=True)
    contents = [one for one, _readers in shares_of(runtime, sealed).groups]
    outbox = open_outbox(place)
    for start in range(0, len(contents), outbox.batch_size):
        batch = contents[start : start + outbox.batch_size]
        outbox.submit(tuple(specimens(sealed, batch, at=runtime.clock.now())))
    return _gallery(place)


def _gallery(folder: Path) -> Path:
    try:
        return write_gallery(folder)
    except OSError as error:
        raise MailerError(
            f"The page that shows {folder} cannot be written: {error.strerror or type(error).__name__}.",
            advice="Free some space or mend the folder, then run the same command again.",
        ) from None
