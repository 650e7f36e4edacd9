from datetime import UTC, datetime

import pytest

from digest.collect.adding.candidates import Candidate, Scope
from digest.collect.adding.discovery import (
    Answer,
    Standing,
    found_journalist,
    main_language,
    only_author,
    proposals,
    spellings,
)
from digest.collect.article import FoundArticle, Precision, Published
from digest.collect.journalist import Source, SourceKind
from digest.collect.page import FoundJournalist, Page
from digest.errors import NothingFound, ParseError

NAMES = ("Dana Serikova",)
DAY = datetime(2025, 12, 18, tzinfo=UTC)
DATED = Published(at=DAY, earliest=DAY, latest=DAY, precision=Precision.INSTANT)


def answer(
    *bylines: tuple[str, ...],
    kind: SourceKind = SourceKind.FEED,
    scope: Scope = Scope.OWN,
    ref: str = "",
    who: FoundJournalist | None = None,
    published: Published = DATED,
) -> Answer:
    articles = tuple(
        FoundArticle(title=f"Story {at}", authors=authors, published=published, language="ru" if at else "en")
        for at, authors in enumerate(bylines)
    )
    place = ref or f"https://herald.example/{kind}/{scope}"
    candidate = Candidate(kind=kind, ref=place, scope=scope, told_by="so we were told")
    return Answer(candidate=candidate, page=Page(kind=kind, articles=articles, journalist=who), url=place)


DANA, TIMUR, BOTH = ("Dana Serikova",), ("Timur Aliyev",), ("Timur Aliyev", "D. Serikova")


def test_own_sources_come_before_filtered_ones_and_feeds_before_apis_before_pages() -> None:
    kinds = (SourceKind.PAGE, SourceKind.WORDPRESS, SourceKind.FEED)
    site = answer(DANA, TIMUR, scope=Scope.SITE)
    found = proposals([site, *(answer(DANA, kind=kind) for kind in kinds)], NAMES)
    assert [(one.kind, one.byline) for one in found] == [
        (SourceKind.FEED, None),
        (SourceKind.WORDPRESS, None),
        (SourceKind.PAGE, None),
        (SourceKind.FEED, "Dana Serikova"),
    ]
    assert {one.standing for one in found} == {Standing.GOOD}


def test_a_co_written_article_carries_the_name() -> None:
    (found,) = proposals([answer(DANA, BOTH)], NAMES)
    assert (found.articles, found.named, found.others, found.is_all_named) == (2, 2, 0, True)
    assert found.source == Source(kind=SourceKind.FEED, ref=found.ref)


def test_articles_without_an_author_are_counted_on_a_source_of_the_journalists_own() -> None:
    (found,) = proposals([answer(DANA, ())], NAMES)
    assert (found.articles, found.named, found.is_all_named, found.standing) == (2, 1, False, Standing.GOOD)
    assert "1 of 2 name no author" in found.why


def test_a_source_of_ones_own_that_shows_others_too_is_filtered() -> None:
    (found,) = proposals([answer(DANA, TIMUR, ())], NAMES)
    assert (found.byline, found.articles, found.others, found.standing) == ("Dana Serikova", 1, 1, Standing.GOOD)


@pytest.mark.parametrize(
    ("given", "standing", "words"),
    [
        (answer(), Standing.SUSPECT, "shows no article (so we were told)"),
        (answer((), (), scope=Scope.SITE), Standing.DISMISSED, "names no author"),
        (answer(TIMUR), Standing.DISMISSED, "by somebody else: Timur Aliyev."),
        (answer(TIMUR, scope=Scope.SITE), Standing.SUSPECT, "None of the 1 articles"),
    ],
)
def test_what_yields_nothing_is_suspect_or_dismissed_with_the_reason(
    given: Answer, standing: Standing, words: str
) -> None:
    (found,) = proposals([given], NAMES)
    assert (found.standing, found.articles, found.newest, found.is_all_named) == (standing, 0, None, False)
    assert words in found.why


def test_a_candidate_that_failed_or_was_not_asked_is_dismissed() -> None:
    one, two, three = (
        Candidate(kind=SourceKind.FEED, ref=f"https://h.example/{at}", scope=Scope.OWN, told_by="x") for at in range(3)
    )
    failed = Answer(candidate=one, error=ParseError(one.ref, "this is no feed"))
    empty = Answer(candidate=two, error=NothingFound(two.ref))
    found = proposals([failed, empty, Answer(candidate=three)], NAMES)
    assert [one.error_name for one in found] == ["ParseError", "NothingFound", None]
    assert found[0].why == "This is no feed."
    assert found[1].why == "https://h.example/1: a good answer, but no article in it."
    assert "not asked" in found[2].why


def test_of_two_candidates_that_led_to_one_address_the_first_counts() -> None:
    found = proposals([answer(DANA, ref="https://h.example/f"), answer(TIMUR, ref="https://h.example/f")], NAMES)
    assert [one.standing for one in found] == [Standing.GOOD]


def test_a_source_far_behind_another_is_suspect_but_one_without_dates_is_not() -> None:
    old = datetime(2025, 11, 1, tzinfo=UTC)
    behind = answer(DANA, published=Published(at=old, earliest=old, latest=old, precision=Precision.INSTANT))
    undated = answer(DANA, kind=SourceKind.WORDPRESS, published=Published())
    found = proposals([behind, undated, answer(DANA, kind=SourceKind.PAGE)], NAMES)
    assert [(one.kind, one.standing) for one in found] == [
        (SourceKind.WORDPRESS, Standing.GOOD),
        (SourceKind.PAGE, Standing.GOOD),
        (SourceKind.FEED, Standing.SUSPECT),
    ]
    assert "gives no dates" in found[0].why


def test_programs_read_plain_values() -> None:
    found = proposals([answer(DANA), answer(kind=SourceKind.PAGE)], NAMES)
    assert found[0].as_json() == {
        "kind": "feed",
        "ref": "https://herald.example/feed/own",
        "standing": "good",
        "why": "It shows the journalist's own articles: so we were told.",
        "byline": None,
        "articles": 1,
        "named": 1,
        "others": 0,
        "newest": "2025-12-18T00:00:00+00:00",
        "all_named": True,
        "error_name": None,
        "selectors": None,
    }
    assert found[1].as_json()["newest"] is None


def test_other_spellings_are_those_that_the_slug_confirms() -> None:
    answers = [answer(("Dana Serikova",), TIMUR, ("Serikova Dana",))]
    assert spellings(answers, "Дана Серикова", "dana-serikova") == ("Дана Серикова", "Dana Serikova")
    assert spellings(answers, "Дана Серикова", None) == ("Дана Серикова",)


def test_the_only_author_of_ones_own_sources_is_who_the_slug_says() -> None:
    own = answer(DANA, ("Timur Aliyev", "Dana Serikova"))
    assert only_author([own, answer(TIMUR, scope=Scope.SITE)], "dana-serikova") == "Dana Serikova"
    assert only_author([own], "desk") is None
    assert only_author([own], None) is None
    assert only_author([], "dana-serikova") is None
    assert only_author([answer(DANA, TIMUR)], "dana-serikova") is None


def test_what_several_answers_say_of_the_journalist_is_put_together() -> None:
    answers = [
        answer(who=FoundJournalist(name="Dana Serikova", bio="Rivers.")),
        answer(who=FoundJournalist(name="Timur Aliyev", role="Boss", outlet="The Herald")),
        answer(who=FoundJournalist(name="Serikova Dana", bio="Other.", avatar_url="https://h.example/d.png")),
        answer(who=FoundJournalist(role="Editor")),
        answer(),
    ]
    assert found_journalist(answers, NAMES) == FoundJournalist(
        name="Dana Serikova", role="Editor", bio="Rivers.", avatar_url="https://h.example/d.png", outlet="The Herald"
    )


def test_the_language_is_that_of_most_articles() -> None:
    assert main_language([answer(DANA, DANA, DANA)]) == "ru"
    assert main_language([answer()]) is None
