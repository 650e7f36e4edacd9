"""``digest run`` with SendGrid: killed in the middle, run again, and proved."""

import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid, serve
from tests.terminal.cli import LETTERS, MORNING, command, digest, environment

#: Three requests: two full ones and a rest.
READERS = 2_100
FULL = 1_000


@pytest.fixture
def ready(applied: Path) -> Path:
    """A folder in which all readers are imported, who are all owed the same."""
    rows = (f"reader{number}@readers.example,Reader {number},aigerim-sadykova,en" for number in range(READERS))
    (applied / "readers.csv").write_text("address,name,follows,locale\n" + "\n".join(rows), encoding="utf-8")
    assert digest("audience", "import", "readers.csv", "--list", LETTERS).code == 0
    return applied


def settings(provider: RehearsalSendGrid) -> dict[str, str]:
    return {
        "DIGEST_MAILER": "sendgrid",
        "DIGEST_SENDGRID_HOST": provider.url,
        "DIGEST_SENDGRID_API_KEY": KEY,
        "DIGEST_PUBLIC_URL": "https://news.example",
    }


def wait_for(provider: RehearsalSendGrid, asked: int) -> None:
    while provider.asked < asked:
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("sign", "fault"),
    [(signal.SIGKILL, FaultKind.SLOW), (signal.SIGTERM, FaultKind.HANG), (signal.SIGINT, FaultKind.HANG_AFTER)],
)
def test_killed_in_the_middle_and_run_again_it_mails_nobody_twice_and_misses_nobody(
    ready: Path, monkeypatch: pytest.MonkeyPatch, sign: signal.Signals, fault: FaultKind
) -> None:
    faults = [Fault(kind=FaultKind.SLOW, seconds=0), Fault(kind=fault, seconds=3_600)]
    with serve(faults=faults) as provider:
        words = ("run", LETTERS, "--yes", "--at", MORNING)
        with subprocess.Popen(
            command(*words),
            cwd=ready,
            env=environment(**settings(provider)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            wait_for(provider, 2)
            process.send_signal(sign)
            process.communicate()
        assert process.returncode != 0
        leave_by(provider, monkeypatch)

        again = digest(*words)

        assert (again.code, again.err) == (0, "")
        got = Counter(letter.to_address for letter in provider.book.letters())
        proved = digest("issue", "prove", LETTERS, "--json")
    assert max(got.values()) == 1
    in_doubt = proved.json["uncertain"]  # what was in hand after the canary wave, several requests at once
    assert FULL <= in_doubt < READERS
    assert len(got) >= READERS - in_doubt
    assert proved.code == 0
    assert (proved.json["audience"], proved.json["accepted"]) == (READERS, READERS - in_doubt)
    assert (proved.json["refused"], proved.json["balanced"]) == (0, True)


@pytest.mark.usefixtures("imported")
def test_the_whole_way_by_sendgrid(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as provider:
        leave_by(provider, monkeypatch)
        said = digest("run", LETTERS, "--yes", "--at", MORNING)
        first, second = provider.book.letters()
    assert (said.code, said.err) == (0, "")
    assert "3 readers = 2 accepted + 0 refused + 1 excluded + 0 uncertain." in said.out
    assert "outbox" not in said.out
    assert {first.to_address, second.to_address} == {"one@readers.example", "two@readers.example"}
    assert "Reader One" in first.text + second.text
    assert first.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    story = digest("why", "one@readers.example", LETTERS)
    assert f"receipt {first.message_id}" in " ".join(story.out.split())


@pytest.mark.usefixtures("imported")
def test_a_key_that_is_not_accepted_is_one_sentence_and_a_right_one_finishes_the_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve() as provider:
        leave_by(provider, monkeypatch, DIGEST_SENDGRID_API_KEY="SG.wrong")
        refused = digest("run", LETTERS, "--yes", "--at", MORNING)
        assert refused.code == 1
        assert "SendGrid does not accept the key" in refused.out
        assert "SG.wrong" not in refused.out + refused.err
        monkeypatch.setenv("DIGEST_SENDGRID_API_KEY", KEY)
        assert digest("run", LETTERS, "--yes", "--at", MORNING).code == 0
        assert len(list(provider.book.letters())) == 2


def leave_by(provider: RehearsalSendGrid, monkeypatch: pytest.MonkeyPatch, **others: str) -> None:
    for name, value in (settings(provider) | others).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("composed")
def test_an_issue_can_be_tried_before_anybody_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as provider:
        leave_by(provider, monkeypatch)
        said = digest("issue", "try", LETTERS)
        assert provider.asked == 1
        assert provider.book.requests() == ()
        as_json = digest("issue", "try", LETTERS, "--json").json
        provider.script.add(Fault(kind=FaultKind.REFUSE, match="specimen"))
        refused = digest("issue", "try", LETTERS)
        provider.script.add(Fault(kind=FaultKind.FORBIDDEN))
        forbidden = digest("issue", "try", LETTERS)
    assert said.code == 0
    assert said.out == f"The provider looked at 1 body of {LETTERS}-1 and would take it; nothing was sent.\n"
    assert as_json == {"issue": f"{LETTERS}-1", "shown": 1, "bodies": 1, "refused": []}
    assert refused.code == 1
    assert "would refuse it; nothing was sent.\nThe address <the address> does not exist." in refused.out
    forbidden.refused("forbids this account or sender", "Verify the newsletter's sender", code=1)
    assert digest("issue", "list", "--json").json["issues"][0]["state"] == "awaiting-approval"


@pytest.mark.usefixtures("composed")
def test_what_has_no_sandbox_cannot_be_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    digest("issue", "try", LETTERS).refused("leave by outbox", f"digest issue preview {LETTERS}-1")
    monkeypatch.setenv("DIGEST_MAILER", "smtp")
    monkeypatch.setenv("DIGEST_SMTP_URL", "smtp://127.0.0.1:9")
    digest("issue", "try", LETTERS).refused("leave by smtp")


def test_doctor_shows_where_mails_leave_and_hides_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGEST_MAILER", "sendgrid")
    digest("doctor").refused("DIGEST_SENDGRID_API_KEY", "digest dev sendgrid")
    monkeypatch.setenv("DIGEST_SENDGRID_API_KEY", KEY)
    said = digest("doctor")
    assert "https://api.sendgrid.com" in said.out
    assert KEY not in said.out + said.err
