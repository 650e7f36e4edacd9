"""The deployments on a real server: schedules really schedule, and a worker runs a newsletter to its readers."""

import json
from typing import Any

import pytest

from tests.flows.server import ROOT, Prefect, wait_for
from tests.terminal.cli import text_of

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

NEWSLETTER = ROOT / "newsletters" / "one-journalist.toml"
MIRROR = """
import asyncio
from flows.desk import desk
from flows.schedules import mirror_schedules

async def mirror():
    async with desk() as here:
        await mirror_schedules(here.runtime)

asyncio.run(mirror())
"""
READERS = "address,name,follows\nreader-one@readers.example,Reader One,*\nreader-two@readers.example,Reader Two,*\n"


def _runs(prefect: Prefect, deployment: str) -> list[dict[str, Any]]:
    found = prefect.ask("flow_runs/filter", {"deployments": {"name": {"any_": [deployment]}}})
    return list(found)


def test_a_cron_deployment_yields_scheduled_runs(prefect: Prefect) -> None:
    runs = wait_for(lambda: [run for run in _runs(prefect, "hourly") if run["state_type"] == "SCHEDULED"])
    assert {run["expected_start_time"][14:16] for run in runs} == {"07"}


def test_a_deployment_that_an_editor_schedules_declares_no_schedule(prefect: Prefect) -> None:
    deployments = prefect.ask("deployments/filter", {})
    schedules = {deployment["name"]: len(deployment["schedules"]) for deployment in deployments}
    by_code = {"hourly": 1, "every-five-minutes": 1}
    assert schedules == {**by_code, "banks": 0, "newsletter": 0, "editor": 0, "issue": 0, "shard": 0}


def test_a_newsletters_schedule_becomes_one_of_the_deployment_that_composes_it(prefect: Prefect) -> None:
    text = NEWSLETTER.read_text(encoding="utf-8").replace('"sample/', f'"{ROOT}/newsletters/sample/')
    text = text.replace("one-journalist", "evening-letter")
    (prefect.folder / "mirror.py").write_text(MIRROR, encoding="utf-8")
    file = prefect.folder / "evening.toml"

    def apply(schedule: str) -> None:
        file.write_text(f"{text}\n[schedule]\n{schedule}", encoding="utf-8")
        prefect.command("digest", "newsletters", "apply", str(file))
        prefect.command("mirror")

    def schedules() -> dict[str, tuple[str, str, str, bool]]:
        (deployment,) = prefect.ask("deployments/filter", {"deployments": {"name": {"any_": ["newsletter"]}}})
        return {
            one["slug"]: (
                one["schedule"]["cron"],
                one["schedule"]["timezone"],
                one["parameters"]["newsletter"],
                one["active"],
            )
            for one in deployment["schedules"]
        }

    apply('at = ["18:30"]\ndays = ["mon", "fri"]')
    monday = ("30 18 * * 1,5", "Asia/Tashkent", "evening-letter", True)
    assert schedules() == {"newsletter-evening-letter-1830": monday}
    runs = wait_for(lambda: [run for run in _runs(prefect, "newsletter") if run["state_type"] == "SCHEDULED"])
    assert {run["expected_start_time"][11:16] for run in runs} == {"13:30"}
    prefect.command("mirror")  # again: nothing changes
    assert schedules() == {"newsletter-evening-letter-1830": monday}
    apply('at = ["18:30", "07:00"]\ntime_zone = "UTC"')
    assert schedules() == {
        "newsletter-evening-letter-0700": ("0 7 * * *", "UTC", "evening-letter", True),
        "newsletter-evening-letter-1830": ("30 18 * * *", "UTC", "evening-letter", True),
    }
    apply("at = []")
    assert schedules() == {}


def test_a_worker_takes_a_newsletter_from_its_sources_to_the_outbox(prefect: Prefect) -> None:
    readers = prefect.folder / "readers.csv"
    readers.write_text(READERS, encoding="utf-8")
    applied = json.loads(prefect.command("digest", "newsletters", "apply", str(NEWSLETTER), "--json"))
    slug, at = applied["newsletter"], "2025-12-19T07:00:00+05:00"
    prefect.command("digest", "audience", "import", str(readers), "--list", applied["list"])
    worker = prefect.start("prefect", "worker", "start", "--pool", "digest")
    try:
        said = {"note": "Good morning.", "signed": "Olga Kim"}
        composed = _run_to_the_end(prefect, "compose/newsletter", newsletter=slug, at=at, **said)
        assert composed["name"] == f"{slug} · 19 Dec 2025"
        banks = _run_to_the_end(prefect, "rates/banks", bank="nbk", newsletter=slug, at=at)
        assert banks["state_type"] == "COMPLETED"
        issue = json.loads(prefect.command("digest", "issue", "list", "--json"))["issues"][0]
        assert issue["state"] == "awaiting-approval"
        _run_to_the_end(
            prefect, "approve/editor", issue=issue["id"], hash_begins_with=f'"{issue["hash"][:12]}"', by="Olga"
        )
        wait_for(lambda: _completed(prefect, "issue"))
        prefect.command("prefect", "deployment", "run", "reconcile/every-five-minutes")
        wait_for(lambda: _completed(prefect, "every-five-minutes"))
    finally:
        prefect.kill(worker)
    approved = json.loads(prefect.command("digest", "issue", "list", "--json"))["issues"][0]
    assert (approved["state"], approved["approved_by"]) == ("sent", "Olga")
    proof = json.loads(prefect.command("digest", "issue", "prove", issue["id"], "--json"))
    assert (proof["accepted"], proof["balanced"]) == (2, True)
    mails = list((prefect.folder / "outbox").rglob("*.eml"))
    assert ["Good morning.\n\n— Olga Kim\n" in text_of(mail) for mail in mails] == [True, True]
    _artifacts_tell_the_run(prefect, slug, issue["id"])


def _completed(prefect: Prefect, deployment: str) -> list[dict[str, Any]]:
    return [run for run in _runs(prefect, deployment) if run["state_type"] == "COMPLETED"]


def _run_to_the_end(prefect: Prefect, deployment: str, **parameters: str) -> dict[str, Any]:
    words = [word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]
    prefect.command("prefect", "deployment", "run", deployment, *words)
    name = deployment.split("/")[1]

    def ended() -> dict[str, Any] | None:
        runs = _runs(prefect, name)
        return runs[0] if runs and runs[0]["state_type"] in {"COMPLETED", "FAILED", "CRASHED"} else None

    run: dict[str, Any] = wait_for(ended)
    assert run["state_type"] == "COMPLETED", (run["state"], (prefect.folder / "worker.log").read_text())
    return run


def _artifacts_tell_the_run(prefect: Prefect, newsletter: str, issue: str) -> None:
    artifacts = prefect.ask("artifacts/filter", {})
    keys = {artifact["key"] for artifact in artifacts}
    assert keys >= {
        f"sources-{newsletter}",
        f"rates-{newsletter}",
        f"issue-{newsletter}",
        f"progress-{issue}",
        f"ledger-{issue}",
        "reconcile",
    }
    assert "@readers.example" not in json.dumps(artifacts)
