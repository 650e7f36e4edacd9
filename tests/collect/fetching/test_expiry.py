from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.fetching.expiry import LONGEST_FRESH, fresh_until, http_date, is_fresh
from tests.fakes import NOON

IN_AN_HOUR = "Fri, 19 Dec 2025 13:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'Public , MAX-AGE="600", immutable'}, 600),
        ({"cache-control": "private, max-age = 600"}, 600),
        ({"cache-control": "max-age=600, must-revalidate"}, 600),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "old"}, 600),
        ({"cache-control": "max-age=600", "age": "600"}, None),
        ({"cache-control": "max-age=600", "expires": "0"}, 600),
        ({"cache-control": "max-age=600, max-age=0"}, 600),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "must-revalidate, max-age=0"}, None),
        ({"cache-control": "max-age=0", "expires": IN_AN_HOUR}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({"cache-control": "max-age"}, None),
        ({"cache-control": "max-age=600, no-cache"}, None),
        ({"cache-control": 'max-age=600, no-cache="set-cookie"'}, None),
        ({"cache-control": "no-store, max-age=600"}, None),
        ({"pragma": "no-cache", "expires": IN_AN_HOUR}, None),
        ({"pragma": "no-cache", "cache-control": "max-age=600"}, 600),
        ({"cache-control": "max-age=600", "vary": "Accept-Encoding"}, 600),
        ({"cache-control": "max-age=600", "vary": "Accept-Encoding, Accept"}, None),
        ({"cache-control": "max-age=600", "vary": "*"}, None),
        ({"expires": IN_AN_HOUR}, 3600),
        ({"expires": IN_AN_HOUR, "age": "600"}, 3000),
        ({"expires": IN_AN_HOUR, "date": "Fri, 19 Dec 2025 12:50:00 GMT"}, 600),
        ({"expires": "Fri, 19 Dec 2025 11:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({"cache-control": "max-age=31536000"}, LONGEST_FRESH.total_seconds()),
        ({"cache-control": "max-age=" + "9" * 400}, LONGEST_FRESH.total_seconds()),
    ],
)
def test_an_answer_holds_as_long_as_its_site_says(headers: dict[str, str], seconds: float | None) -> None:
    expected = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert fresh_until(headers, now=NOON) == expected


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(None, False), (0, False), (1, True), (12 * 3600, True), (12 * 3600 + 1, False), (-1, False)]
)
def test_what_another_clock_noted_does_not_hold(seconds: float | None, *, fresh: bool) -> None:
    until = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert is_fresh(until, now=NOON) is fresh


def test_a_daily_collecting_always_asks() -> None:
    until = fresh_until({"cache-control": "max-age=604800"}, now=NOON)
    assert not is_fresh(until, now=NOON + timedelta(hours=23, minutes=59))


def test_a_date_that_cannot_be_is_none() -> None:
    assert http_date("Fri, 31 Dec 9999 23:59:00 -2359") is None
    assert http_date("Fri, 19 Dec 2025 17:00:00 +0500") == NOON


@given(st.dictionaries(st.sampled_from(("cache-control", "pragma", "vary", "age", "expires", "date")), st.text()))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    until = fresh_until(headers, now=NOON)
    assert until is None or NOON < until <= NOON + LONGEST_FRESH
