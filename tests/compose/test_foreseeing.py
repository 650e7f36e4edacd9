from datetime import UTC, date, datetime

from digest.audience.rhythm import PLAIN, WEEK, Pace, Rhythm, Weekday
from digest.compose.foreseeing import newsletter_foreseen, reader_foreseen
from digest.compose.schedule import Schedule
from tests.builders import a_reader

ALMATY = "Asia/Almaty"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)  # a Tuesday
MORNINGS = Schedule(at=("06:00",), time_zone=ALMATY)


def _foreseen(
    rhythm: Rhythm, *, count: int = 3, zone: str = ALMATY, schedule: Schedule = MORNINGS
) -> list[tuple[str, str]]:
    reader = a_reader(rhythm=rhythm, time_zone=zone, joined_at=datetime(2026, 11, 1, tzinfo=UTC), accepted_at=NOW)
    found = reader_foreseen(reader, schedule, own_zone=ALMATY, after=NOW, count=count)
    return [(one.local, one.why) for one in found]


def test_a_newsletters_next_issues_and_where_clocks_change() -> None:
    nights = Schedule(at=("02:30", "12:00"), time_zone="Europe/Berlin")
    before_spring = datetime(2026, 3, 28, 20, tzinfo=UTC)
    first, second = newsletter_foreseen(nights, after=before_spring, count=2)
    assert first.local == "Sun 2026-03-29 03:00 +02:00"
    assert first.why == "by its schedule. Clocks are put forward over 02:30 that day: the first instant after it"
    assert (second.local, second.why) == ("Sun 2026-03-29 12:00 +02:00", "by its schedule")
    before_winter = datetime(2026, 10, 24, 5, tzinfo=UTC)
    _, folded, noon = newsletter_foreseen(nights, after=before_winter, count=3)
    assert folded.why.endswith("Clocks are put back that day, which has 02:30 twice: the first of them")
    assert noon.why == "by its schedule. Since the one before, clocks were put back by 60 minutes"
    assert noon.as_json()["local"] == "2026-10-25T12:00:00+01:00"
    assert newsletter_foreseen(Schedule(), after=NOW, count=3) == ()


def test_whoever_takes_every_issue_gets_it_when_it_comes_out() -> None:
    assert _foreseen(PLAIN, count=2) == [
        ("Wed 2026-12-02 06:00 +05:00", "when it comes out"),
        ("Thu 2026-12-03 06:00 +05:00", "when it comes out"),
    ]


def test_a_weekly_readers_issue_gathers_those_before_it() -> None:
    fridays = Rhythm(pace=Pace.WEEKLY, weekday=Weekday.FRIDAY, hour=7)
    first, second, _ = _foreseen(fridays)
    assert first[0] == "Fri 2026-12-04 07:00 +05:00"
    assert first[1] == (
        "weekly on Friday, at their hour, 07:00. It gathers 2 issues before it, not mailed by their pace or their hour"
    )
    assert second[0] == "Fri 2026-12-11 07:00 +05:00"
    assert "It gathers 6 issues before it" in second[1]


def test_a_pause_and_quiet_days_are_told() -> None:
    weekend = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
    rhythm = Rhythm(pace=Pace.DAILY, quiet_days=weekend, paused_until=date(2026, 12, 4))
    first, second, _ = _foreseen(rhythm)
    assert first == (
        "Fri 2026-12-04 06:00 +05:00",
        "daily, when it comes out. It gathers 2 issues before it, not mailed for their pause",
    )
    assert second == (
        "Mon 2026-12-07 06:00 +05:00",
        "daily, when it comes out. It gathers 2 issues before it, not mailed for a quiet day",
    )
    saturdays = Schedule(at=("06:00",), days=(WEEK[5],), time_zone=ALMATY)
    (moved,) = _foreseen(Rhythm(quiet_days=weekend), count=1, schedule=saturdays)
    assert moved == ("Mon 2026-12-07 06:00 +05:00", "on the next day that is not quiet")


def test_without_a_schedule_it_is_as_if_an_issue_came_out_every_day() -> None:
    assert _foreseen(Rhythm(hour=9), count=1, schedule=Schedule()) == [
        ("Thu 2026-12-03 09:00 +05:00", "at their hour, 09:00"),
    ]


def test_an_hour_that_a_day_does_not_have_is_told() -> None:
    reader = a_reader(rhythm=Rhythm(hour=2), time_zone="Europe/Berlin", joined_at=NOW)
    noons = Schedule(at=("12:00",), time_zone="UTC")
    _, gap, after = reader_foreseen(
        reader, noons, own_zone=ALMATY, after=datetime(2026, 3, 26, 13, tzinfo=UTC), count=3
    )
    assert gap.local == "Sun 2026-03-29 03:00 +02:00"
    assert "Clocks are put forward over 02:00 that day" in gap.why
    assert after.local == "Mon 2026-03-30 02:00 +02:00"


def test_who_gets_nothing_for_a_year_is_told_nothing() -> None:
    assert _foreseen(Rhythm(paused_until=date(2030, 1, 1))) == []
