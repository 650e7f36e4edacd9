"""``digest issue correct``: an issue once more, put right, for those who got it."""

from dataclasses import replace
from typing import Annotated

import typer

from digest import newsroom, newsroom_correcting
from digest.compose.issue import IssueSkipped
from digest.compose.note import signed_note
from digest.terminal.issue import TheIssue, composed_answer
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.session import AsOf, session
from digest.terminal.telling import tell_and_send


def correct(
    issue: TheIssue,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="What was wrong, and what is right; it stands at the top.")
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so, to the readers, too.")],
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="ARTICLE", help="Take out an article: its address, or its place."),
    ] = None,
    rates_anew: Annotated[
        bool, typer.Option("--rates-anew", help="Print that day's rates as the rate book has them now.")
    ] = False,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Make a correction of ISSUE for exactly those who got it; it then awaits approval like any issue."""
    said = signed_note(note, by)
    with session(at) as runtime:
        found = newsroom.find_issue(runtime, issue)
        corrected = newsroom_correcting.correct_issue(
            runtime, found, note=said, without=without or (), rates_anew=rates_anew
        )
        tell_and_send(runtime, None if isinstance(corrected, IssueSkipped) else corrected.composed)
    tell(_answer(corrected), as_json=as_json)


def _answer(corrected: newsroom_correcting.Corrected | IssueSkipped) -> Answer:
    if isinstance(corrected, IssueSkipped):
        return composed_answer(corrected)
    answer = composed_answer(corrected.composed)
    return replace(
        answer,
        data=corrected.as_json(),
        lines=(f"It corrects {corrected.corrects}, and goes to whoever got that.", *answer.lines),
        notes=(*((_still_open(corrected),) if corrected.open else ()), *answer.notes),
    )


def _still_open(corrected: newsroom_correcting.Corrected) -> str:
    whom = "1 mail" if corrected.open == 1 else f"{corrected.open} mails"
    return (
        f"{whom} of {corrected.corrects} may still be accepted: who gets theirs after this correction begins to be "
        f"sent gets no correction. Stop it, or let it end, before you approve this one."
    )
