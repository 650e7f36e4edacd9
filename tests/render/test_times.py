from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.collect.article import UNDATED, Precision, Published
from digest.compose.zones import OWN
from digest.render.times import date_of, from_utc, times_of, when, whose_times
from digest.render.words import Words, words_for
from digest.resources import templates_dir
from tests.builders import a_frozen_issue, a_newsletter, an_article, published

ENGLISH = words_for("en", templates_dir())
RUSSIAN = words_for("ru", templates_dir())
ALMATY = ZoneInfo("Asia/Almaty")
NIGHT = datetime(2025, 12, 18, 20, 30, tzinfo=UTC)


def say(published: Published, words: Words = ENGLISH) -> str:
    return when(published, zone=ALMATY, beside=date(2025, 12, 19), words=words)


def bracket(days: int, precision: Precision) -> Published:
    begin = datetime(2025, 12, 16, 19, tzinfo=UTC)
    return Published(earliest=begin, latest=begin + timedelta(days=days, seconds=-1), precision=precision)


def test_an_instant_is_told_to_the_minute() -> None:
    instant = Published(at=NIGHT, earliest=NIGHT, latest=NIGHT, precision=Precision.INSTANT)
    assert say(instant) == "19 December, 01:30"
    assert say(instant, RUSSIAN) == "19 декабря, 01:30"


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (bracket(1, Precision.DAY), "17 December"),
        (bracket(2, Precision.RELATIVE), "17 December"),
        (bracket(8, Precision.RELATIVE), "about 20 December"),
        (Published(at=NIGHT.replace(year=2024), precision=Precision.DAY), "19 December 2024"),
        (UNDATED, ""),
    ],
)
def test_less_is_told_where_less_is_known(published: Published, said: str) -> None:
    assert say(published) == said


def test_an_instant_is_told_in_every_zone_of_the_issue() -> None:
    frozen = a_frozen_issue(zones=["America/New_York", "Pacific/Kiritimati"])
    assert times_of(published(NIGHT), frozen, ENGLISH) == {
        OWN: "19 December, 01:30",
        "America/New_York": "18 December, 15:30",
        "Pacific/Kiritimati": "19 December, 10:30",
    }
    assert date_of(published(NIGHT), frozen, ENGLISH) == ""


def test_a_bare_date_is_the_same_for_everybody() -> None:
    frozen = a_frozen_issue(zones=["Pacific/Kiritimati"])
    assert times_of(bracket(1, Precision.DAY), frozen, ENGLISH) == {}
    assert date_of(bracket(1, Precision.DAY), frozen, ENGLISH) == "17 December"


def test_whose_times_they_are_is_told_with_the_clock_for_those_who_live_elsewhere() -> None:
    frozen = a_frozen_issue(zones=["America/St_Johns"])
    assert whose_times(frozen, ENGLISH) == {
        OWN: "Times are those of Almaty (UTC+5).",
        "America/St_Johns": "Times are those of St John’s (UTC−3:30).",
    }
    assert whose_times(frozen, RUSSIAN)[OWN] == "Время указано по часовому поясу: Алматы (UTC+5)."


def test_a_clock_that_was_changed_between_the_articles_is_told_by_its_city_alone() -> None:
    articles = [an_article(1, at=NIGHT), an_article(2, at=NIGHT - timedelta(days=60))]
    frozen = a_frozen_issue(*articles, newsletter=a_newsletter(time_zone="UTC"), zones=["Europe/Lisbon"])
    assert whose_times(frozen, ENGLISH) == {
        OWN: "Times are those of UTC.",
        "Europe/Lisbon": "Times are those of Lisbon.",
    }


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "UTC+0"), (300, "UTC+5"), (345, "UTC+5:45"), (-210, "UTC−3:30"), (840, "UTC+14")]
)
def test_a_clock_is_told_as_people_write_it(minutes: int, said: str) -> None:
    assert from_utc(timedelta(minutes=minutes)) == said
