"""``digest issue`` and ``digest why``: look, approve, send, prove, explain."""

import re
from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, MORNING, Said, digest, dump

ISSUE = f"{LETTERS}-1"


def hash_of_issue() -> str:
    hash_: str = digest("issue", "list", "--json").json["issues"][0]["hash"]
    return hash_


@pytest.mark.usefixtures("applied")
def test_no_issue_yet() -> None:
    said = digest("issue", "list")
    assert (said.code, said.out) == (0, "No issue yet. Make one: digest run NEWSLETTER\n")
    assert digest("issue", "list", "--json").json == {"issues": []}


@pytest.mark.usefixtures("sent")
def test_issues_are_listed_with_their_states() -> None:
    (row,) = digest("issue", "list", LETTERS, "--json").json["issues"]
    about = {"id", "newsletter", "state", "hash", "composed_at", "approved_by", "approved_at", "corrects", "stopped"}
    assert set(row) == about
    assert (row["id"], row["newsletter"], row["state"]) == (ISSUE, LETTERS, "sent")
    assert row["composed_at"] == "2025-12-19T02:00:00+00:00"
    said = digest("issue", "list")
    assert said.code == 0
    assert row["hash"][:12] in said.out
    assert "2025-12-19 02:00" in said.out


@pytest.mark.usefixtures("imported")
def test_composing_prints_the_hash_and_what_to_do_next() -> None:
    digest("collect", "run", "--at", MORNING)
    said = digest("issue", "compose", LETTERS, "--at", MORNING)
    assert said.code == 0
    assert f"digest issue approve {ISSUE} --hash {hash_of_issue()[:12]}" in said.out


@pytest.mark.usefixtures("imported")
def test_composing_for_programs() -> None:
    digest("collect", "run", "--at", MORNING)
    said = digest("issue", "compose", LETTERS, "--at", MORNING, "--json").json
    assert set(said) == {"issue", "hash", "articles", "shares", "findings", "is_fit", "superseded"}
    assert (said["issue"], said["articles"], said["is_fit"]) == (ISSUE, 6, True)


@pytest.mark.usefixtures("imported")
def test_composing_nothing_is_a_skip_with_its_reason() -> None:
    said = digest("issue", "compose", LETTERS, "--at", MORNING)
    assert said == Said(
        0, "No issue: nothing new for any reader: no article has been read yet (3 readers on the list).\n", ""
    )
    assert digest("issue", "compose", LETTERS, "--at", MORNING, "--json").json == {
        "issue": None,
        "skipped": "nothing new for any reader: no article has been read yet",
        "readers": 3,
    }


@pytest.mark.parametrize("point", ["composed", "sent"])
def test_a_preview_shows_every_body_before_and_after_sending_and_sends_nothing(
    point: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(point)
    before, outbox = dump(), sorted((folder / "var").rglob("outbox/*"))
    said = digest("issue", "preview", LETTERS)
    assert said.code == 0
    assert "1 distinct body for 2 of 3 readers." in said.out
    page = folder / "var" / "preview" / ISSUE / "index.html"
    assert f"Open {page.relative_to(folder)}" in said.out
    assert "Letters from the Regions" in page.read_text(encoding="utf-8")
    assert len(list(page.parent.glob("*.eml"))) == 1
    assert (dump(), sorted((folder / "var").rglob("outbox/*"))) == (before, outbox)


def test_a_preview_goes_where_it_is_told_to(composed: Path) -> None:
    said = digest("issue", "preview", ISSUE, "--out", "look", "--json").json
    assert said == {
        "issue": ISSUE,
        "shares": {"readers": 3, "owed": 2, "bodies": 1, "excluded": {"follows-nobody": 1}},
        "page": f"look/{ISSUE}/index.html",
    }
    assert (composed / "look" / ISSUE / "index.html").is_file()


@pytest.mark.usefixtures("sent")
def test_a_preview_of_a_sent_issue_does_not_change_when_readers_come_and_go() -> None:
    before = digest("issue", "preview", LETTERS, "--json").json["shares"]
    digest("audience", "leave", "one@readers.example", "--list", LETTERS)
    assert digest("issue", "preview", LETTERS, "--json").json["shares"] == before


@pytest.mark.usefixtures("composed")
def test_a_preview_that_cannot_be_written_is_refused() -> None:
    digest("issue", "preview", ISSUE, "--out", "readers.csv").refused("readers.csv", "cannot be written", code=1)


@pytest.mark.usefixtures("composed")
def test_the_beginning_of_the_hash_is_enough() -> None:
    said = digest("issue", "approve", LETTERS, "--hash", hash_of_issue()[:8].upper(), "--by", "Olga")
    assert said == Said(0, f"{ISSUE} is approved by Olga.\nSend it: digest issue send {ISSUE}\n", "")
    (row,) = digest("issue", "list", "--json").json["issues"]
    assert (row["state"], row["approved_by"]) == ("approved", "Olga")


@pytest.mark.usefixtures("composed")
def test_approving_for_programs() -> None:
    said = digest("issue", "approve", ISSUE, "--hash", hash_of_issue(), "--json")
    assert (said.code, said.json) == (0, {"issue": ISSUE, "approved_by": "operator"})


@pytest.mark.parametrize("given", ["0123456789abcdef", "0123", ""])
@pytest.mark.usefixtures("composed")
def test_another_hash_is_refused(given: str) -> None:
    before = dump()
    digest("issue", "approve", LETTERS, "--hash", given).refused(ISSUE, "its hash is", "Look at it again.")
    error = digest("issue", "approve", LETTERS, "--hash", given, "--json")
    assert (error.code, error.json["error"]) == (2, "NotInThisState")
    assert dump() == before


@pytest.mark.usefixtures("composed")
def test_less_than_eight_characters_of_the_right_hash_are_refused() -> None:
    digest("issue", "approve", LETTERS, "--hash", hash_of_issue()[:7]).refused("Look at it again.")


@pytest.mark.usefixtures("composed")
def test_what_nobody_approved_is_not_sent() -> None:
    before = dump()
    digest("issue", "send", LETTERS).refused("awaiting-approval", f"digest issue approve {ISSUE} --hash")
    assert dump() == before


@pytest.mark.usefixtures("sent")
def test_what_was_sent_is_approved_no_more() -> None:
    digest("issue", "approve", LETTERS, "--hash", hash_of_issue()).refused(f"Issue {ISSUE} is sent.")


@pytest.mark.usefixtures("sent")
def test_sending_twice_hands_over_once() -> None:
    before = dump()
    said = digest("issue", "send", ISSUE, "--json")
    assert said.code == 0
    assert said.json["shard"]["accepted"] == 0
    assert said.json["ledger"]["balanced"]
    assert set(said.json) == {"issue", "shard", "ledger", "outbox", "trouble"}
    assert dump() == before


@pytest.mark.usefixtures("sent")
def test_the_proof_balances() -> None:
    said = digest("issue", "prove", LETTERS)
    assert said.code == 0
    assert f"{ISSUE} balances: 3 readers = 2 accepted + 0 refused + 1 excluded + 0 uncertain." in said.out


@pytest.mark.usefixtures("sent")
def test_the_proof_for_programs_has_the_shape_that_is_documented() -> None:
    assert digest("issue", "prove", ISSUE, "--json").json == {
        "issue": ISSUE,
        "audience": 3,
        "planned": 0,
        "claimed": 0,
        "accepted": 2,
        "refused": 0,
        "uncertain": 0,
        "excluded": {"follows-nobody": 1},
        "delivered": 0,
        "bounced": 0,
        "complained": 0,
        "planned_again": {},
        "by_hour": None,
        "balanced": True,
        "on_time": True,
        "stopped": None,
    }


def test_the_proof_of_what_was_only_planned_fails(composed: Path) -> None:
    digest("issue", "approve", LETTERS, "--hash", hash_of_issue())
    (composed / "var" / "outbox").write_text("in the way", encoding="utf-8")
    digest("issue", "send", LETTERS)
    said = digest("issue", "prove", LETTERS, "--json")
    assert (said.code, said.json["planned"], said.json["balanced"]) == (1, 2, False)


@pytest.mark.usefixtures("sent")
def test_why_a_reader_got_it() -> None:
    said = digest("why", "ONE@readers.example", LETTERS)
    assert said.code == 0
    assert "They follow Aigerim Sadykova." in said.out
    assert "They were owed 5 articles of it" in said.out  # of 6: the newsletter's cap
    assert "The mailer accepted their mail" in said.out
    assert "readers.example" not in said.out + said.err


@pytest.mark.usefixtures("sent")
def test_why_a_reader_who_follows_nobody_got_nothing() -> None:
    said = digest("why", "three@readers.example", ISSUE, "--json")
    assert (said.code, said.json["issue"]) == (0, ISSUE)
    assert "They follow nobody." in said.json["reasons"]
    assert any("(follows-nobody, 19 December 2025" in reason for reason in said.json["reasons"])


@pytest.mark.parametrize("address", ["stranger@readers.example", "stranger", "", "two@@readers.example"])
@pytest.mark.usefixtures("sent")
def test_why_of_a_stranger_does_not_repeat_the_address(address: str) -> None:
    said = digest("why", address, LETTERS)
    said.refused("Nobody with that address is known here.")
    assert "stranger" not in said.err
    assert "readers.example" not in said.err
    assert digest("why", address, LETTERS, "--json").json["error"] == "UnknownReader"


@pytest.mark.parametrize(
    "words",
    [
        ("issue", "preview"),
        ("issue", "send"),
        ("issue", "prove"),
        ("issue", "approve", "--hash", "0123456789"),
        ("why", "one@readers.example"),
    ],
)
@pytest.mark.usefixtures("applied")
def test_an_unknown_issue_is_refused(words: tuple[str, ...]) -> None:
    before = dump()
    digest(*words, "nowhere-7").refused("There is no issue called 'nowhere-7'.", "digest issue list")
    assert digest(*words, "nowhere-7", "--json").json["error"] == "UnknownIssue"
    assert dump() == before


def test_what_preflight_finds_wanting_is_approved_by_nobody(imported: Path) -> None:
    toml = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    toml = toml.replace('"sample/', f'"{newsletters_dir()}/sample/')
    toml = toml.replace("[sending]", '[sending]\nrequired_words = ["Advertising pays for this"]')
    (imported / "strict.toml").write_text(toml, encoding="utf-8")
    assert digest("newsletters", "apply", "strict.toml").code == 0
    run = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert (run.code, "required-words-missing" in run.out) == (1, True)
    assert [row["state"] for row in digest("issue", "list", "--json").json["issues"]] == ["awaiting-approval"]
    digest("issue", "approve", LETTERS, "--hash", hash_of_issue()).refused(
        "not fit", "required-words-missing", "The newsletter's file requires them"
    )


def test_an_issue_that_would_be_clipped_is_shed_and_leaves(imported: Path) -> None:
    items = "".join(
        f"<item><title>{number}: {'A headline that goes on and on ' * 30}</title>"
        f"<link>https://silk-road-post.example/{number}</link>"
        f"<pubDate>Thu, 18 Dec 2025 10:{number % 60:02}:00 +0500</pubDate></item>"
        for number in range(120)
    )
    (imported / "feed.rss").write_text(f"<rss version='2.0'><channel>{items}</channel></rss>", encoding="utf-8")
    toml = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    toml = toml.replace(
        'kind = "capture"\nref = "sample/silk-road-post/aigerim-sadykova.txt"', 'kind = "feed"\nref = "feed.rss"'
    )
    toml = re.sub(r"(per_journalist|total) = 5", r"\1 = 100", toml).replace('"sample/', f'"{newsletters_dir()}/sample/')
    (imported / "long.toml").write_text(toml, encoding="utf-8")
    assert digest("newsletters", "apply", "long.toml").code == 0
    run = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert (run.code, "too-large" in run.out) == (0, False)
    letter = next((imported / "var/outbox").glob("*.eml")).read_bytes()
    assert b" more from Aigerim Sadykova" in letter
