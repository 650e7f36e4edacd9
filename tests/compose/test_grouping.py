from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.may_mail import NoMail, may_mail
from digest.audience.reader import Reader, SubscriptionState, SuppressionReason
from digest.audience.rhythm import Rhythm
from digest.collect.rates.rate import Currency, MissingRate, RateSnapshot
from digest.compose import grouping
from digest.compose.grouping import best_locale, count_shares, reach, share_out
from digest.compose.issue import Contents, Excluded, Frozen, NotDue, NothingToSend, Owed
from digest.compose.newsletter import Selection, WhenEmpty
from digest.compose.selection import owed_to
from digest.ids import Position
from tests.builders import (
    a_frozen_issue,
    a_newsletter,
    a_reader,
    a_section,
    an_article,
)
from tests.compose.strategies import frozen_issues, readers

RATES_ONLY = a_newsletter(selection=Selection(when_empty=WhenEmpty.RATES_ONLY))
NO_RATES = RateSnapshot(base=Currency("USD"), missing=(MissingRate(currency=Currency("KZT"), reason="no answer"),))


def only(frozen: Frozen, reader: Reader) -> Owed | Excluded:
    (one,) = share_out(frozen, [reader])
    assert one.reader is reader
    return one


def contents(frozen: Frozen, reader: Reader) -> Contents:
    one = only(frozen, reader)
    assert isinstance(one, Owed)
    return one.contents


def reason(frozen: Frozen, reader: Reader) -> object:
    one = only(frozen, reader)
    assert isinstance(one, Excluded)
    return one.reason


def test_a_reader_gets_what_they_are_owed_in_their_language() -> None:
    found = contents(a_frozen_issue(), a_reader(locale="ru-KZ"))
    assert (found.issue, found.locale, found.look) == ("morning-brief-1", "ru", "classic")
    assert found.sections == (a_section(),)


def test_readers_with_equal_contents_share_one_key() -> None:
    frozen = a_frozen_issue()
    ann, bob = a_reader(1, follows=("dana-serikova",)), a_reader(2, follows={"*": 0})
    assert contents(frozen, ann) == contents(frozen, bob)


def test_other_contents_have_another_key() -> None:
    frozen = a_frozen_issue(an_article(1), an_article(2))
    found = [
        contents(frozen, a_reader()),
        contents(frozen, a_reader(cursor=1)),
        contents(frozen, a_reader(locale="ru")),
        contents(replace(frozen, newsletter=a_newsletter(look="plain")), a_reader()),
        contents(a_frozen_issue(an_article(1), an_article(2), number=2), a_reader()),
    ]
    assert len({one.key for one in found}) == 5
    assert all(len(one.key) == 64 for one in found)


@pytest.mark.parametrize(
    ("reader", "why"),
    [
        (a_reader(suppression=SuppressionReason.BOUNCED, follows=()), NoMail.SUPPRESSED),
        (a_reader(state=SubscriptionState.UNSUBSCRIBED, cursor=9), NoMail.UNSUBSCRIBED),
        (a_reader(follows=(), cursor=9), NothingToSend.FOLLOWS_NOBODY),
        (a_reader(cursor=9), NothingToSend.NOTHING_NEW),
        (a_reader(follows=("stranger",)), NothingToSend.NOTHING_NEW),
    ],
)
def test_who_gets_nothing_is_excluded_with_the_first_reason(reader: Reader, why: object) -> None:
    assert reason(a_frozen_issue(), reader) is why


def test_rates_alone_are_sent_where_the_newsletter_says_so() -> None:
    found = contents(a_frozen_issue(newsletter=RATES_ONLY), a_reader(cursor=9))
    assert found.sections == ()
    assert found.positions == ()


@pytest.mark.parametrize(
    "frozen",
    [
        a_frozen_issue(),
        a_frozen_issue(newsletter=RATES_ONLY, rates=NO_RATES),
        replace(a_frozen_issue(newsletter=RATES_ONLY), rates_are_new=False),
    ],
)
def test_old_rates_or_none_are_no_reason_to_write(frozen: Frozen) -> None:
    assert reason(frozen, a_reader(cursor=9)) is NothingToSend.NOTHING_NEW


def test_rates_alone_go_to_nobody_who_follows_nobody() -> None:
    assert reason(a_frozen_issue(newsletter=RATES_ONLY), a_reader(follows=())) is NothingToSend.FOLLOWS_NOBODY


def test_who_may_be_owed_more_than_was_frozen_waits_for_the_next_issue() -> None:
    frozen = replace(a_frozen_issue(an_article(7)), floor=Position(6))
    assert reason(frozen, a_reader(cursor=5)) is NothingToSend.NEXT_ISSUE
    assert contents(frozen, a_reader(cursor=6)).positions == (7,)
    assert contents(frozen, a_reader(cursor=0, follows={"dana-serikova": 6})).positions == (7,)


def test_whose_day_it_is_not_waits_and_is_told_why() -> None:
    paused = replace(a_reader(), rhythm=Rhythm(paused_until=date(2030, 1, 1)))
    assert reason(a_frozen_issue(an_article(7)), paused) is NotDue.PAUSED


def test_however_different_readers_are_little_is_kept_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = a_frozen_issue(an_article(1), an_article(2), an_article(3))
    everyone = [a_reader(number, cursor=number % 3, locale=("en", "ru")[number % 2]) for number in range(1, 19)]
    as_usual = list(share_out(frozen, everyone))
    monkeypatch.setattr(grouping, "KEPT_CONTENTS", 2)
    assert list(share_out(frozen, everyone)) == as_usual


def test_the_reach_of_a_reader_is_the_cursor_or_the_oldest_follow() -> None:
    assert reach(a_reader(cursor=5, follows={"a": 3, "b": 9})) == 5
    assert reach(a_reader(cursor=1, follows={"a": 3, "b": 9})) == 3


@pytest.mark.parametrize(
    ("wanted", "offered", "best"),
    [
        ("ru", ["en", "ru"], "ru"),
        ("RU_kz", ["en", "ru"], "ru"),
        ("ru-KZ", ["en", "ru", "ru-KZ"], "ru-KZ"),
        ("zh-Hant-TW", ["en", "zh", "zh-Hant"], "zh-Hant"),
        ("pt", ["en", "pt-BR"], "pt-BR"),
        ("pt-PT", ["en", "pt-BR"], "pt-BR"),
        ("en-GB", ["en-US", "en"], "en"),
        ("de", ["kk", "en"], "kk"),
        ("", ["kk", "en"], "kk"),
    ],
)
def test_the_best_of_the_offered_locales_is_taken(wanted: str, offered: list[str], best: str) -> None:
    assert best_locale(wanted, offered) == best


def test_shares_add_up() -> None:
    frozen = a_frozen_issue(an_article(1), an_article(2))
    everyone = [
        a_reader(1),
        a_reader(2),
        a_reader(3, cursor=1),
        a_reader(4, cursor=2),
        a_reader(5, follows=()),
        a_reader(6, follows=()),
        a_reader(7, suppression=SuppressionReason.ERASED),
    ]
    shares = count_shares(share_out(frozen, everyone))
    assert (shares.readers, shares.owed, shares.bodies) == (7, 3, 2)
    assert [(one.positions, size) for one, size in shares.groups] == [((2, 1), 2), ((2,), 1)]
    assert shares.as_json() == {
        "readers": 7,
        "owed": 3,
        "bodies": 2,
        "excluded": {"follows-nobody": 2, "nothing-new": 1, "suppressed": 1},
    }


@st.composite
def lists_of_readers(draw: st.DrawFn) -> list[Reader]:
    return [draw(readers(number)) for number in range(draw(st.integers(0, 6)))]


@given(frozen_issues(), lists_of_readers(), st.integers(0, 12))
def test_groups_partition_the_readers(frozen: Frozen, everyone: Sequence[Reader], floor: int) -> None:
    frozen = replace(frozen, floor=Position(floor))
    shared = list(share_out(frozen, everyone))
    assert [one.reader for one in shared] == list(everyone)
    shares = count_shares(shared)
    assert shares.readers == len(everyone)
    assert sum(size for _, size in shares.groups) == shares.owed
    assert shares.owed + sum(shares.excluded.values()) == shares.readers
    assert shares.bodies == len({one.contents.key for one in shared if isinstance(one, Owed)})


@given(frozen_issues(), lists_of_readers())
def test_working_it_out_once_for_equal_readers_changes_nothing(frozen: Frozen, everyone: Sequence[Reader]) -> None:
    for one in share_out(frozen, everyone):
        if isinstance(one, Owed):
            assert may_mail(one.reader) is None
            assert one.contents.sections == owed_to(one.reader, frozen)
            assert one.contents == contents(frozen, one.reader)
        else:
            assert one.reason == reason(frozen, one.reader)


@given(frozen_issues(), lists_of_readers())
def test_equal_keys_mean_equal_contents(frozen: Frozen, everyone: Sequence[Reader]) -> None:
    found = {one.contents.key: one.contents for one in share_out(frozen, everyone) if isinstance(one, Owed)}
    for one in share_out(frozen, everyone):
        if isinstance(one, Owed):
            assert found[one.contents.key] == one.contents
