import json

from digest.collect.journalist import SourceKind
from digest.collect.report import Collected, SourceReport, SourceState
from digest.ids import JournalistId


def collected(*states: SourceState) -> Collected:
    sources = (SourceReport(kind=SourceKind.FEED, ref="f", state=state, new=2, warnings=("Hm.",)) for state in states)
    return Collected(journalist=JournalistId("dana"), sources=tuple(sources))


def test_what_is_new_is_added_up() -> None:
    assert collected(SourceState.NEW, SourceState.NEW).new == 4


def test_failed_and_suspect_sources_are_failures() -> None:
    assert collected(SourceState.NEW, SourceState.FAILED).has_failures
    assert collected(SourceState.SUSPECT).has_failures
    assert not collected(SourceState.NEW, SourceState.UNCHANGED).has_failures


def test_a_report_speaks_as_plain_values() -> None:
    plain = json.loads(json.dumps(collected(SourceState.NEW).as_json()))
    assert plain["journalist"] == "dana"
    assert plain["sources"][0]["state"] == "new"
    assert plain["sources"][0]["warnings"] == ["Hm."]
