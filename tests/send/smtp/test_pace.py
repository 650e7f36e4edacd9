"""How long domains are left alone that asked for it."""

from dataclasses import dataclass

import pytest

from digest.send.mailers.smtp.pace import (
    DOMAIN_SECONDS,
    LONGEST_SECONDS,
    MANY,
    QUOTA_SECONDS,
    READER_SECONDS,
    Pace,
)
from digest.send.mailers.smtp.replies import Reply

POLICY = Reply(451, "4.7.1 slow down")
QUOTA = Reply(421, "4.7.28 unusual rate")
GREY = Reply(450, "4.2.0 greylisted")
BUSY = Reply(450, "mailbox busy")


@dataclass
class Seconds:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_who_asked_for_nothing_is_not_waited_for(seconds: Seconds) -> None:
    assert Pace(seconds).wait("example.org") == (0.0, "")


def test_a_domain_that_slows_us_down_is_left_alone_and_others_are_not(seconds: Seconds) -> None:
    pace = Pace(seconds)

    assert pace.later("example.org", POLICY) == DOMAIN_SECONDS
    assert pace.wait("example.org") == (DOMAIN_SECONDS, "451 4.7.1 slow down")
    assert pace.wait("example.net") == (0.0, "")
    seconds.now += DOMAIN_SECONDS
    assert pace.wait("example.org")[0] == 0.0


def test_it_is_left_alone_for_longer_each_time_up_to_an_hour(seconds: Seconds) -> None:
    pace = Pace(seconds)
    waits = []
    for _ in range(9):
        waits.append(pace.later("example.org", POLICY))
        seconds.now += waits[-1]

    assert waits[:3] == [DOMAIN_SECONDS, 2 * DOMAIN_SECONDS, 4 * DOMAIN_SECONDS]
    assert waits[-1] == LONGEST_SECONDS


def test_what_several_connections_are_told_at_once_is_one_strike(seconds: Seconds) -> None:
    pace = Pace(seconds)

    assert [pace.later("example.org", POLICY) for _ in range(8)] == [DOMAIN_SECONDS] * 8


def test_a_quota_is_ten_minutes_at_least(seconds: Seconds) -> None:
    assert Pace(seconds).later("example.org", QUOTA) == QUOTA_SECONDS


def test_a_yes_makes_good_for_everything(seconds: Seconds) -> None:
    pace = Pace(seconds)
    pace.later("example.org", POLICY)
    pace.took("example.org")

    assert pace.wait("example.org") == (0.0, "")
    assert pace.later("example.org", POLICY) == DOMAIN_SECONDS


def test_a_grey_list_keeps_back_nobody_else(seconds: Seconds) -> None:
    pace = Pace(seconds)

    assert {pace.later("example.org", GREY) for _ in range(3 * MANY)} == {READER_SECONDS}
    assert pace.wait("example.org") == (0.0, "")


def test_many_readers_in_a_row_are_about_their_domain(seconds: Seconds) -> None:
    pace = Pace(seconds)

    assert [pace.later("example.org", BUSY) for _ in range(MANY)] == [READER_SECONDS] * (MANY - 1) + [DOMAIN_SECONDS]
    assert pace.wait("example.org")[0] == DOMAIN_SECONDS
