"""The contract of ``RosterDesk``."""

from dataclasses import replace

import pytest

from digest.errors import UnknownNewsletter
from digest.ids import NewsletterId
from tests.builders import a_journalist, a_source, an_outlet
from tests.contracts.desk import ASEL, DANA, Desk

MORNING_BRIEF = NewsletterId("morning-brief")


# --- add -------------------------------------------------------------------------------------------------------------


def test_who_is_added_is_on_the_roster(desk: Desk) -> None:
    marat = a_journalist("marat-b", outlet=an_outlet("night-post", name="Night Post"), aliases=("M. B.",))
    assert list(desk.roster_desk.add(marat)) == ["added journalist Marat B"]
    assert desk.roster.journalist(marat.id) == marat
    assert list(desk.roster_desk.add(marat)) == []


def test_who_is_added_again_with_other_facts_is_changed(desk: Desk) -> None:
    dana = replace(desk.roster.journalist(DANA), bio="Writes.", sources=(a_source("https://new.example.org/feed"),))
    assert list(desk.roster_desk.add(dana)) == ["changed journalist Dana Serikova: bio, sources"]
    assert desk.roster.journalist(DANA) == dana


def test_who_is_added_to_a_newsletter_is_its_last(desk: Desk) -> None:
    marat = a_journalist("marat-b")
    told = desk.roster_desk.add(marat, newsletter=MORNING_BRIEF)
    assert list(told) == ["added journalist Marat B", "Marat B is in The Morning Brief now"]
    assert desk.newsletters.newsletter(MORNING_BRIEF).journalists == (DANA, ASEL, marat.id)
    assert {one.id for one in desk.roster.journalists(MORNING_BRIEF)} == {DANA, ASEL, marat.id}
    assert list(desk.roster_desk.add(marat, newsletter=MORNING_BRIEF)) == []


def test_nobody_is_added_to_a_newsletter_that_does_not_exist(desk: Desk) -> None:
    with pytest.raises(UnknownNewsletter, match="Known: morning-brief"):
        desk.roster_desk.add(a_journalist("marat-b"), newsletter=NewsletterId("nowhere"))
    assert {one.id for one in desk.roster.journalists()} == {DANA, ASEL}
