"""Editors are told by whatever command gets that far, once each; what waits goes out later, and nobody is named."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from digest.audience.notice import Confirm, Notice, NoticeKind
from digest.collect.checkup import HealthState, SourceHealth
from digest.compose.newsletter_file import read_declaration
from digest.config import read_settings
from digest.ids import NewsletterId
from digest.newsroom_alerts import tell_editors
from digest.newsroom_notices import latest_issue, name_of, send_quietly
from digest.resources import newsletters_dir
from digest.terminal.session import clock_at
from digest.wiring import Runtime, open_runtime
from tests.terminal.cli import LETTERS, MORNING, NEXT_MORNING, digest, text_of

EDITOR = "desk@example.org"
ISSUE = f"{LETTERS}-1"
THREE_DAYS_ON = "2025-12-22T07:30+05:00"
OUTBOX = Path("var/outbox")


@contextmanager
def opened(at: str = MORNING) -> Iterator[Runtime]:
    """Open the store of the current folder as of an instant."""
    with open_runtime(read_settings(), clock=clock_at(at)) as runtime:
        yield runtime


def name_editors(alerts: str = f'editors = ["{EDITOR}", "second@example.org"]', at: str = MORNING) -> None:
    """Apply the newsletter again, with editors."""
    path = newsletters_dir() / "one-journalist.toml"
    declaration = read_declaration(str(path), path.read_bytes() + f"\n[alerts]\n{alerts}\n".encode(), {})
    with opened(at) as runtime:
        runtime.newsletters.apply(declaration, at=runtime.clock.now())


def to_editor(address: str = EDITOR) -> list[EmailMessage]:
    """Return the mails that the editor has, by their subjects."""
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in OUTBOX.glob("*.eml")]
    return sorted((mail for mail in mails if address in str(mail["To"])), key=lambda mail: str(mail["Subject"]))


def text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.usefixtures("imported")
def test_a_composed_issue_is_put_before_every_editor_once() -> None:
    name_editors()
    said = digest("run", LETTERS, "--at", MORNING, "--json")
    assert said.code == 0
    (told,) = to_editor()
    hash_ = said.json["compose"]["hash"][:12]
    assert str(told["Subject"]) == "For your approval: Letters from the Regions, No. 1"
    assert f"digest issue approve {ISSUE} --hash {hash_} --by NAME" in text(told)
    assert str(told["Auto-Submitted"]) == "auto-generated"
    assert "readers.example" not in text(told)
    assert len(to_editor("second@example.org")) == 1
    for again in (("notices", "send"), ("reconcile",), ("run", LETTERS)):
        assert digest(*again, "--at", MORNING).code == 0
    # Composing again makes another issue of the same bytes' news: told as what it is, and nothing twice.
    subjects = [str(mail["Subject"]) for mail in to_editor()]
    assert len(subjects) == len(set(subjects))


@pytest.mark.usefixtures("composed")
def test_a_send_is_reported_once_with_how_it_adds_up() -> None:
    name_editors()
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    digest("issue", "approve", LETTERS, "--hash", hash_)
    said = digest("issue", "send", LETTERS, "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    (told,) = to_editor()
    assert str(told["Subject"]) == "Letters from the Regions, No. 1: accepted for 2 of 2"
    assert "Left out: follow nobody" in text(told)
    assert f"digest issue prove {ISSUE}" in text(told)
    assert digest("reconcile", "--at", MORNING).code == 0
    assert len(to_editor()) == 1


@pytest.mark.usefixtures("sent")
def test_what_nobody_was_told_yet_is_told_by_reconciling_but_not_after_days() -> None:
    name_editors(f'editors = ["{EDITOR}"]\nlocale = "ru"')
    late = digest("reconcile", "--at", THREE_DAYS_ON)
    assert (late.code, to_editor()) == (0, [])
    said = digest("reconcile", "--at", MORNING)
    assert "Notices: 1 accepted by the mailer." in said.out
    (told,) = to_editor()
    assert str(told["Subject"]) == "«Letters from the Regions», № 1: принято 2 из 2"


@pytest.mark.usefixtures("composed")
def test_whoever_stops_an_issue_tells_the_editors() -> None:
    name_editors(f'editors = ["{EDITOR}"]\ntell = ["run-report"]')
    assert digest("issue", "stop", LETTERS, "--why", "a typo", "--by", "Olga").code == 0
    (told,) = to_editor()
    assert str(told["Subject"]).endswith("No. 1, before it went to anybody")
    assert "Stopped by Olga on " in text(told)
    assert f"digest issue resume {ISSUE}" in text(told)


@pytest.mark.usefixtures("imported")
def test_the_sources_that_a_run_found_failing_are_told_together_and_once() -> None:
    name_editors()
    with opened() as runtime:
        now = runtime.clock.now()
        (who,) = runtime.roster.journalists(NewsletterId(LETTERS))
        failing = SourceHealth(
            journalist=who.id,
            kind=who.sources[0].kind,
            ref=who.sources[0].ref,
            state=HealthState.NEEDS_ATTENTION,
            last_tried_at=now,
            consecutive_failures=3,
            failing_since=now - timedelta(days=2),
            last_error="it answers 503. Try it later.",
            told_at=now,
        )
        runtime.source_log.record([failing])
        assert tell_editors(runtime).queued == 2
        assert tell_editors(runtime).queued == 0
        send_quietly(runtime)
    (told,) = to_editor()
    assert str(told["Subject"]) == "Letters from the Regions: 1 source needs attention"
    assert "It has failed 3 times in a row." in text(told)
    assert "it answers 503. Try it later." in text(told)


@pytest.mark.usefixtures("imported")
def test_a_mailer_that_is_down_is_said_and_ends_nothing_and_nobody_is_told_twice() -> None:
    name_editors()
    OUTBOX.parent.mkdir(exist_ok=True)
    OUTBOX.write_text("in the way")
    said = digest("run", LETTERS, "--at", MORNING)
    assert said.code == 0
    assert "Notices wait: The outbox folder" in said.err
    waiting = digest("notices", "send", "--at", MORNING, "--json")
    assert waiting.code == 1
    assert (waiting.json["waiting"], waiting.json["accepted"]) == (2, 0)
    assert EDITOR not in waiting.out
    OUTBOX.unlink()
    assert digest("notices", "send", "--at", MORNING, "--json").json["accepted"] == 2
    assert digest("notices", "send", "--at", MORNING).out == "Notices: none waits.\n"
    assert len(to_editor()) == 1


@pytest.mark.usefixtures("imported")
def test_the_list_shows_what_became_of_each_and_nobody_s_address() -> None:
    assert digest("notices", "list").out == "No notice.\n"
    name_editors()
    digest("run", LETTERS, "--at", MORNING)
    said = digest("notices", "list", "--json")
    assert [one["kind"] for one in said.json["notices"]] == [NoticeKind.READY_FOR_APPROVAL] * 2
    assert said.json["counts"]["accepted"] == 2
    for args in ((), ("--json",), ("--state", "accepted"), ("--most", "1")):
        shown = digest("notices", "list", *args)
        assert shown.code == 0
        assert "example.org" not in shown.out
    assert "1 older ones are not shown." in digest("notices", "list", "--most", "1").out


@pytest.mark.usefixtures("sent")
def test_a_notice_for_a_reader_goes_the_same_way_and_expires() -> None:
    with opened() as runtime:
        now = runtime.clock.now()
        latest = latest_issue(runtime, NewsletterId(LETTERS))
        assert latest is not None
        assert (latest.number, latest.web_url) == (1, f"{runtime.settings.public_url}/i/{ISSUE}")
        assert latest.headlines
        runtime.notices.put([_confirm(runtime, "one", now), _confirm(runtime, "two", now - timedelta(days=3))], at=now)
        send_quietly(runtime)
        assert {row.state: row.reason for row in runtime.notices.rows()} == {"accepted": None, "excluded": "expired"}
    (mail,) = to_editor("new@readers.example")
    assert text(mail).count("https://digest.example.org/c/key") == 1


def _confirm(runtime: Runtime, event: str, asked_at: datetime) -> Notice:
    until = asked_at + timedelta(days=2)
    return Notice(
        id=name_of(runtime, event),
        newsletter=NewsletterId(LETTERS),
        message=Confirm(confirm_url="https://digest.example.org/c/key", valid_until=until),
        to_address="new@readers.example",
        expires_at=until,
    )


@pytest.mark.usefixtures("applied")
def test_a_newsletter_without_an_issue_has_no_latest_one() -> None:
    with opened() as runtime:
        assert latest_issue(runtime, NewsletterId(LETTERS)) is None


@pytest.mark.usefixtures("sent")
def test_without_editors_nobody_is_told_anything() -> None:
    before = len(list(OUTBOX.glob("*.eml")))
    assert digest("run", LETTERS, "--at", NEXT_MORNING).code == 0
    assert digest("notices", "list").out == "No notice.\n"
    assert len(list(OUTBOX.glob("*.eml"))) == before
    assert all("Notice" not in text_of(path) for path in OUTBOX.glob("*.eml"))


@pytest.mark.usefixtures("imported")
def test_trouble_of_the_web_s_own_rounds_is_logged_without_addresses(caplog: pytest.LogCaptureFixture) -> None:
    OUTBOX.parent.mkdir(exist_ok=True)
    OUTBOX.write_text("in the way")
    with opened() as runtime:
        runtime.notices.put([_confirm(runtime, "one", runtime.clock.now())], at=runtime.clock.now())
        send_quietly(runtime)
    assert "Notices wait: The outbox folder" in caplog.text
    assert "readers.example" not in caplog.text
    shutil.rmtree("var/outbox", ignore_errors=True)
