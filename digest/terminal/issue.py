"""``digest issue``: compose, look at, approve, send and prove issues."""

from pathlib import Path
from typing import Annotated

import typer

from digest import newsroom, newsroom_sandbox, newsroom_stops
from digest.compose.issue import IssueSkipped
from digest.compose.note import note_of
from digest.errors import IssueStopped, MailerError
from digest.ids import IssueId, NewsletterId, Sha256
from digest.send.ledger import IssueRow
from digest.send.proof import prove as prove_tally
from digest.send.stopping import stopped
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.progress import ticking, whisper
from digest.terminal.session import AsOf, session
from digest.terminal.telling import tell_and_send
from digest.wiring import Runtime

app = typer.Typer(help="Issues: compose, preview, approve, send, prove.", no_args_is_help=True)

ISSUE_HELP = "An issue's name, or a newsletter's for its newest issue."
TheIssue = Annotated[str, typer.Argument(metavar="ISSUE", help=ISSUE_HELP)]

TheNewsletter = Annotated[str, typer.Argument(metavar="NEWSLETTER", help="A newsletter's slug.")]

ANote = Annotated[
    str | None,
    typer.Option("--note", metavar="TEXT", help="What you say to all readers of it; empty lines part paragraphs."),
]
ASignature = Annotated[str | None, typer.Option("--signed", metavar="NAME", help="Who signs the note.")]


@app.command("list")
def list_issues(
    newsletter: Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]")] = None, as_json: AsJson = False
) -> None:
    """List issues, newest first, with their states."""
    with session() as runtime:
        if newsletter is not None:
            runtime.newsletters.newsletter(NewsletterId(newsletter))
        rows = runtime.issues.rows(newsletter)
        held = newsroom_stops.held_issues(runtime)
    tell(
        Answer(
            data={
                "issues": [
                    {
                        "id": row.id,
                        "newsletter": row.newsletter,
                        "state": row.state,
                        "hash": row.hash,
                        "composed_at": row.composed_at.isoformat(),
                        "approved_by": row.approved_by,
                        "approved_at": row.approved_at.isoformat() if row.approved_at else None,
                        "corrects": row.corrects,
                        "stopped": [one.as_json() for one in held.get(row.id, ())],
                    }
                    for row in rows
                ]
            },
            tables=(
                Table(
                    "Issues",
                    ("issue", "state", "composed (UTC)", "approved by", "hash"),
                    [
                        (
                            _named(row),
                            f"{row.state}, stopped" if row.id in held else row.state,
                            f"{row.composed_at:%Y-%m-%d %H:%M}",
                            row.approved_by,
                            row.hash[:12],
                        )
                        for row in rows
                    ],
                ),
            ),
            lines=tuple(str(stopped(held[row.id])) for row in rows if row.id in held)
            if rows
            else ("No issue yet. Make one: digest run NEWSLETTER",),
        ),
        as_json=as_json,
    )


@app.command()
def compose(
    newsletter: TheNewsletter,
    note: ANote = None,
    signed: ASignature = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Freeze, render and seal the next issue of NEWSLETTER from what is on the shelf; it then awaits approval."""
    said = note_of(note, signed)
    with session(at) as runtime:
        composed = newsroom.compose_issue(runtime, NewsletterId(newsletter), note=said)
        tell_and_send(runtime, composed)
    tell(composed_answer(composed), as_json=as_json)


def _named(row: IssueRow) -> str:
    return row.id if row.corrects is None else f"{row.id} (corrects {row.corrects})"


def composed_answer(composed: newsroom.Composed | IssueSkipped) -> Answer:
    """Say what was composed, for whom, and what preflight found; or why nothing was."""
    if isinstance(composed, IssueSkipped):
        return Answer(
            data=newsroom.skip_as_json(composed),
            lines=(f"No issue: {composed.reason} ({composed.readers} readers on the list).",),
        )
    issue, shares = composed.sealed.frozen.id, composed.shares
    excluded = [(f"excluded: {reason}", count) for reason, count in shares.excluded.items()]
    return Answer(
        data=composed.as_json(),
        tables=(
            Table(
                f"Issue {issue}",
                ("what", "count #"),
                [("readers who get it", shares.owed), ("distinct bodies", shares.bodies), *excluded],
            ),
        ),
        lines=tuple(str(finding) for finding in composed.findings),
        notes=(
            *((f"It takes the place of {composed.superseded}, which nobody approved.",) if composed.superseded else ()),
            f"Look at it: digest issue preview {issue}",
            f"Approve exactly these bytes: digest issue approve {issue} --hash {composed.sealed.hash[:12]}",
        ),
        has_failures=not composed.is_fit,
    )


@app.command()
def preview(
    issue: TheIssue,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write it; else beside the outbox, in preview.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write one specimen of every distinct body, with a page that shows them all. Sends nothing."""
    with session() as runtime:
        sealed = runtime.issues.sealed(newsroom.find_issue(runtime, issue))
        shares = newsroom.review(runtime, sealed).shares
        page = newsroom.write_preview(runtime, sealed, out)
    tell(
        Answer(
            data={"issue": sealed.frozen.id, "shares": shares.as_json(), "page": str(page)},
            lines=(
                f"{_bodies(shares.bodies)} for {shares.owed} of {shares.readers} readers.",
                f"Open {page}",
            ),
        ),
        as_json=as_json,
    )


@app.command("try")
def try_(issue: TheIssue, as_json: AsJson = False) -> None:
    """Let the provider look at one specimen of every distinct body in its sandbox. Sends nothing."""
    with session() as runtime:
        tried = newsroom_sandbox.try_out(runtime, newsroom.find_issue(runtime, issue))
    verdict = "would refuse" if tried.refused else "would take"
    shown = f"{tried.shown} of {tried.bodies}" if tried.shown < tried.bodies else f"{tried.shown}"
    bodies, them = ("body", "it") if tried.bodies == 1 else ("bodies", "them")
    sentence = f"The provider looked at {shown} {bodies} of {tried.issue} and {verdict} {them}; nothing was sent."
    tell(
        Answer(data=tried.as_json(), lines=(sentence, *tried.refused), has_failures=bool(tried.refused)),
        as_json=as_json,
    )


def _bodies(count: int) -> str:
    return "1 distinct body" if count == 1 else f"{count} distinct bodies"


@app.command()
def approve(
    issue: TheIssue,
    hash_: Annotated[str, typer.Option("--hash", help="The hash of what you looked at; its beginning is enough.")],
    by: Annotated[str, typer.Option(help="Who approves.")] = "operator",
    as_json: AsJson = False,
) -> None:
    """Approve exactly the bytes that a hash names."""
    with session() as runtime:
        found = newsroom.find_issue(runtime, issue)
        newsroom.approve_issue(runtime, found, by=by, hash_=Sha256(hash_))
    tell(
        Answer(
            data={"issue": found, "approved_by": by},
            lines=(f"{found} is approved by {by}.", f"Send it: digest issue send {found}"),
        ),
        as_json=as_json,
    )


@app.command()
def send(issue: TheIssue, at: AsOf = None, as_json: AsJson = False) -> None:
    """Hand an approved issue to its readers. Run it again after any crash: it finishes the job."""
    with session(at) as runtime:
        answer = send_answer(runtime, newsroom.find_issue(runtime, issue))
    tell(answer, as_json=as_json)


def send_answer(runtime: Runtime, issue: IssueId) -> Answer:
    """Send an approved issue to the end and say how the ledger adds up."""
    try:
        newsroom.open_ledger(runtime, issue)
    except IssueStopped as error:
        return Answer(data={"issue": issue, "trouble": str(error)}, notes=(str(error),), has_failures=True)
    with ticking("Handing over") as tick:
        shard = newsroom.empty_ledger(runtime, issue, progress=tick, say=whisper)
    proof = prove_tally(runtime.ledger.tally(issue))
    tell_and_send(runtime)
    page, trouble = None, shard.stopped
    try:
        page = newsroom.show_outbox(runtime)
    except MailerError as error:
        trouble = trouble or str(error)
    return Answer(
        data={
            "issue": issue,
            "shard": shard.as_json(),
            "ledger": proof.as_json(),
            "outbox": str(page) if page else None,
            "trouble": trouble,
        },
        tables=(ledger_table(issue, proof.as_rows()),),
        lines=proof.sentences(),
        notes=(*((trouble,) if trouble else ()), *((f"Open {page}",) if page else ())),
        has_failures=trouble is not None or not proof.is_on_time,
    )


def ledger_table(issue: str, rows: list[tuple[str, int]]) -> Table:
    """Make the table of the ledger's sum."""
    return Table(f"Ledger of {issue}", ("state", "readers #"), rows)


@app.command()
def prove(issue: TheIssue, as_json: AsJson = False) -> None:
    """Add the ledger up: audience = accepted + refused + excluded + uncertain (exit code 1 unless it does)."""
    with session() as runtime:
        found = newsroom.find_issue(runtime, issue)
        proof = prove_tally(runtime.ledger.tally(found))
        held = newsroom_stops.stop_of(runtime, found)
    tell(
        Answer(
            data={**proof.as_json(), "stopped": {"by": held.by, "why": held.why} if held else None},
            tables=(ledger_table(found, proof.as_rows()),),
            lines=(*((str(held),) if held else ()), *proof.sentences()),
            has_failures=not proof.is_balanced,
        ),
        as_json=as_json,
    )
