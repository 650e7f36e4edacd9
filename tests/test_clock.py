from datetime import UTC, datetime, timedelta, timezone

import pytest

from digest.clock import StoppedClock, SystemClock


def test_the_machine_s_clock_tells_utc_and_goes_forward() -> None:
    clock = SystemClock()
    before = clock.now()
    assert before.tzinfo is UTC
    assert clock.now() >= before


def test_a_stopped_clock_tells_one_instant_in_utc() -> None:
    clock = StoppedClock(datetime(2025, 12, 19, 7, 0, tzinfo=timezone(timedelta(hours=5))))
    assert clock.now() == clock.now() == datetime(2025, 12, 19, 2, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_clock_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        StoppedClock(datetime(2025, 12, 19, 7, 0))  # noqa: DTZ001 - that is the point
