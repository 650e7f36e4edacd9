from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.slots import ClockChange, at_time, begins_on, change_at

BERLIN = ZoneInfo("Europe/Berlin")
#: Zones that put their clocks forward and back, at all sorts of hours and by all sorts of spans.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # at midnight, until 2019
    "Australia/Lord_Howe",  # by half an hour
    "Asia/Almaty",  # back for good on 1 March 2024
    "Asia/Kathmandu",
    "Pacific/Apia",  # without 30 December 2011
    "UTC",
)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "instant", "odd"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 2, datetime(2026, 3, 28, 1, tzinfo=UTC), None),
        (
            "Europe/Berlin",
            date(2026, 3, 29),
            2,
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            ClockChange.GAP,
        ),  # shown as 03:00
        ("Europe/Berlin", date(2026, 3, 29), 3, datetime(2026, 3, 29, 1, tzinfo=UTC), None),
        ("Europe/Berlin", date(2026, 10, 25), 2, datetime(2026, 10, 25, 0, tzinfo=UTC), ClockChange.FOLD),
        ("Europe/Berlin", date(2026, 10, 25), 3, datetime(2026, 10, 25, 2, tzinfo=UTC), None),
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, datetime(2026, 10, 3, 15, 30, tzinfo=UTC), ClockChange.GAP),
        ("America/Sao_Paulo", date(2017, 10, 15), 0, datetime(2017, 10, 15, 3, tzinfo=UTC), ClockChange.GAP),
        ("Pacific/Apia", date(2011, 12, 30), 8, datetime(2011, 12, 30, 10, tzinfo=UTC), ClockChange.GAP),
        ("Asia/Almaty", date(2024, 2, 29), 23, datetime(2024, 2, 29, 17, tzinfo=UTC), ClockChange.FOLD),
    ],
)
def test_an_hour_is_an_instant_also_where_clocks_change(
    zone: str, day: date, hour: int, instant: datetime, odd: ClockChange | None
) -> None:
    assert at_time(day, time(hour), ZoneInfo(zone)) == instant
    assert change_at(day, time(hour), ZoneInfo(zone)) is odd


def test_a_day_begins_at_its_first_instant() -> None:
    assert begins_on(date(2026, 10, 25), BERLIN) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert begins_on(date(2017, 10, 15), ZoneInfo("America/Sao_Paulo")) == datetime(2017, 10, 15, 3, tzinfo=UTC)


@given(
    st.sampled_from(ZONES),
    st.dates(date(2010, 1, 1), date(2027, 1, 1)),
    st.times().map(lambda at: at.replace(microsecond=0)),
)
def test_no_day_is_without_any_hour_and_hours_keep_their_order(zone: str, day: date, wall: time) -> None:
    there = ZoneInfo(zone)
    instant = at_time(day, wall, there)
    shown = instant.astimezone(there).replace(tzinfo=None)
    wanted = datetime.combine(day, wall)
    # Exactly that time, or, where there is none, the first one after it.
    assert (shown == wanted) is (change_at(day, wall, there) is not ClockChange.GAP)
    assert shown >= wanted
    if shown > wanted:
        before = (instant - timedelta(seconds=1)).astimezone(there).replace(tzinfo=None)
        assert before < wanted
    # Of two such times it is the first.
    assert all(
        (instant - back).astimezone(there).replace(tzinfo=None) != wanted
        for back in (timedelta(minutes=30), timedelta(hours=1), timedelta(days=1))
    )
    assert at_time(day + timedelta(days=1), wall, there) >= instant
