import email
import errno
import os
import threading
from collections.abc import Callable
from email.policy import default
from pathlib import Path

import pytest

from digest.errors import TryLater
from digest.ids import DeliveryId
from digest.send.mail import Accepted, Evidence, Rejected, Unclear
from digest.send.mailers.outbox import OutboxMailer
from digest.send.mime import to_bytes
from tests.send.mails import a_mail

MAILS = [a_mail(name) for name in ("one", "two", "three")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "outbox"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def on_call(number: int, real: Callable[..., object], trouble: Callable[[], None]) -> Callable[..., object]:
    """Return ``real``, but its call of that number has trouble first."""
    calls = iter(range(1, 10_000))

    def called(*args: object, **kwargs: object) -> object:
        if next(calls) == number:
            trouble()
        return real(*args, **kwargs)

    return called


def disk_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_every_mail_is_a_file_that_holds_exactly_its_bytes(folder: Path) -> None:
    answers = OutboxMailer(folder).submit(MAILS)

    assert answers == [Accepted(delivery=mail.delivery, receipt=f"{mail.delivery}.eml") for mail in MAILS]
    assert names(folder) == ["one.eml", "three.eml", "two.eml"]
    assert (folder / "two.eml").read_bytes() == to_bytes(MAILS[1])


def test_asking_twice_makes_no_second_mail_and_keeps_the_first(folder: Path) -> None:
    mailer = OutboxMailer(folder)
    mailer.submit(MAILS)

    (answer,) = mailer.submit([a_mail("one", subject="Another attempt")])

    assert isinstance(answer, Accepted)
    assert names(folder) == ["one.eml", "three.eml", "two.eml"]
    kept = email.message_from_bytes((folder / "one.eml").read_bytes(), policy=default)
    assert kept["Subject"] == "Snow closes the Medeu road"


def test_an_address_that_cannot_be_written_is_rejected_and_the_others_go_on(folder: Path) -> None:
    answers = OutboxMailer(folder).submit([a_mail("one", to_address="nobody"), a_mail("two")])

    assert answers[0] == Rejected(
        delivery=DeliveryId("one"), why="it cannot be written as a mail: an address needs an @ and a domain"
    )
    assert isinstance(answers[1], Accepted)
    assert names(folder) == ["two.eml"]


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_full_disk_leaves_nothing_and_says_to_try_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    monkeypatch.setattr(os, "fsync", on_call(call, os.fsync, disk_full))

    with pytest.raises(
        TryLater, match=r"outbox cannot be written: No space left on device\. Free some space"
    ) as caught:
        OutboxMailer(folder).submit(MAILS)

    assert caught.value.after > 0
    assert names(folder) == []


def test_a_folder_that_cannot_be_made_says_to_try_later(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")

    with pytest.raises(TryLater, match="Not a directory"):
        OutboxMailer(tmp_path / "outbox").submit(MAILS)


def test_a_trouble_without_words_is_named_by_its_kind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_words() -> None:
        raise OSError

    monkeypatch.setattr(os, "fsync", on_call(1, os.fsync, no_words))

    with pytest.raises(TryLater, match="cannot be written: OSError"):
        OutboxMailer(folder).submit(MAILS)


def test_when_not_one_mail_could_be_put_in_place_all_may_be_asked_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", on_call(1, Path.replace, disk_full))

    with pytest.raises(TryLater, match="No space left"):
        OutboxMailer(folder).submit(MAILS)

    assert names(folder) == []


def test_half_a_batch_in_place_is_half_accepted_and_nobody_is_in_doubt_for_long(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", on_call(2, Path.replace, disk_full))
    mailer = OutboxMailer(folder)

    answers = mailer.submit(MAILS)

    assert [type(answer) for answer in answers] == [Accepted, Unclear, Unclear]
    assert answers[1] == Unclear(
        delivery=DeliveryId("two"), why="the outbox could not be written: No space left on device"
    )
    assert names(folder) == ["one.eml"]
    assert mailer.look_up([mail.delivery for mail in MAILS]) == {
        "one": Evidence.ACCEPTED,
        "two": Evidence.ABSENT,
        "three": Evidence.ABSENT,
    }


def test_names_that_could_not_be_flushed_are_not_called_accepted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", on_call(4, os.fsync, disk_full))  # three files, then the folder

    answers = OutboxMailer(folder).submit(MAILS)

    assert answers[0] == Unclear(
        delivery=DeliveryId("one"), why="the outbox could not be flushed: No space left on device"
    )
    assert {type(answer) for answer in answers} == {Unclear}


def test_what_a_dead_worker_left_aside_is_cleared_up(folder: Path) -> None:
    aside = folder / ".aside"
    aside.mkdir(parents=True)
    (aside / "one.12345.12345").write_bytes(b"half a m")
    (aside / "other.12345.12345").write_bytes(b"somebody writes this now")

    OutboxMailer(folder).submit(MAILS)

    assert names(aside) == ["other.12345.12345"]


def test_another_worker_that_was_faster_with_the_same_mail_is_no_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def the_other_worker() -> None:
        thread = threading.Thread(target=OutboxMailer(folder).submit, args=([MAILS[0]],))
        thread.start()
        thread.join()  # it puts the mail in place and clears up what else is aside of it

    monkeypatch.setattr(Path, "replace", on_call(1, Path.replace, the_other_worker))

    answers = OutboxMailer(folder).submit(MAILS)

    assert {type(answer) for answer in answers} == {Accepted}
    assert names(folder) == ["one.eml", "three.eml", "two.eml"]


def test_a_file_that_vanished_before_it_was_in_place_is_not_accepted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def somebody_cleans_up() -> None:
        for path in (folder / ".aside").glob("two.*"):
            path.unlink()

    monkeypatch.setattr(Path, "replace", on_call(2, Path.replace, somebody_cleans_up))

    answers = OutboxMailer(folder).submit(MAILS)

    assert [type(answer) for answer in answers] == [Accepted, Unclear, Unclear]


def test_a_folder_that_cannot_be_read_is_no_evidence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    mailer = OutboxMailer(folder)
    mailer.submit(MAILS)
    monkeypatch.setattr(Path, "stat", forbidden)

    assert mailer.look_up([DeliveryId("one")]) == {"one": Evidence.UNKNOWN}


def test_where_folders_cannot_be_opened_they_are_not_flushed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mailer = OutboxMailer(folder)
    mailer.submit(MAILS[:1])  # pathlib asks for os.name when it makes paths
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")

        assert mailer._flush() is None
