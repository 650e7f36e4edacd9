from digest.clock import StoppedClock
from digest.collect.checkup import HealthState
from digest.collect.health_steps import check_health
from digest.collect.journalist import SourceKind
from digest.collect.report import Collected, SourceReport, SourceState
from digest.ids import JournalistId
from tests.fakes import NOON, FakeSourceLog

DANA = JournalistId("dana-serikova")
CLOCK = StoppedClock(NOON)


def run(*states: SourceState) -> Collected:
    sources = tuple(
        SourceReport(kind=SourceKind.FEED, ref=f"https://a.example/{place}", state=state, found=9)
        for place, state in enumerate(states)
    )
    return Collected(journalist=DANA, sources=sources)


def test_each_source_is_examined_by_its_own_past() -> None:
    log = FakeSourceLog()
    for _ in range(2):
        check_health([run(SourceState.FAILED, SourceState.NEW)], log=log, clock=CLOCK)
    (collected,) = check_health([run(SourceState.FAILED, SourceState.SUSPECT)], log=log, clock=CLOCK)
    assert [one.health.state for one in collected.checkups] == [HealthState.NEEDS_ATTENTION, HealthState.SUSPECT]
    assert [one.health.ref for one in collected.to_tell] == ["https://a.example/0"]
    assert collected.sources[1].error == (
        "https://a.example/1: usually 9 articles, today none. Look at it with: digest collect try REF"
    )
    assert {row.ref: row.consecutive_failures for row in log.health(DANA)} == {
        "https://a.example/0": 3,
        "https://a.example/1": 1,
    }


def test_the_report_tells_each_sources_health() -> None:
    (collected,) = check_health([run(SourceState.NEW)], log=FakeSourceLog(), clock=CLOCK)
    (source,) = collected.as_json()["sources"]
    assert source["health"]["usual_count"] == 9
    assert "health" not in run(SourceState.NEW).as_json()["sources"][0]


def test_a_journalist_without_sources_is_fine() -> None:
    assert check_health([run()], log=FakeSourceLog(), clock=CLOCK) == (run(),)
