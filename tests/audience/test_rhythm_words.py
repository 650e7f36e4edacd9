from datetime import date

import pytest

from digest.audience.rhythm import PLAIN, Pace, PaceChange, Rhythm, Weekday
from digest.audience.rhythm_words import day_name, read_hour, read_pace, read_pause, read_quiet_days, said

FRIDAYS = PaceChange(pace=Pace.WEEKLY, weekday=Weekday.FRIDAY)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("every-issue", PaceChange(pace=Pace.EVERY_ISSUE)),
        (" Every ", PaceChange(pace=Pace.EVERY_ISSUE)),
        ("DAILY", PaceChange(pace=Pace.DAILY)),
        ("weekly fri", FRIDAYS),
        ("weekly:Friday", FRIDAYS),
        ("weekly on friday", FRIDAYS),
    ],
)
def test_a_pace_is_read(text: str, change: PaceChange) -> None:
    assert read_pace(text) == change


@pytest.mark.parametrize("text", ["", "weekly", "weekly someday", "monthly", "weekly fri sat", "fri", "daily fri"])
def test_another_pace_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="a pace is every-issue, daily, or weekly with a day"):
        read_pace(text)


@pytest.mark.parametrize(("text", "hour"), [("7", 7), ("07:00", 7), ("0", 0), ("23", 23), ("no", None), ("", None)])
def test_an_hour_is_read(text: str, hour: int | None) -> None:
    assert read_hour(text).hour == hour


@pytest.mark.parametrize("text", ["24", "7:30", "seven", "-1", "7 am", "٧"])
def test_another_hour_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="a whole number from 0 to 23"):
        read_hour(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("sat sun", {Weekday.SATURDAY, Weekday.SUNDAY}),
        ("Sunday;sat", {Weekday.SATURDAY, Weekday.SUNDAY}),
        ("none", set()),
    ],
)
def test_quiet_days_are_read(text: str, days: set[Weekday]) -> None:
    assert read_quiet_days(text).days == days


def test_other_quiet_days_are_none() -> None:
    with pytest.raises(ValueError, match="quiet days are of mon, tue"):
        read_quiet_days("weekend")
    with pytest.raises(ValueError, match="pause"):
        read_quiet_days("mon tue wed thu fri sat sun")


def test_a_pause_is_read() -> None:
    assert read_pause("2026-12-24").until == date(2026, 12, 24)
    assert read_pause("no").until is None
    with pytest.raises(ValueError, match="a date such as"):
        read_pause("tomorrow")


def test_a_rhythm_is_told_in_one_line() -> None:
    assert said(PLAIN) == "every issue"
    assert said(Rhythm(pace=Pace.DAILY, hour=7)) == "daily at 07:00"
    rhythm = Rhythm(
        pace=Pace.WEEKLY,
        weekday=Weekday.FRIDAY,
        quiet_days=frozenset({Weekday.SUNDAY, Weekday.SATURDAY}),
        paused_until=date(2026, 12, 24),
    )
    assert said(rhythm) == "weekly on Friday, not on Saturday, Sunday, paused until 2026-12-24"
    assert day_name(Weekday.MONDAY) == "Monday"
