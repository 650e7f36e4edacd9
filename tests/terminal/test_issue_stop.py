"""``digest issue stop`` and ``digest issue resume``: what an editor sees, and that nobody is mailed meanwhile."""

from pathlib import Path

import pytest

from tests.terminal.cli import LETTERS, MORNING, digest

ISSUE = f"{LETTERS}-1"
GO_ON = f"To go on: digest issue resume {ISSUE}"


def mails() -> int:
    return len(list(Path("var/outbox").glob("*.eml")))


def approve() -> None:
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    assert digest("issue", "approve", LETTERS, "--hash", hash_).code == 0


@pytest.mark.usefixtures("composed")
def test_an_approved_issue_that_was_stopped_before_it_was_planned_is_not_sent() -> None:
    approve()
    said = digest("issue", "stop", LETTERS, "--why", "a typo in\nthe headline.", "--by", "Olga")
    assert (said.code, said.err) == (0, "")
    assert f"{ISSUE} is stopped by Olga on " in said.out
    assert ": a typo in the headline.\n" in said.out
    assert GO_ON in said.out
    for command in (("issue", "send", LETTERS), ("run", LETTERS, "--yes")):
        held = digest(*command, "--at", MORNING)
        assert held.code == 1
        assert f"{ISSUE} was stopped by Olga: a typo in the headline. {GO_ON}" in held.out
    assert mails() == 0
    listed = digest("issue", "list", "--json").json["issues"][0]
    assert listed["state"] == "approved"  # its readers are counted when it goes on
    assert [(one["by"], one["why"]) for one in listed["stopped"]] == [("Olga", "a typo in the headline")]
    assert "approved, stopped" in digest("issue", "list").out


@pytest.mark.usefixtures("composed")
def test_resume_lifts_every_stop_and_sends() -> None:
    approve()
    digest("issue", "stop", LETTERS, "--why", "a typo", "--by", "Olga")
    digest("issue", "stop", LETTERS)
    proved = digest("issue", "prove", LETTERS)
    assert f"{ISSUE} was stopped by Olga and operator: a typo; no reason was given. {GO_ON}" in proved.out
    said = digest("issue", "resume", LETTERS, "--by", "Timur", "--at", MORNING, "--json")
    assert said.code == 0
    assert [one["by"] for one in said.json["lifted"]] == ["Olga", "operator"]
    assert said.json["sent"]["ledger"]["balanced"]
    assert mails() == 2
    assert digest("issue", "prove", LETTERS, "--json").json["stopped"] is None


@pytest.mark.usefixtures("composed")
def test_resume_can_leave_the_sending_to_another_run() -> None:
    approve()
    digest("issue", "stop", LETTERS)
    said = digest("issue", "resume", LETTERS, "--only-lift")
    assert (said.code, mails()) == (0, 0)
    assert f"Send it: digest issue send {ISSUE}" in said.out
    assert digest("issue", "send", LETTERS, "--at", MORNING).code == 0
    assert mails() == 2


@pytest.mark.usefixtures("composed")
def test_stopping_and_resuming_again_changes_nothing() -> None:
    first = digest("issue", "stop", LETTERS, "--why", "a typo", "--json").json
    assert digest("issue", "stop", LETTERS, "--why", "another typo", "--json").json == first
    approved = digest("issue", "resume", LETTERS)  # nobody approved it yet
    assert (approved.code, mails()) == (0, 0)
    assert "Approve it: digest issue approve" in approved.out
    approve()
    again = digest("issue", "resume", LETTERS)
    assert (again.code, mails()) == (0, 0)  # nobody stopped it, and nobody began it
    assert f"{ISSUE} was not stopped." in again.out


@pytest.mark.usefixtures("sent")
def test_what_is_all_sent_cannot_be_stopped_and_resuming_it_is_harmless() -> None:
    digest("issue", "stop", LETTERS).refused(f"Issue {ISSUE} is sent.", "no mail can be called back")
    said = digest("issue", "resume", LETTERS)
    assert (said.code, mails()) == (0, 2)
    assert said.out == f"{ISSUE} was not stopped.\n"


@pytest.mark.usefixtures("composed")
def test_an_issue_that_is_not_there_is_named() -> None:
    digest("issue", "stop", "evening-brief-7").refused("There is no issue called 'evening-brief-7'")
    digest("issue", "resume", "evening-brief-7").refused("There is no issue called 'evening-brief-7'")
