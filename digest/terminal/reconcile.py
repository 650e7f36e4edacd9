"""``digest reconcile``: nothing is left hanging."""

from typing import Annotated

import typer

from digest import newsroom, newsroom_doubts
from digest.terminal.issue import ISSUE_HELP
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.progress import ticking
from digest.terminal.session import AsOf, session
from digest.terminal.telling import sentence_of, tell_and_send

_NOTHING = "Nothing hangs: no issue is being sent, and nobody is in doubt."


def reconcile(
    issue: Annotated[str | None, typer.Argument(metavar="[ISSUE]", help=f"{ISSUE_HELP} Else all issues.")] = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """End doubts, finish what is done and send on what dead workers left. Harmless at any time, beside any run."""
    with session(at) as runtime, ticking("Handing over") as tick:
        chosen = None if issue is None else [newsroom.find_issue(runtime, issue)]
        report = newsroom_doubts.reconcile(runtime, chosen, progress=tick)
        notices = tell_and_send(runtime)
    rows = [one.as_row() for one in report.issues]
    tell(
        Answer(
            data={**report.as_json(), "notices": notices.as_json()},
            tables=(Table("Reconciled", tuple(rows[0]), [tuple(row.values()) for row in rows]),) if rows else (),
            lines=(
                *(tuple(one.proof.sentence for one in report.issues) or (_NOTHING,)),
                *((sentence_of(notices),) if notices.has_changed or notices.waiting or notices.in_doubt else ()),
                *_cleared(report),
                *((f"Sign-ups that nobody confirmed, forgotten: {report.forgotten}.",) if report.forgotten else ()),
            ),
            has_failures=report.has_failures,
        ),
        as_json=as_json,
    )


def _cleared(report: newsroom_doubts.ReconcileReport) -> tuple[str, ...]:
    cleared = report.cleared
    if cleared.trouble is not None:
        return (f"Templates of issues that are done stay with the provider for now: {cleared.trouble}",)
    return (f"Templates of issues that are done, taken back: {cleared.templates}.",) if cleared.templates else ()
