"""The notes of what has begun: whom they can tell of after a kill, and of whom they say nothing."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import TryLater
from digest.ids import DeliveryId
from digest.send.doubt import Doubt
from digest.send.mail import Evidence
from digest.send.mailers.smtp.journal import Journal, Page
from digest.send.mailers.smtp.mailer import SmtpMailer
from digest.send.mailers.smtp.server import read_server
from tests.fakes import NOON
from tests.send.mails import a_mail
from tests.send.smtp.mail_server import listening

DEAD, ALIVE = "host~1/7/1", "host~1/8/1"


def notes_of(worker: str, folder: Path) -> Journal:
    return Journal(folder, worker=worker, is_gone=lambda name: name == DEAD)


def a_doubt(delivery: str, *, worker: str | None = DEAD, asked_at: datetime | None = NOON) -> Doubt:
    return Doubt(
        delivery=DeliveryId(delivery),
        address="reader1@example.org",
        asked_at=asked_at,
        since=NOON,
        why="the worker was gone",
        worker=worker,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The notes of a worker that has died: one mail begun, one taken, one not taken."""
    journal = notes_of(DEAD, tmp_path / "smtp")
    journal.open()
    journal.open()
    for delivery in ("begun", "taken", "not-taken"):
        journal.begin(a_mail(delivery))
    journal.answered(a_mail("taken"), taken=True)
    journal.answered(a_mail("not-taken"), taken=False)
    journal.close()
    journal.close()
    return tmp_path / "smtp"


def test_only_a_mail_that_was_begun_and_not_answered_stays_in_doubt(folder: Path) -> None:
    asked = [a_doubt(name) for name in ("begun", "taken", "not-taken", "never-begun")]

    assert notes_of(ALIVE, folder).recall(asked) == {
        "begun": Evidence.UNKNOWN,
        "taken": Evidence.ACCEPTED,
        "not-taken": Evidence.ABSENT,
        "never-begun": Evidence.ABSENT,
    }


@pytest.mark.parametrize(
    "doubt",
    [
        a_doubt("never-begun", worker=ALIVE),
        a_doubt("never-begun", worker="other~2/7/1"),
        a_doubt("never-begun", worker=None),
        a_doubt("never-begun", asked_at=None),
    ],
)
def test_nothing_is_said_of_workers_that_may_live_or_are_not_known(folder: Path, doubt: Doubt) -> None:
    assert notes_of(ALIVE, folder).recall([doubt]) == {"never-begun": Evidence.UNKNOWN}


def test_nothing_is_said_of_ourselves(folder: Path) -> None:
    assert notes_of(DEAD, folder).recall([a_doubt("never-begun")]) == {"never-begun": Evidence.UNKNOWN}


def test_nothing_is_said_where_there_are_no_notes(tmp_path: Path) -> None:
    assert notes_of(ALIVE, tmp_path).recall([a_doubt("never-begun")]) == {"never-begun": Evidence.UNKNOWN}


def test_a_note_is_about_one_claim_and_not_about_a_later_one(folder: Path) -> None:
    later = a_doubt("taken", asked_at=NOON + timedelta(microseconds=1))

    assert notes_of(ALIVE, folder).recall([later]) == {"taken": Evidence.ABSENT}


def test_a_note_that_was_cut_short_spoils_none_after_it_and_is_no_yes(folder: Path) -> None:
    (file,) = folder.iterdir()
    with file.open("ab") as notes:
        notes.write(b"\nbegun 20251219T120000.000000 tak")
    journal = notes_of(DEAD, folder)
    journal.open()
    journal.begin(a_mail("after"))
    journal.close()

    asked = [a_doubt("begun"), a_doubt("after")]
    assert set(notes_of(ALIVE, folder).recall(asked).values()) == {Evidence.UNKNOWN}


def test_an_answer_is_noted_with_the_next_beginning_or_when_it_has_to_wait(tmp_path: Path) -> None:
    journal = notes_of(DEAD, tmp_path)
    journal.open()
    page = Page(journal)
    asked = [a_doubt(name) for name in ("one", "two")]

    def known() -> list[Evidence]:
        return list(notes_of(ALIVE, tmp_path).recall(asked).values())

    page.begin(a_mail("one"))
    page.answered(a_mail("one"), taken=True)
    assert known() == [Evidence.UNKNOWN, Evidence.ABSENT]
    page.begin(a_mail("two"))
    assert known() == [Evidence.ACCEPTED, Evidence.UNKNOWN]
    page.answered(a_mail("two"), taken=False)
    page.flush()
    page.flush()
    assert known() == [Evidence.ACCEPTED, Evidence.ABSENT]
    journal.close()


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "step by step"])
def test_while_the_server_thinks_about_the_next_mail_the_one_before_is_noted(
    tmp_path: Path, *, pipelining: bool
) -> None:
    seen: list[bool] = []

    def script(command: str, rest: str) -> None:
        if command == "RCPT" and "two@" in rest:
            for _ in range(600):  # the answer waits for the note
                notes = b"".join(path.read_bytes() for path in tmp_path.iterdir())
                if b"\none " in notes and b" taken\n" in notes:
                    break
                time.sleep(0.05)
            seen.append(b" taken\n" in notes)

    mails = [a_mail(name, to_address=f"{name}@example.org") for name in ("one", "two")]
    with (
        listening(script=script, pipelining=pipelining) as server,
        SmtpMailer(
            read_server(f"smtp://127.0.0.1:{server.port}?connections=1"), journal=notes_of(ALIVE, tmp_path)
        ) as mailer,
    ):
        mailer.submit(mails)

    assert seen == [True]


def test_old_notes_are_removed_and_nothing_else_is(folder: Path) -> None:
    (old,) = folder.iterdir()
    os.utime(old, (0, 0))
    (folder / "other").touch()
    os.utime(folder / "other", (0, 0))
    journal = notes_of(ALIVE, folder)
    journal.open()
    journal.close()

    assert not old.exists()
    assert (folder / "other").exists()


def test_where_nothing_can_be_noted_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "smtp").touch()
    with (
        listening() as server,
        SmtpMailer(
            read_server(f"smtp://127.0.0.1:{server.port}"), journal=notes_of(ALIVE, tmp_path / "smtp")
        ) as mailer,
        pytest.raises(TryLater, match="cannot be written"),
    ):
        mailer.submit([a_mail()])

    assert server.connections == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_up_stops_before_a_letter_that_was_not_noted(tmp_path: Path) -> None:
    journal = notes_of(ALIVE, tmp_path)
    journal.open()
    assert journal._file is not None
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, journal._file)
    os.close(full)
    with (
        listening() as server,
        SmtpMailer(read_server(f"smtp://127.0.0.1:{server.port}"), journal=journal) as mailer,
        pytest.raises(TryLater, match="No space left on device") as stopped,
    ):
        mailer.submit([a_mail("one"), a_mail("two")])

    assert stopped.value.answers == ()
    assert server.letters == []


def test_without_a_journal_nothing_is_known() -> None:
    with SmtpMailer(read_server("smtp://127.0.0.1:9")) as mailer:
        assert mailer.recall([a_doubt("one")]) == {"one": Evidence.UNKNOWN}
