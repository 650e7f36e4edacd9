"""The mailbox by IMAP: what is unread is taken in, and marked as read only when it is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.errors import BadSetting, Refused, TryLater
from digest.send.feedback.imap import open_imap
from digest.send.feedback.imap_place import ImapPlace, read_place
from digest.send.feedback.mail_steps import CameBack
from tests.send.feedback.imap_server import PASSWORD, USER, ImapServer
from tests.send.feedback.reports import a_bounce, a_letter


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ImapServer]:
    with ImapServer(tmp_path, [a_bounce(), a_letter()]) as one:
        yield one


def test_what_is_unread_is_shown_and_stays_unread(server: ImapServer) -> None:
    with open_imap(read_place(server.url)) as box:
        assert list(box.unread()) == [CameBack(name="7", data=a_bounce()), CameBack(name="10", data=a_letter())]

    assert server.unseen() == [7, 10]
    assert server.commands[-1] == "LOGOUT"


def test_what_was_read_is_not_shown_again(server: ImapServer) -> None:
    with open_imap(read_place(server.url)) as box:
        box.mark_read(["7"])
        box.mark_read([])
        assert [mail.name for mail in box.unread()] == ["10"]
        box.mark_read(["10"])
        assert list(box.unread()) == []


def test_a_mail_that_is_gone_meanwhile_is_left_out(server: ImapServer) -> None:
    with open_imap(read_place(server.url)) as box:
        mails = box.unread()
        assert next(mails).name == "7"
        del server.mails[10]
        assert list(mails) == []


def test_a_wrong_password_is_told_without_it(server: ImapServer) -> None:
    place = read_place(server.url.replace("s3cret%5Cw0rd", "gu3ss"))
    with pytest.raises(Refused, match="does not take our name and password") as refused, open_imap(place):
        pass
    assert "gu3ss" not in str(refused.value) + repr(place)


def test_a_folder_that_is_not_there_is_named(server: ImapServer) -> None:
    place = read_place(server.url.replace("/INBOX", "/Bounces"))
    with pytest.raises(Refused, match="There is no mailbox Bounces"), open_imap(place):
        pass


def test_a_certificate_that_is_not_trusted_is_not_trusted(server: ImapServer) -> None:
    with (
        pytest.raises(Refused, match="certificate that is not trusted"),
        open_imap(read_place(server.url.partition("?")[0])),
    ):
        pass
    assert server.commands == []


def test_a_file_of_certificates_that_is_none_is_named(server: ImapServer) -> None:
    place = read_place(server.url.replace(f"ca={server.ca}", "ca=/nowhere.pem"))
    with pytest.raises(BadSetting, match="the file that ca names"), open_imap(place):
        pass


@pytest.mark.parametrize(
    ("command", "fault", "said"),
    [
        ("LOGIN", "drop", "broke off"),
        ("UID SEARCH", "drop", "broke off"),
        ("UID SEARCH", "{tag} NO not now", "does not take SEARCH"),
        ("UID SEARCH", "{tag} BAD what", "broke off, or said what is no IMAP"),
        ("UID FETCH", "drop", "broke off"),
    ],
)
def test_a_server_that_fails_is_asked_later(server: ImapServer, command: str, fault: str, said: str) -> None:
    server.faults[command] = fault
    with pytest.raises(TryLater, match=said), open_imap(read_place(server.url)) as box:
        list(box.unread())


def test_a_server_that_says_nothing_is_not_waited_for_without_end(server: ImapServer) -> None:
    server.faults["UID SEARCH"] = "hang"
    place = read_place(server.url.replace("timeout=5", "timeout=1"))
    with pytest.raises(TryLater, match="no answer in time"), open_imap(place) as box:
        list(box.unread())


def test_a_server_that_is_not_there_is_asked_later(server: ImapServer) -> None:
    place = read_place(server.url.replace(str(server.port), "1"))
    with pytest.raises(TryLater, match=r"INBOX at 127.0.0.1:1 cannot be reached"), open_imap(place):
        pass


# --- the setting ------------------------------------------------------------------------------------------------------


def test_every_part_of_the_url_is_read() -> None:
    assert read_place("imaps://a%40b:p%2Fw@mail.example.org:9993/News/Bounces?ca=/x.pem&timeout=9") == ImapPlace(
        host="mail.example.org",
        port=9993,
        user="a@b",
        password="p/w",
        folder="News/Bounces",
        ca=Path("/x.pem"),
        timeout=9.0,
    )
    short = read_place("imaps://a:b@mail.example.org")
    assert (short.port, short.folder, short.ca, short.timeout) == (993, "INBOX", None, 30.0)
    assert str(short) == "INBOX at mail.example.org:993"
    assert read_place("imaps://a:b@[::1]/").host == "::1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "imap://a:s3cret@mail.example.org/",
        "imaps://a:s3cret@mail.example.org:port/",
        "imaps://a:s3cret@mail.example.org:0/",
        "imaps://a:s3cret@[mail.example.org/",
        "imaps://a:s3cret@/INBOX",
        "imaps://a:s3cret@почта.example/",
        "imaps://mail.example.org/s3cret",
        "imaps://a@mail.example.org/s3cret",
        "imaps://a:s3cret%0D%0A@mail.example.org/",
        "imaps://a:s3cret@mail.example.org/Папка",
        "imaps://a:s3cret@mail.example.org/#x",
        "imaps://a:s3cret@mail.example.org/?x=1",
        "imaps://a:s3cret@mail.example.org/?timeout=1&timeout=2",
        "imaps://a:s3cret@mail.example.org/?timeout",
        "imaps://a:s3cret@mail.example.org/?timeout=0",
        "imaps://a:s3cret@mail.example.org/?timeout=1000",
    ],
)
def test_a_url_that_means_nothing_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadSetting, match="DIGEST_FEEDBACK_IMAP_URL") as refused:
        read_place(url)
    assert "s3cret" not in str(refused.value)


def test_the_servers_own_user_and_password_are_hard_to_say() -> None:
    assert '"' in USER
    assert "\\" in PASSWORD
