"""``digest issue verify``: whether a mail that a reader shows holds what was approved."""

from pathlib import Path
from typing import Annotated

import typer

from digest.ids import IssueId
from digest.newsroom_verify import verify_mail
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import read_file, session


def verify(file: Annotated[Path, typer.Argument(metavar="FILE.eml")], as_json: AsJson = False) -> None:
    """Hold a mail against the sealed issue that it says it is; exit code 1 if it says something else."""
    data = read_file(file)
    with session() as runtime:
        shown, found = verify_mail(runtime, data)
        seal = runtime.issues.row(IssueId(shown.issue)).hash
    rows = [(one.part, one.approved, one.shown) for one in found]
    same = f"This mail says what was approved as {shown.issue} (seal {seal[:16]}…), word for word and link for link."
    other = f"This mail differs from what was approved as {shown.issue} (seal {seal[:16]}…)."
    tell(
        Answer(
            data={
                "issue": shown.issue,
                "seal": seal,
                "equal": not found,
                "differences": [{"part": part, "approved": ours, "shown": theirs} for part, ours, theirs in rows],
            },
            tables=(Table("Differences", ("part", "approved", "in the mail"), rows),),
            lines=(other if found else same,),
            notes=("A provider that counts clicks puts links of its own in the place of ours.",) if found else (),
            has_failures=bool(found),
        ),
        as_json=as_json,
    )
