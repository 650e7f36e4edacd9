"""SendGrid hangs, cuts the line, is stormed, fails or is not there: the same command again finishes the job."""

from collections.abc import Sequence

import pytest

from digest.rehearsal.faults import Fault, FaultKind
from tests.reliability import rows
from tests.reliability.conftest import SENDGRID_STAGES
from tests.reliability.stage import BATCH, Stage

#: A request that goes well, before what does not.
GOOD = Fault(kind=FaultKind.SLOW, seconds=0)
#: How long a worker waits for an answer, and how long none comes, in seconds.
PATIENCE, SILENCE = 0.3, 0.8
TIMES = 3


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        (rows.HANG, (FaultKind.HANG, FaultKind.HANG_AFTER)),
        (rows.DROP, (FaultKind.CUT_EARLY, FaultKind.CUT)),
        (rows.DROP_AFTER_ACCEPT, (FaultKind.CUT_AFTER, FaultKind.CUT_SHORT, FaultKind.HALF_CLOSED)),
        (rows.BURST, (FaultKind.ERROR, FaultKind.ERROR_AFTER, FaultKind.UNAVAILABLE)),
    ],
)
@pytest.mark.parametrize("stage", SENDGRID_STAGES, indirect=True)
def test_whatever_it_does_instead_of_answering(stage: Stage, row: str, kinds: Sequence[FaultKind]) -> None:
    outcome = stage.outcome(row)
    for kind in kinds:
        stage.begin(faults=[GOOD, Fault(kind=kind, times=TIMES, seconds=SILENCE)])
        runs = stage.again(most=1 + TIMES, patience=PATIENCE)
        outcome.add(stage.count(), f"{kind}, {runs} runs", in_flight=TIMES * BATCH)
    outcome.settle()


@pytest.mark.parametrize("stage", SENDGRID_STAGES, indirect=True)
def test_a_storm_of_429_costs_time_and_nothing_else(stage: Stage) -> None:
    outcome = stage.outcome(rows.STORM)
    stage.begin(faults=[GOOD, Fault(kind=FaultKind.TOO_MANY, times=TIMES, seconds=1)])
    runs = stage.again(most=1 + TIMES)
    outcome.add(stage.count(), f"{runs} runs", in_flight=0)
    outcome.settle()
