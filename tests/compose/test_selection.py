from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.reader import Reader
from digest.collect.article import Article, Precision, Published
from digest.compose.issue import Frozen, Section
from digest.compose.newsletter import Selection
from digest.compose.selection import capped, doubtful, owed_to
from digest.ids import EVERY_JOURNALIST, JournalistId, Position
from tests.builders import a_frozen_issue, a_newsletter, a_reader, a_section, an_article
from tests.compose.strategies import INSIDE, frozen_issues, readers
from tests.fakes import NOON


def issue(*articles: Article, selection: Selection | None = None, height: int | None = None) -> Frozen:
    newsletter = a_newsletter(journalists=("dana", "timur"), selection=selection)
    return a_frozen_issue(*articles, newsletter=newsletter, height=height)


def hours_ago(hours: float) -> Published:
    at = NOON - timedelta(hours=hours)
    return Published(at=at, earliest=at, latest=at, precision=Precision.INSTANT)


def positions(sections: Sequence[Section]) -> list[int]:
    return [position for section in sections for position in section.positions]


def test_articles_above_the_cursor_are_owed() -> None:
    frozen = issue(an_article(1, by="dana"), an_article(2, by="dana"), an_article(3, by="timur"))
    assert owed_to(a_reader(cursor=1), frozen) == (a_section("dana", [2]), a_section("timur", [3]))


def test_nothing_is_owed_of_journalists_who_are_not_followed() -> None:
    frozen = issue(an_article(1, by="dana"), an_article(2, by="timur"))
    assert owed_to(a_reader(follows=("timur",)), frozen) == (a_section("timur", [2]),)


def test_a_follow_owes_what_comes_after_it_began() -> None:
    frozen = issue(an_article(4, by="dana"), an_article(5, by="dana"))
    assert positions(owed_to(a_reader(follows={"dana": 4}), frozen)) == [5]


def test_following_everybody_means_everybody_of_this_newsletter() -> None:
    frozen = issue(an_article(1, by="stranger"), an_article(2, by={"stranger": 2, "timur": 2}))
    assert owed_to(a_reader(), frozen) == (a_section("timur", [2]),)


def test_a_co_authored_article_stands_once_with_the_first_journalist_of_the_newsletter() -> None:
    frozen = issue(an_article(1, by=("timur", "dana")))
    assert owed_to(a_reader(follows=("timur", "dana")), frozen) == (a_section("dana", [1]),)


def test_a_co_authored_article_stands_with_the_one_who_is_followed() -> None:
    frozen = issue(an_article(1, by=("dana", "timur")))
    assert owed_to(a_reader(follows=("timur",)), frozen) == (a_section("timur", [1]),)


def test_an_article_that_was_printed_under_one_name_is_not_owed_again_under_another() -> None:
    frozen = issue(an_article(3, by={"dana": 3, "timur": 9}))
    reader = a_reader(follows=("dana", "timur"), cursor=5)
    assert owed_to(reader, frozen, had=[Position(3)]) == ()
    assert owed_to(a_reader(follows=("timur",), cursor=5), frozen, had=[Position(3)]) == ()


def test_an_article_that_was_passed_and_not_printed_is_owed_under_another_name() -> None:
    frozen = issue(an_article(3, by={"dana": 3, "timur": 9}))
    assert owed_to(a_reader(follows=("dana", "timur"), cursor=5), frozen) == (a_section("timur", [3]),)


def a_copy(position: int, of: int, by: str, **more: object) -> Article:
    return replace(an_article(position, by=by, **more), copy_of=Position(of))  # type: ignore[arg-type]


def test_a_story_at_two_outlets_stands_once_with_the_first_journalist_of_the_newsletter() -> None:
    for first, copy in (("dana", "timur"), ("timur", "dana")):
        frozen = issue(an_article(1, by=first), a_copy(2, 1, copy), a_copy(4, 1, "timur"))
        assert owed_to(a_reader(), frozen) == (a_section("dana", [1 if first == "dana" else 2]),)


def test_of_two_pieces_by_one_journalist_the_newer_is_printed() -> None:
    frozen = issue(an_article(1, by="dana", when=hours_ago(5)), a_copy(2, 1, "dana", when=hours_ago(1)))
    assert owed_to(a_reader(), frozen) == (a_section("dana", [2]),)


def test_a_copy_is_owed_to_who_follows_only_its_journalist() -> None:
    frozen = issue(an_article(1, by="dana"), a_copy(2, 1, "timur"))
    assert owed_to(a_reader(follows=("timur",)), frozen) == (a_section("timur", [2]),)
    assert owed_to(a_reader(follows=("timur",), cursor=1), frozen, had=[Position(1)]) == ()


def test_doubtful_is_what_may_have_been_printed_and_may_be_owed() -> None:
    frozen = issue(
        an_article(1, by="dana"),
        an_article(3, by={"dana": 3, "timur": 9}),
        a_copy(6, 2, "timur"),
        a_copy(10, 7, "dana"),
    )
    everything = [(1, []), (2, [2]), (3, [2, 3]), (5, [2, 3]), (6, [3]), (7, [3, 7]), (8, [3, 7]), (9, [7]), (10, [])]
    for cursor, stories in everything:
        assert list(doubtful(frozen, [Position(cursor)])) == stories
    assert doubtful(frozen, [Position(6), Position(2)]) == (2, 3)
    assert doubtful(frozen, []) == ()


def test_a_byline_seen_later_owes_the_article_to_who_follows_only_that_name() -> None:
    frozen = issue(an_article(3, by={"dana": 3, "timur": 9}))
    assert owed_to(a_reader(follows=("timur",), cursor=5), frozen) == (a_section("timur", [3]),)


def test_a_follow_that_began_after_the_first_byline_counts_from_the_next() -> None:
    frozen = issue(an_article(3, by={"dana": 3, "timur": 9}))
    reader = a_reader(follows={"dana": 4, "timur": 4}, cursor=5)
    assert owed_to(reader, frozen) == (a_section("timur", [3]),)


def test_a_byline_above_the_frozen_height_waits_for_the_next_issue() -> None:
    frozen = issue(an_article(3, by={"dana": 3, "timur": 9}), height=8)
    assert owed_to(a_reader(follows=("timur",)), frozen) == ()
    assert positions(owed_to(a_reader(), frozen)) == [3]


def test_the_newest_stands_first_and_an_undated_one_where_it_was_seen() -> None:
    frozen = issue(
        an_article(1, by="dana", when=hours_ago(1)),
        an_article(2, by="dana", when=hours_ago(5)),
        an_article(3, by="dana", at=None, first_seen_at=NOON - timedelta(hours=3)),
        an_article(4, by="dana", when=hours_ago(5)),
    )
    assert positions(owed_to(a_reader(), frozen)) == [1, 3, 4, 2]


def test_sections_stand_in_the_newsletter_s_order() -> None:
    frozen = issue(an_article(1, by="timur", when=hours_ago(1)), an_article(2, by="dana", when=hours_ago(9)))
    assert [section.journalist for section in owed_to(a_reader(), frozen)] == ["dana", "timur"]


@pytest.mark.parametrize(("days", "is_owed"), [(13.9, True), (14.0, True), (14.1, False)])
def test_the_age_limit_counts_from_publishing(days: float, is_owed: bool) -> None:
    frozen = issue(an_article(1, by="dana", when=hours_ago(24 * days)))
    assert bool(owed_to(a_reader(), frozen)) is is_owed


@pytest.mark.parametrize(("days", "is_owed"), [(13, True), (15, False)])
def test_the_age_of_an_undated_article_counts_from_its_discovery(days: int, is_owed: bool) -> None:
    seen = NOON - timedelta(days=days)
    assert bool(owed_to(a_reader(), issue(an_article(1, by="dana", at=None, first_seen_at=seen)))) is is_owed


def test_the_middle_of_a_bracket_counts() -> None:
    earliest = NOON - timedelta(days=15)
    day = Published(earliest=earliest, latest=earliest + timedelta(days=2, hours=1), precision=Precision.RELATIVE)
    assert positions(owed_to(a_reader(), issue(an_article(1, by="dana", when=day)))) == [1]


def test_a_journalist_s_cap_keeps_the_newest_and_counts_the_rest() -> None:
    articles = [an_article(at, by="dana", when=hours_ago(at)) for at in range(1, 6)]
    frozen = issue(*articles, selection=Selection(per_journalist=2))
    assert owed_to(a_reader(), frozen) == (a_section("dana", [1, 2], left_out=3),)


def test_the_total_cap_takes_from_who_has_most() -> None:
    sections = [a_section("a", [1, 2, 3, 4]), a_section("b", [5, 6]), a_section("c", [7])]
    assert capped(sections, Selection(per_journalist=9, total=5)) == (
        a_section("a", [1, 2], left_out=2),
        a_section("b", [5, 6]),
        a_section("c", [7]),
    )


def test_of_equally_many_the_last_journalist_gives_up_first() -> None:
    sections = [a_section("a", [1, 2]), a_section("b", [3, 4]), a_section("c", [5, 6])]
    sizes = {
        total: [len(s.positions) for s in capped(sections, Selection(per_journalist=9, total=total))]
        for total in (5, 4, 3, 2, 1)
    }
    assert sizes == {5: [2, 2, 1], 4: [2, 1, 1], 3: [1, 1, 1], 2: [1, 1, 0], 1: [1, 0, 0]}


def test_who_has_no_room_left_keeps_the_count() -> None:
    sections = [a_section("a", [1]), a_section("b", [2])]
    assert capped(sections, Selection(total=1)) == (
        a_section("a", [1]),
        Section(journalist=JournalistId("b"), positions=(), left_out=1),
    )


@given(frozen_issues(), readers())
def test_only_what_the_law_owes_is_printed(frozen: Frozen, reader: Reader) -> None:
    by_position = {article.position: article for article in frozen.articles}
    for section in owed_to(reader, frozen):
        for position in section.positions:
            followed = _followed_bylines(by_position[position], reader, frozen)
            assert followed
            above = [journalist for journalist, at in followed.items() if at > reader.cursor]
            assert section.journalist == min(above, key=INSIDE.index)


def _followed_bylines(article: Article, reader: Reader, frozen: Frozen) -> dict[str, int]:
    return {
        byline.journalist: byline.position
        for byline in article.bylines
        for follow in reader.follows
        if byline.journalist in INSIDE
        and follow.journalist in (byline.journalist, EVERY_JOURNALIST)
        and follow.since < byline.position <= frozen.height
    }


@given(frozen_issues(), readers())
def test_without_caps_and_age_all_that_the_law_owes_is_printed(frozen: Frozen, reader: Reader) -> None:
    limitless = replace(frozen.newsletter, selection=Selection(per_journalist=99, total=99, max_age_days=365))
    owed = {
        article.position
        for article in frozen.articles
        if (followed := _followed_bylines(article, reader, frozen)) and max(followed.values()) > reader.cursor
    }
    assert set(positions(owed_to(reader, replace(frozen, newsletter=limitless)))) == owed


@given(frozen_issues(), readers())
def test_each_article_is_printed_once(frozen: Frozen, reader: Reader) -> None:
    printed = positions(owed_to(reader, frozen))
    assert len(printed) == len(set(printed))


@given(frozen_issues(), readers())
def test_caps_hold_and_what_they_leave_out_adds_up(frozen: Frozen, reader: Reader) -> None:
    selection = frozen.newsletter.selection
    sections = owed_to(reader, frozen)
    uncapped = replace(frozen.newsletter, selection=replace(selection, per_journalist=99, total=99))
    everything = owed_to(reader, replace(frozen, newsletter=uncapped))
    assert len(positions(sections)) <= selection.total
    assert all(len(section.positions) <= selection.per_journalist for section in sections)
    assert [section.journalist for section in sections] == [section.journalist for section in everything]
    for section, whole in zip(sections, everything, strict=True):
        assert section.left_out + len(section.positions) == len(whole.positions)
        assert section.positions == whole.positions[: len(section.positions)]


@given(frozen_issues(), readers(), st.randoms(use_true_random=False))
def test_the_order_in_which_articles_and_follows_come_does_not_matter(
    frozen: Frozen, reader: Reader, random: object
) -> None:
    shuffled = list(frozen.articles)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    backwards = replace(reader, follows=reader.follows[::-1])
    assert owed_to(backwards, replace(frozen, articles=tuple(shuffled))) == owed_to(reader, frozen)


@given(frozen_issues(), readers(), st.lists(st.integers(0, 12), min_size=1, max_size=5).map(sorted))
def test_over_many_issues_every_article_is_printed_exactly_once(
    frozen: Frozen, reader: Reader, heights: list[int]
) -> None:
    limitless = replace(frozen.newsletter, selection=Selection(per_journalist=99, total=99, max_age_days=365))
    printed: list[int] = []
    start = reader
    for height in [*heights, frozen.height]:
        now = replace(frozen, newsletter=limitless, height=Position(height))
        asked = doubtful(now, [reader.cursor])
        had = [position for position in printed if position in asked]
        printed += positions(owed_to(reader, now, had))
        reader = replace(reader, cursor=max(reader.cursor, Position(height)))
    assert len(printed) == len(set(printed))
    owed_at_once = positions(owed_to(start, replace(frozen, newsletter=limitless)))
    assert set(printed) == set(owed_at_once)
    assert owed_to(reader, replace(frozen, newsletter=limitless), printed) == ()
