from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.compose.correcting import share_again
from digest.compose.grouping import share_out
from digest.compose.issue import Contents, Former, Missed, Owed
from digest.compose.missed import behind, day_up_to, missed_in, still_there
from digest.ids import IssueId, Position
from tests.builders import TODAY, a_contents, a_former, a_frozen_issue, a_reader, a_section, an_article

FORMER = (a_former(2, height=4), a_former(1, height=2, days=2))
YESTERDAY, BEFORE = (former.on for former in FORMER)
BRIEF_1, BRIEF_2 = IssueId("morning-brief-1"), IssueId("morning-brief-2")


def shared(missing: dict[int, IssueId], cursor: int = 0) -> Contents:
    frozen = a_frozen_issue(*map(an_article, range(1, 6)), number=3, former=FORMER)
    reader = a_reader(cursor=cursor)
    theirs = {Position(position): issue for position, issue in missing.items()}
    (one,) = share_out(frozen, [reader], missing={reader.subscriber.id: theirs})
    assert isinstance(one, Owed)
    return one.contents


def test_who_has_everything_up_to_the_last_issue_missed_nothing() -> None:
    readers = [a_reader(number, cursor=number) for number in range(6)]
    assert behind(readers, a_frozen_issue(former=FORMER)) == readers[:4]
    assert behind(readers, a_frozen_issue()) == []


def test_what_was_missed_goes_by_the_day_of_the_issue_that_should_have_brought_it() -> None:
    contents = shared({1: BRIEF_1, 2: BRIEF_1, 3: BRIEF_2, 99: BRIEF_2})
    assert contents.missed == (Missed(on=BEFORE, positions=(2, 1)), Missed(on=YESTERDAY, positions=(3,)))
    assert shared({}).missed == ()


def test_of_an_issue_that_was_not_frozen_with_this_one_nothing_is_said() -> None:
    assert shared({1: IssueId("morning-brief-0")}).missed == ()


def test_two_issues_of_one_day_are_one_day() -> None:
    former = (a_former(2), a_former(1))
    frozen = a_frozen_issue(*map(an_article, (1, 2)), former=former)
    missing = {Position(1): BRIEF_1, Position(2): BRIEF_2}
    found = missed_in([a_section(positions=(2, 1))], frozen, missing)
    assert found == (Missed(on=TODAY - timedelta(days=1), positions=(Position(2), Position(1))),)


def test_readers_who_missed_other_things_have_other_bodies() -> None:
    keys = {shared(missing).key for missing in ({}, {1: BRIEF_1}, {1: BRIEF_2}, {1: BRIEF_1, 2: BRIEF_1})}
    assert len(keys) == 4


def test_since_when_this_is_all_is_told_by_the_issue_up_to_which_somebody_has_everything() -> None:
    assert [shared({}, cursor).since for cursor in (0, 2, 3, 4)] == [None, BEFORE, None, YESTERDAY]
    twice = (Former(id=BRIEF_2, on=YESTERDAY, height=Position(2)), Former(id=BRIEF_1, on=BEFORE, height=Position(2)))
    assert day_up_to(a_frozen_issue(former=twice), Position(2)) == YESTERDAY


def test_a_correction_says_again_what_was_missed_of_what_it_still_has() -> None:
    frozen = a_frozen_issue(*map(an_article, (1, 2)), corrects="morning-brief-3", former=FORMER)
    missed = (Missed(on=BEFORE, positions=(Position(1), Position(9))), Missed(on=YESTERDAY, positions=(Position(8),)))
    printed = a_contents(a_section(positions=(1, 2)), missed=missed, since=YESTERDAY)
    reader = a_reader()
    (one,) = share_again(frozen, [reader], lambda _: {reader.subscriber.id: printed})
    assert isinstance(one, Owed)
    assert one.contents.missed == (Missed(on=BEFORE, positions=(Position(1),)),)
    assert one.contents.since is None


@given(st.dictionaries(st.integers(1, 9), st.sampled_from([BRIEF_1, BRIEF_2, IssueId("other")])), st.integers(0, 4))
def test_only_what_is_printed_is_marked_and_each_article_once(missing: dict[int, IssueId], cursor: int) -> None:
    contents = shared(missing, cursor)
    marked = [position for one in contents.missed for position in one.positions]
    assert len(marked) == len(set(marked))
    assert set(marked) <= set(contents.positions)
    assert still_there(contents.missed, contents.sections) == contents.missed
