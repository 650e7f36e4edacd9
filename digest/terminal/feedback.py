"""``digest feedback``: what providers and mail servers told us afterwards; take it in by hand, and look at it."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from digest.newsroom import find_issue
from digest.newsroom_feedback import fetch_mail, take_in_mail
from digest.send.feedback.ingest import FORMATS, read
from digest.send.feedback.mail_files import mails_of_file, mails_of_folder
from digest.send.feedback.mail_steps import MailReport
from digest.send.feedback.mailbox import looks_like_mail
from digest.send.feedback.ports import TakenIn
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import read_file, session

app = typer.Typer(help="What providers and mail servers told us afterwards: bounces, complaints.", no_args_is_help=True)

#: How many lines of what was told a person is shown, unless they ask for more.
MOST_SHOWN = 50
_STDIN = "-"
_HELP = (*(one.name for one in FORMATS), "a mail that came back, an mbox or a Maildir of them, a folder of .eml files")


@app.command("list")
def list_told(
    issue: Annotated[
        str | None, typer.Option(metavar="ISSUE", help="Only of this issue, or of a newsletter's newest one.")
    ] = None,
    unmatched: Annotated[bool, typer.Option("--unmatched", help="Only what names no delivery of ours.")] = False,
    most: Annotated[int, typer.Option(min=1, help="So many, the newest first.")] = MOST_SHOWN,
    as_json: AsJson = False,
) -> None:
    """Show what was told, the newest first, and count it. Nobody's address is shown."""
    with session() as runtime:
        found = find_issue(runtime, issue) if issue is not None else None
        counts = runtime.feedback.counts(issue=found, unmatched=unmatched)
        told = runtime.feedback.heard(issue=found, unmatched=unmatched, most=most)
    hidden = sum(counts.values()) - len(told)
    tell(
        Answer(
            data={
                "counts": {kind.value: count for kind, count in counts.items()},
                "told": [
                    {
                        "kind": one.kind,
                        "source": one.source,
                        "at": one.at.isoformat(),
                        "received_at": one.received_at.isoformat(),
                        "delivery": one.delivery,
                        "issue": one.issue,
                        "why": one.why,
                    }
                    for one in told
                ],
            },
            tables=(
                Table("What was told", ("what", "times #"), list(counts.items())),
                Table(
                    "The newest",
                    ("at (UTC)", "what", "by", "issue", "delivery", "in their words"),
                    [
                        (f"{one.at:%Y-%m-%d %H:%M:%S}", one.kind, one.source, one.issue, one.delivery, one.why)
                        for one in told
                    ],
                ),
            ),
            lines=(f"… and {hidden} more; --most shows them.",) if hidden else (),
            notes=() if counts else ("Nothing was told yet.",),
        ),
        as_json=as_json,
    )


@app.command()
def ingest(
    file: Annotated[str, typer.Argument(metavar="FILE|FOLDER|-", help=f"{'; '.join(_HELP)}.")],
    as_json: AsJson = False,
) -> None:
    """Take in feedback from a file, a folder or, with -, standard input. Taking the same in again changes nothing."""
    is_folder = file != _STDIN and Path(file).is_dir()
    data = b"" if is_folder else sys.stdin.buffer.read() if file == _STDIN else read_file(Path(file))
    with session() as runtime:
        if is_folder or looks_like_mail(data):
            name = "standard input" if file == _STDIN else file
            mails = mails_of_folder(Path(file)) if is_folder else mails_of_file(name, data)
            answer = _of_mails(take_in_mail(runtime, mails))
        else:
            at = runtime.clock.now()
            told = read(data, received_at=at)
            taken = runtime.feedback.take_in(told, at=at)
            table = Table("Taken in", ("what", "count #"), _counted(taken))
            answer = Answer(data={"told": len(told), **asdict(taken)}, tables=(table,))
    tell(answer, as_json=as_json)


@app.command()
def fetch(as_json: AsJson = False) -> None:
    """Take in the unread mails of the mailbox DIGEST_FEEDBACK_IMAP_URL, and mark them as read.

    Mails that cannot be read stay unread, for a person to look at.
    """
    with session() as runtime:
        report = fetch_mail(runtime)
    tell(_of_mails(report), as_json=as_json)


def _of_mails(report: MailReport) -> Answer:
    rows = [
        ("mails", report.mails),
        *_counted(report.taken),
        ("subscriptions ended by mail", report.left),
        ("about nothing of ours", report.silent),
        ("unreadable", len(report.unreadable)),
    ]
    tables = (Table("Taken in", ("what", "count #"), rows), Table("Unreadable", ("mail", "why"), report.unreadable))
    return Answer(data=report.as_json(), tables=tables, has_failures=bool(report.unreadable))


def _counted(taken: TakenIn) -> list[tuple[str, int]]:
    return [
        ("new", taken.new),
        ("known already", taken.known),
        ("about no delivery of ours", taken.unmatched),
        ("doubts settled", taken.settled),
        ("addresses suppressed", taken.suppressed),
    ]
