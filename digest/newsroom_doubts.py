"""The steps of doubts over an open ``Runtime``: settle them by hand, and reconcile, so that nothing is left hanging."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from digest import newsroom
from digest.compose.issue import IssueState
from digest.errors import DigestError, IssueStopped, NotInDoubt, StoreError, UnknownReader, WrongUse
from digest.ids import DeliveryId, IssueId, NewsletterId
from digest.newsroom_due import settle_missed_hours
from digest.newsroom_templates import ClearedAway, clear_away
from digest.send.doubt import Doubt, SettledBy, Settlement, Verdict
from digest.send.doubt_steps import Settled, Settler
from digest.send.proof import Proof, prove
from digest.send.shard_report import ShardReport
from digest.send.steps import finish
from digest.send.worker import is_gone, worker_name
from digest.wiring import Runtime

#: Who claimed something so short a time ago is taken to be at work still: no run waits longer without claiming.
AT_WORK: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Which readers somebody means: by deliveries, by addresses; neither means all who are in doubt."""

    deliveries: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def doubts_of(runtime: Runtime, issue: IssueId, named: Named) -> Sequence[Doubt]:
    """Return the issue's deliveries in doubt, or those of them that are named, the oldest first.

    :raises UnknownIssue: there is none of that name.
    :raises UnknownReader: nobody in this issue has one of the addresses.
    :raises NotInDoubt: one of those that are named is in another state, or not of this issue.
    """
    doubts = {doubt.delivery: doubt for doubt in runtime.ledger.doubts(issue)}
    wanted = [*map(DeliveryId, named.deliveries), *(_delivery_to(runtime, issue, one) for one in named.addresses)]
    others = [delivery for delivery in wanted if delivery not in doubts]
    if others:
        raise NotInDoubt(issue, [(one, runtime.ledger.state_of(issue, one) or "not of this issue") for one in others])
    return [doubts[one] for one in dict.fromkeys(wanted)] if wanted else list(doubts.values())


def _delivery_to(runtime: Runtime, issue: IssueId, address: str) -> DeliveryId:
    story = runtime.ledger.story(issue, address)
    if story is None:
        raise UnknownReader
    return story.id


def settle_by_hand(
    runtime: Runtime, issue: IssueId, named: Named, *, verdict: Verdict, why: str, who: str
) -> tuple[Settlement, int]:
    """Settle the doubts that are named as ``who`` says, and keep their reason; return how, and how many they were.

    Only what is in doubt is settled: never what a worker has in its hands.

    :raises WrongUse: no reason, or nobody's name was given.
    :raises UnknownReader: nobody in this issue has one of the addresses.
    :raises NotInDoubt: one of those that are named is in another state; then none of them is settled.
    """
    reason, name = _one_line(why).rstrip("."), _one_line(who)
    if not reason or not name:
        raise WrongUse(
            "A doubt is settled for a reason, by somebody.",
            advice='Say both: --reason "seen in the provider\'s log" --by NAME. They are kept.',
        )
    doubts = doubts_of(runtime, issue, named)
    settlement = Settlement(verdict=verdict, by=SettledBy.PERSON, who=name, why=reason, at=runtime.clock.now())
    return settlement, runtime.ledger.end_doubts(issue, [doubt.delivery for doubt in doubts], settlement)


def _one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What reconciling did for one issue.

    ``planned_again`` were in doubt and are mailed again by the declared policy. ``shard`` is what was sent on, if there
    was anything to send. ``left`` says why nothing was sent although somebody waits; ``trouble``, what went wrong.
    """

    issue: IssueId
    settled: Settled
    planned_again: int
    proof: Proof
    is_finished: bool
    shard: ShardReport | None = None
    left: str | None = None
    trouble: str | None = None

    @property
    def has_changed(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.settled.given_up or self.settled.count or self.planned_again or self.shard or self.trouble)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "issue": self.issue,
            "given_up": self.settled.given_up,
            "settled": {"accepted": self.settled.accepted, "planned": self.settled.absent},
            "planned_again": self.planned_again,
            "sent_on": None if self.shard is None else self.shard.as_json(),
            "left": self.left,
            "trouble": self.trouble,
            "finished": self.is_finished,
            "ledger": self.proof.as_json(),
        }

    @property
    def done(self) -> str:
        """What was done, in words."""
        done = (
            (self.settled.given_up, "given up by workers that are gone"),
            (self.settled.count, "settled by evidence"),
            (self.planned_again, "planned again by policy"),
            (self.shard.accepted if self.shard else 0, "accepted by the mailer"),
        )
        return "; ".join(f"{count:,} {what}" for count, what in done if count) or "nothing to do"

    def as_row(self) -> dict[str, str | int]:
        """Return a table's row: what was done, and how many wait or are in doubt now."""
        return {
            "issue": self.issue,
            "state": "sent" if self.is_finished else "sending",
            "what was done": self.done,
            "waiting": self.proof.waiting,
            "in doubt": self.proof.uncertain,
            "remarks": self.trouble or self.left or "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileReport:
    """What reconciling did, issue by issue, the oldest first; none where nothing was unsettled.

    ``cleared`` is what became of templates that the provider kept for issues that are done, ``forgotten`` how many
    sign-ups nobody had confirmed for a month.
    """

    issues: tuple[Reconciled, ...] = field(default=())
    cleared: ClearedAway = field(default_factory=ClearedAway)
    forgotten: int = 0

    @property
    def has_failures(self) -> bool:
        """Whether something went wrong on the way; the next time goes on there."""
        return any(one.trouble for one in self.issues)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "issues": [one.as_json() for one in self.issues],
            "templates": {"removed": self.cleared.templates, "trouble": self.cleared.trouble},
            "forgotten": self.forgotten,
        }


def reconcile(
    runtime: Runtime,
    issues: Iterable[IssueId] | None = None,
    *,
    progress: Callable[[int], None] = lambda _answers: None,
) -> ReconcileReport:
    """Leave nothing hanging: end doubts, finish what is done, send on what was left behind. Harmless at any time.

    Without ``issues``: for all that are being sent, or have readers in doubt. What workers have in their hands who may
    live is theirs; an issue that is stopped stays stopped.

    :raises UnknownIssue: there is none of that name.
    :raises StoreError: the database cannot be used.
    """
    unsettled = runtime.ledger.unsettled()
    chosen = unsettled if issues is None else [one for one in issues if _is_planned(runtime, one)]
    done = tuple(_reconcile(runtime, one, progress) for one in chosen)
    now = runtime.clock.now()
    forgotten = runtime.sign_ups.forget(at=now)
    runtime.tallies.forget(at=now)
    return ReconcileReport(issues=done, cleared=clear_away(runtime), forgotten=forgotten)


def settle_sent(runtime: Runtime, newsletter: NewsletterId) -> Sequence[Reconciled]:
    """End the doubts of a newsletter's issues that were sent, and send nothing; return those that it changed.

    Whoever is planned again makes their issue one that is being sent, and so an unfinished one.
    """
    sent = {row.id for row in runtime.issues.rows(newsletter) if row.state is IssueState.SENT}
    found = [_settle(runtime, issue) for issue in runtime.ledger.unsettled() if issue in sent]
    return [one for one in found if one.has_changed]


def _is_planned(runtime: Runtime, issue: IssueId) -> bool:
    return runtime.issues.row(issue).state in (IssueState.SENDING, IssueState.SENT)


def _settle(runtime: Runtime, issue: IssueId) -> Reconciled:
    frozen = runtime.issues.sealed(issue).frozen
    settler = Settler(
        issue,
        height=frozen.height,
        ledger=runtime.ledger,
        mailer=runtime.mailer,
        witness=runtime.feedback,
        sending=runtime.newsletters.sending(frozen.newsletter.id),
        clock=runtime.clock,
        is_gone=is_gone,
    )
    return Reconciled(
        issue=issue,
        settled=settler.by_evidence(),
        planned_again=settler.by_policy(),
        is_finished=finish(issue, archive=runtime.issues, clock=runtime.clock),
        proof=prove(runtime.ledger.tally(issue)),
    )


def _reconcile(runtime: Runtime, issue: IssueId, progress: Callable[[int], None]) -> Reconciled:
    settle_missed_hours(runtime, issue)
    done = _settle(runtime, issue)
    if not done.proof.planned:
        return done
    if _is_somebody_at_work(runtime, issue):  # each worker keeps to the newsletter's pace: one more would double it
        return replace(done, left="left to the workers who are at work on it")
    if not runtime.ledger.ready(issue, at=runtime.clock.now()):
        return replace(done, left=_why_nobody_is_due(done.proof))
    try:
        shard = newsroom.empty_ledger(runtime, issue, progress=progress)
    except StoreError:
        raise
    except IssueStopped as stopped:
        return replace(done, left=stopped.what)
    except DigestError as error:  # such as an issue that cannot be rendered: the others go on
        return replace(done, trouble=str(error))
    is_stopped = isinstance(shard.error, IssueStopped)
    return replace(
        done,
        shard=shard,
        left=shard.stopped if is_stopped else None,
        trouble=None if is_stopped else shard.stopped,
        is_finished=shard.is_finished,
        proof=prove(runtime.ledger.tally(issue)),
    )


def _why_nobody_is_due(proof: Proof) -> str:
    if proof.by_hour is None:
        return "mail servers asked us to come back later for all who wait"
    servers = "" if proof.by_hour.readers == proof.planned else ", or until their mail servers take mail again"
    return f"all who wait do so for hours of their own{servers}; the first is {proof.by_hour.first:%Y-%m-%d %H:%M} UTC"


def _is_somebody_at_work(runtime: Runtime, issue: IssueId) -> bool:
    """Tell whether a worker is at work on the issue that is not known to have ended."""
    workers = runtime.ledger.at_work(issue, since=runtime.clock.now() - AT_WORK)
    return any(worker != worker_name() and not is_gone(worker) for worker in workers)
