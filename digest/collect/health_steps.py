"""Checking sources after a run: what is remembered of each is brought up to date."""

from collections.abc import Sequence
from dataclasses import replace

from digest.clock import Clock
from digest.collect.checkup import SourceHealth
from digest.collect.health import examine
from digest.collect.ports import SourceLog
from digest.collect.report import Collected


def check_health(collected: Sequence[Collected], *, log: SourceLog, clock: Clock) -> tuple[Collected, ...]:
    """Record how every source did in this run; return the reports with what their past adds to them."""
    had = {(health.journalist, health.kind, health.ref): health for health in log.health()}
    now = clock.now()
    checked = []
    kept: list[SourceHealth] = []
    for one in collected:
        examined = [
            examine(had.get((one.journalist, source.kind, source.ref)), source, one.journalist, at=now)
            for source in one.sources
        ]
        kept += [checkup.health for _, checkup in examined]
        checked.append(
            replace(
                one,
                sources=tuple(report for report, _ in examined),
                checkups=tuple(checkup for _, checkup in examined),
            )
        )
    log.record(kept)
    return tuple(checked)
