"""An issue is stopped, by a person or by the post office itself, and goes on when somebody resumes it."""

import pytest

from tests.reliability import rows
from tests.reliability.conftest import READERS, SMTP_STAGES
from tests.reliability.far_end import MailFault
from tests.reliability.stage import Stage
from tests.send.office import ISSUE

#: A worker has several batches in hand at once: with a mail each, there are readers left whom it has not. And so slow
#: that a command finds mails under way: seconds for a request, or for a mail.
SECONDS = {"sendgrid": 0.600, "smtp": 0.300}
STOP = ("issue", "stop", ISSUE, "--why", "the photograph is of somebody else", "--json")
TIMES, AFTER = 3, 5


def test_a_stop_holds_until_somebody_resumes(stage: Stage) -> None:
    outcome = stage.outcome(rows.STOPPED)
    record = str(stage.far_end.record)
    for mails in (0, 1, READERS // 5):
        stage.begin(seconds=SECONDS[outcome.mailer])
        sent, stopped = stage.workers.run(stage.order(batch=1), stage.order(*STOP, waits_for=(record, mails)))
        assert stopped.code == 0, stopped
        assert sent.code == 1, sent
        left, got = stage.left_behind(), stage.far_end.got()
        assert sum(got.values()) < READERS  # it may have been stopped before anybody was planned
        again = stage.run()
        assert again.code != 0
        assert "the photograph is of somebody else" in again.said
        assert stage.far_end.got() == got
        stage.far_end.behave()
        stage.resume()
        outcome.add(stage.count(), f"stopped after {mails} mails", in_flight=left.in_hand, by_hand=True)
    outcome.settle()


@pytest.mark.parametrize("stage", SMTP_STAGES, indirect=True)
def test_a_burst_of_5xx_refuses_those_readers_by_name_and_no_others(stage: Stage) -> None:
    outcome = stage.outcome(rows.BURST)
    for place in ("RCPT", "END"):
        stage.begin(faults=[MailFault(stage=place, times=TIMES, after=AFTER, says="550 5.1.1 no such user")])
        first = stage.run()
        is_stopped = first.code != 0
        if is_stopped:
            assert "digest issue resume" in first.json["trouble"], first
            stage.resume()
        counted = stage.count()
        assert counted.refused == TIMES
        outcome.add(counted, f"5xx at {place}", in_flight=0, by_hand=is_stopped)
    outcome.settle()
