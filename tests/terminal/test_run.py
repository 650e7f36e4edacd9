"""``digest run``: the whole way, and what it does when it is repeated."""

from pathlib import Path

import pytest

from tests.collect.banks import samples
from tests.terminal.cli import LETTERS, MORNING, NEXT_MORNING, digest, dump

ISSUE = f"{LETTERS}-1"


def mails(folder: Path = Path("var/outbox")) -> set[str]:
    return {path.name for path in folder.glob("*.eml")}


def test_the_whole_way_ends_with_mails_in_the_outbox(imported: Path) -> None:
    said = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    assert "3 readers = 2 accepted + 0 refused + 1 excluded + 0 uncertain." in said.out
    assert len(mails()) == 2
    assert (imported / "var" / "outbox" / "index.html").is_file()
    assert "--hash" not in said.out  # it is approved already


@pytest.mark.usefixtures("imported")
def test_the_whole_way_for_programs() -> None:
    said = digest("run", LETTERS, "--yes", "--at", MORNING, "--json")
    assert said.code == 0
    assert set(said.json) == {"collect", "compose", "send"}
    assert said.json["compose"]["shares"] == {
        "readers": 3,
        "owed": 2,
        "bodies": 1,
        "excluded": {"follows-nobody": 1},
    }
    assert said.json["send"]["ledger"]["balanced"]
    assert said.json["send"]["shard"]["accepted"] == 2


@pytest.mark.usefixtures("sent")
def test_again_sends_nothing_twice() -> None:
    before, rows = mails(), dump()["deliveries"]
    for at in (MORNING, NEXT_MORNING):
        said = digest("run", LETTERS, "--yes", "--at", at)
        assert said.code == 0
        assert "No issue: nothing new for any reader (3 readers on the list)." in said.out
    assert mails() == before
    assert dump()["deliveries"] == rows


def test_a_held_rate_stops_no_issue_and_the_run_says_so(imported: Path) -> None:
    """The readers get the last good rate on time; whoever watches the exit code looks at the other one."""
    (imported / "nbk.xml").write_bytes(samples.nbk("20.12.2025", value="700.00", change=""))
    digest("rates", "import", "nbk", "nbk.xml", "--at", MORNING)
    said = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert said.code == 1
    assert "held-rate, KZT per USD: 700.00 of 2025-12-20 is held back" in said.out
    assert len(mails()) == 2


@pytest.mark.usefixtures("imported")
def test_without_yes_it_awaits_approval() -> None:
    said = digest("run", LETTERS, "--at", MORNING)
    assert said.code == 0
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    assert f"digest issue approve {ISSUE} --hash {hash_[:12]}" in said.out
    assert mails() == set()


@pytest.mark.usefixtures("imported")
def test_an_approval_by_yes_is_the_operator_s() -> None:
    digest("run", LETTERS, "--yes", "--at", MORNING)
    (row,) = digest("issue", "list", "--json").json["issues"]
    assert (row["state"], row["approved_by"], row["approved_at"]) == ("sent", "operator", "2025-12-19T02:00:00+00:00")


@pytest.mark.usefixtures("composed")
def test_an_issue_that_awaits_approval_is_superseded_and_that_is_said() -> None:
    said = digest("run", LETTERS, "--at", MORNING)
    assert said.code == 0
    assert f"It takes the place of {ISSUE}, which nobody approved." in said.out
    rows = digest("issue", "list", "--json").json["issues"]
    assert [(row["id"], row["state"]) for row in rows] == [
        (f"{LETTERS}-2", "awaiting-approval"),
        (ISSUE, "superseded"),
    ]
    again = digest("issue", "compose", LETTERS, "--at", MORNING, "--json")
    assert again.json["superseded"] == f"{LETTERS}-2"


@pytest.mark.usefixtures("imported")
def test_the_first_issue_takes_nobody_s_place() -> None:
    digest("collect", "run", "--at", MORNING)
    assert digest("issue", "compose", LETTERS, "--at", MORNING, "--json").json["superseded"] is None


@pytest.mark.usefixtures("composed")
def test_an_issue_that_was_left_unfinished_is_finished_first() -> None:
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    digest("issue", "approve", LETTERS, "--hash", hash_)
    said = digest("run", LETTERS, "--at", NEXT_MORNING, "--json")
    assert said.code == 0
    assert said.json["finished"]["ledger"] | {"excluded": {}} == {
        "issue": ISSUE,
        "audience": 3,
        "planned": 0,
        "claimed": 0,
        "accepted": 2,
        "refused": 0,
        "uncertain": 0,
        "excluded": {},
        "delivered": 0,
        "bounced": 0,
        "complained": 0,
        "planned_again": {},
        "by_hour": None,
        "balanced": True,
        "on_time": True,
    }
    assert said.json["compose"]["issue"] is None
    assert len(mails()) == 2


def test_nothing_else_is_done_while_the_unfinished_issue_cannot_be_finished(composed: Path) -> None:
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    digest("issue", "approve", LETTERS, "--hash", hash_)
    (composed / "var" / "outbox").write_text("in the way", encoding="utf-8")
    said = digest("run", LETTERS, "--yes", "--at", NEXT_MORNING, "--json")
    assert said.code == 1
    assert set(said.json) == {"finished"}
    (composed / "var" / "outbox").unlink()
    assert digest("run", LETTERS, "--yes", "--at", NEXT_MORNING).code == 0
    assert len(mails()) == 2


def test_an_outbox_that_cannot_be_written_is_named_and_the_same_command_finishes(imported: Path) -> None:
    (imported / "var" / "outbox").write_text("in the way", encoding="utf-8")
    said = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert said.code == 1
    assert "The outbox folder var/outbox cannot be written" in said.out
    assert f"{ISSUE} does not balance" in said.out
    assert "Open" not in said.out
    (imported / "var" / "outbox").unlink()
    assert digest("run", LETTERS, "--yes", "--at", MORNING).code == 0
    assert len(mails()) == 2


def test_a_gallery_that_cannot_be_written_is_named_and_the_mails_are_sent(imported: Path) -> None:
    (imported / "var" / "outbox" / "index.html").mkdir(parents=True)
    said = digest("run", LETTERS, "--yes", "--at", MORNING, "--json")
    assert said.code == 1
    assert said.json["send"]["trouble"].startswith("The page that shows var/outbox cannot be written: ")
    assert said.json["send"]["ledger"]["balanced"]
    assert len(mails()) == 2


@pytest.mark.usefixtures("imported")
def test_what_is_too_old_is_said_with_its_count() -> None:
    said = digest("run", LETTERS, "--yes", "--at", "2026-03-01T07:00+05:00")
    assert said.code == 0
    assert "nothing new for any reader: 6 articles are older than the newsletter's limit of 14 days" in said.out


@pytest.mark.usefixtures("applied")
def test_readers_who_joined_after_the_newest_article_are_explained() -> None:
    digest("collect", "run", "--at", MORNING)
    digest("audience", "import", "readers.csv", "--list", LETTERS)
    said = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert said.code == 0
    assert "No issue: nothing new for any reader: all 2 who can be mailed joined after the newest article" in said.out
    assert "digest audience import --from-start" in said.out


def test_a_suppressed_and_a_departed_reader_are_excluded_by_name(imported: Path) -> None:
    assert digest("audience", "leave", "one@readers.example", "--list", LETTERS).code == 0
    assert digest("audience", "suppress", "TWO@readers.example", "--reason", "complained").code == 0
    (imported / "more.csv").write_text("address,follows\nfour@readers.example,*\n", encoding="utf-8")
    digest("audience", "import", "more.csv", "--list", LETTERS, "--from-start")
    said = digest("run", LETTERS, "--yes", "--at", MORNING, "--json")
    assert said.code == 0
    # The import of one more reader does not end the others' subscriptions.
    assert said.json["send"]["ledger"]["excluded"] == {"follows-nobody": 1, "suppressed": 1, "unsubscribed": 1}
    assert len(mails()) == 1


@pytest.mark.usefixtures("composed")
def test_who_leaves_between_approval_and_sending_gets_nothing() -> None:
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    digest("issue", "approve", LETTERS, "--hash", hash_)
    digest("audience", "leave", "one@readers.example", "--list", LETTERS)
    digest("issue", "send", LETTERS, "--at", MORNING)
    proof = digest("issue", "prove", LETTERS, "--json").json
    assert (proof["accepted"], proof["excluded"]) == (1, {"follows-nobody": 1, "unsubscribed": 1})
