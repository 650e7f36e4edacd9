import pytest

from tests.terminal.cli import LETTERS, digest

FRIDAYS = ("--list", LETTERS, "--pace", "weekly fri", "--hour", "7", "--quiet-days", "sat sun")
MORNING = "2026-12-01T12:00+00:00"


@pytest.mark.usefixtures("imported")
def test_a_readers_pace_is_told_and_changed() -> None:
    said = digest("audience", "pace", "one@readers.example", "--list", LETTERS)
    assert said.code == 0
    assert "They get every issue, on a clock in" in said.out
    said = digest("audience", "pace", "ONE@readers.example", *FRIDAYS, "--json")
    assert said.code == 0
    assert {key: said.json[key] for key in ("pace", "weekday", "hour", "quiet_days", "paused_until")} == {
        "pace": "weekly",
        "weekday": "fri",
        "hour": 7,
        "quiet_days": ["sat", "sun"],
        "paused_until": None,
    }
    said = digest("audience", "pace", "one@readers.example", "--list", LETTERS, "--paused-until", "2026-12-24")
    assert "weekly on Friday at 07:00, not on Saturday, Sunday, paused until 2026-12-24" in said.out


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("one@readers.example", "--list", LETTERS, "--pace", "monthly"), "--pace cannot be understood"),
        (("one@readers.example", "--list", LETTERS, "--hour", "25"), "from 0 to 23"),
        (("one@readers.example", "--list", "no-such-list"), "no-such-list"),
        (("nobody@readers.example", "--list", LETTERS), "Nobody"),
        (("nobody", "--list", LETTERS), "Nobody"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(words: tuple[str, ...], why: str) -> None:
    said = digest("audience", "pace", *words)
    assert said.code == 2
    assert why.casefold() in said.err.casefold()


@pytest.mark.usefixtures("imported")
def test_who_has_left_has_no_pace() -> None:
    digest("audience", "leave", "one@readers.example", "--list", LETTERS)
    said = digest("audience", "pace", "one@readers.example", "--list", LETTERS, "--hour", "7")
    assert said.code == 2
    assert "They have left this list" in said.err
    said = digest("schedule", "explain", "one@readers.example", "--json")
    assert (said.json["schedules"][0]["no_mail"], said.json["schedules"][0]["instants"]) == ("unsubscribed", [])


@pytest.mark.usefixtures("imported")
def test_the_next_instants_are_explained() -> None:
    digest("audience", "pace", "one@readers.example", *FRIDAYS)
    said = digest("schedule", "explain", "one@readers.example", "--at", MORNING, "--json")
    (theirs,) = said.json["schedules"]
    assert theirs["newsletter"] == LETTERS
    assert len(theirs["instants"]) == 10
    assert all("weekly on Friday, at their hour, 07:00" in one["why"] for one in theirs["instants"])
    shown = digest("schedule", "explain", "one@readers.example", "--at", MORNING, "--count", "2")
    assert shown.code == 0
    assert "has no schedule" in shown.out
    assert "one@readers.example" not in shown.out
    newsletter = digest("schedule", "explain", LETTERS)
    assert newsletter.code == 0
    assert "has no schedule: an issue comes out when somebody composes it" in newsletter.out
    assert digest("schedule", "explain", "nobody@readers.example").code == 2
    assert digest("schedule", "explain", "no-such-newsletter").code == 2


@pytest.mark.usefixtures("imported")
def test_a_run_ends_well_while_somebody_waits_for_their_hour() -> None:
    digest("audience", "pace", "one@readers.example", "--list", LETTERS, "--hour", "9")
    said = digest("run", LETTERS, "--yes", "--at", "2025-12-19T07:00+05:00", "--json")
    assert said.code == 0
    ledger = said.json["send"]["ledger"]
    assert (ledger["accepted"], ledger["planned"], ledger["on_time"], ledger["balanced"]) == (1, 1, True, False)
    assert ledger["by_hour"]["first"] == "2025-12-19T04:00:00+00:00"
    proof = digest("issue", "prove", LETTERS)
    assert proof.code == 1
    assert "1 reader waits for an hour of their own, 2025-12-19 04:00 UTC" in " ".join(proof.out.split())
    again = digest("run", LETTERS, "--yes", "--at", "2025-12-19T08:00+05:00")
    assert again.code == 0
    sent = digest("reconcile", "--at", "2025-12-19T09:00+05:00")
    assert sent.code == 0
    assert digest("issue", "prove", LETTERS).code == 0
