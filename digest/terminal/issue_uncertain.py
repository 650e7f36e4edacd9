"""``digest issue uncertain``: who is in doubt, and settling it by hand."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from digest import newsroom, newsroom_doubts
from digest.compose.sending import Sending, WhenUncertain
from digest.errors import WrongUse
from digest.ids import IssueId, NewsletterId
from digest.newsroom_doubts import Named
from digest.send.doubt import Doubt, Verdict, masked
from digest.send.states import DeliveryState
from digest.terminal.issue import TheIssue
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import AsOf, session
from digest.wiring import Runtime

_HOW_TO_SETTLE = (
    "You know more, say from the provider's log? Settle all, or those whom you name with --delivery or --address:"
    " digest issue uncertain {issue} --settle accepted --reason TEXT --by NAME"
)


def uncertain(
    issue: TheIssue,
    settle: Annotated[
        Verdict | None, typer.Option("--settle", help="What they become: had by the mailer, or to be mailed again.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="How you know. It is kept.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who settles. It is kept.")] = "operator",
    delivery: Annotated[
        list[str] | None, typer.Option("--delivery", metavar="ID", help="Only this delivery; may be repeated.")
    ] = None,
    address: Annotated[
        list[str] | None, typer.Option("--address", metavar="ADDRESS", help="Only this reader; may be repeated.")
    ] = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the readers of ISSUE of whom nobody knows whether the mailer took their mail; --settle ends the doubt."""
    if settle is None and reason is not None:
        raise WrongUse("A reason alone settles nothing.", advice="Add --settle accepted or --settle planned.")
    named = Named(deliveries=tuple(delivery or ()), addresses=tuple(address or ()))
    with session(at) as runtime:
        found = newsroom.find_issue(runtime, issue)
        answer = (
            _list(runtime, found, named) if settle is None else _settle(runtime, found, named, settle, reason or "", by)
        )
    tell(answer, as_json=as_json)


def _list(runtime: Runtime, issue: IssueId, named: Named) -> Answer:
    doubts = newsroom_doubts.doubts_of(runtime, issue, named)
    claimed = runtime.ledger.states(issue).get(DeliveryState.CLAIMED, 0)
    sending = runtime.newsletters.sending(NewsletterId(runtime.issues.row(issue).newsletter))
    return Answer(
        data={
            "issue": issue,
            "uncertain": [doubt.as_json() for doubt in doubts],
            "claimed": claimed,
            "when_uncertain": sending.when_uncertain,
            "uncertain_hours": sending.uncertain_hours,
        },
        tables=(_table(issue, doubts),),
        lines=(
            f"{_deliveries(len(doubts))} of {issue} in doubt." if doubts else f"Nobody is in doubt in {issue}.",
            *((_what_follows(sending),) if doubts else ()),
            *(
                (f"{_deliveries(claimed)} in the hands of workers; if those are gone: digest reconcile",)
                if claimed
                else ()
            ),
        ),
        notes=(_HOW_TO_SETTLE.format(issue=issue),) if doubts else (),
    )


def _table(issue: IssueId, doubts: Sequence[Doubt]) -> Table:
    """Make the table; beginnings of addresses are for a person who looks at it, and not for a file or a log."""
    heads = ("delivery", "handed over (UTC)", "in doubt since (UTC)", "why", "worker")
    rows = [
        (
            doubt.delivery,
            f"{doubt.asked_at:%Y-%m-%d %H:%M:%S}" if doubt.asked_at else None,
            f"{doubt.since:%Y-%m-%d %H:%M:%S}",
            doubt.why,
            doubt.worker,
        )
        for doubt in doubts
    ]
    if not _is_somebody_looking():
        return Table(f"In doubt, {issue}", heads, rows)
    readers = [masked(doubt.address) for doubt in doubts]
    whom = [(row[0], reader, *row[1:]) for row, reader in zip(rows, readers, strict=True)]
    return Table(f"In doubt, {issue}", (heads[0], "reader", *heads[1:]), whom)


def _is_somebody_looking() -> bool:
    return sys.stdout.isatty()


def _what_follows(sending: Sending) -> str:
    if sending.when_uncertain is WhenUncertain.PREFER_MISS:
        return (
            "Nobody mails them again (prefer-miss), unless evidence comes that the mailer never had it, or you say so."
        )
    return (
        f"Each is mailed again, once, after {sending.uncertain_hours} hours in doubt (prefer-duplicate): by the next"
        " send of the issue, or by digest reconcile."
    )


def _settle(runtime: Runtime, issue: IssueId, named: Named, verdict: Verdict, reason: str, by: str) -> Answer:
    settlement, count = newsroom_doubts.settle_by_hand(runtime, issue, named, verdict=verdict, why=reason, who=by)
    left = len(runtime.ledger.uncertain(issue))
    waits = verdict is Verdict.PLANNED and count
    return Answer(
        data={
            "issue": issue,
            "settled": count,
            "verdict": verdict,
            "by": settlement.who,
            "reason": settlement.why,
            "uncertain": left,
        },
        lines=(
            f"{_deliveries(count)} of {issue} settled as {verdict} by {settlement.who}: {settlement.why}."
            if count
            else f"Nobody is in doubt in {issue}: nothing to settle.",
            *((f"{_deliveries(left)} still in doubt.",) if left else ()),
        ),
        notes=(f"They wait to be mailed: digest issue send {issue}",) if waits else (),
    )


def _deliveries(count: int) -> str:
    return "1 delivery" if count == 1 else f"{count:,} deliveries"
