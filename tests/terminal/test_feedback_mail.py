"""``digest feedback`` with mails that came back: from a file, a folder, a pipe, and from a mailbox by IMAP."""

import io
import mailbox
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from tests.send.feedback.imap_server import ImapServer
from tests.send.feedback.reports import DELIVERY, a_bounce, a_complaint, a_letter
from tests.terminal.cli import LETTERS, digest


def asked(folder: Path, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(folder / "var" / "digest.db") as store:
        return store.execute(query).fetchall()


@pytest.fixture
def deliveries(sent: Path) -> list[str]:
    """The ids of the two mails that were accepted: reader one's and reader two's."""
    rows = asked(sent, "SELECT id FROM deliveries WHERE state = 'accepted' ORDER BY subscriber")
    return [id_ for (id_,) in rows]


@pytest.fixture
def token(sent: Path) -> str:
    """Reader two's token."""
    ((token,),) = asked(
        sent,
        "SELECT token FROM subscriptions JOIN subscribers s ON s.id = subscriber WHERE address = 'two@readers.example'",
    )
    return token


def about(report: bytes, delivery: str) -> bytes:
    return report.replace(DELIVERY.encode(), delivery.encode())


def test_a_bounce_marks_its_delivery_and_its_reader_is_not_mailed_again(sent: Path, deliveries: list[str]) -> None:
    (sent / "bounce.eml").write_bytes(about(a_bounce(), deliveries[0]))

    said = digest("feedback", "ingest", "bounce.eml", "--json").json
    again = digest("feedback", "ingest", "bounce.eml", "--json").json

    assert (said["mails"], said["new"], said["suppressed"]) == (1, 1, 1)
    assert (again["mails"], again["new"], again["known"]) == (1, 0, 1)
    assert digest("issue", "prove", LETTERS, "--json").json["bounced"] == 1
    assert asked(sent, "SELECT identity, reason FROM suppressions") == [("one@readers.example", "bounced")]
    (told,) = digest("feedback", "list", "--issue", LETTERS, "--json").json["told"]
    assert (told["kind"], told["source"]) == ("bounced", "dsn")
    assert told["why"] == "5.1.1 smtp; 550 5.1.1 <…>: Recipient address rejected: User unknown"


def test_a_complaint_from_a_pipe(sent: Path, deliveries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    report = b"From fbl@provider.example Sat Nov  1 10:00:00 2025\n" + about(a_complaint(), deliveries[1])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(report)))

    assert digest("feedback", "ingest", "-").code == 0
    assert asked(sent, "SELECT identity, reason FROM suppressions") == [("two@readers.example", "complained")]


def test_whoever_leaves_by_mail_leaves_that_list_and_nothing_else(sent: Path, token: str) -> None:
    (sent / "leave.eml").write_bytes(a_letter("unsubscribe", to=f"bounces+u-{token}@news.example"))

    assert digest("feedback", "ingest", "leave.eml", "--json").json["left"] == 1
    assert digest("feedback", "ingest", "leave.eml", "--json").json["left"] == 0
    assert asked(sent, "SELECT token FROM subscriptions WHERE state = 'unsubscribed'") == [(token,)]
    assert asked(sent, "SELECT * FROM suppressions") == []


@pytest.mark.parametrize("kind", ["mbox", "maildir", "eml"])
def test_many_mails_at_once_are_counted_and_the_unreadable_named(
    sent: Path, deliveries: list[str], token: str, kind: str
) -> None:
    mails = [
        about(a_bounce(), deliveries[0]),
        about(a_complaint(), deliveries[1]),
        a_letter(to=f"bounces+u-{token}@news.example"),
        a_letter("Out of office", to="bounces@news.example"),
        a_bounce(to="bounces@news.example", returned="Subject: somebody else's").replace(b"0.4XyZ", b"0.other"),
    ]
    place = sent / "came-back"
    if kind == "eml":
        place.mkdir()
        for number, mail in enumerate(mails):
            (place / f"{number}.eml").write_bytes(mail)
        (place / "notes.txt").write_bytes(b"no mail")
    else:
        box = mailbox.mbox(place) if kind == "mbox" else mailbox.Maildir(place)
        for mail in mails:
            box.add(mail)
        box.close()

    said = digest("feedback", "ingest", "came-back", "--json")

    assert said.code == 0
    counted = {name: said.json[name] for name in ("mails", "told", "new", "unmatched", "suppressed", "left", "silent")}
    assert counted == {"mails": 5, "told": 3, "new": 3, "unmatched": 1, "suppressed": 2, "left": 1, "silent": 1}
    assert digest("feedback", "ingest", "came-back", "--json").json["known"] == 3


@pytest.mark.usefixtures("sent")
def test_an_unreadable_mail_is_named_and_the_others_are_taken_in(sent: Path, deliveries: list[str]) -> None:
    (sent / "box").mkdir()
    (sent / "box" / "1.eml").write_bytes(b"\x00 no mail")
    (sent / "box" / "2.EML").write_bytes(about(a_bounce(), deliveries[0]))

    said = digest("feedback", "ingest", "box")

    assert said.code == 1
    assert "1.eml" in said.out
    assert "it is no mail" in said.out
    assert digest("issue", "prove", LETTERS, "--json").json["bounced"] == 1


@pytest.mark.usefixtures("sent")
def test_a_folder_that_cannot_be_read_is_named(sent: Path) -> None:
    (sent / "box").mkdir()
    (sent / "box" / "1.eml").mkdir()

    digest("feedback", "ingest", "box").refused("1.eml: it cannot be read (is a directory)")


# --- by IMAP ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path, deliveries: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    mails = [about(a_bounce(), deliveries[0]), b"\x00 no mail", about(a_complaint(), deliveries[1])]
    with ImapServer(tmp_path, mails) as one:
        monkeypatch.setenv("DIGEST_FEEDBACK_IMAP_URL", one.url)
        yield one


def test_unread_mails_are_fetched_once_and_the_unreadable_stay(server: ImapServer) -> None:
    said = digest("feedback", "fetch", "--json")

    assert said.code == 1
    assert (said.json["mails"], said.json["new"], said.json["suppressed"]) == (3, 2, 2)
    assert said.json["unreadable"] == [{"mail": "10", "why": "it is no mail"}]
    assert server.unseen() == [10]
    again = digest("feedback", "fetch", "--json").json
    assert (again["mails"], again["new"]) == (1, 0)


def test_nothing_is_marked_as_read_that_was_not_kept(server: ImapServer, sent: Path) -> None:
    with sqlite3.connect(sent / "var" / "digest.db") as store:
        store.execute("CREATE TRIGGER full BEFORE INSERT ON feedback BEGIN SELECT RAISE(FAIL, 'disk full'); END")
    with pytest.raises(IntegrityError):
        digest("feedback", "fetch")
    assert server.unseen() == [7, 10, 13]

    with sqlite3.connect(sent / "var" / "digest.db") as store:
        store.execute("DROP TRIGGER full")
    assert digest("feedback", "fetch", "--json").json["new"] == 2


def test_what_was_kept_and_could_not_be_marked_is_known_the_next_time(server: ImapServer) -> None:
    server.faults["UID STORE"] = "drop"
    assert digest("feedback", "fetch").code == 1
    server.faults.clear()

    assert digest("feedback", "fetch", "--json").json["known"] == 2
    assert server.unseen() == [10]


@pytest.mark.usefixtures("sent")
def test_without_a_mailbox_it_says_how_to_set_one() -> None:
    digest("feedback", "fetch").refused("DIGEST_FEEDBACK_IMAP_URL: it is not set", "imaps://")


def test_a_mailbox_that_cannot_be_reached_is_told_without_its_password(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_FEEDBACK_IMAP_URL", server.url.replace(str(server.port), "1"))
    said = digest("feedback", "fetch")

    said.refused("cannot be reached", code=1)
    assert "s3cret" not in said.err
