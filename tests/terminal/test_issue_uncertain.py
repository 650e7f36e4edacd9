"""``digest issue uncertain`` and ``digest reconcile``: doubts are listed, settled by hand, and ended by evidence."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from digest.resources import newsletters_dir
from digest.send.states import DeliveryState
from digest.store.engine import open_engine
from digest.store.tables import deliveries, issues, subscribers
from tests.terminal.cli import LETTERS, MORNING, Said, digest, dump

ISSUE = f"{LETTERS}-1"
DOUBTED_AT = datetime(2025, 12, 19, 2, 5, tzinfo=UTC)
ONE, TWO = "one@readers.example", "two@readers.example"


@pytest.fixture
def doubtful(sent: Path) -> list[str]:
    """The ids of two deliveries of which the answers were lost, in the order of their readers."""
    assert sent.is_dir()
    with open_engine("sqlite:///var/digest.db") as engine, engine.begin() as connection:
        accepted = deliveries.c.state == DeliveryState.ACCEPTED
        lost = {"state": DeliveryState.UNCERTAIN, "reason": "timed out", "answered_at": DOUBTED_AT, "receipt": None}
        connection.execute(update(deliveries).where(accepted).values(lost))
        query = select(deliveries.c.id).where(deliveries.c.reason == "timed out").order_by(deliveries.c.subscriber)
        return list(connection.scalars(query))


def declare_prefer_duplicate() -> None:
    toml = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    toml = toml.replace('"sample/', f'"{newsletters_dir()}/sample/')
    policy = '[sending]\nwhen_uncertain = "prefer-duplicate"\nuncertain_hours = 6\n'
    Path("mine.toml").write_text(toml.replace("[sending]\n", policy), encoding="utf-8")
    assert digest("newsletters", "apply", "mine.toml").code == 0


def settle(verdict: str, *more: str) -> Said:
    return digest("issue", "uncertain", LETTERS, "--settle", verdict, "--reason", "seen in the log", *more)


@pytest.mark.usefixtures("sent")
def test_nobody_in_doubt() -> None:
    assert digest("issue", "uncertain", LETTERS) == Said(0, f"Nobody is in doubt in {ISSUE}.\n", "")
    said = settle("accepted", "--by", "Olga")
    assert said == Said(0, f"Nobody is in doubt in {ISSUE}: nothing to settle.\n", "")


def test_doubts_are_listed_and_in_a_file_without_addresses(doubtful: list[str]) -> None:
    before = dump()
    said = digest("issue", "uncertain", LETTERS)
    assert said.code == 0
    assert all(one in said.out for one in (*doubtful, "timed out", "2025-12-19 02:05:00"))
    assert f"2 deliveries of {ISSUE} in doubt." in said.out
    assert "Nobody mails them again (prefer-miss)" in said.out
    assert f"digest issue uncertain {ISSUE} --settle accepted --reason TEXT --by NAME" in said.out
    assert "readers.example" not in said.out
    assert dump() == before


def test_who_sits_at_a_terminal_sees_the_beginnings_of_addresses(
    doubtful: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.terminal.issue_uncertain._is_somebody_looking", lambda: True)
    said = digest("issue", "uncertain", LETTERS, "--delivery", doubtful[1])
    assert "t…@readers.example" in said.out
    assert "two@" not in said.out
    assert doubtful[0] not in said.out
    assert "readers.example" not in digest("issue", "uncertain", LETTERS, "--json").out
    assert not sys.stdout.isatty()


def test_doubts_for_programs(doubtful: list[str]) -> None:
    said = digest("issue", "uncertain", ISSUE, "--address", "ONE@readers.example", "--json").json
    (one,) = said.pop("uncertain")
    assert said == {"issue": ISSUE, "claimed": 0, "when_uncertain": "prefer-miss", "uncertain_hours": 24}
    assert one.pop("worker").count("/") == 2
    assert one == {
        "delivery": doubtful[0],
        "asked_at": "2025-12-19T02:00:00+00:00",
        "since": "2025-12-19T02:05:00+00:00",
        "why": "timed out",
    }


def test_what_the_policy_will_do_is_said(doubtful: list[str]) -> None:
    assert doubtful
    declare_prefer_duplicate()
    assert "Each is mailed again, once, after 6 hours in doubt" in digest("issue", "uncertain", LETTERS).out


def test_what_was_had_is_settled_as_accepted_and_the_story_tells_by_whom(doubtful: list[str]) -> None:
    said = settle("accepted", "--by", "Olga", "--delivery", doubtful[0], "--at", "2025-12-20T10:00+05:00")
    assert said.out.splitlines() == [
        f"1 delivery of {ISSUE} settled as accepted by Olga: seen in the log.",
        "1 delivery still in doubt.",
    ]
    assert digest("issue", "prove", ISSUE, "--json").json["uncertain"] == 1
    told = digest("why", ONE, ISSUE, "--json").json["reasons"]
    assert told[-2].endswith("on 20 December 2025 at 05:00 UTC Olga settled it as accepted: seen in the log.")
    assert told[-1].endswith("and counts as accepted.")


def test_what_never_arrived_waits_again_and_the_next_send_finishes_the_job(doubtful: list[str]) -> None:
    for path in Path("var/outbox").glob("*.eml"):
        path.unlink()
    said = settle("planned", "--json")
    assert (said.code, said.json) == (
        0,
        {
            "issue": ISSUE,
            "settled": 2,
            "verdict": "planned",
            "by": "operator",
            "reason": "seen in the log",
            "uncertain": 0,
        },
    )
    assert digest("issue", "list", "--json").json["issues"][0]["state"] == "sending"
    assert digest("issue", "prove", ISSUE).code == 1
    run = digest("run", LETTERS, "--yes", "--at", MORNING, "--json")
    assert run.json["finished"]["shard"]["accepted"] == len(doubtful)
    assert len(list(Path("var/outbox").glob("*.eml"))) == 2
    proof = digest("issue", "prove", ISSUE)
    assert proof.code == 0
    assert "2 readers may have been mailed twice: in doubt, and planned again by a person's word." in proof.out


def test_the_daily_run_takes_up_again_what_the_day_before_left_in_doubt(doubtful: list[str]) -> None:
    for path in Path("var/outbox").glob("*.eml"):
        path.rename(path.with_suffix(".gone"))
    declare_prefer_duplicate()
    # Of this mailer there is evidence: it never had them. So the policy is not asked at all.
    early = digest("run", LETTERS, "--yes", "--at", MORNING, "--json").json
    assert early[f"settled {ISSUE}"]["settled"] == {"accepted": 0, "planned": 2}
    assert early["finished"]["shard"]["accepted"] == len(doubtful)
    assert digest("issue", "prove", ISSUE, "--json").json["planned_again"] == {}
    again = digest("run", LETTERS, "--yes", "--at", MORNING, "--json").json
    assert set(again) == {"collect", "compose"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--settle", "accepted"), "for a reason, by somebody"),
        (("--settle", "accepted", "--reason", " "), "for a reason, by somebody"),
        (("--settle", "planned", "--reason", "x", "--by", ""), "for a reason, by somebody"),
        (("--reason", "x"), "A reason alone settles nothing."),
        (("--settle", "planned", "--reason", "x", "--delivery", "nobody"), "'nobody' is not of this issue"),
        (("--settle", "planned", "--reason", "x", "--address", "three@readers.example"), "is excluded"),
        (("--address", "stranger@readers.example"), "Nobody with that address"),
    ],
)
@pytest.mark.usefixtures("doubtful")
def test_what_cannot_be_settled_is_refused_and_nothing_is_changed(words: tuple[str, ...], expected: str) -> None:
    before = dump()
    said = digest("issue", "uncertain", LETTERS, *words)
    said.refused(expected)
    assert "@" not in said.err
    assert dump() == before


@pytest.mark.usefixtures("doubtful")
def test_a_doubt_has_two_ends_only() -> None:
    said = digest("issue", "uncertain", LETTERS, "--settle", "refused", "--reason", "x")
    assert (said.code, "accepted" in said.err) == (2, True)


def test_what_a_worker_has_in_its_hands_is_counted_and_left(doubtful: list[str]) -> None:
    with open_engine("sqlite:///var/digest.db") as engine, engine.begin() as connection:
        claimed = {"state": DeliveryState.CLAIMED, "claimed_by": "elsewhere/1/1", "lease_until": DOUBTED_AT}
        connection.execute(update(deliveries).where(deliveries.c.id == doubtful[0]).values(claimed))
    said = digest("issue", "uncertain", LETTERS)
    assert "1 delivery in the hands of workers; if those are gone: digest reconcile" in said.out
    settle("accepted", "--address", ONE).refused("is claimed", "digest issue uncertain")
    assert settle("accepted", "--json").json["settled"] == 1


@pytest.mark.usefixtures("sent")
def test_nothing_to_reconcile() -> None:
    nothing = "Nothing hangs: no issue is being sent, and nobody is in doubt.\n"
    assert digest("reconcile") == Said(0, nothing, "")
    nothing_done = digest("reconcile", "--json").json
    assert nothing_done["issues"] == []
    assert not any(nothing_done["notices"].values())
    digest("reconcile", "nowhere-7").refused("There is no issue called 'nowhere-7'.")


@pytest.mark.parametrize("named", [(), (LETTERS,)])
def test_reconciling_ends_doubts_by_evidence_and_sends_on_what_is_left(
    named: tuple[str, ...], doubtful: list[str]
) -> None:
    with open_engine("sqlite:///var/digest.db") as engine, engine.begin() as connection:
        second = select(subscribers.c.id).where(subscribers.c.address == TWO).scalar_subquery()
        connection.execute(update(issues).values(state="sending", finished_at=None))
        planned = {"state": DeliveryState.PLANNED, "claimed_by": None, "claimed_at": None, "answered_at": None}
        connection.execute(update(deliveries).where(deliveries.c.subscriber == second).values(planned))
    Path("var/outbox", f"{doubtful[1]}.eml").unlink()
    said = digest("reconcile", *named, "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    assert "1 settled by evidence; 1 accepted by the mailer" in said.out
    assert f"{ISSUE} balances: 3 readers = 2 accepted" in said.out
    assert "readers.example" not in said.out
    (again,) = digest("reconcile", ISSUE, "--json").json["issues"]
    assert (again["finished"], again["given_up"], again["sent_on"]) == (True, 0, None)
    assert again["settled"] == {"accepted": 0, "planned": 0}
