"""The contract of ``SourceLog``."""

from dataclasses import replace
from datetime import timedelta

from digest.collect.checkup import HealthState, SourceHealth
from digest.collect.journalist import SourceKind
from tests.builders import a_source
from tests.contracts.desk import ASEL, DANA, Desk
from tests.fakes import NOON

FEED = a_source().ref
BAD = SourceHealth(
    journalist=DANA,
    kind=SourceKind.FEED,
    ref=FEED,
    state=HealthState.NEEDS_ATTENTION,
    last_tried_at=NOON,
    last_good_at=NOON - timedelta(days=4),
    last_count=0,
    counts=(9, 12, 11),
    consecutive_failures=3,
    failing_since=NOON - timedelta(days=2),
    last_error="Нет ответа.",
    last_error_name="Unreachable",
    told_at=NOON,
)
GOOD = SourceHealth(
    journalist=DANA,
    kind=SourceKind.FEED,
    ref=FEED,
    state=HealthState.GOOD,
    last_tried_at=NOON + timedelta(days=1),
    last_good_at=NOON + timedelta(days=1),
    last_count=12,
    counts=(9, 12, 11, 12),
)


def test_health_comes_back_as_recorded(desk: Desk) -> None:
    assert list(desk.source_log.health()) == []
    desk.source_log.record([BAD])
    assert list(desk.source_log.health(DANA)) == [BAD]
    desk.source_log.record([GOOD])
    assert list(desk.source_log.health(DANA)) == [GOOD]


def test_each_journalist_has_their_own(desk: Desk) -> None:
    asels = replace(GOOD, journalist=ASEL)
    desk.source_log.record([BAD, asels])
    assert list(desk.source_log.health(ASEL)) == [asels]
    assert sorted(one.journalist for one in desk.source_log.health()) == [ASEL, DANA]


def test_a_source_that_is_gone_meanwhile_is_left_out(desk: Desk) -> None:
    desk.source_log.record([replace(BAD, ref="https://elsewhere.example.org/"), replace(BAD, kind=SourceKind.PAGE)])
    desk.source_log.record([])
    assert list(desk.source_log.health()) == []


def test_the_health_of_a_source_that_leaves_is_forgotten_and_the_others_stay(desk: Desk) -> None:
    second = a_source("https://steppe-herald.example.org/dana", kind=SourceKind.PAGE)
    dana = desk.roster.journalist(DANA)
    desk.roster_desk.add(replace(dana, sources=(*dana.sources, second)))
    desk.source_log.record([BAD, replace(GOOD, kind=second.kind, ref=second.ref)])
    desk.roster_desk.add(replace(dana, sources=(second,)))
    assert [one.ref for one in desk.source_log.health(DANA)] == [second.ref]
