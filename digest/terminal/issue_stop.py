"""``digest issue stop`` and ``digest issue resume``: hold an issue, also in the middle of a send, and go on."""

from typing import Annotated

import typer

from digest import newsroom, newsroom_stops
from digest.compose.issue import IssueState
from digest.ids import IssueId
from digest.send.stopping import NO_REASON
from digest.terminal.issue import TheIssue, send_answer
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.session import AsOf, session
from digest.terminal.telling import tell_and_send
from digest.wiring import Runtime


def stop(
    issue: TheIssue,
    why: Annotated[str, typer.Option(help="Why; whoever meets the stop is told.")] = NO_REASON,
    by: Annotated[str, typer.Option(help="Who stops it.")] = "operator",
    as_json: AsJson = False,
) -> None:
    """Stop an issue: each worker finishes the batch in its hands, and begins no other one."""
    with session() as runtime:
        found = newsroom.find_issue(runtime, issue)
        held = newsroom_stops.stop_issue(runtime, found, by=by, why=why)
        tell_and_send(runtime)
    tell(
        Answer(
            data={"issue": found, "stopped": held.as_json()},
            lines=(f"{found} is {held.sentence}.",),
            notes=("What workers have in hand is finished; nobody else is mailed.", _how_to_go_on(found)),
        ),
        as_json=as_json,
    )


def resume(
    issue: TheIssue,
    by: Annotated[str, typer.Option(help="Who lets it go on.")] = "operator",
    only_lift: Annotated[
        bool, typer.Option("--only-lift", help="Lift the stop and send nothing: another run does that.")
    ] = False,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Lift every stop of an issue, and go on sending it."""
    with session(at) as runtime:
        found = newsroom.find_issue(runtime, issue)
        lifted = newsroom_stops.resume_issue(runtime, found, by=by)
        answer = _goes_on(runtime, found, is_lifted=bool(lifted), only_lift=only_lift)
    was = tuple(f"{found} was {one.sentence}." for one in lifted)
    tell(
        Answer(
            data={"issue": found, "lifted": [one.as_json() for one in lifted], "sent": answer.data or None},
            tables=answer.tables,
            lines=(*(was or (f"{found} was not stopped.",)), *answer.lines),
            notes=answer.notes,
            has_failures=answer.has_failures,
        ),
        as_json=as_json,
    )


def _goes_on(runtime: Runtime, issue: IssueId, *, is_lifted: bool, only_lift: bool) -> Answer:
    """Send what was under way, or say what to do; what nobody had stopped or begun is not begun by this."""
    row = runtime.issues.row(issue)
    is_begun = row.state is IssueState.SENDING or (row.state is IssueState.APPROVED and is_lifted)
    if is_begun and not only_lift:
        return send_answer(runtime, issue)
    notes = {
        IssueState.AWAITING_APPROVAL: f"Approve it: digest issue approve {issue} --hash {row.hash[:12]}",
        IssueState.APPROVED: f"Send it: digest issue send {issue}",
        IssueState.SENDING: f"Go on sending it: digest issue send {issue}",
    }
    return Answer(data={}, notes=(notes[row.state],) if row.state in notes else ())


def _how_to_go_on(issue: IssueId) -> str:
    return f"To go on: digest issue resume {issue}"
