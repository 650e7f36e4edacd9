"""Whatever statement a process dies at, either all of a call happened or nothing of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from digest.audience.choosing import FollowChange
from digest.collect.freshness import Add, Credit, Revise
from digest.compose.issue import NothingToSend
from digest.ids import EVERY_JOURNALIST, Position
from digest.send.ledger import Holder, LeftOut, Planned
from digest.send.mail import Accepted, Evidence, Rejected, Unclear
from digest.store.rates import SqlRates
from digest.store.tables import metadata
from tests.builders import (
    a_bank_sheet,
    a_declaration,
    a_found_article,
    a_frozen_issue,
    a_joining,
    a_journalist,
    a_newsletter,
    an_article,
    an_excluded,
    an_owed,
)
from tests.contracts.desk import ASEL, DANA, ISSUE, MORNING, Desk, contents_of, delivery_of, sealed
from tests.fakes import NOON


class Death(Exception):
    """The process dies here."""


@contextmanager
def _dying_at(engine: Engine, fatal: int) -> Iterator[list[str]]:
    """Die at statement number ``fatal`` (from 0); give the statements that were begun."""
    begun: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        begun.append(statement)
        if len(begun) > fatal and not statement.startswith("BEGIN"):
            raise Death

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield begun
    finally:
        event.remove(engine, "before_cursor_execute", count)


def _everything(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }


def _before_sending(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    desk.subscribe(4)


def _approved(desk: Desk) -> None:
    _before_sending(desk)
    desk.approve_issue(height=2)


def _planned(desk: Desk) -> None:
    _approved(desk)
    desk.plan(desk.audience.readers(MORNING)[:3], height=2)
    desk.audience.leave(MORNING, "reader1@example.org", at=NOON)


def _claimed(desk: Desk) -> None:
    _planned(desk)
    desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=9, at=NOON)


def _in_doubt(desk: Desk) -> None:
    _claimed(desk)
    desk.ledger.give_up(ISSUE, is_gone=lambda _: True, at=NOON)


def _join(desk: Desk) -> None:
    rows = [
        a_joining("reader1@example.org", name="Ann", follows=(DANA,)),
        a_joining("new@example.org", follows=(DANA, ASEL)),
    ]
    desk.audience.join(MORNING, rows, since=Position(1), at=NOON)


def _shelve(desk: Desk) -> None:
    intents = [Add("k3", a_found_article()), Revise("k1", a_found_article("New")), Credit("k2")]
    desk.shelf.apply(ASEL, intents, at=NOON)


def _declare(desk: Desk) -> None:
    newsletter = a_newsletter(list_name="dawn", journalists=(ASEL, "marat-b"))
    journalists = [a_journalist("asel-nurlan", bio="New"), a_journalist("marat-b")]
    desk.newsletters.apply(a_declaration(newsletter, journalists=journalists), at=NOON)


def _put(desk: Desk) -> None:
    newsletter = a_newsletter(journalists=(DANA, ASEL))
    desk.issues.put(sealed(a_frozen_issue(an_article(), newsletter=newsletter, number=2)))


def _plan(desk: Desk) -> None:
    one, two, three, _ = desk.audience.readers(MORNING)
    planned = [Planned(id=delivery_of(one), owed=an_owed(one, contents=contents_of()))]
    left_out = [
        LeftOut(id=delivery_of(reader), excluded=an_excluded(reader, reason=NothingToSend.NOTHING_NEW))
        for reader in (two, three)
    ]
    desk.ledger.plan(ISSUE, planned, left_out, height=Position(2), at=NOON)


def _claim(desk: Desk) -> None:
    desk.ledger.claim(ISSUE, worker="w", limit=2, lease_seconds=9, at=NOON)


def _record(desk: Desk) -> None:
    _, two, three, _ = (delivery_of(reader) for reader in desk.audience.readers(MORNING))
    answers = [Accepted(delivery=two, receipt="r"), Rejected(delivery=three, why="no"), Unclear(delivery=three, why="")]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=Position(2), at=NOON)


def _settle(desk: Desk) -> None:
    _, two, three, _ = (delivery_of(reader) for reader in desk.audience.readers(MORNING))
    evidence = {two: Evidence.ACCEPTED, three: Evidence.ABSENT}
    desk.ledger.settle(ISSUE, evidence, height=Position(2), why="looked up", at=NOON)


def _choose(desk: Desk) -> None:
    change = FollowChange(begin=frozenset({DANA}), end=frozenset({EVERY_JOURNALIST, ASEL}))
    desk.audience.change_follows(desk.audience.readers(MORNING)[0].token, change)


def _enter(desk: Desk) -> None:
    SqlRates(desk.engine).enter([a_bank_sheet(values={"USD": "1", "EUR": "2"})], at=NOON)


@pytest.mark.parametrize(
    ("prepare", "act"),
    [
        (_before_sending, _join),
        (_before_sending, _shelve),
        (_before_sending, _choose),
        (_before_sending, _declare),
        (_before_sending, _enter),
        (_approved, _put),
        (_approved, _plan),
        (_planned, _claim),
        (_claimed, _record),
        (_in_doubt, _settle),
    ],
    ids=lambda step: step.__name__.strip("_"),
)
def test_a_call_that_dies_at_any_statement_did_nothing_and_can_be_made_again(
    desk: Desk, prepare: Callable[[Desk], None], act: Callable[[Desk], None]
) -> None:
    prepare(desk)
    before = _everything(desk.engine)
    for fatal in range(100):
        with _dying_at(desk.engine, fatal) as begun:
            try:
                act(desk)
            except Death:
                pass
            else:
                break
        assert _everything(desk.engine) == before, begun[-1]
    assert fatal > 1
    assert _everything(desk.engine) != before
