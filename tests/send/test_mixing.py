"""When different contents are worth a template, and when an issue's templates have had their rest."""

from datetime import timedelta

import pytest

from digest.compose.issue import IssueState
from digest.ids import IssueId, Sha256
from digest.send.ledger import IssueRow
from digest.send.mixing import REST, done, pays
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("readers", "bodies", "kinds", "expected"),
    [
        (1_000_000, 1, 1, False),  # everybody gets the same
        (1_000_000, 10, 1, False),  # a hundred readers share a request, as they are claimed
        (1_000_000, 11, 1, True),
        (1_000_000, 400_000, 3, True),
        (1_000, 12, 1, True),
        (1_000, 9, 1, False),
        (20, 20, 1, True),
        (9, 9, 1, False),  # nine requests, or six and what goes with them
        (0, 0, 1, False),
    ],
)
def test_templates_are_for_small_groups_where_they_save_requests(
    readers: int, bodies: int, kinds: int, expected: bool
) -> None:
    assert pays(readers, bodies, kinds=kinds) is expected


def a_row(letter: str, state: IssueState, hours: float | None) -> IssueRow:
    return IssueRow(
        id=IssueId(letter),
        newsletter="morning-brief",
        state=state,
        hash=Sha256(letter * 64),
        composed_at=NOON,
        finished_at=None if hours is None else NOON - hours * REST,
    )


def test_only_what_was_sent_a_while_ago_is_done() -> None:
    rows = [
        a_row("a", IssueState.SENT, 1),
        a_row("b", IssueState.SENT, 0.5),
        a_row("c", IssueState.SENDING, 3),
        a_row("d", IssueState.AWAITING_APPROVAL, None),
        a_row("e", IssueState.SENT, None),
    ]
    is_done = done(rows, at=NOON)
    assert [letter for letter in "abcdef" if is_done(letter * 16)] == ["a"]


def test_what_was_stopped_a_while_ago_is_done_until_somebody_resumes_it() -> None:
    rows = [
        a_row("a", IssueState.SENDING, None),
        a_row("b", IssueState.SENDING, None),
        a_row("c", IssueState.APPROVED, None),
        a_row("d", IssueState.SENT, 0.5),
    ]
    long_ago = NOON - 2 * REST
    stopped = {IssueId("a"): long_ago, IssueId("b"): NOON - REST / 2, IssueId("c"): long_ago, IssueId("d"): long_ago}
    is_done = done(rows, at=NOON, stopped=stopped)
    assert [letter for letter in "abcd" if is_done(letter * 16)] == ["a"]
    assert not done(rows, at=NOON)("a" * 16)


def test_the_rest_is_an_hour() -> None:
    assert timedelta(hours=1) == REST
