"""Dates as outlets from Warsaw to Almaty print them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.collect.article import Precision
from digest.collect.text.date_words import month_of, plainly
from digest.collect.text.dates import read_date
from digest.collect.text.relative_dates import base_of

ALMATY = ZoneInfo("Asia/Almaty")
BASE = base_of(None, datetime(2025, 12, 20, 6, tzinfo=UTC), ALMATY)


@pytest.mark.parametrize(
    "printed",
    [
        "Last updated on 19 December 2025",
        "December 19th, 2025",
        "19 декабря 2025 года",
        "2025 жылғы 19 желтоқсан",
        "19-желтоқсан 2025 жыл",
        "Жарияланды: 19.12.2025",
        "2025-жылдын 19-декабры",
        "19-декабрь, 2025",
        "2025-yil 19-dekabr",
        "19-dekabr 2025-yil",
        "2025 йил 19 декабрь",
        "E’lon qilindi: 19.12.2025",
        "19 декабри соли 2025",
        "19-njy dekabr 2025",
        "2025-nji ýylyň 19-njy dekabry",
        "19 Aralık 2025 Cuma",
        "Freitag, 19. Dezember 2025",
        "Veröffentlicht am 19.12.2025",
        "vendredi 19 décembre 2025",
        "viernes, 19 de diciembre de 2025",
        "19 dic 2025",
        "2025/12/19",
    ],
)
def test_a_day_is_read_in_the_languages_of_the_region_and_its_neighbours(printed: str) -> None:
    found = read_date(printed, base=BASE, zone=ALMATY)
    assert found is not None
    assert found.published.precision is Precision.DAY
    assert found.published.earliest == datetime(2025, 12, 18, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "hour", "is_exact"),
    [
        ("Dec. 19, 2025, 3:14 p.m. ET", 20, True),
        ("Dec 19, 2025 3:14 PM EST", 20, True),
        ("July 19, 2025, 3:14 PM PT", 22, True),
        ("Friday, December 19, 2025 at 8:14 pm", 15, False),
        ("Published December 19, 2025, 10:14 (GMT+5)", 5, True),
        ("19 December 2025 10:14 (UTC+05:00)", 5, True),
        ("19 декабря 2025, 10:14 МСК", 7, True),
        ("2025 ж. 19 желтоқсан, сағат 10:14", 5, False),
        ("2025-yil 19-dekabr, soat 10:14", 5, False),
        ("10:14, 19 декабря 2025", 5, False),
        ("10:14 | 19.12.2025", 5, False),
        ("2025.12.19 10:14", 5, False),
        ("Freitag, 19. Dezember 2025, 10:14 Uhr", 5, False),
        ("Stand: 19.12.2025, 10:14 Uhr", 5, False),
        ("Publié le 19 décembre 2025 à 10h14", 5, False),
        ("viernes, 19 de diciembre de 2025, 10:14 h", 5, False),
        ("Publicado el 19/12/2025 a las 10:14", 5, False),
        ("19-декабрь, саат 10:14", 5, False),
    ],
)
def test_a_time_of_day_is_read_with_its_zone_wherever_it_stands(printed: str, hour: int, is_exact: bool) -> None:
    found = read_date(printed, base=BASE, zone=ALMATY)
    assert found is not None
    assert found.published.at is not None
    assert (found.published.at.hour, found.published.at.minute) == (hour, 14)
    assert found.published.at.day == 19
    assert found.assumed_zone is not is_exact


@pytest.mark.parametrize(
    ("printed", "least", "most"),
    [
        ("vor 2 Tagen", 36, 72),
        ("vor einer Stunde", 0.5, 2),
        ("vor 3 Std.", 2.5, 4),
        ("il y a 2 jours", 36, 72),
        ("il y a une heure", 0.5, 2),
        ("hace 2 días", 36, 72),
        ("hace una hora", 0.5, 2),
        ("2 күн мурун", 36, 72),
        ("3 саат мурун", 2.5, 4),
        ("2 рӯз пеш", 36, 72),
        ("3 соат пеш", 2.5, 4),
        ("2 gün öň", 36, 72),
        ("3 sagat öň", 2.5, 4),
        ("vor wenigen Stunden", 0, 12),
    ],
)
def test_counting_back_works_in_them_too(printed: str, least: float, most: float) -> None:
    found = read_date(printed, base=BASE, zone=ALMATY)
    assert found is not None
    assert found.published.earliest is not None
    assert found.published.latest is not None
    hours = [(BASE.latest - at).total_seconds() / 3600 for at in (found.published.latest, found.published.earliest)]
    assert hours == [least, most]


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("heute, 10:00 Uhr", 20),
        ("hoy", 20),
        ("aujourd’hui à 10h00", 20),
        ("şu gün", 20),
        ("имрӯз", 20),
        ("бүгүн", 20),
        ("gestern", 19),
        ("Hier", 19),
        ("ayer", 19),
        ("кечээ", 19),
        ("дирӯз, соат 10:00", 19),
        ("düýn", 19),
        ("vorgestern", 18),
    ],
)
def test_words_for_days_are_known_in_them_too(printed: str, day: int) -> None:
    found = read_date(printed, base=BASE, zone=ALMATY)
    assert found is not None
    assert found.published.earliest is not None
    assert found.published.earliest.astimezone(ALMATY).day == day
    assert found.published.precision is Precision.RELATIVE


@pytest.mark.parametrize(
    "text",
    [
        "Mars 12",
        "hier war ich",
        "vor dem Haus",
        "hace frío",
        "2025 жыл: қорытынды",
        "19 lessons of 2025",
        "On 12 May 2025 We Rise",
        "Stand by me",
    ],
)
def test_titles_are_no_dates(text: str) -> None:
    assert read_date(text, base=BASE, zone=ALMATY) is None


def test_months_are_numbers_and_what_is_no_month_is_none() -> None:
    assert [month_of(word) for word in ("12", "декабри", "Mayıs", "word", "и", "")] == [12, 12, 5, 0, 0, 0]


def test_a_zone_in_brackets_is_taken_for_the_zone_only_behind_a_time() -> None:
    assert plainly("19 Dec 2025 10:14 (ALMT)") == "19 Dec 2025 10:14 ALMT"
    assert plainly("19 Dec 2025 10:14 +0500 (PKT)") == "19 Dec 2025 10:14 +0500 (PKT)"
