"""Whole runs of an issue whose readers all get something else: killed half way, run again, cleared away."""

from collections import Counter

import pytest
from sqlalchemy import Engine

from digest.audience.appearance import AppearanceChange
from digest.audience.joining import Joining
from digest.clock import SystemClock
from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid
from digest.send.mailers.sendgrid.mailer import open_sendgrid
from digest.send.mixing import REST, Mixing, done
from digest.send.proof import prove
from digest.send.shard_report import ShardReport
from digest.store.planned_contents import SqlPlannedContents
from tests.builders import a_joining
from tests.send.many_contents import FOLLOWS, SIX, open_up_with_many_contents
from tests.send.office import ISSUE, Office

BATCH = 8


@pytest.fixture
def office(engine: Engine) -> Office:
    return opened(engine)


def opened(engine: Engine, *others: Joining) -> Office:
    """Plan an issue for twenty readers of as many bodies, and for ``others``."""
    one = open_up_with_many_contents(engine, others=others)
    one.plan()
    return one


def run(office: Office, provider: RehearsalSendGrid, said: list[str]) -> ShardReport:
    """Run once, as a process of its own would."""
    mixing = Mixing(planned=SqlPlannedContents(office.engine), say=said.append)
    with open_sendgrid(KEY, host=provider.url) as mailer:
        mailer.batch_size = BATCH
        return office.send_shard(mailer, clock=SystemClock(), mixing=mixing)


def test_a_run_that_stops_half_way_leaves_a_template_that_the_next_one_uses(
    office: Office, provider: RehearsalSendGrid
) -> None:
    said: list[str] = []
    provider.script.add(
        Fault(kind=FaultKind.SLOW, seconds=0, where="send"), Fault(kind=FaultKind.CUT_AFTER, where="send", times=3)
    )
    assert run(office, provider, said).error is not None
    names = provider.templates.names()
    assert len(names) == 1

    provider.script.clear()
    while not run(office, provider, said).is_finished:
        pass

    assert said == []
    assert provider.templates.names() == names
    assert all("template_id" in one.request for one in provider.book.requests())
    proof = prove(office.ledger.tally(ISSUE))
    assert proof.is_balanced
    got = Counter(letter.to_address for letter in provider.book.letters())
    assert max(got.values()) == 1
    assert len(got) == len(FOLLOWS)

    with open_sendgrid(KEY, host=provider.url) as mailer:
        finished = office.archive.row(ISSUE).finished_at
        assert finished is not None
        assert mailer.clear_away(done(office.archive.rows(), at=finished)) == 0  # SendGrid may still make mails of it
        assert mailer.clear_away(done(office.archive.rows(), at=finished + REST)) == 1
    assert provider.templates.names() == []


def test_readers_of_text_alone_have_groups_of_their_own_beside_the_template(
    engine: Engine, provider: RehearsalSendGrid
) -> None:
    text = AppearanceChange(text_only=True)
    others = [a_joining(f"text{number}@example.org", follows=SIX[:2], appearance=text) for number in (1, 2, 3)]
    office = opened(engine, *others)
    said: list[str] = []
    while not run(office, provider, said).is_finished:
        pass
    assert said == []
    by_template = [one for one in provider.book.requests() if "template_id" in one.request]
    (by_group,) = [one for one in provider.book.requests() if one not in by_template]
    assert [part["type"] for part in by_group.request["content"]] == ["text/plain"]
    got = {letter.to_address: letter for letter in provider.book.letters()}
    assert len(got) == len(FOLLOWS) + len(others)
    assert {address for address, letter in got.items() if not letter.html} == {one.address for one in others}
    assert prove(office.ledger.tally(ISSUE)).is_balanced


def test_a_key_that_may_not_manage_templates_sends_group_by_group(office: Office, provider: RehearsalSendGrid) -> None:
    said: list[str] = []
    provider.script.add(Fault(kind=FaultKind.FORBIDDEN, where="templates"))
    assert run(office, provider, said).is_finished
    (why,) = said
    assert "does not let this key manage templates" in why
    assert provider.asked == len(FOLLOWS)
    assert prove(office.ledger.tally(ISSUE)).is_balanced


def test_the_planned_contents_come_page_by_page_and_no_more_than_asked_for(office: Office) -> None:
    planned = SqlPlannedContents(office.engine)
    assert planned.count(ISSUE) == len(FOLLOWS)
    keys = [one.key for one in planned.contents(ISSUE, most=1_000_000)]
    assert keys == sorted(set(keys))
    assert len(keys) == len(FOLLOWS)
    assert len(list(planned.contents(ISSUE, most=7))) == 7
