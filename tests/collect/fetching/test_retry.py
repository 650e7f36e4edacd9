from datetime import timedelta

import pytest

from digest.collect.fetching.retry import pause_before_retry, retry_after
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("attempt", "status", "wish", "pause"),
    [
        (0, None, None, 1.0),
        (1, None, None, 2.0),
        (2, None, None, None),
        (0, 503, None, 1.0),
        (0, 502, 0.0, 1.0),
        (1, 504, 7.0, 7.0),
        (0, 503, 30.0, 30.0),
        (0, 503, 30.5, None),
        (0, 500, None, None),
        (0, 429, 1.0, None),
        (0, 200, None, None),
        (2, 503, None, None),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(
    attempt: int, status: int | None, wish: float | None, pause: float | None
) -> None:
    assert pause_before_retry(attempt, status=status, wish=wish) == pause


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Fri, 19 Dec 2025 12:01:30 GMT", 90.0),
        ("Fri, 19 Dec 2025 12:01:30 -0000", 90.0),
        ("Fri, 19 Dec 2025 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("9" * 400, 999999999.0),
    ],
)
def test_a_servers_wish_is_read_in_both_forms(said: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": said}, now=NOON) == seconds


def test_no_wish_is_none() -> None:
    assert retry_after({}, now=NOON + timedelta(days=1)) is None
