"""The contract of ``RosterDesk``."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.collect.checkup import HealthState, SourceHealth
from digest.collect.freshness import Add, Credit
from digest.collect.ports import RosterEntry
from digest.compose.issue import IssueState
from digest.compose.selection import owed_to
from digest.errors import NotInThisState, UnknownJournalist, UnknownNewsletter, WrongUse
from digest.ids import EVERY_JOURNALIST, JournalistId, NewsletterId, Position
from tests.builders import (
    a_declaration,
    a_found_article,
    a_frozen_issue,
    a_joining,
    a_journalist,
    a_newsletter,
    a_source,
    an_outlet,
)
from tests.contracts.desk import ASEL, DANA, ISSUE, MORNING, Desk, sealed
from tests.fakes import NOON

DAY = timedelta(days=1)
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


# --- entry -----------------------------------------------------------------------------------------------------------


def test_an_entry_tells_newsletters_followers_and_newest_articles(desk: Desk) -> None:
    found = [
        a_found_article(title="Older", at=NOON - timedelta(days=2)),
        a_found_article(title="Newest", at=NOON),
        a_found_article(title="Undated", at=None),
    ]
    desk.shelf.apply(DANA, [Add(f"key-{one.title}", one) for one in found], at=NOON - DAY)
    desk.audience.join(
        MORNING,
        [
            a_joining("one@example.org", follows=[DANA]),
            a_joining("two@example.org", follows=[EVERY_JOURNALIST]),
            a_joining("both@example.org", follows=[DANA, EVERY_JOURNALIST]),
            a_joining("gone@example.org", follows=[DANA]),
            a_joining("other@example.org", follows=[ASEL]),
        ],
        since=Position(0),
        at=NOON,
    )
    desk.audience.leave(MORNING, "gone@example.org", at=NOON)
    dana = desk.roster_desk.entry(DANA, newest=2)
    assert (dana.journalist, dana.newsletters) == (desk.roster.journalist(DANA), (MORNING_BRIEF,))
    assert (dana.followers, dana.last_article_at) == (3, NOON)
    assert [article.title for article in dana.newest] == ["Newest", "Undated"]
    assert list(desk.roster_desk.entries()) == [
        RosterEntry(journalist=desk.roster.journalist(ASEL), newsletters=(MORNING_BRIEF,), followers=3),
        replace(dana, newest=()),
    ]


def test_an_unknown_slug_is_named_with_those_that_come_close(desk: Desk) -> None:
    with pytest.raises(UnknownJournalist, match="Did you mean dana-serikova") as caught:
        desk.roster_desk.entry(JournalistId("dana-serikov"))
    assert caught.value.known == (DANA,)
    with pytest.raises(UnknownJournalist, match=r"no journalist called 'zzz'\. List them"):
        desk.roster_desk.rename(JournalistId("zzz"), "Z")


# --- rename and aliases ----------------------------------------------------------------------------------------------


def test_a_renamed_journalist_keeps_slug_and_answers_to_the_old_name(desk: Desk) -> None:
    told = desk.roster_desk.rename(DANA, "Dana Akhmetova")
    assert list(told) == ["changed journalist Dana Akhmetova: name, aliases"]
    dana = desk.roster.journalist(DANA)
    assert (dana.name, dana.aliases) == ("Dana Akhmetova", ("Dana Serikova",))
    assert list(desk.roster_desk.rename(DANA, "Dana Akhmetova")) == []


def test_an_alias_comes_and_goes(desk: Desk) -> None:
    assert list(desk.roster_desk.add_alias(DANA, "Дана Серикова")) == ["changed journalist Dana Serikova: aliases"]
    assert list(desk.roster_desk.add_alias(DANA, "Дана Серикова")) == []
    assert desk.roster.journalist(DANA).aliases == ("Дана Серикова",)
    desk.roster_desk.remove_alias(DANA, "Дана Серикова")
    assert desk.roster.journalist(DANA).aliases == ()
    with pytest.raises(WrongUse, match=r"has no alias 'D\. S\.'\. They have no alias"):
        desk.roster_desk.remove_alias(DANA, "D. S.")


# --- merge -----------------------------------------------------------------------------------------------------------


def _bylines(desk: Desk) -> dict[str, dict[str, int]]:
    found = desk.shelf.articles([DANA, ASEL], above=Position(0), until=desk.shelf.height())
    return {article.key: {one.journalist: one.position for one in article.bylines} for article in found}


def _follows(desk: Desk) -> dict[str, dict[str, int]]:
    return {
        reader.subscriber.address: {follow.journalist: follow.since for follow in reader.follows}
        for reader in desk.audience.readers(MORNING)
    }


def test_merged_journalists_share_names_sources_and_health(desk: Desk) -> None:
    own = a_source("https://asel.example.org/feed")
    shared = a_source("https://both.example.org/feed")
    dana = replace(desk.roster.journalist(DANA), aliases=("D. Serikova",), sources=(a_source(), shared))
    desk.roster_desk.add(dana)
    desk.roster_desk.add(replace(desk.roster.journalist(ASEL), sources=(own, shared)))
    healths = [
        SourceHealth(
            journalist=who, kind=one.kind, ref=one.ref, state=HealthState.GOOD, last_tried_at=NOON, counts=(n,)
        )
        for n, (who, one) in enumerate([(DANA, a_source()), (DANA, shared), (ASEL, own), (ASEL, shared)])
    ]
    desk.source_log.record(healths)
    told = desk.roster_desk.merge(DANA, ASEL, at=NOON)
    assert list(told) == ["Dana Serikova (dana-serikova) is Asel Nurlan (asel-nurlan) from now on"]
    asel = desk.roster.journalist(ASEL)
    assert asel.aliases == ("Dana Serikova", "D. Serikova")
    assert asel.sources == (own, shared, a_source())
    assert sorted((one.journalist, one.counts) for one in desk.source_log.health()) == [
        (ASEL, (0,)),
        (ASEL, (2,)),
        (ASEL, (3,)),
    ]
    assert [one.id for one in desk.roster.journalists()] == [ASEL]
    assert desk.roster.journalist(DANA).sources == ()
    assert desk.newsletters.newsletter(MORNING_BRIEF).journalists == (ASEL,)


def test_merged_bylines_keep_the_lower_position(desk: Desk) -> None:
    desk.shelve("danas", "both")  # 1, 2
    desk.shelve("asels", "late", by=ASEL)  # 3, 4
    desk.shelf.apply(ASEL, [Credit("both")], at=NOON)  # 5
    desk.shelf.apply(DANA, [Credit("late")], at=NOON)  # 6
    desk.roster_desk.merge(DANA, ASEL, at=NOON)
    assert _bylines(desk) == {"danas": {ASEL: 1}, "both": {ASEL: 2}, "asels": {ASEL: 3}, "late": {ASEL: 4}}


def test_merged_follows_keep_the_earlier_beginning(desk: Desk) -> None:
    def follow(since: int, **whom: list[JournalistId]) -> None:
        rows = [a_joining(f"{name}@example.org", follows=theirs) for name, theirs in whom.items()]
        desk.audience.join(MORNING, rows, since=Position(since), at=NOON)

    follow(3, dana=[DANA], asel=[ASEL], first=[DANA], second=[ASEL], all=[EVERY_JOURNALIST])
    follow(7, first=[DANA, ASEL], second=[DANA, ASEL])
    desk.roster_desk.merge(DANA, ASEL, at=NOON)
    assert _follows(desk) == {
        "dana@example.org": {ASEL: 3},
        "asel@example.org": {ASEL: 3},
        "first@example.org": {ASEL: 3},
        "second@example.org": {ASEL: 3},
        "all@example.org": {EVERY_JOURNALIST: 3},
    }


def test_nobody_is_owed_again_what_they_had_before_a_merge(desk: Desk) -> None:
    desk.shelve("danas", "both")
    desk.shelve("asels", by=ASEL)
    height = desk.shelf.apply(ASEL, [Credit("both")], at=NOON)
    whom: list[list[JournalistId]] = [[DANA], [ASEL], [DANA, ASEL], [EVERY_JOURNALIST]]
    rows = [a_joining(f"reader{number}@example.org", follows=theirs) for number, theirs in enumerate(whom)]
    desk.audience.join(MORNING, rows, since=Position(0), at=NOON)
    desk.set_cursors(height)
    desk.roster_desk.merge(DANA, ASEL, at=NOON)
    desk.shelve("new", by=ASEL)
    newsletter = desk.newsletters.newsletter(MORNING_BRIEF)
    articles = desk.shelf.articles(newsletter.journalists, above=Position(0), until=desk.shelf.height())
    frozen = a_frozen_issue(*articles, newsletter=newsletter, height=desk.shelf.height())
    for reader in desk.audience.readers(MORNING):
        assert [section.positions for section in owed_to(reader, frozen)] == [(desk.shelf.height(),)]


def test_a_slug_that_was_merged_away_means_who_stayed(desk: Desk) -> None:
    desk.roster_desk.add(a_journalist("marat-b"))
    desk.roster_desk.merge(DANA, ASEL, at=NOON)
    desk.roster_desk.merge(ASEL, JournalistId("marat-b"), at=NOON)
    desk.audience.join(MORNING, [a_joining("one@example.org", follows=[DANA, ASEL])], since=Position(2), at=NOON)
    assert _follows(desk) == {"one@example.org": {"marat-b": 2}}
    desk.shelve("late")
    (late,) = desk.shelf.articles([JournalistId("marat-b")], above=Position(0), until=desk.shelf.height())
    assert [byline.journalist for byline in late.bylines] == ["marat-b"]
    with pytest.raises(UnknownJournalist, match="Did you mean marat-b"):
        desk.roster_desk.entry(DANA)
    with pytest.raises(WrongUse, match="'dana-serikova' means 'marat-b' since"):
        desk.roster_desk.add(a_journalist(DANA))
    assert {DANA, ASEL, "marat-b"} <= desk.audience.journalists()


def test_a_merge_survives_the_old_file(desk: Desk) -> None:
    old = a_declaration(a_newsletter(journalists=(DANA, ASEL)))
    desk.roster_desk.merge(DANA, ASEL, at=NOON)
    before = (desk.roster.journalists(), desk.newsletters.newsletters())
    assert list(desk.newsletters.apply(old, at=NOON)) == [
        "Dana Serikova (dana-serikova) was merged into asel-nurlan, who stands in their place: mend the file"
    ]
    assert (desk.roster.journalists(), desk.newsletters.newsletters()) == before


def test_nobody_is_merged_into_themselves(desk: Desk) -> None:
    with pytest.raises(WrongUse, match="Name two different slugs"):
        desk.roster_desk.merge(DANA, DANA, at=NOON)
    assert len(desk.roster.journalists()) == 2


# --- remove ----------------------------------------------------------------------------------------------------------


def test_who_is_removed_leaves_everything_but_the_shelf(desk: Desk) -> None:
    desk.shelve("danas")
    desk.audience.join(MORNING, [a_joining("one@example.org", follows=[DANA, ASEL])], since=Position(0), at=NOON)
    told = desk.roster_desk.remove(DANA, at=NOON)
    assert list(told) == [
        "Dana Serikova (dana-serikova) is not on the roster any more",
        "Dana Serikova is not in The Morning Brief any more",
    ]
    assert [one.id for one in desk.roster.journalists()] == [ASEL]
    assert [one.id for one in desk.roster.journalists(MORNING_BRIEF)] == [ASEL]
    assert desk.newsletters.newsletter(MORNING_BRIEF).journalists == (ASEL,)
    assert _follows(desk) == {"one@example.org": {ASEL: 0}}
    assert list(_bylines(desk)) == ["danas"]
    assert desk.audience.journalists() == {ASEL}
    with pytest.raises(UnknownJournalist):
        desk.roster_desk.remove(DANA, at=NOON)


def test_who_was_removed_can_come_back_and_nothing_is_new_again(desk: Desk) -> None:
    desk.shelve("danas")
    dana = desk.roster.journalist(DANA)
    desk.roster_desk.remove(DANA, at=NOON)
    assert list(desk.roster_desk.add(dana)) == ["added journalist Dana Serikova"]
    assert desk.roster.journalist(DANA) == dana
    assert desk.shelve("danas") == 1


def test_the_last_journalist_of_a_newsletter_goes_only_on_purpose(desk: Desk) -> None:
    desk.roster_desk.remove(DANA, at=NOON)
    with pytest.raises(WrongUse, match=r"Without Asel Nurlan nobody is left in The Morning Brief\. Add somebody first"):
        desk.roster_desk.remove(ASEL, at=NOON)
    assert [one.id for one in desk.roster.journalists()] == [ASEL]
    desk.roster_desk.remove(ASEL, at=NOON, even_the_last=True)
    assert desk.newsletters.newsletter(MORNING_BRIEF).journalists == ()
    assert list(desk.roster.journalists()) == []


# --- issues under way ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["merge", "remove"])
def test_an_issue_that_awaits_approval_is_superseded(desk: Desk, change: str) -> None:
    desk.issues.put(sealed())
    told = _merge(desk) if change == "merge" else desk.roster_desk.remove(DANA, at=NOON)
    assert "Issue morning-brief-1 was composed before: compose it again with digest issue compose morning-brief" in told
    assert desk.issues.row(ISSUE).state is IssueState.SUPERSEDED


@pytest.mark.parametrize("change", ["merge", "remove"])
def test_an_approved_issue_is_sent_first(desk: Desk, change: str) -> None:
    desk.approve_issue()
    with pytest.raises(NotInThisState, match=r"Issue morning-brief-1 is approved\. Send it first"):
        _ = _merge(desk) if change == "merge" else desk.roster_desk.remove(DANA, at=NOON)
    assert len(desk.roster.journalists()) == 2


def _merge(desk: Desk) -> Sequence[str]:
    return desk.roster_desk.merge(DANA, ASEL, at=NOON)


def test_an_issue_that_is_on_its_way_goes_on(desk: Desk) -> None:
    desk.shelve("danas")
    issue = desk.approve_issue()
    desk.plan(desk.subscribe(2))
    _merge(desk)
    assert desk.issues.row(issue).state is IssueState.SENDING
    assert desk.ledger.tally(issue).audience == 2


def test_an_issue_that_was_being_composed_meanwhile_is_refused(desk: Desk) -> None:
    composed = sealed(a_frozen_issue(newsletter=desk.newsletters.newsletter(MORNING_BRIEF)))
    _merge(desk)
    with pytest.raises(NotInThisState, match="out of date already: dana-serikova left the roster meanwhile"):
        desk.issues.put(composed)
    assert list(desk.issues.rows()) == []
