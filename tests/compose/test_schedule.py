import re
from datetime import UTC, datetime, timedelta

import pytest

from digest.audience.rhythm import WEEK, Weekday
from digest.compose.newsletter import Declaration
from digest.compose.newsletter_file import read_declaration
from digest.compose.schedule import Schedule, crons, first_after, last_until
from digest.compose.snapshot import schedule_from_json, schedule_to_json
from digest.errors import BadNewsletterFile

WORKDAYS = WEEK[:5]
TWICE = Schedule(at=("07:00", "18:30"), days=WORKDAYS, time_zone="Asia/Almaty", late_hours=3)
FRIDAY_EVENING = datetime(2026, 12, 4, 13, 30, tzinfo=UTC)


def test_the_next_and_the_last_time_of_a_schedule() -> None:
    assert first_after(TWICE, FRIDAY_EVENING) == datetime(2026, 12, 7, 2, tzinfo=UTC)
    assert last_until(TWICE, FRIDAY_EVENING) == FRIDAY_EVENING
    assert first_after(TWICE, FRIDAY_EVENING - timedelta(seconds=1)) == FRIDAY_EVENING
    assert last_until(TWICE, FRIDAY_EVENING - timedelta(seconds=1)) == datetime(2026, 12, 4, 2, tzinfo=UTC)


def test_without_times_there_is_none() -> None:
    assert not Schedule().is_set
    assert (first_after(Schedule(), FRIDAY_EVENING), last_until(Schedule(), FRIDAY_EVENING)) == (None, None)


def test_a_time_that_a_day_does_not_have_is_the_first_after_the_gap() -> None:
    nights = Schedule(at=("02:30",), time_zone="Europe/Berlin")
    assert first_after(nights, datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    # Which it has twice, the first one.
    assert first_after(nights, datetime(2026, 10, 24, 12, tzinfo=UTC)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert first_after(nights, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_it_is_written_as_cron_lines() -> None:
    assert crons(TWICE) == (("07:00", "0 7 * * 1,2,3,4,5"), ("18:30", "30 18 * * 1,2,3,4,5"))
    assert crons(Schedule(at=("00:05",))) == (("00:05", "5 0 * * *"),)
    assert crons(Schedule(at=("09:00",), days=(Weekday.SUNDAY,))) == (("09:00", "0 9 * * 0"),)


def test_it_is_kept_as_json() -> None:
    assert schedule_from_json(schedule_to_json(TWICE)) == TWICE


def _declared(lines: str) -> Declaration:
    toml = f"""
[newsletter]
slug = "brief"
name = "The Brief"
list = "brief"
time_zone = "Asia/Tashkent"
sender = {{ name = "The Brief", address = "desk@paper.example.org", postal_address = "1 Abay Avenue, Almaty" }}

{lines}

[[outlets]]
slug = "paper"
name = "The Paper"

[[journalists]]
slug = "ada"
name = "Ada Writer"
outlet = "paper"
sources = [{{ kind = "feed", ref = "https://paper.example.org/feed" }}]
"""
    return read_declaration("brief.toml", toml.encode(), {})


def test_a_newsletters_file_says_when_it_comes_out() -> None:
    assert _declared("").schedule == Schedule()
    assert _declared("[schedule]\nlate_hours = 2").schedule == Schedule(late_hours=2)
    declared = _declared('[schedule]\nat = ["18:30", "07:00"]\ndays = ["fri", "mon"]\nlate_hours = 0')
    assert declared.schedule == Schedule(
        at=("07:00", "18:30"), days=(Weekday.MONDAY, Weekday.FRIDAY), time_zone="Asia/Tashkent", late_hours=0
    )
    assert _declared('[schedule]\nat = ["07:00"]\ntime_zone = "asia/almaty"').schedule == Schedule(
        at=("07:00",), time_zone="Asia/Almaty"
    )


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('at = ["7:00"]', "schedule.at[1]: this must be a time of day such as 07:00"),
        ('at = ["24:00"]', "this must be a time of day"),
        ('at = ["07:00", "07:00"]', "'07:00' is there twice"),
        ('at = ["07:00"]\ndays = []', "one day of the week is needed"),
        ('at = ["07:00"]\ndays = ["monday"]', "this must be one of mon, tue"),
        ('days = ["mon"]', "needs times, too"),
        ('at = ["07:00"]\ntime_zone = "Mars"', "no time zone"),
        ('at = ["07:00"]\nlate_hours = 100', "from 0 to 72"),
        ('cron = "0 7 * * *"', "there is no such key"),
        ("at = [" + ", ".join(f'"00:{minute:02}"' for minute in range(25)) + "]", "24 times at the most"),
    ],
)
def test_what_means_nothing_is_refused_with_its_line(lines: str, why: str) -> None:
    with pytest.raises(BadNewsletterFile) as refused:
        _declared(f"[schedule]\n{lines}")
    assert re.search(r"line (9|10|11)\b", str(refused.value))
    assert why in str(refused.value)
