"""Readers of many contents under SendGrid's templates: killed, refused, cut off and unanswered at every call.

Each run ends with what an operator's hours do by themselves: when the issue has rested, ``digest reconcile`` leaves no
template behind, whoever made it, and however far.
"""

import signal
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from digest.rehearsal.faults import Fault, FaultKind
from digest.send.mixing import REST
from tests.reliability import rows
from tests.reliability.conftest import READERS
from tests.reliability.outcome import Outcome
from tests.reliability.stage import BATCH, Stage
from tests.reliability.test_matrix_stops import STOP

RECONCILE = ("reconcile", "--json")
#: How long a worker waits for an answer, and how long none comes, in seconds.
PATIENCE, SILENCE = 0.3, 0.8
TIMES = 3
#: What a run asks about templates when there are none: twice which there are, one made, looked at and given its words.
CALLS = 5


def well(times: int, where: str) -> list[Fault]:
    """Let so many requests of that kind go well, before what does not."""
    return [Fault(kind=FaultKind.SLOW, seconds=0, times=times, where=where)] if times else []


def reconcile(stage: Stage, *words: str, **how: object) -> int:
    """Let ``digest reconcile`` run when the issue has rested; return its exit code."""
    later = (datetime.now(UTC) + 2 * REST).isoformat()
    return stage.run(*RECONCILE, "--at", later, *words, **how).code


def add(
    stage: Stage, outcome: Outcome, where: str, *, in_flight: int, is_under_way: bool = True, by_hand: bool = False
) -> None:
    """Count everybody, reconcile, and hold that nothing is left at SendGrid and nobody was mailed by it."""
    counted = stage.count()
    assert reconcile(stage) == 0, where
    assert stage.far_end.shelf().templates == [], where
    assert stage.count() == counted, where
    outcome.add(counted, where, in_flight=in_flight, is_under_way=is_under_way, by_hand=by_hand)


def steps_to_die_at(steps: Mapping[str, int]) -> Iterator[tuple[str, int, signal.Signals]]:
    """Yield steps on the line, first and last time, and each time after an answer; those of SQL are the other rows'."""
    for what, times in steps.items():
        if what.startswith(("before connecting", "before sending", "in the middle of", "after")):
            chosen = range(1, times + 1) if what == "after an answer" else sorted({1, times})
            yield from ((what, time, signal.SIGKILL) for time in chosen)
            yield what, (times + 1) // 2, signal.SIGTERM


def test_killed_at_any_step_it_loses_nobody_and_leaves_no_template(mixed_stage: Stage) -> None:
    stage, outcome = mixed_stage, mixed_stage.outcome(rows.TEMPLATE_KILLS)
    stage.begin()
    undisturbed = stage.run(counts_steps=True)
    assert undisturbed.code == 0, undisturbed.said
    assert stage.far_end.shelf().used == READERS // BATCH
    steps = list(steps_to_die_at(undisturbed.steps))
    assert {"in the middle of a template", "in the middle of a version"} <= {what for what, _, _ in steps}

    for what, time, sign in steps:
        stage.begin()
        ended = stage.run(dies_at=what, dies_time=time, signal=sign)
        left = stage.left_behind()
        stage.again(most=1)
        where = f"{what}, {time}, {sign.name} ({ended.code})"
        add(stage, outcome, where, in_flight=left.in_hand, is_under_way=left.is_under_way)
    outcome.settle()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_killed_while_it_takes_templates_back_the_next_time_does(mixed_stage: Stage, sign: signal.Signals) -> None:
    stage, outcome = mixed_stage, mixed_stage.outcome(rows.TEMPLATE_KILLS)
    for what in ("before sending a removal", "in the middle of a removal", "after sending a removal"):
        stage.begin()
        stage.again(most=1)
        assert len(stage.far_end.shelf().templates) == 1
        assert reconcile(stage, dies_at=what, dies_time=1, signal=sign) != 0, what
        add(stage, outcome, f"{what}, {sign.name}", in_flight=0, is_under_way=False)
    outcome.settle()


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.CUT,
        FaultKind.CUT_AFTER,
        FaultKind.HANG,
        FaultKind.HANG_AFTER,
        FaultKind.TOO_MANY,
        FaultKind.ERROR,
        FaultKind.UNAVAILABLE,
        FaultKind.FORBIDDEN,
    ],
)
def test_where_sendgrid_fails_about_templates_mails_leave_all_the_same(mixed_stage: Stage, kind: FaultKind) -> None:
    stage, outcome = mixed_stage, mixed_stage.outcome(rows.TEMPLATE_FAULTS)
    for before in range(CALLS):
        stage.begin(faults=[*well(before, "templates"), Fault(kind=kind, seconds=SILENCE, where="templates")])
        stage.again(most=1, patience=PATIENCE)
        assert stage.far_end.shelf().used == 0
        add(stage, outcome, f"{kind} after {before} calls", in_flight=0)
    for before in range(2):  # which there are, and one is taken back
        stage.begin()
        stage.again(most=1)
        stage.far_end.misbehave([*well(before, "templates"), Fault(kind=kind, seconds=SILENCE, where="templates")])
        assert reconcile(stage, patience=PATIENCE) == 0
        add(stage, outcome, f"{kind} after {before} calls of reconcile", in_flight=0, is_under_way=False)
    outcome.settle()


@pytest.mark.parametrize(
    ("kind", "in_flight"),
    [
        (FaultKind.HANG, TIMES * BATCH),
        (FaultKind.HANG_AFTER, TIMES * BATCH),
        (FaultKind.CUT_EARLY, TIMES * BATCH),
        (FaultKind.CUT, TIMES * BATCH),
        (FaultKind.CUT_AFTER, TIMES * BATCH),
        (FaultKind.CUT_SHORT, TIMES * BATCH),
        (FaultKind.HALF_CLOSED, TIMES * BATCH),
        (FaultKind.ERROR, TIMES * BATCH),
        (FaultKind.ERROR_AFTER, TIMES * BATCH),
        (FaultKind.UNAVAILABLE, TIMES * BATCH),
        (FaultKind.TOO_MANY, 0),
    ],
)
def test_whatever_it_does_instead_of_answering_for_mails_by_a_template(
    mixed_stage: Stage, kind: FaultKind, in_flight: int
) -> None:
    stage, outcome = mixed_stage, mixed_stage.outcome(rows.TEMPLATES_IN_USE)
    seconds = 1 if kind is FaultKind.TOO_MANY else SILENCE
    stage.begin(faults=[*well(1, "send"), Fault(kind=kind, times=TIMES, seconds=seconds, where="send")])
    runs = stage.again(most=1 + TIMES, patience=PATIENCE)
    assert stage.far_end.shelf().used > 0
    add(stage, outcome, f"{kind}, {runs} runs", in_flight=in_flight)
    outcome.settle()


def test_an_outage_half_way_after_which_the_templates_are_gone(mixed_stage: Stage) -> None:
    stage, outcome = mixed_stage, mixed_stage.outcome(rows.TEMPLATE_OUTAGE)
    for mails in (READERS // 3, 2 * READERS // 3):
        stage.begin()
        stage.far_end.die_at(mails)
        tried = stage.run()
        stage.far_end.wait_for_death()
        left = stage.left_behind()
        assert tried.code == 1, tried
        assert stage.run().code == 1
        stage.far_end.start()  # it has forgotten every template
        stage.again(most=1)
        add(stage, outcome, f"after {mails} mails", in_flight=left.in_hand)
    outcome.settle()


def test_an_issue_that_stays_stopped_leaves_no_template_and_goes_on_by_a_new_one(mixed_stage: Stage) -> None:
    stage, outcome = mixed_stage, mixed_stage.outcome(rows.TEMPLATE_STOPS)
    stage.begin(seconds=0.6)
    stop = stage.order(*STOP, waits_for=(str(stage.far_end.record), 1))
    sent, stopped = stage.workers.run(stage.order(batch=1), stop)
    assert (sent.code, stopped.code) == (1, 0), (sent, stopped)
    left = stage.left_behind()
    assert left.waiting
    assert len(stage.far_end.shelf().templates) == 1

    assert reconcile(stage) == 0
    assert stage.far_end.shelf().templates == []
    stage.far_end.behave()
    stage.resume()

    assert stage.far_end.shelf().used > 0
    add(stage, outcome, "stopped for two hours", in_flight=left.in_hand, by_hand=True)
    outcome.settle()
