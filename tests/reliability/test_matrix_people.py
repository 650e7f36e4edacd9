"""What people do about readers in doubt: settle them by the provider's list, or declare that they rather mail twice."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digest.compose.sending import Sending, WhenUncertain
from digest.send.states import DeliveryState
from digest.store.engine import connect
from digest.store.newsletters import SqlNewsletters
from tests.builders import a_declaration
from tests.fakes import NOON
from tests.reliability import rows
from tests.reliability.conftest import READERS
from tests.reliability.stage import SEND, LeftBehind, Stage
from tests.send.office import ISSUE, a_frozen

SEED = 20251219
#: A step that is taken so often at least while mails are in hand.
IN_HAND = {"sendgrid": ("after an answer", 4), "smtp": ("after sending a mail's end", 15)}
UNCERTAIN = ("issue", "uncertain", ISSUE)


def kill_in_flight(stage: Stage, chance: random.Random) -> LeftBehind:
    """Kill a worker that has mails in hand."""
    what, times = IN_HAND[stage.far_end.kind]
    stage.begin()
    stage.run(dies_at=what, dies_time=chance.randint(1, times))
    left = stage.left_behind()
    assert left.in_hand, "the kill found no mails under way"
    return left


def test_a_person_who_looks_at_the_providers_list_settles_every_doubt(stage: Stage) -> None:
    outcome = stage.outcome(rows.SETTLED)
    chance = random.Random(f"{SEED} {outcome.mailer} {outcome.database}")
    for number in range(3):
        left = kill_in_flight(stage, chance)
        stage.again()
        got = {delivery for _, delivery in stage.far_end.got()}
        doubts = [one for one, state in stage.ledger().values() if state == DeliveryState.UNCERTAIN]
        assert doubts
        settle(stage, "accepted", [one for one in doubts if one in got])
        settle(stage, "planned", [one for one in doubts if one not in got])
        stage.again()
        counted = stage.count()
        assert (counted.uncertain, len(stage.far_end.got())) == (0, READERS)
        outcome.add(counted, f"kill {number}", in_flight=left.in_hand, by_hand=True)
    outcome.settle()


def settle(stage: Stage, verdict: str, deliveries: list[str]) -> None:
    """Do what a person does who knows more."""
    if deliveries:
        named = [word for one in deliveries for word in ("--delivery", one)]
        ended = stage.run(*UNCERTAIN, "--settle", verdict, "--reason", "looked up", *named)
        assert ended.code == 0, ended


def test_prefer_duplicate_mails_again_after_the_wait_whoever_is_in_doubt_and_nobody_else(stage: Stage) -> None:
    outcome = stage.outcome(rows.PREFER_DUPLICATE)
    chance = random.Random(f"{SEED} {outcome.mailer} {outcome.database} twice")
    declared = Sending(when_uncertain=WhenUncertain.PREFER_DUPLICATE, uncertain_hours=1)
    for number in range(3):
        left = kill_in_flight(stage, chance)
        stage.again()
        doubts = {address for address, (_, state) in stage.ledger().items() if state == DeliveryState.UNCERTAIN}
        engine = connect(stage.url)
        SqlNewsletters(engine).apply(replace(a_declaration(a_frozen().newsletter), sending=declared), at=NOON)
        engine.dispose()
        for hours in (2, 3, 4):  # the others come after the first twenty
            later = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
            if stage.run(*SEND, "--at", later).code == 0:
                break
        counted = stage.count()
        assert set(counted.twice) <= doubts
        assert len({address for address, _ in stage.far_end.got()}) == READERS
        outcome.add(counted, f"kill {number}", in_flight=left.in_hand, may_get_it_twice=doubts)
    outcome.settle()
