from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.reader import Reader
from digest.audience.rhythm import PLAIN, WEEK, Pace, Rhythm, Weekday, in_week_order, weekday_of
from digest.compose.due import UNSCHEDULED, Coming, age_limit, coming, due, overtaken, zone_of
from digest.compose.issue import NotDue
from digest.compose.newsletter import Selection
from digest.compose.schedule import Schedule
from tests.builders import a_reader

#: Tuesday, 1 December 2026; nothing is put forward or back in Almaty, which is five hours ahead of UTC.
TUESDAY = date(2026, 12, 1)
ALMATY = "Asia/Almaty"
MORNINGS = Schedule(at=("06:00",), time_zone=ALMATY)
MONDAYS = Schedule(at=("06:00",), days=(Weekday.MONDAY,), time_zone=ALMATY)
BY_HAND = Schedule()
DAILY, WEEKLY = Pace.DAILY, Pace.WEEKLY


def at(day: int, hour: int, minute: int = 0, *, zone: str = ALMATY) -> datetime:
    """Return a time of day in December 2026, on a clock in Almaty unless said otherwise."""
    return datetime(2026, 12, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def an_issue(composed: datetime, *, now: datetime | None = None, schedule: Schedule = MORNINGS) -> Coming:
    return coming(schedule, own_zone=ALMATY, composed_at=composed, now=now or composed)


def someone(
    rhythm: Rhythm,
    *,
    last: datetime | None = None,
    zone: str = ALMATY,
    joined: datetime | None = None,
    is_awaiting: bool = False,
) -> Reader:
    return a_reader(
        rhythm=rhythm,
        accepted_at=last,
        time_zone=zone,
        joined_at=joined or datetime(2026, 11, 1, tzinfo=UTC),
        is_awaiting=is_awaiting,
    )


OUT = at(1, 6, 3)  # composed three minutes after it was to come out


def test_whoever_said_nothing_gets_every_issue_at_once() -> None:
    assert due(someone(PLAIN, last=OUT - timedelta(minutes=1)), an_issue(OUT)) == OUT


def test_nobody_has_two_issues_under_way() -> None:
    assert due(someone(PLAIN, is_awaiting=True), an_issue(OUT)) is NotDue.EARLIER_ISSUE


@pytest.mark.parametrize("pace", [Pace.EVERY_ISSUE, DAILY])
@pytest.mark.parametrize(
    ("hour", "zone", "wanted"),
    [
        (7, ALMATY, at(1, 7)),
        (23, ALMATY, at(1, 23)),
        (5, ALMATY, at(2, 5)),  # the last hour before the next issue
        (6, ALMATY, OUT),  # when it was to come out: three minutes late
        (19, "America/New_York", at(1, 19, zone="America/New_York")),
        (7, "Asia/Kathmandu", at(1, 7, zone="Asia/Kathmandu")),
        (7, "UTC", at(1, 7)),  # never told, so the newsletter's own
        (7, "Mars/Olympus", at(1, 7)),
    ],
)
def test_an_issue_waits_for_each_readers_own_hour(pace: Pace, hour: int, zone: str, wanted: datetime) -> None:
    assert due(someone(Rhythm(pace=pace, hour=hour), zone=zone), an_issue(OUT)) == wanted


def test_where_clocks_are_put_forward_the_hour_is_the_first_after_the_gap() -> None:
    issue = coming(BY_HAND, own_zone="UTC", composed_at=(out := datetime(2026, 3, 28, 20, tzinfo=UTC)), now=out)
    two_in_berlin = someone(Rhythm(hour=2), zone="Europe/Berlin")
    assert due(two_in_berlin, issue) == datetime(2026, 3, 29, 1, tzinfo=UTC)  # shown as 03:00 there


def test_where_clocks_are_put_back_the_hour_comes_once() -> None:
    evening, night = datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    two_in_berlin = Rhythm(hour=2)
    first = due(
        someone(two_in_berlin, zone="Europe/Berlin"),
        coming(BY_HAND, own_zone="UTC", composed_at=evening, now=evening),
    )
    assert first == datetime(2026, 10, 25, 0, tzinfo=UTC)
    again = due(
        someone(two_in_berlin, zone="Europe/Berlin", last=datetime(2026, 10, 25, 0, tzinfo=UTC)),
        coming(BY_HAND, own_zone="UTC", composed_at=night, now=night),
    )
    assert again is NotDue.FREQUENCY  # the next 02:00 there is 24 hours and a half away


def test_of_several_issues_a_day_the_last_before_the_hour_is_theirs() -> None:
    often = Schedule(at=("06:00", "12:00", "17:00"), time_zone=ALMATY)
    reader = someone(Rhythm(hour=18), last=at(30, 18) - timedelta(days=30))
    assert due(reader, an_issue(at(1, 6, 1), schedule=often)) is NotDue.FREQUENCY
    assert due(reader, an_issue(at(1, 12, 1), schedule=often)) is NotDue.FREQUENCY
    assert due(reader, an_issue(at(1, 17, 1), schedule=often)) == at(1, 18)


def test_a_second_issue_after_the_hour_waits_for_the_next_day() -> None:
    served = someone(Rhythm(hour=7), last=at(1, 7, 1))
    assert due(served, an_issue(at(1, 7, 30))) is NotDue.FREQUENCY
    assert due(served, an_issue(at(1, 8), schedule=BY_HAND)) == at(2, 7)


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (at(1, 7, 30), at(1, 7, 30)),  # approved half an hour after their hour
        (at(1, 13), at(1, 13)),  # six hours: still
        (at(1, 13, 1), NotDue.TOO_LATE),  # the next seven o'clock is after the next issue
    ],
)
def test_who_was_missed_gets_it_late_or_not_at_all(now: datetime, wanted: datetime | NotDue) -> None:
    assert due(someone(Rhythm(hour=7)), an_issue(OUT, now=now)) == wanted


def test_who_was_missed_by_more_gets_it_at_the_next_hour_if_no_issue_comes_before() -> None:
    reader = someone(Rhythm(hour=7))
    assert due(reader, an_issue(at(1, 6), now=at(1, 20), schedule=MONDAYS)) == at(2, 7)
    assert due(reader, an_issue(at(1, 6), now=at(1, 20), schedule=BY_HAND)) == at(2, 7)
    # Two hours were missed: what counts is how long ago the last one was.
    assert due(reader, an_issue(at(1, 6), now=at(2, 9), schedule=MONDAYS)) == at(2, 9)


def test_an_issue_that_is_out_leaves_who_was_missed_to_the_next_one() -> None:
    reader = someone(Rhythm(hour=7))
    for schedule in (MORNINGS, BY_HAND):
        issue = overtaken(an_issue(at(1, 6), now=at(2, 6), schedule=schedule), schedule)
        assert due(reader, issue) is NotDue.TOO_LATE
    weekly = overtaken(an_issue(at(1, 6), now=at(2, 6), schedule=MONDAYS), MONDAYS)
    assert due(reader, weekly) == at(2, 7)


def test_late_does_not_go_into_a_quiet_day() -> None:
    reader = someone(Rhythm(hour=23, quiet_days=frozenset({Weekday.WEDNESDAY})))
    assert due(reader, an_issue(OUT, now=at(2, 1))) is NotDue.TOO_LATE
    assert due(reader, an_issue(at(1, 6), now=at(2, 1), schedule=MONDAYS)) == at(3, 23)


@pytest.mark.parametrize(
    ("composed", "last", "wanted"),
    [
        (at(1, 6), at(25, 8) - timedelta(days=30), NotDue.FREQUENCY),  # Tuesday: Wednesday's issue has it
        (at(2, 6), at(25, 8) - timedelta(days=30), at(2, 8)),  # Wednesday, at their hour
        (at(3, 6), at(2, 8, 2), NotDue.FREQUENCY),
        (at(8, 6), at(2, 8, 2), NotDue.FREQUENCY),
        (at(9, 6), at(2, 8, 2), at(9, 8)),
        (at(4, 6), at(25, 8) - timedelta(days=30), at(4, 8)),  # Wednesday brought nothing: their turn goes on
        (at(4, 6), at(3, 8), NotDue.FREQUENCY),  # it came a day late: next Wednesday again
    ],
)
def test_a_weekly_reader_has_one_turn_a_week(composed: datetime, last: datetime, wanted: datetime | NotDue) -> None:
    assert due(someone(Rhythm(pace=WEEKLY, weekday=Weekday.WEDNESDAY, hour=8), last=last), an_issue(composed)) == wanted


def test_a_weekly_readers_day_comes_between_two_issues() -> None:
    wednesdays = someone(Rhythm(pace=WEEKLY, weekday=Weekday.WEDNESDAY, hour=8), last=at(25, 8) - timedelta(days=30))
    assert due(wednesdays, an_issue(at(7, 6) - timedelta(days=7), schedule=MONDAYS)) == at(2, 8)


def test_a_weekly_reader_without_an_hour_gets_the_issue_of_their_day() -> None:
    wednesdays = Rhythm(pace=WEEKLY, weekday=Weekday.WEDNESDAY)
    last = at(25, 6, 20) - timedelta(days=30)
    assert due(someone(wednesdays, last=last), an_issue(OUT)) is NotDue.FREQUENCY
    assert due(someone(wednesdays, last=last), an_issue(at(2, 6, 3))) == at(2, 6, 3)
    assert due(someone(wednesdays, last=at(2, 6, 20)), an_issue(at(3, 6))) is NotDue.FREQUENCY


def test_a_new_weekly_reader_waits_for_their_day() -> None:
    wednesdays = Rhythm(pace=WEEKLY, weekday=Weekday.WEDNESDAY)
    at_eight = Rhythm(pace=WEEKLY, weekday=Weekday.WEDNESDAY, hour=8)
    assert due(someone(wednesdays, joined=at(1, 5)), an_issue(OUT)) is NotDue.FREQUENCY
    assert due(someone(wednesdays, joined=at(2, 5)), an_issue(at(2, 6))) == at(2, 6)  # it is their day
    assert due(someone(at_eight, joined=at(2, 5)), an_issue(at(2, 6))) == at(2, 8)
    assert due(someone(at_eight, joined=at(2, 9)), an_issue(at(3, 6))) is NotDue.FREQUENCY  # eight is over
    unknown = a_reader(rhythm=at_eight, time_zone=ALMATY)
    assert due(unknown, an_issue(OUT)) == at(1, 8)


def test_a_daily_reader_without_an_hour_gets_the_first_issue_of_the_day() -> None:
    daily = Rhythm(pace=DAILY)
    assert due(someone(daily, last=at(30, 6, 20) - timedelta(days=30)), an_issue(OUT)) == OUT
    assert due(someone(daily), an_issue(OUT)) == OUT
    assert due(someone(daily, last=at(1, 6, 20)), an_issue(at(1, 12))) is NotDue.FREQUENCY
    # An issue of half past eleven in the evening was accepted after midnight: that day still has its own.
    assert due(someone(daily, last=at(1, 0, 5)), an_issue(at(1, 23, 30), schedule=BY_HAND)) == at(1, 23, 30)


def test_quiet_days_are_left_out() -> None:
    weekend = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
    assert due(someone(Rhythm(hour=7, quiet_days=weekend)), an_issue(at(5, 6))) is NotDue.QUIET_DAY
    assert due(someone(Rhythm(hour=7, quiet_days=weekend)), an_issue(at(7, 6))) == at(7, 7)
    assert due(someone(Rhythm(quiet_days=weekend)), an_issue(at(5, 6))) is NotDue.QUIET_DAY
    assert due(someone(Rhythm(quiet_days=weekend)), an_issue(at(4, 6))) == at(4, 6)
    # A newsletter of Saturdays: the next day that is not quiet, at the same time.
    saturdays = Schedule(at=("06:00",), days=(Weekday.SATURDAY,), time_zone=ALMATY)
    assert due(someone(Rhythm(quiet_days=weekend)), an_issue(at(5, 6, 3), schedule=saturdays)) == at(7, 6)
    assert due(someone(Rhythm(hour=9, quiet_days=weekend)), an_issue(at(5, 6, 3), schedule=saturdays)) == at(7, 9)


def test_a_pause_ends_on_its_day() -> None:
    until = date(2026, 12, 3)
    assert due(someone(Rhythm(paused_until=until)), an_issue(at(2, 6))) is NotDue.PAUSED
    assert due(someone(Rhythm(paused_until=until)), an_issue(at(3, 6))) == at(3, 6)
    assert due(someone(Rhythm(paused_until=until, hour=7)), an_issue(at(2, 6))) is NotDue.PAUSED
    assert due(someone(Rhythm(paused_until=until, hour=5)), an_issue(at(2, 6))) == at(3, 5)


rhythms = st.builds(
    Rhythm,
    pace=st.sampled_from([Pace.EVERY_ISSUE, DAILY]),
    hour=st.none() | st.integers(0, 23),
    quiet_days=st.frozensets(st.sampled_from(WEEK), max_size=5),
) | st.builds(
    Rhythm,
    pace=st.just(WEEKLY),
    weekday=st.sampled_from(WEEK),
    hour=st.none() | st.integers(0, 23),
    quiet_days=st.frozensets(st.sampled_from(WEEK), max_size=5),
)
zones = st.sampled_from(
    ["Asia/Almaty", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
)
times = st.sampled_from(["00:30", "02:30", "06:00", "12:00", "23:30"])
schedules = st.just(BY_HAND) | st.builds(
    Schedule,
    at=st.lists(times, min_size=1, max_size=3, unique=True).map(lambda some: tuple(sorted(some))),
    days=st.lists(st.sampled_from(WEEK), min_size=1, unique=True).map(in_week_order),
    time_zone=zones,
)
instants = st.integers(0, 525_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@given(rhythms, zones, schedules, instants, st.none() | st.integers(1, 20_000))
def test_what_is_due_is_so_before_the_next_issue_and_on_their_hours_and_days(
    rhythm: Rhythm, zone: str, schedule: Schedule, now: datetime, minutes_ago: int | None
) -> None:
    last = None if minutes_ago is None else now - timedelta(minutes=minutes_ago)
    reader = someone(rhythm, last=last, zone=zone, joined=now - timedelta(days=90))
    issue = coming(schedule, own_zone=ALMATY, composed_at=now, now=now)
    found = due(reader, issue)
    if isinstance(found, NotDue):
        return
    there = zone_of(reader, ALMATY)
    assert now <= found < issue.next_at
    assert weekday_of(found.astimezone(there).date()) not in rhythm.quiet_days
    if rhythm.hour is not None and found > now:
        shown = found.astimezone(there)
        before = (found - timedelta(hours=1)).astimezone(there)
        assert shown.hour == rhythm.hour or before.hour < rhythm.hour  # in a gap it is the first instant after it


@given(rhythms, zones, schedules, instants)
def test_nobody_is_left_out_for_ever(rhythm: Rhythm, zone: str, schedule: Schedule, begins: datetime) -> None:
    """Whoever runs a newsletter reaches everybody within a few issues more than their pace and quiet days take."""
    last = begins - timedelta(days=8)
    now = begins
    for _ in range(120):
        issue = coming(schedule, own_zone=ALMATY, composed_at=now, now=now)
        found = due(someone(rhythm, last=last, zone=zone), issue)
        if isinstance(found, datetime):
            return
        now = issue.next_at if schedule.is_set else now + UNSCHEDULED
    raise AssertionError(f"{rhythm} got nothing in 120 issues")


def test_a_rhythm_never_makes_an_article_too_old() -> None:
    short, long = Selection(max_age_days=2), Selection(max_age_days=30)
    weekend = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
    weekly = Rhythm(pace=WEEKLY, weekday=Weekday.SUNDAY, quiet_days=weekend)
    assert age_limit(PLAIN, short) == 2
    assert age_limit(Rhythm(pace=DAILY), short) == 2
    assert age_limit(Rhythm(quiet_days=weekend), short) == 4
    assert age_limit(weekly, short) == 10
    assert age_limit(weekly, long) == 30
