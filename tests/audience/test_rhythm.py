from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.rhythm import (
    PLAIN,
    WEEK,
    HourChange,
    Pace,
    PaceChange,
    PauseChange,
    QuietDaysChange,
    Rhythm,
    Weekday,
    changed,
    changes_of,
    in_week_order,
    weekday_of,
)

WEEKEND = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    pace = draw(st.sampled_from(Pace))
    return Rhythm(
        pace=pace,
        weekday=draw(st.sampled_from(Weekday)) if pace is Pace.WEEKLY else None,
        hour=draw(st.none() | st.integers(0, 23)),
        quiet_days=draw(st.frozensets(st.sampled_from(Weekday), max_size=6)),
        paused_until=draw(st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))),
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"pace": Pace.WEEKLY},
        {"weekday": Weekday.MONDAY},
        {"pace": Pace.DAILY, "weekday": Weekday.MONDAY},
        {"hour": 24},
        {"hour": -1},
        {"quiet_days": frozenset(WEEK)},
    ],
)
def test_parts_that_do_not_go_together_are_refused(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"day|hour"):
        Rhythm(**parts)  # type: ignore[arg-type]


def test_days_are_those_of_the_calendar() -> None:
    assert [weekday_of(date(2026, 12, day)) for day in (1, 5, 6, 7)] == ["tue", "sat", "sun", "mon"]
    assert in_week_order({Weekday.SUNDAY, Weekday.MONDAY}) == (Weekday.MONDAY, Weekday.SUNDAY)


def test_each_part_is_changed_by_itself() -> None:
    rhythm = changed(PLAIN, PaceChange(pace=Pace.WEEKLY, weekday=Weekday.FRIDAY))
    rhythm = changed(rhythm, HourChange(hour=7))
    rhythm = changed(rhythm, QuietDaysChange(days=WEEKEND))
    rhythm = changed(rhythm, PauseChange(until=date(2026, 12, 24)))
    assert rhythm == Rhythm(
        pace=Pace.WEEKLY, weekday=Weekday.FRIDAY, hour=7, quiet_days=WEEKEND, paused_until=date(2026, 12, 24)
    )
    assert not rhythm.is_plain
    assert PLAIN.is_plain


@given(rhythms(), rhythms())
def test_what_was_changed_leads_from_one_rhythm_to_the_other(shown: Rhythm, chosen: Rhythm) -> None:
    rhythm = shown
    for change in changes_of(shown, chosen):
        rhythm = changed(rhythm, change)
    assert rhythm == chosen
    assert changes_of(shown, shown) == ()


@given(rhythms(), rhythms(), rhythms())
def test_two_tabs_change_what_was_changed_in_each(shown: Rhythm, one: Rhythm, two: Rhythm) -> None:
    rhythm = shown
    for change in (*changes_of(shown, one), *changes_of(shown, two)):
        rhythm = changed(rhythm, change)
    for part in ("hour", "quiet_days", "paused_until"):
        of_the_second = getattr(two, part) != getattr(shown, part)
        assert getattr(rhythm, part) == getattr(two if of_the_second else one, part)
