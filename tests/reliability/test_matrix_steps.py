"""Killed at every step of the protocol, by ``kill -9`` and by SIGTERM: the same command again finishes the job.

A step is an SQL statement, a COMMIT, or a call on the socket: before it, after it, and in the middle of what is sent.
Steps that differ only in the reader or the batch are one step, which is tried the first and the last time that it is
taken (by SIGTERM: in the middle); with ``RELIABILITY_STEPS=all`` every time.
"""

import os
import signal
from collections.abc import Iterator, Mapping

import pytest

from tests.reliability.rows import STEP_KILLS, STEP_TERMS
from tests.reliability.stage import Stage

ARE_ALL = os.environ.get("RELIABILITY_STEPS") == "all"


def steps_to_die_at(steps: Mapping[str, int], sign: signal.Signals) -> Iterator[tuple[str, int]]:
    """Choose which time of which step it is."""
    for what, times in steps.items():
        if ARE_ALL:
            chosen = set(range(1, times + 1))
        elif sign is signal.SIGKILL:
            chosen = {1, times}
        else:
            chosen = {(times + 1) // 2}
        yield from ((what, time) for time in sorted(chosen))


@pytest.mark.parametrize(("row", "sign"), [(STEP_KILLS, signal.SIGKILL), (STEP_TERMS, signal.SIGTERM)])
def test_killed_at_any_step_it_loses_nobody_and_mails_nobody_twice(
    stage: Stage, row: str, sign: signal.Signals
) -> None:
    outcome = stage.outcome(row)
    stage.begin()
    undisturbed = stage.run(counts_steps=True)
    assert undisturbed.code == 0, undisturbed.said
    steps = list(steps_to_die_at(undisturbed.steps, sign))
    killed = 0

    for what, time in steps:
        stage.begin()
        ended = stage.run(dies_at=what, dies_time=time, signal=sign)
        killed += ended.code != 0
        left = stage.left_behind()
        stage.again(most=1)
        where = f"{what}, {time} ({ended.code})"
        outcome.add(stage.count(), where, in_flight=left.in_hand, is_under_way=left.is_under_way)

    stage.prove_by_command()
    outcome.settle()
    # How many answers come at once differs from run to run, and a signal may come when all is done.
    assert 10 * killed > 9 * len(steps), "too many came through"
