"""The contracts of ``IssueArchive`` and ``IssueNumbers``."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from digest.collect.rates.rate import RateSnapshot
from digest.compose.issue import Frozen, IssueState
from digest.compose.snapshot import rates_fingerprint
from digest.errors import NotInThisState, UnknownIssue
from digest.ids import IssueId, NewsletterId, Position, Sha256
from digest.render.rendition import Sealed
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Evidence
from tests.builders import a_declaration, a_frozen_issue, a_newsletter, a_rate, a_snapshot, an_article
from tests.contracts.desk import ASEL, DANA, ISSUE, Desk, delivery_of, sealed
from tests.fakes import NOON

BRIEF = NewsletterId("morning-brief")
LATER = NOON + timedelta(hours=1)
WORKER = Holder(worker="w", since=NOON)


def _frozen(number: int = 1, *, rates: RateSnapshot | None = None, hours: int = 0) -> Frozen:
    return a_frozen_issue(
        an_article(),
        newsletter=a_newsletter(journalists=(DANA, ASEL)),
        number=number,
        rates=rates,
        composed_at=NOON + timedelta(hours=hours),
    )


def _put(desk: Desk, number: int = 1, *, rates: RateSnapshot | None = None, hours: int = 0) -> Sealed:
    one = sealed(_frozen(number, rates=rates, hours=hours))
    desk.issues.put(one)
    return one


def _approve(desk: Desk, one: Sealed) -> None:
    desk.issues.approve(one.frozen.id, one.hash, by="editor@example.org", at=LATER)


def test_a_sealed_issue_comes_back_byte_for_byte(desk: Desk) -> None:
    one = _put(desk, rates=a_snapshot(a_rate(value="512.3400", percent="-0.10"), a_rate("UZS", previous=None)))
    back = desk.issues.sealed(ISSUE)
    assert back == one
    assert [list(part.html.segments) for part in back.renditions] == [["z-first", "a-second"]]
    assert str(back.frozen.rates.rates[0].value) == "512.3400"
    assert back.frozen.rates.rates[0].percent == Decimal("-0.10")


def test_several_renditions_keep_their_order(desk: Desk) -> None:
    one = sealed(_frozen())
    (english,) = one.renditions
    russian = replace(english, locale="ru", mark="другое")
    desk.issues.put(replace(one, renditions=(russian, english)))
    assert [part.locale for part in desk.issues.sealed(ISSUE).renditions] == ["ru", "en"]


def test_an_issue_may_have_no_rendition(desk: Desk) -> None:
    one = replace(sealed(_frozen()), renditions=())
    desk.issues.put(one)
    assert desk.issues.sealed(ISSUE) == one


def test_a_new_issue_awaits_approval(desk: Desk) -> None:
    one = _put(desk)
    row = desk.issues.row(ISSUE)
    assert (row.id, row.newsletter, row.state, row.hash) == (ISSUE, BRIEF, IssueState.AWAITING_APPROVAL, one.hash)
    assert (row.composed_at, row.approved_by, row.approved_at) == (NOON, None, None)


def test_a_newer_issue_supersedes_the_one_that_nobody_approved(desk: Desk) -> None:
    _put(desk, 1)
    approved = _put(desk, 2)
    _approve(desk, approved)
    _put(desk, 3)
    _put(desk, 4)
    assert [row.state for row in reversed(desk.issues.rows())] == [
        IssueState.SUPERSEDED,
        IssueState.APPROVED,
        IssueState.SUPERSEDED,
        IssueState.AWAITING_APPROVAL,
    ]


def test_another_newsletters_issue_is_left_alone(desk: Desk) -> None:
    evening = a_newsletter("evening-brief", list_name="evening", journalists=(DANA,))
    desk.newsletters.apply(a_declaration(evening), at=NOON)
    _put(desk)
    desk.issues.put(sealed(a_frozen_issue(newsletter=evening)))
    assert {row.state for row in desk.issues.rows()} == {IssueState.AWAITING_APPROVAL}
    assert [row.id for row in desk.issues.rows("evening-brief")] == ["evening-brief-1"]
    assert desk.issues.next_number(NewsletterId("evening-brief")) == 2


def test_putting_the_same_issue_again_changes_nothing(desk: Desk) -> None:
    one = _put(desk)
    _approve(desk, one)
    desk.issues.put(one)
    assert desk.issues.row(ISSUE).state is IssueState.APPROVED
    assert desk.issues.sealed(ISSUE) == one


def test_a_number_is_taken_once(desk: Desk) -> None:
    _put(desk)
    with pytest.raises(NotInThisState, match="compose again"):
        desk.issues.put(sealed(_frozen(), salt="-other"))
    other_name = replace(_frozen(), id=IssueId("another-name"))
    with pytest.raises(NotInThisState, match="compose again"):
        desk.issues.put(sealed(other_name))


def test_two_that_compose_at_once_do_not_both_get_the_number(desk: Desk) -> None:
    def put(salt: str) -> bool:
        try:
            desk.issues.put(sealed(_frozen(), salt=salt))
        except NotInThisState:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(put, ["-one", "-two"])) == [False, True]


def test_issues_come_newest_first(desk: Desk) -> None:
    for number, hours in ((1, 0), (2, 5), (3, 5)):
        _put(desk, number, hours=hours)
    assert [row.id for row in desk.issues.rows()] == [f"morning-brief-{number}" for number in (3, 2, 1)]
    assert list(desk.issues.rows("nowhere")) == []


def test_an_approval_names_who_when_and_which_bytes(desk: Desk) -> None:
    _approve(desk, _put(desk))
    row = desk.issues.row(ISSUE)
    assert (row.state, row.approved_by, row.approved_at) == (IssueState.APPROVED, "editor@example.org", LATER)


def test_other_bytes_cannot_be_approved(desk: Desk) -> None:
    one = _put(desk)
    with pytest.raises(NotInThisState, match=one.hash):
        desk.issues.approve(ISSUE, Sha256("f" * 64), by="editor", at=NOON)
    assert desk.issues.row(ISSUE).state is IssueState.AWAITING_APPROVAL


def test_an_approval_is_given_once_and_not_to_what_was_superseded(desk: Desk) -> None:
    first, second = _put(desk, 1), _put(desk, 2)
    _approve(desk, second)
    for one, state in ((first, "superseded"), (second, "approved")):
        with pytest.raises(NotInThisState, match=state):
            _approve(desk, one)


def test_an_unknown_issue_is_named_whatever_is_asked(desk: Desk) -> None:
    nowhere = IssueId("nowhere-1")
    for ask in (
        desk.issues.sealed,
        desk.issues.row,
        lambda issue: desk.issues.approve(issue, Sha256("0" * 64), by="editor", at=NOON),
        lambda issue: desk.issues.finish(issue, at=NOON),
        desk.ledger.tally,
        lambda issue: desk.ledger.plan(issue, [], [], height=Position(0), at=NOON),
        lambda issue: desk.ledger.settle(issue, {}, height=Position(0), why="", at=NOON),
        lambda issue: desk.ledger.story(issue, "reader1@example.org"),
    ):
        with pytest.raises(UnknownIssue, match="nowhere-1"):
            ask(nowhere)


def test_an_issue_is_sent_when_nobody_waits_any_more(desk: Desk) -> None:
    desk.shelve("k1")
    readers = desk.subscribe(2)
    desk.approve_issue()
    assert not desk.issues.finish(ISSUE, at=NOON)
    desk.plan(readers)
    assert not desk.issues.finish(ISSUE, at=NOON)
    desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=9, at=NOON)
    first, second = (Accepted(delivery=delivery_of(reader), receipt="r") for reader in readers)
    desk.ledger.record(ISSUE, [first], holder=WORKER, height=Position(1), at=NOON)
    assert not desk.issues.finish(ISSUE, at=NOON)
    desk.ledger.record(ISSUE, [second], holder=WORKER, height=Position(1), at=NOON)
    assert desk.issues.row(ISSUE).state is IssueState.SENDING
    assert desk.issues.finish(ISSUE, at=LATER)
    assert desk.issues.finish(ISSUE, at=LATER)
    assert desk.issues.row(ISSUE).state is IssueState.SENT


def test_a_sent_issue_of_which_a_delivery_waits_again_is_not_finished(desk: Desk) -> None:
    desk.shelve("k1")
    (reader,) = desk.subscribe(1)
    desk.approve_issue()
    desk.plan([reader])
    desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=9, at=NOON)
    desk.ledger.give_up(ISSUE, is_gone=lambda _: True, at=NOON)
    assert desk.issues.finish(ISSUE, at=NOON)
    absent = {delivery_of(reader): Evidence.ABSENT}
    desk.ledger.settle(ISSUE, absent, height=Position(1), why="looked up", at=NOON)
    assert not desk.issues.finish(ISSUE, at=NOON)


def test_an_issue_for_nobody_is_sent_at_once(desk: Desk) -> None:
    desk.approve_issue()
    desk.plan([])
    assert desk.issues.finish(ISSUE, at=NOON)


# --- IssueNumbers ----------------------------------------------------------------------------------------------------


def test_before_the_first_issue(desk: Desk) -> None:
    assert desk.issues.next_number(BRIEF) == 1
    assert desk.issues.last(BRIEF) is None
    assert desk.issues.last_rates(BRIEF) is None


def test_a_superseded_number_is_not_used_again_and_its_issue_is_not_the_last(desk: Desk) -> None:
    _approve(desk, _put(desk, 1))
    _put(desk, 2)
    third = _put(desk, 3)
    assert desk.issues.next_number(BRIEF) == 4
    assert desk.issues.last(BRIEF) == (third.frozen.id, IssueState.AWAITING_APPROVAL)


def test_the_last_rates_are_those_of_the_newest_approved_issue(desk: Desk) -> None:
    rates = [a_snapshot(a_rate(value=value)) for value in ("510.0", "511.0", "512.0")]
    first = _put(desk, 1, rates=rates[0])
    assert desk.issues.last_rates(BRIEF) is None
    _approve(desk, first)
    second = _put(desk, 2, rates=rates[1])
    _approve(desk, second)
    _put(desk, 3, rates=rates[2])
    assert desk.issues.last_rates(BRIEF) == rates_fingerprint(rates[1])


def test_former_issues_are_those_that_were_approved_the_newest_first(desk: Desk) -> None:
    assert desk.issues.former(BRIEF, most=9) == []
    first = _put(desk, 1)
    assert desk.issues.former(BRIEF, most=9) == []
    _approve(desk, first)
    second = _put(desk, 2)
    _approve(desk, second)
    _put(desk, 3)
    told = [(one.frozen.id, one.frozen.height, one.frozen.composed_at) for one in (second, first)]
    assert desk.issues.former(BRIEF, most=9) == told
    assert desk.issues.former(BRIEF, most=1) == told[:1]
