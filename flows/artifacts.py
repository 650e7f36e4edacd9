"""What a run leaves on the operator's screen: tables and a summary. Never an address, a token or a key."""

from collections.abc import Mapping, Sequence

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from digest.collect.checkup import HealthState
from digest.collect.rates.doubts import held_in_words, plain
from digest.collect.rates.rate import RateSnapshot
from digest.newsroom import CollectReport, Composed
from digest.newsroom_doubts import ReconcileReport
from digest.send.proof import Proof


async def publish_sources(subject: str, report: CollectReport) -> None:
    """Publish what each source and bank gave: new, unchanged, failed and why, and which need attention from now on."""
    told = len(report.to_tell)
    more = f"; {told} {'needs' if told == 1 else 'need'} attention from now on" if told else ""
    rows = source_rows(report)
    await _table(f"sources-{subject}", rows, f"Sources: what each gave, or why it failed{more}")


def source_rows(report: CollectReport) -> list[dict[str, object]]:
    """Return a row for each source, bank and held rate, those first that have come to need attention in this run."""
    sources: list[dict[str, object]] = [
        {
            "journalist": who.journalist,
            "kind": source.kind.value,
            "state": checkup.health.state.value if checkup and checkup.is_to_tell else source.state.value,
            "found": source.found,
            "new": source.new,
            "revised": source.revised,
            "co-written": source.credited,
            "why": source.error or "",
            "remarks": " ".join(source.warnings),
            "past": checkup.story if checkup else "",
        }
        for who in report.journalists
        for source, checkup in who.with_checkups()
    ]
    banks: list[dict[str, object]] = [
        {
            "journalist": f"rates: {bank.bank.value}",
            "kind": "bank",
            "state": bank.state.value,
            "found": len(bank.effective_on),
            "new": bank.entered,
            "why": bank.error or "",
            "remarks": " ".join(bank.warnings),
        }
        for bank in report.banks
    ]
    held: list[dict[str, object]] = [
        {
            "journalist": f"rates: {one.currency}",
            "kind": "held rate",
            "state": "held",
            "found": 1,
            "new": 0,
            "why": held_in_words(one),
        }
        for one in report.held
    ]
    return sorted(sources, key=lambda row: row["state"] != HealthState.NEEDS_ATTENTION) + banks + held


async def publish_rates(subject: str, snapshot: RateSnapshot) -> None:
    """Publish the rates that the issue prints, with their dates and banks, what is missing and what is held back."""
    held = f"; {len(snapshot.held)} held back" if snapshot.held else ""
    await _table(f"rates-{subject}", rate_rows(snapshot), f"What one {snapshot.base} costs{held}")


def rate_rows(snapshot: RateSnapshot) -> list[Mapping[str, object]]:
    """Return a row for each rate that is printed, is missing or is held back, with the reason."""
    rows: list[Mapping[str, object]] = [
        {
            "currency": rate.currency,
            "value": plain(rate.value),
            "change, %": rate.signed_percent or "–",
            "effective": rate.effective_on.isoformat(),
            "bank": rate.bank.value,
            "note": rate.warning or "",
        }
        for rate in snapshot.rates
    ]
    rows += [{"currency": missing.currency, "value": "–", "note": missing.reason} for missing in snapshot.missing]
    rows += [
        {
            "currency": one.currency,
            "value": plain(one.value),
            "effective": one.effective_on.isoformat(),
            "bank": one.bank.value,
            "note": f"HELD BACK, not printed: {held_in_words(one)}",
        }
        for one in snapshot.held
    ]
    return rows


async def publish_issue(composed: Composed, preview: str) -> None:
    """Publish a summary of a composed issue with a link to its rendered preview."""
    frozen, shares = composed.sealed.frozen, composed.shares
    excluded = "\n".join(f"| excluded: {reason} | {count} |" for reason, count in shares.excluded.items())
    findings = "\n".join(f"* {finding}" for finding in composed.findings) or "Nothing to mend."
    await acreate_markdown_artifact(
        key=f"issue-{frozen.newsletter.id}",
        description=f"{frozen.newsletter.name}, number {frozen.number}",
        markdown=(
            f"# {frozen.newsletter.name}, number {frozen.number}\n\n"
            f"{frozen.issue_date:%d %B %Y}, hash `{composed.sealed.hash[:12]}`, [rendered preview]({preview})\n\n"
            f"| what | count |\n| --- | ---: |\n| articles | {len(frozen.articles)} |\n"
            f"| readers who get it | {shares.owed} |\n| distinct bodies | {shares.bodies} |\n{excluded}\n\n"
            f"## Preflight\n\n{findings}\n\n"
            f"## Next\n\n`digest issue approve {frozen.id} --hash {composed.sealed.hash[:12]}`, "
            "or run the deployment `approve/editor` here with the issue's name, the hash and yours.\n"
        ),
    )


async def publish_skip(newsletter: str, reason: str) -> None:
    """Publish why there is no issue."""
    await acreate_markdown_artifact(
        key=f"issue-{newsletter}", description="No issue", markdown=f"# No issue\n\n{reason.capitalize()}.\n"
    )


async def publish_ledger(issue: str, proof: Proof, remark: str = "") -> None:
    """Publish the ledger's sum, and in ``remark`` why the send goes no further."""
    rows = [{"state": state, "readers": count} for state, count in proof.as_rows()]
    await _table(f"ledger-{issue}", rows, " ".join([remark, *proof.sentences()]).strip())


async def publish_reconciled(report: ReconcileReport) -> None:
    """Publish what reconciling did for each issue, and what it left."""
    await _table("reconcile", [one.as_row() for one in report.issues], "Doubts ended, and what was sent on")


async def _table(key: str, rows: Sequence[Mapping[str, object]], description: str) -> None:
    await acreate_table_artifact(key=key, table=[dict(row) for row in rows], description=description)
