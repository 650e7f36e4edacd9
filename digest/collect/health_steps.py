"""Checking a journalist's sources after a run: what is remembered of each is brought up to date."""

from dataclasses import replace

from digest.clock import Clock
from digest.collect.health import examine
from digest.collect.ports import SourceLog
from digest.collect.report import Collected


def check_health(collected: Collected, *, log: SourceLog, clock: Clock) -> Collected:
    """Record how each source did in this run; return the report with what their past adds to it."""
    had = {(health.kind, health.ref): health for health in log.health(collected.journalist)}
    now = clock.now()
    examined = [
        examine(had.get((source.kind, source.ref)), source, collected.journalist, at=now)
        for source in collected.sources
    ]
    log.record([checkup.health for _, checkup in examined])
    return replace(
        collected,
        sources=tuple(report for report, _ in examined),
        checkups=tuple(checkup for _, checkup in examined),
    )
