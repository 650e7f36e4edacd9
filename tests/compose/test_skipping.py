from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from digest.audience.reader import Reader, SubscriptionState
from digest.audience.rhythm import Pace, Rhythm, Weekday
from digest.collect.article import Article
from digest.compose.grouping import at_once
from digest.compose.issue import Frozen
from digest.compose.newsletter import Selection
from digest.compose.skipping import why_skipped
from tests.builders import a_frozen_issue, a_newsletter, a_reader, an_article
from tests.fakes import NOON

NOTHING = "nothing new for any reader"
LONG_AGO = NOON - timedelta(days=300)


def an_issue(*articles: Article, height: int = 9) -> Frozen:
    brief = a_newsletter(journalists=("dana", "timur"), selection=Selection(max_age_days=14, total=1))
    return a_frozen_issue(*articles, newsletter=brief, height=height)


def why(readers: Sequence[Reader], *articles: Article, height: int = 9) -> str:
    issue = an_issue(height=height)
    return why_skipped(issue, readers, articles, at_once(issue))


def test_a_list_has_no_reader_or_none_who_may_be_mailed_or_none_who_follows() -> None:
    gone = a_reader(1, state=SubscriptionState.UNSUBSCRIBED)
    assert why([]) == "the list has no reader"
    assert why([gone]) == "nobody on the list may be mailed"
    assert why([gone, a_reader(2, follows=())]) == "nobody who may be mailed follows anybody"


def test_an_empty_shelf_is_named() -> None:
    assert why([a_reader()], height=0) == f"{NOTHING}: no article has been read yet"


@pytest.mark.parametrize(("count", "said"), [(1, "1 article is"), (5, "5 articles are")])
def test_articles_that_are_too_old_are_counted(count: int, said: str) -> None:
    old = [an_article(at_, by="dana", at=LONG_AGO - timedelta(days=at_)) for at_ in range(1, count + 1)]
    wanted = f"{NOTHING}: {said} older than the newsletter's limit of 14 days (max_age_days)"
    assert why([a_reader(1), a_reader(2, follows=())], *old) == wanted


def test_old_articles_that_nobody_waits_for_are_not_counted() -> None:
    old = [an_article(1, by="dana", at=LONG_AGO), an_article(2, by="timur", at=LONG_AGO)]
    follows_timur_only = a_reader(1, follows=("timur",))
    has_them_all = a_reader(2, cursor=2)
    assert "1 article is older" in why([follows_timur_only, has_them_all], *old)
    assert why([has_them_all], *old) == NOTHING


def test_readers_who_joined_after_the_newest_article_are_told_of() -> None:
    late = [a_reader(number, follows={"*": 9}, cursor=9) for number in (1, 2)]
    gone = a_reader(3, state=SubscriptionState.UNSUBSCRIBED)
    assert why([*late, gone]).startswith(f"{NOTHING}: all 2 who can be mailed joined after the newest article")
    assert why(late[:1]).startswith(f"{NOTHING}: the only one who can be mailed joined after the newest article")
    assert "--from-start" in why(late)


@pytest.mark.parametrize("other", [a_reader(2, follows={"*": 4}, cursor=9), a_reader(2, follows={"timur": 0})])
def test_who_had_an_issue_before_or_follows_from_the_start_simply_has_it_all(other: Reader) -> None:
    assert why([a_reader(1, follows={"*": 9}, cursor=9), other]) == NOTHING


def test_whose_turn_it_is_not_is_counted_by_why() -> None:
    paused = a_reader(1, rhythm=Rhythm(paused_until=date(2030, 1, 1)))
    sundays = [
        a_reader(number, rhythm=Rhythm(pace=Pace.WEEKLY, weekday=Weekday.SUNDAY), accepted_at=NOON - timedelta(days=2))
        for number in (2, 3)
    ]
    everybody = "3 readers wait (2 by their pace or their hour, 1 paused)"
    assert why([paused]) == "it is nobody's turn: 1 reader waits (1 paused)"
    assert why([paused, *sundays]) == f"it is nobody's turn: {everybody}"
    up_to_date = a_reader(4, cursor=9)
    assert why([paused, *sundays, up_to_date]) == f"{NOTHING} whose turn it is, and {everybody}"
