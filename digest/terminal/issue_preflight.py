"""``digest issue preflight|waive``: the last look at an issue, and an editor's word that something may pass."""

import asyncio
from typing import Annotated

import typer

from digest import newsroom
from digest.newsroom_preflight import LastLook, look_at_links, waive, wants_looks
from digest.terminal.issue import TheIssue
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import AsOf, session
from digest.wiring import Runtime


def preflight(
    issue: TheIssue,
    links: Annotated[
        bool | None, typer.Option("--links/--no-links", help="Look at the links now, or ask nobody; else as declared.")
    ] = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Look at an issue as it would leave: sizes, contrast, links, words, rates. Exit code 1 if it is not fit."""
    with session(at) as runtime:
        frozen = runtime.issues.sealed(newsroom.find_issue(runtime, issue)).frozen
        if links if links is not None else wants_looks(runtime, frozen):
            asyncio.run(look_at_links(runtime, frozen))
        look = _look(runtime, issue)
    tell(_answer(look), as_json=as_json)


def waive_(
    issue: TheIssue,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The finding's name, as preflight tells it.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    why: Annotated[str, typer.Option(help="Why it may pass; kept with the issue.")],
    as_json: AsJson = False,
) -> None:
    """Let findings of one name pass in an issue that awaits approval. Who, when and why is kept."""
    with session() as runtime:
        look = _look(runtime, issue)
        waive(runtime, look.issue, look.findings, name=finding, by=by, why=why)
        look = _look(runtime, issue)
    tell(_answer(look), as_json=as_json)


def _look(runtime: Runtime, ref: str) -> LastLook:
    found = newsroom.find_issue(runtime, ref)
    composed = newsroom.review(runtime, runtime.issues.sealed(found))
    return LastLook(issue=found, hash=composed.sealed.hash, bodies=composed.shares.bodies, findings=composed.findings)


def _answer(look: LastLook) -> Answer:
    errors = sum(finding.is_error for finding in look.findings)
    rows = [
        (
            "passes" if finding.waived else finding.severity.value,
            finding.name,
            finding.where,
            _told(finding.advice, finding.waived),
        )
        for finding in look.findings
    ]
    bodies = "1 distinct body" if look.bodies == 1 else f"{look.bodies} distinct bodies"
    verdict = (
        "is fit to be sent"
        if look.is_fit
        else f"is not fit to be sent: {errors} {'error' if errors == 1 else 'errors'}"
    )
    return Answer(
        data=look.as_json(),
        tables=(Table(f"Preflight of {look.issue}", ("", "finding", "where", "what to do"), rows),) if rows else (),
        lines=(f"{look.issue} with {bodies} {verdict}.",),
        has_failures=not look.is_fit,
    )


def _told(advice: str, waived: str) -> str:
    return f"{advice} {waived}" if waived else advice
