"""Two workers on one issue: both to the end, or one or both of them killed."""

import random
import signal

from tests.reliability import rows
from tests.reliability.stage import Stage

SEED = 20251219
#: How long the far end takes for a request, or for one mail.
SECONDS = {"sendgrid": 0.020, "smtp": 0.010}


def test_two_workers_share_an_issue(stage: Stage) -> None:
    outcome = stage.outcome(rows.TWO_WORKERS)
    for number in range(3):
        stage.begin(seconds=SECONDS[outcome.mailer])
        ended = stage.workers.run(stage.order(), stage.order())
        assert [one.code for one in ended] == [0, 0], ended
        outcome.add(stage.count(), f"run {number}", in_flight=0)
    outcome.settle()


def test_two_workers_of_whom_one_or_both_are_killed(stage: Stage) -> None:
    outcome = stage.outcome(rows.ONE_OF_TWO_KILLED)
    seconds = SECONDS[outcome.mailer]
    chance = random.Random(f"{SEED} {outcome.mailer} {outcome.database}")
    stage.begin(seconds=seconds)
    whole = max(one.seconds for one in stage.workers.run(stage.order(), stage.order()))
    for number in range(8):
        stage.begin(seconds=seconds)
        killed = stage.order(kill_after=chance.uniform(0.1, whole), signal=signal.SIGKILL)
        other = stage.order(kill_after=chance.uniform(0.1, whole)) if number % 2 else stage.order()
        first, second = stage.workers.run(killed, other)
        left = stage.left_behind()
        stage.again()
        where = f"run {number} ({first.code}, {second.code})"
        outcome.add(stage.count(), where, in_flight=left.in_hand, is_under_way=first.code < 0)
    stage.prove_by_command()
    outcome.settle()
