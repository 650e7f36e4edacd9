"""``digest run``: the whole way in one command, without Prefect."""

import asyncio
from typing import Annotated

import typer

from digest import newsroom, newsroom_correcting, newsroom_doubts
from digest.compose.issue import IssueSkipped, Note
from digest.compose.note import note_of
from digest.ids import IssueId, NewsletterId
from digest.terminal.collect import collect_answer
from digest.terminal.issue import ANote, ASignature, TheNewsletter, composed_answer, send_answer
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.progress import ticking
from digest.terminal.session import AsOf, session
from digest.terminal.telling import tell_and_send
from digest.wiring import Runtime


def run(
    newsletter: TheNewsletter,
    yes: Annotated[
        bool, typer.Option("--yes", help="Approve it at once, recorded as the operator's approval.")
    ] = False,
    note: ANote = None,
    signed: ASignature = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Collect, compose and, with --yes, send the next issue of NEWSLETTER. An unfinished issue is finished first."""
    said = note_of(note, signed)
    with session(at) as runtime:
        answer = join_answers(run_stages(runtime, NewsletterId(newsletter), yes=yes, note=said))
    tell(answer, as_json=as_json)


def run_stages(
    runtime: Runtime, newsletter: NewsletterId, *, yes: bool, note: Note | None = None
) -> list[tuple[str, Answer]]:
    """Go the whole way and return what each stage had to say, by the stage's name."""
    runtime.newsletters.newsletter(newsletter)
    said: list[tuple[str, Answer]] = []
    said += [(f"settled {one.issue}", _settled(one)) for one in newsroom_doubts.settle_sent(runtime, newsletter)]
    finished: list[IssueId] = []
    while (unfinished := newsroom.unfinished_issue(runtime, newsletter, but_not=finished)) is not None:
        said.append((f"finished {unfinished}" if finished else "finished", send_answer(runtime, unfinished)))
        if said[-1][1].has_failures:
            return said
        finished.append(unfinished)
    corrections = newsroom_correcting.unfinished_corrections(runtime, newsletter)
    said += [(f"finished {one}", send_answer(runtime, one)) for one in corrections]  # the issue goes whatever they do
    with ticking("Reading sources and banks") as tick:
        said.append(("collect", collect_answer(asyncio.run(newsroom.collect(runtime, newsletter, tick=tick)))))
    composed = newsroom.compose_issue(runtime, newsletter, note=note)
    said.append(("compose", composed_answer(composed)))
    if isinstance(composed, IssueSkipped) or not composed.is_fit or not yes:
        tell_and_send(runtime, composed)
        return said
    issue = composed.sealed.frozen.id
    newsroom.approve_issue(runtime, issue, by="operator", hash_=composed.sealed.hash)
    said[-1] = ("compose", _without_notes(said[-1][1]))
    said.append(("send", send_answer(runtime, issue)))
    return said


def join_answers(said: list[tuple[str, Answer]]) -> Answer:
    """Make one answer of the stages' answers."""
    return Answer(
        data={stage: answer.data for stage, answer in said},
        tables=tuple(table for _, answer in said for table in answer.tables),
        lines=tuple(line for _, answer in said for line in (*answer.lines, *answer.notes)),
        has_failures=any(answer.has_failures for _, answer in said),
    )


def _settled(one: newsroom_doubts.Reconciled) -> Answer:
    return Answer(data=one.as_json(), lines=(f"Doubts of {one.issue}: {one.done}.",))


def _without_notes(answer: Answer) -> Answer:
    return Answer(data=answer.data, tables=answer.tables, lines=answer.lines, has_failures=answer.has_failures)
