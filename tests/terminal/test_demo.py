"""``digest demo --no-prefect``: the sample newsroom from its feeds to an outbox, again, afresh, and after a crash."""

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest.terminal.sample import PORT
from digest.terminal.sample_newsroom import serve
from tests.terminal.cli import Said, command, digest, dump, environment, run

DEMO = ("demo", "--no-prefect")
OUTBOX = Path("var/demo/outbox")
STORE = "sqlite:///var/demo/digest.db"


def figures(said: Said) -> dict[str, str]:
    """Return the table's rows: what, and its figure."""
    rows = (re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in said.out.splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 2}


def recipients(outbox: Path = OUTBOX) -> list[str]:
    mails = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in outbox.glob("*.eml"))
    return sorted(str(mail["To"]) for mail in mails)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo ran once."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(home: Path) -> Iterator[Said]:
    """What the first demo said."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(home)
        yield digest(*DEMO)


@pytest.fixture
def again(first: Said, home: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """The folder of the first demo, entered again; gives what the first demo said."""
    monkeypatch.chdir(home)
    return first


def test_the_table_has_what_was_promised(again: Said) -> None:
    assert again.code == 0
    rows = figures(again)
    assert rows["journalists read, this morning"].startswith("5 (5 sources: ")
    assert int(rows["articles new, the evening before"]) + int(rows["articles new, this morning"]) > 25
    assert again.out.count("rate: 1 USD") == 5
    assert again.out.count("effective 19 Dec") == 5
    assert int(rows["readers on the list"]) == 41
    assert int(rows["distinct bodies"]) > 10
    accepted, new = re.fullmatch(r"(\d+) \((\d+) new\)", rows["mails in the outbox"]).groups()  # type: ignore[union-attr]
    assert accepted == new
    assert rows["skipped: suppressed"] == "1 reader"
    assert {what: figure for what, figure in rows.items() if "readers' CSV" in what} == {
        "skipped: line 25 of the readers' CSV": "bad-address: an address must have an @-sign",
        "skipped: line 38 of the readers' CSV": rows["skipped: line 38 of the readers' CSV"],
    }
    assert "duplicate" in rows["skipped: line 38 of the readers' CSV"]
    assert "morning-brief-1 balances: 41 readers = " in again.out


def test_the_gallery_is_there_and_named(again: Said) -> None:
    page = OUTBOX / "index.html"
    assert f"Look at every mail: {page}" in again.out
    assert page.is_file()
    assert len(recipients()) == len(set(recipients())) > 30


def test_the_second_run_sends_nothing_and_says_so(again: Said) -> None:
    assert "Nothing was sent twice" not in again.out
    before, mails = dump(STORE)["deliveries"], recipients()
    said = digest(*DEMO)
    assert said.code == 0
    assert "Nothing was sent twice: nothing new for any reader" in said.out
    assert "Start over with: make demo FRESH=1" in said.out
    assert figures(said)["mails in the outbox"].endswith("(0 new)")
    assert (dump(STORE)["deliveries"], recipients()) == (before, mails)


def test_for_programs(again: Said) -> None:
    assert again.code == 0
    said = digest(*DEMO, "--json").json
    assert set(said) >= {"issue", "new_mails", "ledger", "outbox", "evening", "collect", "compose"}
    assert (said["issue"], said["new_mails"]) == ("morning-brief-1", 0)
    assert said["ledger"]["balanced"]


def test_nothing_is_written_outside_var(again: Said, home: Path) -> None:
    assert again.code == 0
    assert {path.name for path in home.iterdir()} == {"var"}
    assert {path.name for path in (home / "var").iterdir()} == {"demo"}


def test_afresh_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(port=0) as other:
        monkeypatch.setenv("SAMPLE_NEWSROOM_URL", other.url)  # what is set outside counts for nothing in the demo
        said = digest(*DEMO, "--fresh")
    assert said.code == 0
    (OUTBOX / "stray.txt").write_text("from the demo before", encoding="utf-8")
    first = figures(said)["mails in the outbox"]
    again = digest(*DEMO, "--fresh")
    assert figures(again)["mails in the outbox"] == first
    assert not first.endswith("(0 new)")
    assert not (OUTBOX / "stray.txt").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "var"]


def test_it_takes_another_port_where_its_own_is_taken_and_leaves_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIGEST_MAILER", "outbox")
    try:
        with serve(port=PORT):
            assert digest(*DEMO).code == 0
    except OSError:  # somebody else has it already: all the better
        assert digest(*DEMO).code == 0
    assert digest("newsletters", "list", "--json").json == {"newsletters": []}


def test_killed_half_way_it_is_finished_by_the_same_command(tmp_path: Path) -> None:
    outbox, empty_home = tmp_path / OUTBOX, tmp_path / "home"
    empty_home.mkdir()
    settings = environment(HOME=str(empty_home))
    with subprocess.Popen(
        command(*DEMO), cwd=tmp_path, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as demo:
        while demo.poll() is None and not any((outbox / ".aside").glob("*")):
            time.sleep(0.001)
        # The mails are being written: any instant from here on is one at which it may die.
        demo.send_signal(signal.SIGKILL)
    assert demo.returncode == -signal.SIGKILL
    said = run(*DEMO, folder=tmp_path, HOME=str(empty_home))
    assert (said.code, said.err) == (0, "")
    assert re.search(
        r"morning-brief-1 balances: 41 readers = 40 accepted \+ 0 refused \+ 1 excluded \+ 0 uncertain\.", said.out
    )
    assert len(recipients(outbox)) == len(set(recipients(outbox))) == 40
    assert list(empty_home.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"home", "var"}
