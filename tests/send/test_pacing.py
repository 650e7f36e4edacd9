"""The gate's decisions, one table for each thing that it minds."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.compose.sending import Sending
from digest.ids import IssueId
from digest.send.pacing import (
    LOOK,
    Answers,
    Go,
    Halt,
    Seen,
    Today,
    Verdict,
    Wait,
    decide,
    domain_of,
    latest_of,
    pace_of,
    wave_of,
)
from digest.send.pacing_bounds import Bounds
from digest.send.stopping import THE_BREAKER, THE_CANARY, Stop, stopped
from tests.fakes import NOON

HASTY = Sending(canary_percent=0)
CAREFUL = Sending()  # 1 in a hundred, 20 at least; 5 minutes; 5 in a hundred may fail
MINUTE = timedelta(minutes=1)


def ask(
    rules: Sending, seen: Seen, *, hears_back: bool = False, now: datetime = NOON + timedelta(hours=1), asked: int = 500
) -> Verdict:
    return decide(rules, seen, hears_back=hears_back, now=now, asked=asked)


def wave(count: int, failed: int = 0, *, due: int = 1_000, claimed: int = 0, minutes_ago: int = 60) -> Seen:
    """An issue of which ``count`` readers were answered for, the last one so many minutes ago."""
    answers = Answers(count=count, failed=failed)
    return Seen(
        due=due,
        planned=due - count - claimed,
        claimed=claimed,
        answers=answers,
        judged=answers,
        last_answer=NOON + timedelta(hours=1) - minutes_ago * MINUTE if count else None,
        planned_at=NOON,
    )


@pytest.mark.parametrize(
    ("rules", "due", "readers"),
    [
        (CAREFUL, 1_000, 20),
        (CAREFUL, 2_001, 21),
        (CAREFUL, 1_000_000, 10_000),
        (CAREFUL, 21, 20),
        (CAREFUL, 20, 0),  # it would be everybody
        (CAREFUL, 0, 0),
        (Sending(canary_percent=0), 1_000, 0),
        (Sending(canary_percent=50, canary_readers=1), 1_000, 500),
    ],
)
def test_the_wave_is_so_many_in_a_hundred_and_so_many_at_least(rules: Sending, due: int, readers: int) -> None:
    assert wave_of(rules, due) == readers


def test_without_rules_a_worker_takes_what_it_can() -> None:
    assert ask(HASTY, wave(0)) == Go(at_most=500)
    assert ask(HASTY, wave(999)) == Go(at_most=1)


def test_where_nobody_waits_any_more_there_is_nothing_to_be_careful_about() -> None:
    everything = Seen(due=1_000, planned=0, claimed=3, answers=Answers(count=997, failed=997))
    assert ask(CAREFUL, everything, hears_back=True) == Go(at_most=500)


@pytest.mark.parametrize(
    ("seen", "hears_back", "said"),
    [
        (wave(0), True, Go(at_most=20, bounds=Bounds(begun=20))),
        (wave(0, claimed=15), True, Go(at_most=5, bounds=Bounds(begun=20))),
        (wave(19), True, Go(at_most=1, bounds=Bounds(begun=20))),
        (
            wave(15, claimed=5),
            True,
            Wait(long=LOOK, why="the others come after the first 20 readers, who are not answered for yet"),
        ),
        (wave(20, 1), False, Go(at_most=500)),
        (wave(20, 1, minutes_ago=5), True, Go(at_most=500)),
        (
            wave(20, 1, minutes_ago=4),
            True,
            Wait(long=MINUTE, why="bounces of the first 20 readers may still come"),
        ),
        (
            wave(20, minutes_ago=-60),  # the clock went back
            True,
            Wait(long=5 * MINUTE, why="bounces of the first 20 readers may still come"),
        ),
        (
            wave(20, 2, minutes_ago=0),
            True,
            Halt(
                by=THE_CANARY,
                why="of the first 20 readers 2 were refused or bounced, 10 in a hundred; 5 are allowed",
            ),
        ),
        (wave(21, 5, minutes_ago=0), True, Go(at_most=500)),  # somebody let the wave pass
        (wave(20, 20, due=20), True, Go(at_most=500)),
    ],
)
def test_the_canary_goes_first_and_the_others_after_what_became_of_it(
    seen: Seen, hears_back: bool, said: Verdict
) -> None:
    assert ask(CAREFUL, seen, hears_back=hears_back) == said


def test_whoever_resumed_the_issue_after_the_canary_knew_better() -> None:
    seen = Seen(due=1_000, planned=980, answers=Answers(count=20, failed=20), wave_overruled=True)
    assert ask(CAREFUL, seen) == Go(at_most=500)


def test_a_wave_of_one_reader_reads_well() -> None:
    said = ask(Sending(canary_percent=1, canary_readers=1), wave(1, 1, due=50))
    assert said == Halt(
        by=THE_CANARY, why="of the first 1 reader 1 was refused or bounced, 100 in a hundred; 5 are allowed"
    )


@pytest.mark.parametrize(
    ("judged", "latest", "why"),
    [
        (Answers(count=99, failed=99), Answers(), None),
        (Answers(count=100, failed=5), Answers(), None),
        (
            Answers(count=100, failed=6),
            Answers(),
            "of 100 readers 6 were refused or bounced, 6 in a hundred; 5 are allowed",
        ),
        (Answers(count=9_000, failed=20), Answers(count=199, failed=199), None),
        (Answers(count=9_000, failed=20), Answers(count=200, failed=10), None),
        (
            Answers(count=9_000, failed=20),
            Answers(count=200, failed=11),
            "of the latest 200 readers 11 were refused or bounced, 5 in a hundred; 5 are allowed",
        ),
    ],
)
def test_the_breaker_looks_at_the_whole_and_at_the_latest(judged: Answers, latest: Answers, why: str | None) -> None:
    seen = Seen(due=10_000, planned=1_000, answers=judged, judged=judged, latest=latest)
    said = ask(HASTY, seen)
    assert said == (Go(at_most=500) if why is None else Halt(by=THE_BREAKER, why=why))


def test_what_was_overruled_is_not_judged_again() -> None:
    seen = Seen(due=10_000, planned=1_000, answers=Answers(count=9_000, failed=900), judged=Answers(count=50))
    assert ask(HASTY, seen) == Go(at_most=500)


def test_in_a_large_issue_the_latest_are_a_hundredth() -> None:
    assert [latest_of(due) for due in (10, 20_000, 1_000_000)] == [200, 200, 10_000]
    seen = Seen(due=1_000_000, planned=9, judged=Answers(count=500_000), latest=Answers(count=9_999, failed=9_999))
    assert ask(HASTY, seen) == Go(at_most=9)


def today(count: int, *, days_ago: int | None) -> Seen:
    since = None if days_ago is None else NOON - timedelta(days=days_ago)
    return Seen(due=9_000, planned=9_000, today=Today(domain="news.example", count=count, since=since))


WARM_UP = Sending(canary_percent=0, warm_up=(100, 1_000))
MIDNIGHT = datetime(2025, 12, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen", "at_most", "of_the_day"),
    [
        (today(0, days_ago=None), 100, 100),  # nothing was ever accepted
        (today(99, days_ago=0), 1, 100),
        (today(0, days_ago=-3), 100, 100),  # the clock went back
        (today(400, days_ago=1), 500, 1_000),
        (today(10**6, days_ago=2), 500, None),
    ],
)
def test_a_new_sending_domain_has_so_many_mails_a_day(seen: Seen, at_most: int, of_the_day: int | None) -> None:
    bounds = None
    if of_the_day is not None:
        bounds = Bounds(domain="news.example", midnight=MIDNIGHT, today=of_the_day)
    assert ask(WARM_UP, seen, now=NOON) == Go(at_most=at_most, bounds=bounds)


def test_what_is_above_the_warm_up_waits_for_the_next_day_in_utc() -> None:
    why = "100 mails are all that the warm-up of news.example has for its day 1"
    assert ask(WARM_UP, today(100, days_ago=0), now=NOON) == Wait(long=timedelta(hours=12), why=why)


SPREAD = Sending(canary_percent=0, spread_minutes=60)


@pytest.mark.parametrize(
    ("begun", "minutes", "said"),
    [
        # 3,600 readers in 60 minutes: one a second, in steps of five.
        (0, 0, Wait(long=timedelta(seconds=4), why="the mails are spread over 60 minutes")),
        (0, 1, Go(at_most=61, bounds=Bounds(begun=61))),
        (61, 1, Wait(long=timedelta(seconds=5), why="the mails are spread over 60 minutes")),
        (100, 30, Go(at_most=500, bounds=Bounds(begun=1_801))),
        (3_500, 60, Go(at_most=100, bounds=Bounds(begun=3_600))),
        (3_500, 999, Go(at_most=100, bounds=Bounds(begun=3_600))),
        (0, -1, Wait(long=timedelta(seconds=64), why="the mails are spread over 60 minutes")),
    ],
)
def test_a_delivery_window_has_so_many_begun_at_any_time(begun: int, minutes: int, said: Verdict) -> None:
    seen = Seen(due=3_600, planned=3_600 - begun, answers=Answers(count=begun), planned_at=NOON)
    assert ask(SPREAD, seen, now=NOON + minutes * MINUTE) == said


def test_in_a_small_list_the_first_mail_of_a_window_goes_at_once_and_the_last_at_its_end() -> None:
    first = Seen(due=3, planned=3, planned_at=NOON)
    assert ask(SPREAD, first, now=NOON) == Go(at_most=1, bounds=Bounds(begun=1))
    last = Seen(due=3, planned=1, answers=Answers(count=2), planned_at=NOON)
    assert ask(SPREAD, last, now=NOON + 20 * MINUTE) == Wait(
        long=20 * MINUTE, why="the mails are spread over 60 minutes"
    )


def test_an_issue_of_which_nobody_knows_when_it_was_planned_has_no_window() -> None:
    assert ask(SPREAD, Seen(due=100, planned=100)) == Go(at_most=100)


def test_the_bounds_of_wave_window_and_warm_up_hold_together() -> None:
    rules = Sending(spread_minutes=60, warm_up=(30,))
    seen = Seen(due=3_600, planned=3_600, planned_at=NOON, today=Today(domain="news.example", count=20, since=None))
    said = ask(rules, seen, now=NOON + MINUTE)
    bounds = Bounds(begun=36, domain="news.example", midnight=MIDNIGHT, today=30)
    assert said == Go(at_most=10, bounds=bounds)


def test_of_two_waits_the_longer_one_is_told() -> None:
    rules = Sending(canary_percent=0, spread_minutes=60, warm_up=(20,))
    seen = Seen(due=3_600, planned=3_600, planned_at=NOON, today=Today(domain="news.example", count=20, since=None))
    said = ask(rules, seen, now=NOON)
    assert isinstance(said, Wait)
    assert said.long == timedelta(hours=12)


@pytest.mark.parametrize(
    ("per_minute", "spread_minutes", "pace"), [(0, 0, 0), (600, 0, 600), (0, 40, 50), (30, 40, 30), (600, 40, 50)]
)
def test_a_worker_that_catches_up_in_a_window_goes_at_twice_its_pace_at_the_most(
    per_minute: int, spread_minutes: int, pace: int
) -> None:
    assert pace_of(Sending(per_minute=per_minute, spread_minutes=spread_minutes), 1_000) == pace


def test_domains_are_compared_in_lower_case() -> None:
    assert domain_of("Reader@Mail.EXAMPLE") == "mail.example"


def test_a_stop_says_who_and_why_and_how_to_go_on() -> None:
    issue = IssueId("morning-brief-1")
    both = [
        Stop(issue=issue, by="Olga", why="a typo", at=NOON),
        Stop(issue=issue, by=THE_CANARY, why="of the first 20 readers 2 were refused", at=NOON),
    ]
    assert str(stopped(both)) == (
        "morning-brief-1 was stopped by Olga and the canary: a typo; of the first 20 readers 2 were refused."
        " To go on: digest issue resume morning-brief-1"
    )
    assert both[0].sentence == "stopped by Olga on 2025-12-19 at 12:00 UTC: a typo"
