"""Killed at random instants of a run, by ``kill -9`` and by SIGTERM: the same command again finishes the job.

The instants are drawn with a fixed seed from the time that an undisturbed run takes; the far end is slow, so that most
of them find mails under way. ``RELIABILITY_KILLS`` says how many there are in all.
"""

import os
import random
import signal

import pytest

from tests.reliability.rows import RANDOM_KILLS, RANDOM_TERMS
from tests.reliability.stage import Stage

KILLS = int(os.environ.get("RELIABILITY_KILLS", "200"))
SEED = 20251219
#: How long the far end takes for a request of ten mails, or for one mail of two connections.
SECONDS = {"sendgrid": 0.150, "smtp": 0.020}


@pytest.mark.parametrize(("row", "sign"), [(RANDOM_KILLS, signal.SIGKILL), (RANDOM_TERMS, signal.SIGTERM)])
def test_killed_at_any_instant_it_loses_nobody_and_mails_nobody_twice(
    stage: Stage, row: str, sign: signal.Signals
) -> None:
    outcome = stage.outcome(row)
    chance = random.Random(f"{SEED} {sign} {outcome.mailer} {outcome.database}")
    seconds = SECONDS[outcome.mailer]
    stage.begin(seconds=seconds)
    stage.run()  # once undisturbed, so that the second one shows how long it takes
    stage.begin(seconds=seconds)
    whole = stage.run().seconds

    for number in range(KILLS // 8):
        stage.begin(seconds=seconds, pipelining=number % 3 > 0)
        after = chance.uniform(0.0, whole)
        ended = stage.run(kill_after=after, signal=sign)
        left = stage.left_behind()
        stage.far_end.behave()
        stage.again(most=1)
        where = f"kill {number} after {after:.3f} s ({ended.code})"
        outcome.add(stage.count(), where, in_flight=left.in_hand, is_under_way=left.is_under_way)

    stage.prove_by_command()
    outcome.settle()
    assert 4 * outcome.under_way > outcome.runs, "too few kills found mails under way"
