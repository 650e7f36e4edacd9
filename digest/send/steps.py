"""The steps of sending: approve, plan, send a shard, finish. Each may be run again at any time and does no harm."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol, runtime_checkable

from digest.audience.links import LinkKeys
from digest.audience.ports import Readership
from digest.clock import Clock
from digest.compose.issue import Excluded, IssueState, Owed
from digest.compose.schedule import Schedule
from digest.errors import NotInThisState
from digest.ids import IssueId, Sha256
from digest.send.delivery_id import delivery_id
from digest.send.doubt_steps import Settler, Witness
from digest.send.ledger import IssueArchive, Ledger, LeftOut, Planned
from digest.send.letter import Letters
from digest.send.mail import Mailer
from digest.send.mixing import Mixer, Mixing, mix
from digest.send.pacing_gate import Gate, Pacing
from digest.send.shard import Shard
from digest.send.shard_report import ShardReport
from digest.send.sharing import shared_out
from digest.send.worker import is_gone as worker_is_gone

__all__ = ["ShardReport", "approve", "finish", "plan", "send_shard"]

#: How much of a hash a person must give: enough that it names these bytes and no others.
SHORTEST_HASH: Final = 8


def approve(issue: IssueId, *, by: str, hash_: Sha256 | None = None, archive: IssueArchive, clock: Clock) -> Sha256:
    """Record that ``by`` approves the issue's bytes; return their hash.

    ``hash_`` is the hash of what was looked at, or its beginning (8 characters at least); ``None`` approves whatever
    the issue is now.

    :raises UnknownIssue: there is none of that name.
    :raises NotInThisState: it is not awaiting approval, or its hash is another one.
    """
    sealed_hash = archive.row(issue).hash
    given = sealed_hash if hash_ is None else hash_
    if len(given) >= SHORTEST_HASH and sealed_hash.startswith(given.lower()):
        given = sealed_hash
    archive.approve(issue, given, by=by, at=clock.now())
    return given


def plan(
    issue: IssueId,
    *,
    archive: IssueArchive,
    readership: Readership,
    ledger: Ledger,
    clock: Clock,
    secret: bytes,
    schedule: Schedule = Schedule(),  # noqa: B008 - a frozen value
) -> None:
    """Write a ledger row for every reader of an approved issue: who gets what, and when, or why nothing.

    ``secret`` keys the delivery ids; ``schedule`` is the newsletter's, as it is now. Does nothing if the issue is
    planned already.

    :raises UnknownIssue: there is none of that name.
    :raises NotInThisState: nobody approved it, or it was superseded or skipped.
    """
    row = archive.row(issue)
    if row.state in (IssueState.SENDING, IssueState.SENT):
        return
    if row.state is not IssueState.APPROVED:
        raise NotInThisState(issue, row.state, _what_to_do(issue, row.state, row.hash))
    frozen = archive.sealed(issue).frozen

    def row_of(one: Owed | Excluded) -> Planned | LeftOut:
        name = delivery_id(issue, one.reader.token, secret=secret)
        return Planned(id=name, owed=one) if isinstance(one, Owed) else LeftOut(id=name, excluded=one)

    now = clock.now()
    shared = shared_out(frozen, readership=readership, ledger=ledger, schedule=schedule, now=now)
    ledger.plan(issue, map(row_of, shared), height=frozen.height, at=now)


def send_shard(
    issue: IssueId,
    *,
    archive: IssueArchive,
    ledger: Ledger,
    mailer: Mailer,
    clock: Clock,
    worker: str,
    public_url: str,
    pacing: Pacing,
    return_path: str | None = None,
    link_keys: LinkKeys | None = None,
    witness: Witness | None = None,
    mixing: Mixing | None = None,
    stop_after: int | None = None,
    progress: Callable[[int], None] = lambda _answers: None,
    is_gone: Callable[[str], bool] = worker_is_gone,
    pause: Callable[[float], None] = time.sleep,
) -> ShardReport:
    """Claim batches and hand them over until none is left; any number of workers may do so at once.

    First it settles what dead workers left; at the end it waits for the claims of workers that live, and closes the
    issue when nobody waits any more. ``return_path`` is where the newsletter's bounces go, if it has a mailbox for
    them; ``link_keys`` sign each reader's links; ``witness`` is asked for evidence beside the mailer. With ``mixing``,
    readers of many contents are mailed by few requests where the mailer can. ``pacing`` is for the gate that is asked
    before every claim; ``stop_after`` bounds how many deliveries it claims; ``progress`` is told of answers. What ends
    it early is a value, ``report.error``: a mailer that takes no mail, a stop, too long a wait.

    :raises UnknownIssue: there is none of that name.
    :raises NotInThisState: the issue is not planned.
    """
    state = _state_of_planned(issue, archive)
    sealed = archive.sealed(issue)
    sending = pacing.rules(sealed.frozen.newsletter.id)
    letters = Letters(sealed, public_url=public_url, return_path=return_path, sending=sending, link_keys=link_keys)
    _begin(mailer, carefully=bool(ledger.doubts(issue)))
    if mixing is not None and state is IssueState.SENDING and isinstance(mailer, Mixer):
        mix(mailer, sealed, mixing, readers=pacing.book.due(issue), letters=letters)
    report = Shard(
        sealed,
        ledger=ledger,
        mailer=mailer,
        clock=clock,
        worker=worker,
        letters=letters,
        settler=Settler(
            issue,
            height=sealed.frozen.height,
            ledger=ledger,
            mailer=mailer,
            witness=witness,
            sending=sending,
            clock=clock,
            is_gone=is_gone,
        ),
        gate=Gate(sealed.frozen, pacing, clock=clock, pause=pause),
        pause=pause,
        progress=progress,
    ).run(stop_after=stop_after)
    return replace(report, is_finished=finish(issue, archive=archive, clock=clock))


def _state_of_planned(issue: IssueId, archive: IssueArchive) -> IssueState:
    state = archive.row(issue).state
    if state not in (IssueState.SENDING, IssueState.SENT):
        raise NotInThisState(issue, state, f"Send it from its beginning: digest issue send {issue}")
    return state


def _begin(mailer: Mailer, *, carefully: bool) -> None:
    if carefully and isinstance(mailer, StartsSlowly):
        mailer.begin_carefully()


@runtime_checkable
class StartsSlowly(Protocol):
    """What a mailer has that asks for much at once, and can find out first whether anybody answers."""

    def begin_carefully(self) -> None:
        """Ask for little until it is answered."""
        ...


def finish(issue: IssueId, *, archive: IssueArchive, clock: Clock) -> bool:
    """Close the issue if no delivery of it is planned or claimed any more; tell whether it is closed."""
    return archive.finish(issue, at=clock.now())


def _what_to_do(issue: IssueId, state: IssueState, hash_: Sha256) -> str:
    if state is IssueState.AWAITING_APPROVAL:
        return f"Approve it first: digest issue approve {issue} --hash {hash_[:12]}"
    return "Compose a new one: digest issue compose NEWSLETTER"
