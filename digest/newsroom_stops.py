"""Stopping an issue and going on, and how carefully issues leave: what commands, flows and every send share."""

from collections.abc import Callable, Mapping, Sequence

from digest.compose.issue import IssueState
from digest.compose.sending import Sending
from digest.config import MailerName
from digest.errors import IssueStopped
from digest.ids import IssueId
from digest.send.pacing_gate import Pacing
from digest.send.stopping import Stop, refuse_if_stopped, stop, stopped
from digest.wiring import Runtime


def stop_issue(runtime: Runtime, issue: IssueId, *, by: str, why: str) -> Stop:
    """Stop the issue for every worker, and return what holds; stopping again changes nothing.

    :raises UnknownIssue: there is none of that name.
    :raises NotInThisState: it is all sent, or superseded.
    """
    return stop(issue, by=by, why=why, archive=runtime.issues, stops=runtime.stops, clock=runtime.clock)


def resume_issue(runtime: Runtime, issue: IssueId, *, by: str) -> Sequence[Stop]:
    """Lift every stop of the issue, and return them; none if nothing held it.

    :raises UnknownIssue: there is none of that name.
    """
    return runtime.stops.resume(issue, by=by, at=runtime.clock.now())


def held_issues(runtime: Runtime) -> Mapping[IssueId, Sequence[Stop]]:
    """Return the stops that hold, the oldest first, by the issues that wait for nothing else."""
    held = runtime.stops.holding()
    over = {row.id for row in runtime.issues.rows() if row.state in (IssueState.SENT, IssueState.SUPERSEDED)}
    return {issue: stops for issue, stops in held.items() if issue not in over}


def stop_of(runtime: Runtime, issue: IssueId) -> IssueStopped | None:
    """Return who stopped the issue, if that holds and it is not all sent."""
    held = held_issues(runtime).get(issue)
    return stopped(held) if held else None


def refuse_to_plan_if_stopped(runtime: Runtime, issue: IssueId) -> None:
    """Do nothing unless the issue was stopped before it was planned: then its readers are counted after the stop.

    :raises IssueStopped: somebody stopped it.
    """
    if runtime.issues.row(issue).state is IssueState.APPROVED:
        refuse_if_stopped(issue, runtime.stops)


def pacing_of(runtime: Runtime, *, say: Callable[[str], None] = lambda _why: None) -> Pacing:
    """Return what the gate needs; ``say`` is told why a worker waits."""
    return Pacing(
        rules=runtime.newsletters.sending,
        book=runtime.pace_book,
        stops=runtime.stops,
        hears_back=lambda rules: _hears_back(runtime, rules),
        say=say,
    )


def _hears_back(runtime: Runtime, rules: Sending) -> bool:
    """Tell whether bounces come to us: by SendGrid's signed events, or to a return path of the newsletter's own."""
    if runtime.settings.mailer is MailerName.SENDGRID:
        return runtime.webhook_key is not None
    return runtime.settings.mailer is MailerName.SMTP and rules.return_path is not None
