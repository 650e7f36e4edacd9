"""What a run means for a source's health. Pure: the old state and the run's report in, the new state out.

Three runs in a row without a good answer are no accident any more: an editor is told, once. A good answer ends it; only
then can the next row of failures be told.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from digest.collect.checkup import Checkup, HealthState, SourceHealth
from digest.collect.report import SourceReport, SourceState
from digest.errors import NothingFound
from digest.ids import JournalistId

#: So many runs in a row without a good answer need somebody's attention.
ATTENTION_AFTER: Final = 3
_REMEMBERED: Final = 7  # good answers from which the usual count is taken
_COLLAPSE: Final = 3  # fewer than the usual count divided by this is a collapse
_LEAST_USUAL: Final = 6  # below it a count goes up and down by itself
_TEENS: Final = (11, 12, 13)


def examine(
    had: SourceHealth | None, report: SourceReport, journalist: JournalistId, *, at: datetime
) -> tuple[SourceReport, Checkup]:
    """Decide a source's health after a run at ``at``; return the report with what its past adds to it.

    ``had`` is ``None`` for a source that was never read before. Of a suspect source that used to have articles the
    report says how many; one whose count collapsed gets a warning.
    """
    if report.state in (SourceState.NEW, SourceState.UNCHANGED):
        return _good(had, report, journalist, at)
    return _bad(had, report, journalist, at)


def _good(
    had: SourceHealth | None, report: SourceReport, journalist: JournalistId, at: datetime
) -> tuple[SourceReport, Checkup]:
    usual = had.usual_count if had else None
    counts = had.counts if had else ()
    health = SourceHealth(
        journalist=journalist,
        kind=report.kind,
        ref=report.ref,
        state=HealthState.GOOD,
        last_tried_at=at,
        last_good_at=at,
        last_count=report.found,
        counts=(*counts, report.found)[-_REMEMBERED:],
        reading=report.reading,
        warnings=report.warnings,
    )
    if usual is not None and usual >= _LEAST_USUAL and report.found * _COLLAPSE < usual:
        warning = f"Usually {usual} articles, today {report.found or 'none'}: has the page changed?"
        report = replace(report, warnings=(*report.warnings, warning))
    return report, Checkup(health=health)


def _bad(
    had: SourceHealth | None, report: SourceReport, journalist: JournalistId, at: datetime
) -> tuple[SourceReport, Checkup]:
    usual = had.usual_count if had else None
    is_suspect = report.state is SourceState.SUSPECT
    if is_suspect and usual:
        articles = "1 article" if usual == 1 else f"{usual} articles"
        advice = "Look at it with: digest collect try REF"
        report = replace(report, error=f"{report.ref}: usually {articles}, today none. {advice}")
    failures = (had.consecutive_failures if had else 0) + 1
    needs_attention = failures >= ATTENTION_AFTER
    told_at = had.told_at if had else None
    is_to_tell = needs_attention and told_at is None
    health = SourceHealth(
        journalist=journalist,
        kind=report.kind,
        ref=report.ref,
        state=_bad_state(is_suspect=is_suspect, needs_attention=needs_attention),
        last_tried_at=at,
        last_good_at=had.last_good_at if had else None,
        last_count=report.found,
        counts=had.counts if had else (),
        consecutive_failures=failures,
        failing_since=(had.failing_since if had else None) or at,
        last_error=report.error,
        last_error_name=report.error_name,
        told_at=at if is_to_tell else told_at,
    )
    return report, Checkup(health=health, story=story(health), is_to_tell=is_to_tell)


def _bad_state(*, is_suspect: bool, needs_attention: bool) -> HealthState:
    if needs_attention:
        return HealthState.NEEDS_ATTENTION
    return HealthState.SUSPECT if is_suspect else HealthState.FAILED


def story(health: SourceHealth) -> str:
    """Tell a failing source's past: ``failed for the 3rd time since 17 Dec 2025; last good 16 Dec 2025, 02:00 UTC``.

    A good source has no story: the answer is empty.
    """
    if health.state is HealthState.GOOD:
        return ""
    what = "empty" if health.last_error_name == NothingFound.__name__ else "failed"
    if health.consecutive_failures > 1 and health.failing_since is not None:
        what = f"{what} for the {ordinal(health.consecutive_failures)} time since {_day(health.failing_since)}"
    good = "never good so far"
    if health.last_good_at is not None:
        good = f"last good {_day(health.last_good_at)}, {health.last_good_at:%H:%M} UTC"
    return f"{what}; {good}"


def ordinal(number: int) -> str:
    """Return a number as English counts with it: ``1st``, ``2nd``, ``11th``."""
    if number % 100 in _TEENS:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%b %Y}"
