"""A mail server hangs, hangs up, puts us off or refuses: the same command again finishes the job."""

import pytest

from tests.reliability import rows
from tests.reliability.conftest import READERS, SMTP_STAGES
from tests.reliability.far_end import MailFault
from tests.reliability.stage import SEND, Stage

#: How long a worker waits for an answer, and how long none comes, in seconds.
PATIENCE, SILENCE = 0.3, 0.8
TIMES, AFTER = 3, 5
FIRST, LATER = ("2026-01-05T06:00:00+00:00", "2026-01-05T06:20:00+00:00")


@pytest.mark.parametrize(
    ("row", "takes", "seconds"),
    [
        (rows.HANG, (False, True), SILENCE),
        (rows.DROP, (False,), 0.0),
        (rows.DROP_AFTER_ACCEPT, (True,), 0.0),
    ],
)
@pytest.mark.parametrize("stage", SMTP_STAGES, indirect=True)
def test_whatever_it_does_instead_of_answering(stage: Stage, row: str, takes: tuple[bool, ...], seconds: float) -> None:
    outcome = stage.outcome(row)
    for takes_it in takes:
        for pipelining in (True, False):
            fault = MailFault(stage="END", times=TIMES, after=AFTER, takes=takes_it, seconds=seconds)
            stage.begin(faults=[fault], pipelining=pipelining)
            runs = stage.again(most=1 + TIMES, patience=PATIENCE)
            outcome.add(stage.count(), f"{fault}, {runs} runs", in_flight=TIMES)
    outcome.settle()


@pytest.mark.parametrize("stage", SMTP_STAGES, indirect=True)
def test_a_storm_of_421_and_451_costs_time_and_nothing_else(stage: Stage) -> None:
    outcome = stage.outcome(rows.STORM)
    for fault in (
        MailFault(stage="MAIL", times=2 * TIMES, after=AFTER, says="421 4.3.2 too busy"),
        MailFault(stage="RCPT", times=READERS // 2, says="451 4.7.1 greylisted"),
        MailFault(stage="END", times=TIMES, after=AFTER, says="452 4.3.1 no space"),
    ):
        stage.begin(faults=[fault])
        first = stage.run(*SEND, "--at", FIRST)
        runs = 1 if first.code == 0 else 1 + stage.again(*SEND, "--at", LATER, most=TIMES)
        outcome.add(stage.count(), f"{fault}, {runs} runs", in_flight=0)
    outcome.settle()
