"""``digest issue correct``: from a sent issue to the mails of its correction."""

from pathlib import Path

import pytest
from sqlalchemy import select

from digest.store.engine import open_engine
from digest.store.tables import articles
from tests.terminal.cli import LETTERS, MORNING, NEXT_MORNING, digest, dump, text_of

ISSUE, CORRECTION = f"{LETTERS}-1", f"{LETTERS}-2"
NOTE = ("--note", "The first headline was wrong.\n\nWe are sorry.", "--by", "Olga Kim")


def correct(*more: str) -> str:
    """Make a correction of the sent issue and return its hash."""
    said = digest("issue", "correct", ISSUE, *NOTE, "--at", NEXT_MORNING, *more, "--json")
    assert said.code == 0, said
    return str(said.json["hash"])


def approve_and_send(hash_: str, issue: str = CORRECTION) -> None:
    assert digest("issue", "approve", issue, "--hash", hash_).code == 0
    assert digest("issue", "send", issue, "--at", NEXT_MORNING).code == 0


def mails() -> dict[str, Path]:
    return {path.name: path for path in Path("var/outbox").glob("*.eml")}


def titles() -> list[tuple[int, str]]:
    """Return the places of all articles on the shelf, with the first 40 characters of their titles."""
    with open_engine("sqlite:///var/digest.db") as engine, engine.connect() as connection:
        rows = connection.execute(select(articles.c.position, articles.c.title).order_by(articles.c.position)).tuples()
        return [(position, title[:40]) for position, title in rows]


@pytest.mark.usefixtures("sent")
def test_a_correction_awaits_approval_and_says_for_whom_it_is() -> None:
    said = digest("issue", "correct", ISSUE, *NOTE, "--at", NEXT_MORNING)
    assert (said.code, said.err) == (0, "")
    assert f"It corrects {ISSUE}, and goes to whoever got that." in said.out
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    assert f"digest issue approve {CORRECTION} --hash {hash_[:12]}" in said.out
    assert f"{CORRECTION} (corrects {ISSUE})" in digest("issue", "list").out


@pytest.mark.usefixtures("sent")
def test_a_correction_for_programs() -> None:
    said = digest("issue", "correct", ISSUE, *NOTE, "--at", NEXT_MORNING, "--json").json
    assert set(said) == {
        "issue",
        "hash",
        "articles",
        "shares",
        "findings",
        "is_fit",
        "superseded",
        "corrects",
        "open",
    }
    assert (said["issue"], said["corrects"], said["open"], said["superseded"]) == (CORRECTION, ISSUE, 0, None)
    assert said["shares"] == {"readers": 3, "owed": 2, "bodies": 1, "excluded": {"did-not-get-it": 1}}
    rows = digest("issue", "list", "--json").json["issues"]
    assert [(row["id"], row["corrects"]) for row in rows] == [(CORRECTION, ISSUE), (ISSUE, None)]


@pytest.mark.usefixtures("sent")
def test_exactly_those_who_got_the_issue_get_its_correction_once() -> None:
    before = mails()
    digest("audience", "leave", "two@readers.example", "--list", LETTERS)
    approve_and_send(correct())
    (new,) = mails().keys() - before.keys()
    text = text_of(mails()[new])
    assert text.startswith("CORRECTION: LETTERS FROM THE REGIONS\n")
    assert "The first headline was wrong.\n\nWe are sorry.\n\n— Olga Kim\n" in text
    assert digest("issue", "send", CORRECTION, "--at", NEXT_MORNING, "--json").json["shard"]["accepted"] == 0
    proof = digest("issue", "prove", CORRECTION, "--json").json
    assert (proof["audience"], proof["accepted"]) == (3, 1)
    assert proof["excluded"] == {"did-not-get-it": 1, "unsubscribed": 1}
    assert proof["balanced"]


@pytest.mark.usefixtures("sent")
def test_articles_are_taken_out_of_everybodys_mail() -> None:
    before = mails()
    title, other = (title for position, title in titles() if position in (2, 4))
    assert all(title in text_of(mail) and other in text_of(mail) for mail in before.values())
    approve_and_send(correct("--without", "2", "--without", "4"))
    again = [text_of(path) for name, path in mails().items() if name not in before]
    assert len(again) == 2
    assert all(title not in text and other not in text and "4 new" in text for text in again)


@pytest.mark.usefixtures("sent")
def test_what_the_issue_does_not_have_cannot_be_taken_out() -> None:
    before = dump()
    digest("issue", "correct", ISSUE, *NOTE, "--without", "77").refused(f"{ISSUE} has no article 77", "address")
    assert dump() == before


@pytest.mark.usefixtures("sent")
def test_why_tells_of_a_correction_without_speaking_of_what_was_had_before() -> None:
    approve_and_send(correct())
    got = digest("why", "one@readers.example", CORRECTION)
    assert "The mailer accepted their mail" in got.out
    assert f"{CORRECTION} corrects {ISSUE}" in got.out
    assert "already, in an earlier issue" not in got.out
    none = digest("why", "three@readers.example", CORRECTION)
    assert "no mail of the issue that it corrects reached them (did-not-get-it, 20 December 2025" in none.out


@pytest.mark.usefixtures("sent")
def test_a_second_correction_takes_the_place_of_the_first_that_nobody_approved() -> None:
    correct()
    said = digest("issue", "correct", ISSUE, "--note", "Once more.", "--by", "Olga", "--at", NEXT_MORNING)
    assert f"It takes the place of {CORRECTION}, which nobody approved." in said.out
    states = {row["id"]: row["state"] for row in digest("issue", "list", "--json").json["issues"]}
    assert states == {ISSUE: "sent", CORRECTION: "superseded", f"{LETTERS}-3": "awaiting-approval"}


@pytest.mark.usefixtures("sent")
def test_a_correction_is_corrected_for_those_who_got_it() -> None:
    approve_and_send(correct())
    digest("audience", "leave", "one@readers.example", "--list", LETTERS)
    said = digest("issue", "correct", CORRECTION, *NOTE, "--at", NEXT_MORNING, "--json").json
    assert (said["issue"], said["corrects"]) == (f"{LETTERS}-3", CORRECTION)
    assert said["shares"]["owed"] == 1


@pytest.mark.usefixtures("sent")
def test_the_next_run_owes_nothing_more_and_nothing_less_for_it() -> None:
    cursors = dump()["subscriptions"]
    approve_and_send(correct())
    assert dump()["subscriptions"] == cursors
    said = digest("run", LETTERS, "--yes", "--at", NEXT_MORNING)
    assert said.code == 0
    assert "No issue: nothing new for any reader" in said.out


@pytest.mark.usefixtures("sent")
def test_a_run_finishes_a_correction_that_was_approved() -> None:
    before = mails()
    assert digest("issue", "approve", CORRECTION, "--hash", correct()).code == 0
    said = digest("run", LETTERS, "--yes", "--at", NEXT_MORNING, "--json")
    assert said.code == 0
    assert said.json[f"finished {CORRECTION}"]["shard"]["accepted"] == 2
    assert len(mails()) == len(before) + 2


@pytest.mark.usefixtures("composed")
def test_an_issue_that_nobody_got_cannot_be_corrected() -> None:
    before = dump()
    digest("issue", "correct", ISSUE, *NOTE).refused(
        f"Issue {ISSUE} is awaiting-approval.",
        f"Nobody got it yet: mend what is wrong, and digest issue compose {LETTERS}",
    )
    assert dump() == before
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    digest("issue", "approve", ISSUE, "--hash", hash_)
    digest("issue", "correct", ISSUE, *NOTE).refused(f"Issue {ISSUE} is approved.", f"digest issue send {ISSUE}")
    digest("issue", "correct", "nowhere-7", *NOTE).refused("There is no issue called 'nowhere-7'.")


@pytest.mark.usefixtures("sent")
def test_a_waiting_correction_is_named_with_the_issue_that_it_corrects() -> None:
    correct()
    digest("issue", "correct", LETTERS, *NOTE).refused(
        f"Issue {CORRECTION} is awaiting-approval.", f"make it anew: digest issue correct {ISSUE}"
    )
    correct()
    digest("issue", "correct", CORRECTION, *NOTE).refused(f"Issue {CORRECTION} is superseded.", "digest issue list")


@pytest.mark.usefixtures("sent")
def test_a_correction_for_nobody_is_none() -> None:
    for name in ("one", "two"):
        digest("audience", "leave", f"{name}@readers.example", "--list", LETTERS)
    before = dump()
    said = digest("issue", "correct", ISSUE, *NOTE)
    assert (said.code, said.out) == (
        0,
        f"No issue: nobody whose mail of {ISSUE} was accepted may still be mailed (3 readers on the list).\n",
    )
    assert dump() == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--note", " ", "--by", "Olga"), ("says nothing",)),
        (("--note", "x" * 1_001, "--by", "Olga"), ("1,001 characters",)),
        (("--note", "Wrong.", "--by", ""), ("signature says nothing",)),
    ],
)
@pytest.mark.usefixtures("sent")
def test_a_correction_without_a_word_is_refused(given: tuple[str, ...], words: tuple[str, ...]) -> None:
    before = dump()
    digest("issue", "correct", ISSUE, *given).refused(*words)
    assert dump() == before


def test_mails_of_the_corrected_issue_that_may_still_be_accepted_are_spoken_of(composed: Path) -> None:
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    digest("issue", "approve", ISSUE, "--hash", hash_)
    (composed / "var" / "outbox").write_text("in the way", encoding="utf-8")
    digest("issue", "send", ISSUE, "--at", MORNING)
    assert "No issue: nobody whose mail" in digest("issue", "correct", ISSUE, *NOTE).out
