"""Mirror: what newsletters' files say of when they come out, as schedules of the deployment that composes them."""

from typing import Any, Final

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound

from digest.compose.mirroring import CronLine, Mirroring, lines_of, mirroring
from digest.ids import NewsletterId
from digest.wiring import Runtime

#: What composes a newsletter's next issue. ``prefect.yaml`` declares no schedule for it, so a deploy keeps these.
COMPOSES: Final = "compose/newsletter"


async def mirror_schedules(runtime: Runtime) -> dict[str, list[str]]:
    """Make the deployment's schedules those of the newsletters; return what changed, by slug.

    Whether a schedule is paused is the operator's business, and stays. Harmless when repeated, and where there is no
    such deployment.
    """
    newsletters = runtime.newsletters.newsletters()
    wanted = lines_of({one.id: runtime.newsletters.schedule(one.id) for one in newsletters})
    async with get_client() as client:
        try:
            deployment = await client.read_deployment_by_name(COMPOSES)
        except ObjectNotFound:
            return {}
        have = {str(one.slug): one for one in await client.read_deployment_schedules(deployment.id) if one.slug}
        lines = {slug: line for slug, one in have.items() if (line := _line(one)) is not None}
        todo = mirroring(wanted, lines, have.keys() - lines.keys())
        await _do(client, deployment.id, todo, have)
    said = {"added": sorted(todo.add), "changed": sorted(todo.change), "removed": list(todo.remove)}
    return {what: slugs for what, slugs in said.items() if slugs}


async def _do(client: PrefectClient, deployment: Any, todo: Mirroring, have: dict[str, DeploymentSchedule]) -> None:
    if todo.add:
        await client.create_deployment_schedules(
            deployment,
            [
                DeploymentScheduleCreate(
                    schedule=_cron(line), parameters={"newsletter": line.newsletter}, slug=slug, active=True
                )
                for slug, line in todo.add.items()
            ],
        )
    for slug, line in todo.change.items():
        await client.update_deployment_schedule(
            deployment, have[slug].id, schedule=_cron(line), parameters={"newsletter": line.newsletter}
        )
    for slug in todo.remove:
        await client.delete_deployment_schedule(deployment, have[slug].id)


def _cron(line: CronLine) -> CronSchedule:
    return CronSchedule(cron=line.cron, timezone=line.time_zone)


def _line(schedule: DeploymentSchedule) -> CronLine | None:
    """Return the cron line of a schedule; ``None``: it is of another kind."""
    if not isinstance(schedule.schedule, CronSchedule):
        return None
    newsletter = NewsletterId(str(schedule.parameters.get("newsletter", "")))
    return CronLine(newsletter=newsletter, cron=schedule.schedule.cron, time_zone=schedule.schedule.timezone or "UTC")
