from dataclasses import replace
from datetime import date

from digest.compose.issue import Former
from digest.ids import IssueId, Position
from digest.render.former import ends_of, missed_from
from digest.render.words import words_for
from digest.resources import templates_dir
from tests.builders import a_former, a_frozen_issue

ENGLISH = words_for("en", templates_dir())
RUSSIAN = words_for("ru", templates_dir())
LAST = a_former(2)
LAST_YEAR = Former(id=IssueId("morning-brief-1"), on=date(2024, 12, 31), height=Position(1))
FROZEN = a_frozen_issue(number=3, former=(LAST, LAST_YEAR))


def test_the_end_says_since_when_this_is_all() -> None:
    assert ends_of(FROZEN, ENGLISH) == {
        None: "That is all for Friday, 19 December.",
        LAST.on: "That is all since the issue of 18 December.",
        LAST_YEAR.on: "That is all since the issue of 31 December 2024.",
    }
    assert ends_of(FROZEN, RUSSIAN)[LAST.on] == "Это всё, что вышло после выпуска от 18 декабря."


def test_a_correction_ends_as_its_own_day_does() -> None:
    assert list(ends_of(replace(FROZEN, corrects=IssueId("morning-brief-2")), ENGLISH)) == [None]


def test_an_article_says_which_issue_should_have_brought_it() -> None:
    assert missed_from(FROZEN, ENGLISH)[LAST.on] == "From the issue of 18 December, which did not reach you"
    assert missed_from(FROZEN, RUSSIAN)[LAST.on] == "Из выпуска от 18 декабря, который до вас не дошёл"
    assert missed_from(a_frozen_issue(), ENGLISH) == {}
