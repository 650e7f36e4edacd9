"""The far end is not there, from the start or from half way on: the same command again finishes the job."""

from tests.reliability import rows
from tests.reliability.conftest import READERS
from tests.reliability.stage import BATCH, Stage

#: With a mail server each of two connections has at most one mail in doubt; a request to SendGrid has a batch.
IN_FLIGHT = {"sendgrid": BATCH, "smtp": 2}


def test_an_outage_from_the_start_leaves_everybody_waiting(stage: Stage) -> None:
    outcome = stage.outcome(rows.OUTAGE)
    stage.begin()
    stage.far_end.kill()
    for _ in range(2):
        tried = stage.run()
        assert tried.code == 1, tried
        assert tried.json["trouble"], tried
        assert stage.left_behind().waiting == READERS
    stage.far_end.start()

    stage.again(most=1)

    outcome.add(stage.count(), "from the start", in_flight=0)
    outcome.settle()


def test_an_outage_half_way_leaves_in_doubt_what_was_in_flight(stage: Stage) -> None:
    outcome = stage.outcome(rows.OUTAGE_HALF_WAY)
    for mails in (READERS // 3, READERS // 2, READERS - 1):
        stage.begin(pipelining=mails != READERS // 2)
        stage.far_end.die_at(mails)
        tried = stage.run()
        stage.far_end.wait_for_death()
        left = stage.left_behind()
        assert tried.code == (1 if left.waiting else 0), tried
        assert stage.run().code == tried.code
        assert left.in_hand <= IN_FLIGHT[outcome.mailer], tried
        stage.far_end.start()

        stage.again(most=1)

        outcome.add(stage.count(), f"after {mails} mails", in_flight=left.in_hand)
    stage.prove_by_command()
    outcome.settle()
