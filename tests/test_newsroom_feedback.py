"""Reading what came back by mail, as part of something larger that must not stop because of it."""

from pathlib import Path

import pytest

from digest.config import read_settings
from digest.newsroom_feedback import fetch_mail_if_any
from digest.wiring import open_runtime
from tests.send.feedback.imap_server import ImapServer
from tests.send.feedback.reports import a_bounce


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_where_no_mailbox_is_set_none_is_read() -> None:
    with open_runtime(read_settings()) as runtime:
        assert fetch_mail_if_any(runtime) is None


def test_a_mailbox_is_read(tmp_path: Path) -> None:
    with ImapServer(tmp_path, [a_bounce()]) as server:
        with open_runtime(read_settings(feedback_imap_url=server.url)) as runtime:
            report = fetch_mail_if_any(runtime)

        assert report is not None
        assert (report.mails, report.taken.unmatched, report.trouble) == (1, 1, None)
        assert server.unseen() == []


def test_one_that_cannot_be_read_is_told_and_stops_nothing() -> None:
    with open_runtime(read_settings(feedback_imap_url="imaps://desk:s3cret@127.0.0.1:1/")) as runtime:
        report = fetch_mail_if_any(runtime)

    assert report is not None
    assert report.mails == 0
    assert report.trouble is not None
    assert "INBOX at 127.0.0.1:1 cannot be reached" in report.trouble
    assert "s3cret" not in report.trouble
