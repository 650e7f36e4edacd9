from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.article import Precision, Published
from digest.collect.text.dates import clamped, instant, read_absolute, read_date, read_day
from digest.collect.text.relative_dates import base_of, read_relative
from digest.collect.text.zones import zone_named

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PAGE = base_of(date(2025, 12, 19), NOW)
INSTANT = base_of(None, NOW)
TASHKENT = ZoneInfo("Asia/Tashkent")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("printed", "day"),
    [("23 hours ago", 18), ("24 hours ago", 18), ("2 days ago", 17), ("3 days ago", 16)],
)
def test_relative_dates_of_a_dated_page_contain_the_true_day_and_are_no_wider_than_two(printed: str, day: int) -> None:
    found = read_relative(printed, PAGE)
    assert found is not None
    assert found.earliest is not None
    assert found.latest is not None
    assert found.earliest <= at(2025, 12, day, 12) <= found.latest
    assert found.latest - found.earliest <= timedelta(days=2)
    assert found.at is None
    assert found.precision is Precision.RELATIVE


def test_from_an_instant_both_rounding_and_flooring_are_allowed() -> None:
    found = read_relative("2 days ago", INSTANT)
    assert found == Published(
        earliest=NOW - timedelta(days=3), latest=NOW - timedelta(days=1.5), precision=Precision.RELATIVE
    )
    assert INSTANT.is_instant
    assert not PAGE.is_instant


@pytest.mark.parametrize(
    ("printed", "hours_least", "hours_most"),
    [
        ("an hour ago", 0.5, 2),
        ("45 minutes ago", 44.5 / 60, 46 / 60),
        ("3h ago", 2.5, 4),
        ("5 min ago", 4.5 / 60, 0.1),
        ("2 weeks ago", 24 * 10.5, 24 * 21),
        ("1 month ago", 24 * 15, 24 * 62),
        ("2 years ago", 24 * 547.5, 24 * 1098),
        ("2 дня назад", 36, 72),
        ("23 часа назад", 22.5, 24),
        ("час назад", 0.5, 2),
        ("неделю назад", 84, 336),
        ("2 kun oldin", 36, 72),
        ("3 soat oldin", 2.5, 4),
        ("2 күн бұрын", 36, 72),
        ("5 сағат бұрын", 4.5, 6),
        ("2 gün önce", 36, 72),
        ("3 ay önce", 24 * 75, 24 * 124),
        ("2 Days Ago.", 36, 72),
        ("один день назад", 12, 48),
        ("несколько дней назад", 0, 24 * 12),
        ("около 2 часов назад", 1.5, 3),
        ("bir necha kun oldin", 0, 24 * 12),
        ("2 соат олдин", 1.5, 3),
        ("bir saat önce", 0.5, 2),
        ("5 лет назад", 24 * 365 * 4.5, 24 * 366 * 6),
        ("two days ago", 36, 72),
        ("Ten days ago", 228, 264),
        ("a day ago", 12, 48),
        ("11 mins ago", 10.5 / 60, 0.2),
        ("2 mo ago", 24 * 45, 24 * 93),
        ("about 2 hours ago", 1.5, 3),
        ("almost 2 years ago", 24 * 547.5, 24 * 1098),
        ("less than a minute ago", 0, 2 / 60),
        ("a few seconds ago", 0, 1 / 60),
        ("half an hour ago", 0.25, 1),
        ("a couple of days ago", 36, 72),
        ("several days ago", 0, 24 * 12),
        ("moments ago", 0, 0.24),
        ("1 week, 3 days ago", 24 * 9.5, 24 * 11),
        ("1 day and 20 hours ago", 43.5, 45),
        ("a year and 2 months ago", 24 * (365 + 45), 24 * (366 + 93)),
        ("a few weeks and 2 days ago", 24 * (7 + 1.5), 24 * (7 + 3)),
        ("last week", 24, 24 * 14),
    ],
)
def test_relative_dates_are_read_in_the_regions_languages(printed: str, hours_least: float, hours_most: float) -> None:
    found = read_relative(printed, INSTANT)
    assert found is not None
    assert found.latest == NOW - timedelta(hours=hours_least)
    assert found.earliest == NOW - timedelta(hours=hours_most)


@pytest.mark.parametrize(
    "printed", ["yesterday", "Вчера", "kecha", "кеше", "dün", "Yesterday at 10:00", "вчера в 10:00"]
)
def test_yesterday_is_a_calendar_day(printed: str) -> None:
    found = read_relative(printed, PAGE)
    assert found is not None
    assert (found.earliest, found.latest) == (at(2025, 12, 18), at(2025, 12, 18, 23, 59, 59))


def test_yesterday_begins_at_the_outlets_midnight() -> None:
    found = read_relative("yesterday", base_of(date(2025, 12, 19), NOW, TASHKENT))
    assert found is not None
    assert (found.earliest, found.latest) == (at(2025, 12, 17, 19), at(2025, 12, 18, 18, 59, 59))
    before = read_relative("the day before yesterday", PAGE)
    assert before is not None
    assert (before.earliest, before.latest) == (at(2025, 12, 17), at(2025, 12, 17, 23, 59, 59))


def test_the_date_of_a_page_is_a_day_of_its_outlet() -> None:
    base = base_of(date(2025, 12, 19), NOW, TASHKENT)
    assert (base.earliest, base.latest) == (at(2025, 12, 18, 19), at(2025, 12, 19, 18, 59, 59))


@pytest.mark.parametrize(
    ("printed", "days_least", "days_most"),
    [("3 weeks ago", 17.5, 28), ("1 month ago", 15, 62), ("1 year ago", 182.5, 732), ("2 days ago", 1.5, 2.5)],
)
def test_from_a_day_only_days_are_taken_as_rounded(printed: str, days_least: float, days_most: float) -> None:
    found = read_relative(printed, PAGE)
    assert found is not None
    assert found.earliest == at(2025, 12, 19) - timedelta(days=days_most)
    assert found.latest == at(2025, 12, 19, 23, 59, 59) - timedelta(days=days_least)


@pytest.mark.parametrize("printed", ["today", "сегодня, 10:00", "just now", "bugun"])
def test_today_ends_when_the_page_was_read(printed: str) -> None:
    found = read_relative(printed, INSTANT)
    assert found is not None
    assert (found.earliest, found.latest) == (at(2026, 11, 23), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5 min",
        "5 min read",
        "2d",
        "in 2 days",
        "99999999 years ago",
        "2500 years ago",
        "500 years ago",
        "long ago",
        "x" * 100,
        "The war began two days ago, and nobody knows what comes next in the region",
        "some ago",
        "2 days",
        "Two Decades Ago",
        "What we knew a year ago",
        "9999 years ago",
        "500 лет назад",
        "Years Ago",
        "2 foo назад",
        "days ago",
        "2 and ago",
        "ago",
        "2 ago",
        "77777 days ago",
        "2 days / 3 hours ago",
        "a" * 54 + "! ago",
    ],
)
def test_what_is_no_relative_date_is_none(text: str) -> None:
    assert read_relative(text, PAGE) is None


def test_moments_are_near_the_base() -> None:
    for printed in ("0 minutes ago", "30 seconds ago"):
        found = read_relative(printed, INSTANT)
        assert found is not None
        assert found.earliest is not None
        assert NOW - found.earliest < timedelta(minutes=2)


def test_a_page_of_today_was_made_before_now() -> None:
    base = base_of(date(2026, 11, 23), NOW)
    assert (base.earliest, base.latest) == (at(2026, 11, 23), NOW)
    tomorrow = base_of(date(2026, 11, 24), NOW)
    assert tomorrow.latest == at(2026, 11, 24, 23, 59, 59)


@pytest.mark.parametrize(
    ("printed", "expected", "assumed"),
    [
        ("Fri, 19 Dec 2025 10:00:00 +0000", at(2025, 12, 19, 10), False),
        ("Fri, 19 Dec 2025 10:00:00 GMT", at(2025, 12, 19, 10), False),
        ("Fri, 19 Dec 2025 10:00:00 MSK", at(2025, 12, 19, 7), False),
        ("Fri, 19 Dec 2025 10:00:00 ALMT", at(2025, 12, 19, 5), False),
        ("Tue, 19 Dec 2023 10:00:00 ALMT", at(2023, 12, 19, 4), False),
        ("Sat, 19 Jul 2025 10:00:00 CEST", at(2025, 7, 19, 8), False),
        ("Fri, 19 Dec 2025 10:00:00", at(2025, 12, 19, 5), True),
        ("Fri, 19 Dec 2025 10:00:00 XYZ", at(2025, 12, 19, 5), True),
        ("Fri, 19 Dec 25 10:00 EST", at(2025, 12, 19, 15), False),
        ("Sun, 19 Dec 99 10:00 Z", at(1999, 12, 19, 10), False),
        ("Пт, 19 дек 2025 10:00:00 +0300", at(2025, 12, 19, 7), False),
        ("2025-12-19T10:00:00.123+05:30", at(2025, 12, 19, 4, 30), False),
        ("2025-12-19T10:00:00", at(2025, 12, 19, 5), True),
        ("2024-04-28 07:00:00Z", at(2024, 4, 28, 7), False),
        ("2023-04-28 18:11:01.0", at(2023, 4, 28, 13, 11, 1), True),
        ("Fri Apr 28 19:20:36 CEST 2023", at(2023, 4, 28, 17, 20, 36), False),
        ("Dec. 19, 2025 5:30 pm", at(2025, 12, 19, 12, 30), True),
        ("December 19, 2025 at 12:05 a.m.", at(2025, 12, 18, 19, 5), True),
        ("19 декабря 2025 г., 10:30", at(2025, 12, 19, 5, 30), True),
        ("19.12.2025 10:00", at(2025, 12, 19, 5), True),
        ("Fri, 19 Dec 2025 10:00:00 +0500 (Almaty)", at(2025, 12, 19, 5), False),
        ("20251219T103000Z", at(2025, 12, 19, 10, 30), False),
        ("20251219T1030", at(2025, 12, 19, 5, 30), True),
        ("Fri, 19 Dec 2025 24:00:00 GMT", at(2025, 12, 20), False),
        ("12/19/2025 10:00:00 AM", at(2025, 12, 19, 5), True),
        ("Sat, 31 Dec 2016 23:59:60 GMT", at(2016, 12, 31, 23, 59, 59), False),
    ],
)
def test_instants_keep_their_zone_or_take_the_outlets_and_say_so(
    printed: str, expected: datetime, assumed: bool
) -> None:
    found = read_absolute(printed, TASHKENT)
    assert found is not None
    assert found.published == instant(expected)
    assert found.assumed_zone is assumed


@pytest.mark.parametrize(
    "printed",
    [
        "19 December 2025",
        "19th Dec 2025",
        "December 19, 2025",
        "Dec. 19, 2025",
        "2025-12-19",
        "19.12.2025",
        "19/12/2025",
        "19 декабря 2025",
        "19 дек. 2025 г.",
        "19-dekabr, 2025",
        "19 желтоқсан 2025",
        "19 Aralık 2025",
        "19 декабр 2025",
        "the 19th of December, 2025",
        "20251219",
        "Friday, 19 December 2025",
    ],
)
def test_days_are_days_of_the_outlet(printed: str) -> None:
    found = read_absolute(printed, TASHKENT)
    assert found is not None
    assert found.published == Published(
        earliest=at(2025, 12, 18, 19), latest=at(2025, 12, 19, 18, 59, 59), precision=Precision.DAY
    )


def test_the_day_comes_before_the_month() -> None:
    assert read_day("10.01.2025") == date(2025, 1, 10)
    assert read_day("10/01/2025") == date(2025, 1, 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "2025",
        "1 2 3",
        "31.02.2025",
        "30 February 2025",
        "19 December",
        "Marvel 12, 2020",
        "25:00",
        "The 19 things",
        "19 December 1025",
        "99 Dec 2025",
        "2025-12-19 25:00",
        "word",
        "1 Jan 0001",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "19 Dec 2025 24:30",
        "13/13/2025",
        "Vision 2030",
        "x" * 100,
        "2 days ago",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_absolute(text, UTC) is None
    assert read_day(text) is None


def test_any_way_of_printing_a_date_is_tried_and_introductions_are_skipped() -> None:
    relative = read_date("Posted: 2 days ago", base=PAGE, zone=UTC)
    assert relative is not None
    assert relative.published == read_relative("2 days ago", PAGE)
    absolute = read_date("Published on 19 December 2025", base=PAGE, zone=UTC)
    assert absolute == read_absolute("19 December 2025", UTC)
    assert read_date("Posted:", base=PAGE, zone=UTC) is None
    for around in ("(2 days ago)", "2 days ago |", "— 2 days ago", "• 2 days ago", "- 2 days ago"):
        assert read_date(around, base=PAGE, zone=UTC) == relative


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Dec 12", date(2025, 12, 12)),
        ("12 December", date(2025, 12, 12)),
        ("Fri, Dec. 12th", date(2025, 12, 12)),
        ("12 декабря", date(2025, 12, 12)),
        ("Dec 20", date(2025, 12, 20)),
        ("21 Dec", date(2024, 12, 21)),
        ("Jan 1", date(2025, 1, 1)),
        ("Feb 29", date(2024, 2, 29)),
    ],
)
def test_a_date_without_a_year_is_the_last_such_day(printed: str, day: date) -> None:
    found = read_date(printed, base=PAGE, zone=UTC)
    assert found == read_absolute(day.isoformat(), UTC)


def test_a_time_without_a_year_is_an_instant_of_the_outlet() -> None:
    found = read_date("12 Dec, 10:30", base=PAGE, zone=TASHKENT)
    assert found is not None
    assert found.published == instant(at(2025, 12, 12, 5, 30))
    assert found.assumed_zone


@pytest.mark.parametrize(
    "text", ["Feb 30", "May 32", "Marvel 12", "Happy May 9", "Dec 12 and more", "12", "2 days ago" + " " * 300 + "x"]
)
def test_other_words_without_a_year_are_no_date(text: str) -> None:
    assert read_date(text, base=PAGE, zone=UTC) is None


def test_the_future_is_now_for_ordering_and_kept_beside_it() -> None:
    soon = NOW + timedelta(hours=3)
    assert clamped(instant(soon), NOW) == Published(at=NOW, earliest=NOW, latest=soon, precision=Precision.INSTANT)
    day = Published(earliest=soon, latest=soon + timedelta(hours=20), precision=Precision.DAY)
    assert clamped(day, NOW).at is None
    assert clamped(day, NOW).earliest == NOW
    assert clamped(instant(NOW), NOW) == instant(NOW)
    assert clamped(Published(), NOW) == Published()


@pytest.mark.parametrize(
    ("name", "hours"), [("UTC+5", 5), ("-0330", -3.5), ("+06", 6), ("−05:00", -5), ("uzt", 5), ("IRST", 3.5), ("Z", 0)]
)
def test_zones_have_names_and_offsets(name: str, hours: float) -> None:
    zone = zone_named(name)
    assert zone is not None
    assert NOW.astimezone(zone).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "XYZ", "+99", "+0075", "IST"])
def test_other_names_mean_no_zone(name: str) -> None:
    assert zone_named(name) is None


@settings(deadline=None)
@given(st.text(max_size=70))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = read_date(text, base=PAGE, zone=TASHKENT)
    if found is not None:
        assert found.published.earliest is not None
        assert found.published.latest is not None
        assert found.published.earliest <= found.published.latest


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["minutes", "hours", "days", "weeks", "months", "years"]))
def test_any_count_gives_a_bracket_or_none(count: int, unit: str) -> None:
    found = read_relative(f"{count} {unit} ago", INSTANT)
    if found is not None:
        assert found.latest is not None
        assert found.latest <= NOW


UNITS = {"min": 60, "hour": 3600, "day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400, "year": 365 * 86_400}


def human_time_diff(seconds: int) -> str:
    """What WordPress prints: the largest unit that fits, rounded to the nearest, at least one."""
    name, unit = [(name, unit) for name, unit in UNITS.items() if seconds >= unit or name == "min"][-1]
    count = max(1, int(seconds / unit + 0.5))
    return f"{count} {name}{'s' if count > 1 else ''} ago"


@settings(deadline=None, max_examples=300)
@given(
    st.integers(0, 86_399),
    st.one_of(st.integers(0, 14 * 86_400), st.integers(0, 10**8)),
    st.sampled_from([UTC, TASHKENT]),
)
def test_the_bracket_of_a_wordpress_page_contains_the_truth(time_of_day: int, age: int, zone: tzinfo) -> None:
    made_at = datetime(2025, 12, 19, tzinfo=zone).astimezone(UTC) + timedelta(seconds=time_of_day)
    truth = made_at - timedelta(seconds=age)
    for base in (base_of(date(2025, 12, 19), NOW, zone), base_of(None, made_at, zone)):
        found = read_relative(human_time_diff(age), base)
        assert found is not None
        assert found.earliest is not None
        assert found.latest is not None
        assert found.earliest <= truth <= found.latest


class OverflowingParser:
    """dateparser on a bad day: its issues tell of numbers too large for a date."""

    def get_date_data(self, text: str) -> None:
        raise OverflowError(text)


def test_a_number_too_large_for_dateparser_is_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.collect.text.loose_dates._dateparser", OverflowingParser)
    assert read_absolute("the 77th day of December 2025", UTC) is None
