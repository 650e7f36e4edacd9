"""The contract of ``WaiverBook``."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from digest.errors import NotInThisState, UnknownIssue
from digest.ids import IssueId
from digest.render.preflight import Waiver
from digest.store.waivers import SqlWaivers
from tests.builders import a_frozen_issue
from tests.contracts.desk import ISSUE, Desk, sealed
from tests.fakes import NOON

WAIVER = Waiver(name="too-large", by="Aida", why="The court's ruling.", at=NOON)


@pytest.fixture
def book(engine: Engine) -> SqlWaivers:
    return SqlWaivers(engine)


def test_a_word_is_kept_with_the_issue(desk: Desk, book: SqlWaivers) -> None:
    desk.issues.put(sealed(a_frozen_issue()))
    book.waive(ISSUE, WAIVER)
    book.waive(ISSUE, replace(WAIVER, name="no-alt"))
    assert list(book.waivers(ISSUE)) == [replace(WAIVER, name="no-alt"), WAIVER]
    assert list(book.waivers(IssueId("another-1"))) == []


def test_a_second_word_takes_the_place_of_the_first(desk: Desk, book: SqlWaivers) -> None:
    desk.issues.put(sealed(a_frozen_issue()))
    book.waive(ISSUE, WAIVER)
    book.waive(ISSUE, replace(WAIVER, by="Dana"))
    assert list(book.waivers(ISSUE)) == [replace(WAIVER, by="Dana")]


def test_nothing_is_let_pass_in_what_does_not_await_approval(desk: Desk, book: SqlWaivers) -> None:
    with pytest.raises(UnknownIssue):
        book.waive(ISSUE, WAIVER)
    assert desk.approve_issue() == ISSUE
    with pytest.raises(NotInThisState):
        book.waive(ISSUE, WAIVER)
