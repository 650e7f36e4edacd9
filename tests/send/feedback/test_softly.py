from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.ids import DeliveryId
from digest.send.feedback.fates import Word
from digest.send.feedback.softly import MAILS_IN_A_ROW, RULE, SPREAD_OVER, worn_out
from digest.send.feedback.vocabulary import FeedbackKind
from tests.fakes import NOON

K = FeedbackKind


def at(day: float, kind: FeedbackKind = K.BLOCKED) -> Word:
    return Word(kind=kind, at=NOON + timedelta(days=day))


def mails(*told: list[Word]) -> dict[DeliveryId, list[Word]]:
    return {DeliveryId(f"d{place}"): words for place, words in enumerate(told)}


#: Five mails in a row, fourteen days from the first to the last.
FIVE = [[at(day)] for day in (0, 3, 6, 9, 14)]


def test_five_mails_in_a_row_over_two_weeks_are_enough_and_the_note_says_so() -> None:
    found = worn_out(mails(*FIVE))
    assert found is not None
    assert found.note == (
        "by the rule for soft bounces: 5 mails in a row were not taken, 2025-12-19 to 2026-01-02"
        " (at least 5 over 14 days)"
    )
    assert found.note.startswith(RULE)
    assert (found.mails, found.until - found.since) == (MAILS_IN_A_ROW, SPREAD_OVER)


@pytest.mark.parametrize(
    "too_little",
    [
        [],
        [[]],
        FIVE[1:],  # four
        [[at(day)] for day in (0, 1, 2, 3, 13)],  # not two weeks
        [[at(day) for day in (0, 3, 6, 9, 14)]],  # one mail, five times
        [*FIVE[:3], [at(8, K.DELIVERED)], *FIVE[3:]],  # one that was taken between
        [*FIVE[:3], [at(8, K.OPENED)], *FIVE[3:]],
        [*FIVE[:4], [at(14), at(15, K.DELIVERED)]],  # the last one got through later
        [*FIVE, [at(20, K.DELIVERED)]],
    ],
)
def test_anything_less_is_not(too_little: list[list[Word]]) -> None:
    assert worn_out(mails(*too_little)) is None


def test_mails_of_which_nobody_knows_and_those_that_nobody_tried_do_not_count_either_way() -> None:
    neither = [[at(2, K.ACCEPTED)], [at(5, K.DROPPED)], [at(7, K.BOUNCED)], [at(8, K.UNKNOWN)]]
    found = worn_out(mails(*FIVE, *neither))
    assert found is not None
    assert found.mails == 5
    assert worn_out(mails(*neither)) is None


def test_a_mail_that_was_only_ever_put_off_has_failed_when_three_days_are_over() -> None:
    put_off = [[at(day, K.DEFERRED), at(day + 0.5, K.DEFERRED)] for day in (0, 3, 6, 9, 14)]
    assert worn_out(mails(*put_off)) is None  # the last one is still being tried
    found = worn_out(mails(*put_off, [at(18, K.ACCEPTED)]))
    assert found is not None
    assert worn_out(mails(*put_off[:4], [*put_off[4], at(15, K.DELIVERED)], [at(18, K.ACCEPTED)])) is None


def test_longer_rows_count_from_their_first_mail() -> None:
    found = worn_out(mails([at(-9, K.DELIVERED)], [at(-5)], *FIVE))
    assert found is not None
    assert (found.mails, found.since) == (6, NOON - timedelta(days=5))


def test_what_was_before_somebody_said_that_they_may_be_mailed_again_does_not_count() -> None:
    assert worn_out(mails(*FIVE), anew_from=NOON + timedelta(days=20)) is None
    assert worn_out(mails(*FIVE), anew_from=NOON) is None
    assert worn_out(mails(*FIVE), anew_from=NOON - timedelta(days=1)) is not None


WORDS = st.lists(st.builds(at, st.integers(0, 30), st.sampled_from(FeedbackKind)), max_size=3)


@given(st.lists(WORDS, max_size=9))
def test_what_is_told_in_any_order_gives_the_same(told: list[list[Word]]) -> None:
    in_order = mails(*told)
    mixed = {mail: sorted(words, key=lambda word: word.kind) * 2 for mail, words in reversed(in_order.items())}
    assert worn_out(in_order) == worn_out(mixed)
