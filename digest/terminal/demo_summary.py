"""What the demo says at its end: one table a newcomer can read, and where to look next."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from digest import newsroom
from digest.audience.steps import ImportReport
from digest.ids import NewsletterId
from digest.send.proof import prove
from digest.terminal.output import Answer, Table
from digest.wiring import Runtime

Row = tuple[str, str]


def summary(
    runtime: Runtime,
    newsletter: NewsletterId,
    results: Mapping[str, Any],
    *,
    imported: ImportReport,
    new_mails: int,
    with_prefect: bool,
) -> Answer:
    """Put the demo's results (by stage, as plain values) and the newest issue's ledger into one table."""
    issue = newsroom.find_issue(runtime, newsletter)
    sealed = runtime.issues.sealed(issue)
    tally = runtime.ledger.tally(issue)
    proof = prove(tally)
    page = newsroom.show_outbox(runtime)
    rows = [
        *_collected("the evening before", results["evening"]),
        *(_collected("this morning", results["collect"]) if "collect" in results else ()),
        *(_rate_row(rate) for rate in sealed.frozen.rates.rates),
        ("readers on the list", str(tally.audience)),
        ("distinct bodies", str(tally.bodies)),
        ("mails in the outbox", f"{proof.accepted} ({new_mails} new)"),
        *((f"skipped: {reason}", _readers(count)) for reason, count in tally.excluded.items()),
        *(
            (
                f"skipped: line {row.line} of the readers' CSV",
                f"{row.reason}: {row.detail}" if row.detail else row.reason,
            )
            for row in imported.rejected
        ),
        *(_remarks(results["collect"]) if "collect" in results else ()),
        *_troubles(results),
    ]
    return Answer(
        data={
            "issue": issue,
            "new_mails": new_mails,
            "ledger": proof.as_json(),
            "outbox": str(page),
            **results,
        },
        tables=(
            Table(f"{sealed.frozen.newsletter.name}, {sealed.frozen.issue_date:%d %B %Y}", ("what", "figure"), rows),
        ),
        lines=tuple(_closing_words(new_mails, proof.sentence, results, page, with_prefect=with_prefect)),
        has_failures=not proof.is_balanced,
    )


def _collected(when: str, collected: Mapping[str, Any]) -> Iterator[Row]:
    journalists = collected["journalists"]
    sources = [source for who in journalists for source in who["sources"]]
    states = Counter(source["state"] for source in sources)
    said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    yield f"journalists read, {when}", f"{len(journalists)} ({len(sources)} sources: {said})"
    yield f"articles new, {when}", str(sum(source["new"] for source in sources))
    for who in journalists:
        for source in who["sources"]:
            if source["error"]:
                yield f"failed: {who['journalist']}", source["error"]
    for bank in collected["banks"]:
        if bank["error"]:
            yield f"failed: {bank['bank']}", bank["error"]


def _remarks(collected: Mapping[str, Any]) -> Iterator[Row]:
    for who in collected["journalists"]:
        for source in who["sources"]:
            for warning in source["warnings"]:
                yield f"remark: {who['journalist']}", warning


def _troubles(results: Mapping[str, Any]) -> Iterator[Row]:
    for stage in ("finished", "send"):
        trouble = results.get(stage, {}).get("trouble")
        if trouble:
            yield f"stopped: {stage}", trouble


def _readers(count: int) -> str:
    return "1 reader" if count == 1 else f"{count} readers"


def _rate_row(rate: Any) -> Row:
    return (
        f"rate: 1 {rate.base}",
        f"{rate.value} {rate.currency}, {rate.move}, effective {rate.effective_on:%d %b} ({rate.bank})",
    )


def _closing_words(
    new_mails: int, sentence: str, results: Mapping[str, Any], page: Path | None, *, with_prefect: bool
) -> Iterator[str]:
    if new_mails == 0:
        reason = results.get("compose", {}).get("skipped", "every reader has this issue already")
        yield f"Nothing was sent twice: {reason}. Start over with: make demo FRESH=1"
    yield sentence
    yield f"Look at every mail: {page}"
    if with_prefect:
        home = "var/demo/prefect"
        yield f"Look at the runs: PREFECT_HOME=$PWD/{home} .venv/bin/prefect server start"
