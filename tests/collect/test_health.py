import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.checkup import Checkup, HealthState, SourceHealth
from digest.collect.health import ATTENTION_AFTER, examine, ordinal, story
from digest.collect.journalist import SourceKind
from digest.collect.report import SourceReport, SourceState
from digest.errors import NothingFound, Unreachable
from digest.ids import JournalistId
from tests.fakes import NOON

DANA = JournalistId("dana-serikova")
REF = "https://steppe-herald.example.org/feed.xml"
DAY = timedelta(days=1)

FAILED = Unreachable(REF, "no answer in time")
EMPTY = NothingFound(REF)


def report(state: SourceState, *, found: int = 0) -> SourceReport:
    error = {SourceState.FAILED: FAILED, SourceState.SUSPECT: EMPTY}.get(state)
    return SourceReport(
        kind=SourceKind.FEED,
        ref=REF,
        state=state,
        found=found,
        error=str(error) if error else None,
        error_name=error.name if error else None,
    )


def good(found: int = 12) -> SourceReport:
    return report(SourceState.UNCHANGED, found=found)


def failed() -> SourceReport:
    return report(SourceState.FAILED)


def suspect() -> SourceReport:
    return report(SourceState.SUSPECT)


def after(*reports: SourceReport) -> list[tuple[SourceReport, Checkup]]:
    """Examine one report a day, from noon on."""
    had: SourceHealth | None = None
    seen = []
    for day, one in enumerate(reports):
        said, checkup = examine(had, one, DANA, at=NOON + day * DAY)
        had = checkup.health
        seen.append((said, checkup))
    return seen


def last(*reports: SourceReport) -> tuple[SourceReport, Checkup]:
    return after(*reports)[-1]


def test_a_good_answer_is_remembered_with_its_count() -> None:
    said, checkup = last(good(12))
    assert said == good(12)
    assert checkup.health == SourceHealth(
        journalist=DANA,
        kind=SourceKind.FEED,
        ref=REF,
        state=HealthState.GOOD,
        last_tried_at=NOON,
        last_good_at=NOON,
        last_count=12,
        counts=(12,),
    )
    assert (checkup.story, checkup.is_to_tell) == ("", False)


def test_the_usual_count_is_the_median_of_the_last_good_answers() -> None:
    assert last(good(10), failed(), suspect(), good(30), good(12))[1].health.usual_count == 12
    assert last(*(good(50) for _ in range(9)), *(good(8) for _ in range(7)))[1].health.usual_count == 8
    assert last(failed())[1].health.usual_count is None


def test_a_first_failure_keeps_what_was_known() -> None:
    said, checkup = last(good(12), failed())
    assert said == failed()
    assert checkup.health.state is HealthState.FAILED
    assert (checkup.health.last_good_at, checkup.health.counts) == (NOON, (12,))
    assert (checkup.health.consecutive_failures, checkup.health.failing_since) == (1, NOON + DAY)
    assert (checkup.health.last_error, checkup.health.last_error_name) == (str(FAILED), "Unreachable")
    assert checkup.story == "failed; last good 19 Dec 2025, 12:00 UTC"


def test_a_source_that_was_never_good_says_so() -> None:
    assert last(failed())[1].story == "failed; never good so far"
    assert last(suspect(), suspect())[1].story == "empty for the 2nd time since 19 Dec 2025; never good so far"


def test_three_failures_in_a_row_are_told_once() -> None:
    seen = after(good(), failed(), failed(), failed(), failed(), failed())
    assert [checkup.is_to_tell for _, checkup in seen] == [False, False, False, True, False, False]
    assert [checkup.health.state for _, checkup in seen][2:4] == [HealthState.FAILED, HealthState.NEEDS_ATTENTION]
    assert seen[3][1].story == "failed for the 3rd time since 20 Dec 2025; last good 19 Dec 2025, 12:00 UTC"
    assert {checkup.health.told_at for _, checkup in seen[3:]} == {NOON + 3 * DAY}


def test_only_a_recovery_lets_it_be_told_again() -> None:
    reports = [failed(), failed(), failed(), good(), failed(), failed(), failed()]
    seen = after(*reports)
    assert [checkup.is_to_tell for _, checkup in seen] == [False, False, True, False, False, False, True]
    recovered = seen[3][1].health
    assert (recovered.state, recovered.consecutive_failures) == (HealthState.GOOD, 0)
    assert (recovered.failing_since, recovered.told_at, recovered.last_error) == (None, None, None)


def test_empty_answers_need_attention_too() -> None:
    seen = after(good(), suspect(), failed(), suspect())
    assert [checkup.health.state for _, checkup in seen][1:] == [
        HealthState.SUSPECT,
        HealthState.FAILED,
        HealthState.NEEDS_ATTENTION,
    ]
    assert seen[-1][1].story == "empty for the 3rd time since 20 Dec 2025; last good 19 Dec 2025, 12:00 UTC"


def test_nothing_after_a_history_of_something_says_what_is_usual() -> None:
    said, checkup = last(good(12), suspect())
    assert said.error == f"{REF}: usually 12 articles, today none. Look at it with: digest collect try REF"
    assert said.error_name == "NothingFound"
    assert checkup.health.last_error == said.error
    assert last(good(1), suspect())[0].error == f"{REF}: usually 1 article, today none. " + EMPTY.advice


def test_nothing_without_a_history_is_left_as_it_was_said() -> None:
    assert last(suspect())[0] == suspect()
    assert last(good(0), suspect())[0] == suspect()


@pytest.mark.parametrize(
    ("usual", "today", "warned"),
    [(12, 3, "today 3"), (12, 0, "today none"), (12, 4, ""), (5, 0, ""), (6, 1, "today 1"), (12, 40, "")],
)
def test_a_count_that_collapses_is_a_warning(usual: int, today: int, warned: str) -> None:
    said, checkup = last(good(usual), good(today))
    assert checkup.health.state is HealthState.GOOD
    assert list(said.warnings) == ([f"Usually {usual} articles, {warned}: has the page changed?"] if warned else [])


def test_numbers_are_counted_as_english_does() -> None:
    counted = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)]
    assert counted == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]


def test_a_good_source_has_no_story() -> None:
    assert story(last(failed(), good())[1].health) == ""


def test_health_speaks_as_plain_values() -> None:
    bad = json.loads(json.dumps(last(good(), failed(), failed(), failed())[1].health.as_json()))
    assert bad["state"] == "needs-attention"
    assert bad["failing_since"] == "2025-12-20T12:00:00+00:00"
    assert (bad["usual_count"], bad["told_at"]) == (12, "2025-12-22T12:00:00+00:00")
    fresh = last(failed())[1].health.as_json()
    assert (fresh["last_good_at"], fresh["told_at"]) == (None, None)
    assert last(good())[1].health.as_json()["failing_since"] is None


@given(st.lists(st.sampled_from(SourceState), max_size=30))
def test_every_row_of_failures_is_told_once_when_it_is_long_enough(states: Sequence[SourceState]) -> None:
    told = [checkup.is_to_tell for _, checkup in after(*(report(state, found=9) for state in states))]
    row = 0
    for state, is_told in zip(states, told, strict=True):
        row = row + 1 if state in (SourceState.FAILED, SourceState.SUSPECT) else 0
        assert is_told is (row == ATTENTION_AFTER)
