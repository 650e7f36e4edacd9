"""Telling editors at the end of a command, and sending whatever waits: trouble with it is said, and ends nothing."""

import typer

from digest import newsroom, newsroom_alerts
from digest.compose.issue import IssueSkipped
from digest.send.notices import NoticeReport
from digest.wiring import Runtime


def tell_and_send(runtime: Runtime, composed: newsroom.Composed | IssueSkipped | None = None) -> NoticeReport:
    """Tell editors what there is to tell, and send whatever waits; ``composed`` is what was just composed."""
    fresh = composed if isinstance(composed, newsroom.Composed) else None
    report, troubles = newsroom_alerts.tell_and_send(runtime, fresh)
    for trouble in troubles:
        typer.echo(trouble, err=True)
    return report


def sentence_of(report: NoticeReport) -> str:
    """Say what a round of sending did, in one sentence."""
    done = (
        (report.accepted, "accepted by the mailer"),
        (report.refused, "refused"),
        (report.settled, "settled by evidence"),
        (report.planned_again, "planned again by policy"),
        (report.waiting, "waiting"),
        (report.in_doubt, "in doubt"),
    )
    said = "; ".join(f"{count:,} {what}" for count, what in done if count)
    return f"Notices: {said}." if said else "Notices: none waits."
