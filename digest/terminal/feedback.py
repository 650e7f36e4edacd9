"""``digest feedback``: what providers and mail servers told us afterwards; take it in by hand, and look at it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.newsroom import find_issue
from digest.send.feedback.ingest import FORMATS, read
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import read_file, session

app = typer.Typer(help="What providers and mail servers told us afterwards: bounces, complaints.", no_args_is_help=True)

#: How many lines of what was told a person is shown, unless they ask for more.
MOST_SHOWN = 50
_STDIN = "-"


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
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=f"{'; '.join(one.name for one in FORMATS)}.")],
    as_json: AsJson = False,
) -> None:
    """Take in feedback from a file or, with -, from standard input. Taking the same in again changes nothing."""
    data = sys.stdin.buffer.read() if file == _STDIN else read_file(Path(file))
    with session() as runtime:
        at = runtime.clock.now()
        told = read(data, received_at=at)
        taken = runtime.feedback.take_in(told, at=at)
    counted = [
        ("new", taken.new),
        ("known already", taken.known),
        ("about no delivery of ours", taken.unmatched),
        ("doubts settled", taken.settled),
        ("addresses suppressed", taken.suppressed),
    ]
    tell(
        Answer(
            data={
                "told": len(told),
                "new": taken.new,
                "known": taken.known,
                "unmatched": taken.unmatched,
                "settled": taken.settled,
                "suppressed": taken.suppressed,
            },
            tables=(Table("Taken in", ("what", "count #"), counted),),
        ),
        as_json=as_json,
    )
