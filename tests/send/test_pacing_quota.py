"""A worker's own quota: never more than that in any minute, and everything in the end."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.send.pacing_quota import Quota, slice_of
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)


def seconds(count: float) -> datetime:
    return NOON + timedelta(seconds=count)


@given(
    per_minute=st.integers(1, 5_000),
    asks=st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 6_000)), max_size=60),
)
def test_in_no_minute_there_are_more_than_allowed(per_minute: int, asks: list[tuple[int, int]]) -> None:
    quota, now, taken = Quota(), NOON, list[tuple[datetime, int]]()
    for milliseconds, wanted in asks:
        now += timedelta(milliseconds=milliseconds)
        count = min(wanted, quota.room(per_minute, now))
        quota.took(count, now)
        taken.append((now, count))
    for start, _ in taken:
        assert sum(count for at, count in taken if start <= at < start + MINUTE) <= per_minute


@given(per_minute=st.integers(1, 5_000), total=st.integers(1, 20_000))
def test_whoever_waits_as_long_as_told_may_go_on_with_a_whole_slice(per_minute: int, total: int) -> None:
    quota, now = Quota(), NOON
    while total > 0 and now < NOON + 5 * MINUTE:
        room = quota.room(per_minute, now)
        if room < slice_of(per_minute):
            long = quota.wait(per_minute, now)
            assert timedelta(0) < long <= MINUTE
            now += long
            room = quota.room(per_minute, now)
            assert room >= slice_of(per_minute)
        quota.took(min(room, total), now)
        total -= room


@pytest.mark.parametrize("per_minute", [12, 60, 600, 6_000])
def test_the_whole_of_a_minute_s_quota_is_used(per_minute: int) -> None:
    quota, now, total = Quota(), NOON, 0
    while now < NOON + MINUTE:
        room = quota.room(per_minute, now)
        quota.took(room, now)
        total += room
        now += quota.wait(per_minute, now)
    assert total == per_minute


def test_mails_leave_in_slices_and_not_all_at_once() -> None:
    quota = Quota()
    assert quota.room(600, NOON) == 100
    quota.took(100, NOON)
    assert quota.room(600, seconds(9)) == 0
    assert quota.wait(600, seconds(9)) == timedelta(seconds=1)
    assert quota.room(600, seconds(10)) == 100


def test_what_was_given_back_may_be_used_again() -> None:
    quota = Quota()
    quota.took(60, NOON)
    quota.took(40, NOON)
    quota.took(0, NOON)
    quota.gave_back(30, NOON)
    assert quota.room(600, seconds(1)) == 30


def test_a_clock_that_went_back_stops_nobody_for_longer_than_a_minute() -> None:
    quota = Quota()
    quota.took(100, NOON + timedelta(hours=3))
    assert quota.room(600, NOON) == 0
    assert quota.wait(600, NOON) == timedelta(seconds=10)
