from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.send.feedback.fates import Fates, Word, fates_of
from digest.send.feedback.vocabulary import FeedbackKind
from tests.fakes import NOON

K = FeedbackKind
WORDS = st.builds(
    Word, kind=st.sampled_from(FeedbackKind), at=st.integers(0, 5).map(lambda m: NOON + timedelta(minutes=m))
)


def at(minute: int, kind: FeedbackKind) -> Word:
    return Word(kind=kind, at=NOON + timedelta(minutes=minute))


def test_nothing_was_told() -> None:
    assert fates_of([]) == Fates()


def test_the_first_instant_counts() -> None:
    told = fates_of([at(3, K.DELIVERED), at(1, K.DELIVERED), at(5, K.COMPLAINED), at(4, K.COMPLAINED), at(9, K.OPENED)])
    assert told.delivered_at == NOON + timedelta(minutes=1)
    assert told.complained_at == NOON + timedelta(minutes=4)
    assert (told.bounced_at, told.is_proven) == (None, True)


def test_a_mailbox_that_was_full_and_took_the_mail_later_did_not_bounce_it() -> None:
    for kind in (K.BLOCKED, K.DROPPED):
        assert fates_of([at(1, kind), at(2, K.DELIVERED)]).bounced_at is None
        assert fates_of([at(1, kind), at(1, K.DELIVERED)]).bounced_at is None


def test_a_server_that_took_a_mail_and_changed_its_mind_bounced_it() -> None:
    told = fates_of([at(1, K.BLOCKED), at(2, K.DELIVERED), at(3, K.BLOCKED), at(4, K.DROPPED)])
    assert (told.delivered_at, told.bounced_at) == (NOON + timedelta(minutes=2), NOON + timedelta(minutes=3))


def test_who_bounced_for_good_stays_bounced() -> None:
    assert fates_of([at(1, K.BOUNCED), at(2, K.DELIVERED)]).bounced_at == NOON + timedelta(minutes=1)


def test_a_word_that_we_do_not_know_proves_nothing() -> None:
    assert not fates_of([at(1, K.UNKNOWN)]).is_proven


@given(st.lists(WORDS, max_size=8).flatmap(lambda words: st.tuples(st.just(words), st.permutations(words + words[:2]))))
def test_the_same_words_in_any_order_and_twice_are_the_same_fate(told: tuple[list[Word], list[Word]]) -> None:
    assert fates_of(told[0]) == fates_of(told[1])


@given(st.lists(WORDS, max_size=8))
def test_a_fate_is_an_instant_that_was_told(words: list[Word]) -> None:
    told = fates_of(words)
    assert {told.delivered_at, told.bounced_at, told.complained_at} - {None} <= {word.at for word in words}
