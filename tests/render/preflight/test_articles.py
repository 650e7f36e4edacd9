from dataclasses import replace
from datetime import timedelta

from digest.collect.article import UNDATED
from digest.collect.rates.rate import RateFlag, RateSnapshot
from digest.compose.issue import Frozen
from digest.ids import JournalistId, Position
from digest.render.preflight.articles import of_articles
from digest.render.preflight.rates import of_rates
from tests.builders import a_frozen_issue, a_rate, an_article
from tests.fakes import NOON


def names(frozen: Frozen) -> list[str]:
    return [finding.name for finding in of_articles(frozen)]


def test_good_articles_have_nothing_wrong() -> None:
    assert names(a_frozen_issue(an_article(1, title="One"), an_article(2, title="Two"))) == []


def test_two_stories_with_one_headline_are_told_whatever_their_case_and_spaces() -> None:
    frozen = a_frozen_issue(an_article(1, title="The river is low"), an_article(2, title="The  River is low"))
    (finding,) = of_articles(frozen)
    assert (finding.name, finding.where) == ("duplicate-headline", "articles 1 and 2, The river is low")
    assert not finding.is_error


def test_copies_of_one_story_may_have_its_headline() -> None:
    copy = replace(an_article(2, title="The river is low"), copy_of=Position(1))
    assert names(a_frozen_issue(an_article(1, title="The river is low"), copy)) == []


def test_an_article_of_the_future_is_told_an_hour_s_difference_is_not() -> None:
    at = a_frozen_issue().composed_at
    assert names(a_frozen_issue(an_article(1, at=at + timedelta(hours=1)))) == []
    assert names(a_frozen_issue(an_article(1, at=at + timedelta(hours=1, seconds=1)))) == ["future-date"]


def test_an_article_of_nobody_in_the_issue_is_told() -> None:
    frozen = a_frozen_issue(an_article(1, by="somebody-else"))
    without = replace(
        frozen, journalists=tuple(one for one in frozen.journalists if one.id != JournalistId("somebody-else"))
    )
    assert names(without) == ["missing-byline"]


def test_an_article_without_a_headline_is_told() -> None:
    assert names(a_frozen_issue(an_article(1, title=" \u200b".strip("\u200b")))) == ["empty-headline"]


def test_an_undated_article_is_of_no_future() -> None:
    undated = an_article(1)
    undated = replace(undated, published=UNDATED)
    assert "future-date" not in names(a_frozen_issue(undated))


def test_an_old_rate_is_told() -> None:
    old = replace(a_rate(), flags=(RateFlag.LAST_OFFICIAL,), effective_on=NOON.date() - timedelta(days=9))
    (finding,) = of_rates(RateSnapshot(base=old.base, rates=(old,)))
    assert (finding.name, finding.is_error) == ("stale-rate", False)
