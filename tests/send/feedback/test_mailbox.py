"""A mailbox of what came back: each mail says one thing, or nothing, whatever its bytes are."""

import mailbox
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import UnreadableFeedback
from digest.send.feedback import mailbox as ours
from digest.send.feedback.mailbox import MailSays, looks_like_mail, read_mail, split_mbox
from digest.send.feedback.vocabulary import FeedbackKind
from tests.fakes import NOON
from tests.send.feedback.reports import DELIVERY, PATH, TOKEN, a_bounce, a_complaint, a_letter, a_qmail_bounce

NOTHING = MailSays()


def read(data: bytes) -> MailSays:
    return read_mail(data, received_at=NOON)


def kind_of(data: bytes) -> FeedbackKind | None:
    told = read(data).told
    return told.kind if told is not None else None


def test_bounces_and_complaints_are_told_apart() -> None:
    assert kind_of(a_bounce()) is FeedbackKind.BOUNCED
    assert kind_of(a_qmail_bounce()) is FeedbackKind.BOUNCED
    assert kind_of(a_complaint()) is FeedbackKind.COMPLAINED


@pytest.mark.parametrize(
    "data",
    [
        a_letter("whatever", to=f"bounces+u-{TOKEN}@news.example"),
        a_letter("", to=f"bounces@news.example\nDelivered-To: <bounces+u-{TOKEN}@news.example>"),
        a_letter(f"unsubscribe {TOKEN}"),
        a_letter(f"Unsubscribe: {TOKEN}"),
        a_letter(f"https://digest.example.org/u/{TOKEN}"),
        a_letter("x", to=f"bounces+u-{TOKEN}@news.example", more="Auto-Submitted: auto-generated\n"),
    ],
)
def test_whoever_writes_to_leave_leaves_that_subscription(data: bytes) -> None:
    assert read(data) == MailSays(token=TOKEN)


@pytest.mark.parametrize(
    "subject", ["unsubscribe", "unsubscribe me please", f"unsubscribe {TOKEN}more", f"Re: {TOKEN}"]
)
def test_whoever_names_no_subscription_leaves_none(subject: str) -> None:
    assert read(a_letter(subject)) == NOTHING


def test_a_bounce_never_ends_a_subscription() -> None:
    assert read(a_bounce(to=f"bounces+u-{TOKEN}@news.example")).token is None


@pytest.mark.parametrize(
    "data",
    [
        a_letter("Re: Snow", to=PATH, more="Auto-Submitted: auto-replied (vacation)\n"),
        a_letter("Re: Snow", to=PATH, more="X-Autoreply: yes\n"),
        a_letter("Re: Snow", to=PATH, more="Precedence: auto_reply\n"),
        a_letter("Out of office: Snow", to=PATH),
        a_letter("Автоответ: Снег", to=PATH, body="550 5.1.1 user unknown"),
        a_letter("Lunch?"),
        a_letter("Re: Snow", to=PATH),
    ],
)
def test_a_vacation_or_a_letter_is_no_bounce(data: bytes) -> None:
    assert read(data) == NOTHING


def test_what_exim_wrote_by_itself_is_a_bounce_all_the_same() -> None:
    data = a_letter(
        "Mail delivery failed: returning message to sender",
        to=PATH,
        more="Auto-Submitted: auto-replied\nX-Failed-Recipients: reader1@example.org\n",
        body="  reader1@example.org\n    550 5.1.1 No such user",
    )

    assert kind_of(data) is FeedbackKind.BOUNCED


def test_a_servers_words_that_nobody_understands_are_kept_with_the_delivery() -> None:
    data = a_letter("Hm", to=PATH).replace(b"Reader One <reader1@example.org>", b"Postmaster <postmaster@example.org>")
    told = read(data).told

    assert told is not None
    assert (told.kind, told.delivery, told.source) == (FeedbackKind.UNKNOWN, DELIVERY, "mail")


def test_a_server_that_writes_about_something_else_is_not_heard() -> None:
    assert read(a_letter("Hm").replace(b"reader1@", b"mailer-daemon@")) == NOTHING


@pytest.mark.parametrize("data", [b"", b"[{}]", b"\x00\x01", b"no colon here\n", b"\n\n"])
def test_what_is_no_mail_is_refused_by_name(data: bytes) -> None:
    assert not looks_like_mail(data)
    with pytest.raises(UnreadableFeedback, match="it is no mail"):
        read(data)


def test_a_mail_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "LONGEST", 10)
    with pytest.raises(UnreadableFeedback, match="more than"):
        read(a_letter())


def test_a_mail_on_which_the_parser_stumbles_is_refused_and_nothing_of_it_is_told() -> None:
    with pytest.raises(UnreadableFeedback, match="nobody can read") as refused:
        read(b"To: secret@example.org\n" + b"Content-Type: message/rfc822\n\n" * 20_000)
    assert "secret" not in str(refused.value)


@given(st.binary())
def test_any_bytes_give_something_or_one_named_error(data: bytes) -> None:
    with suppress(UnreadableFeedback):
        read(data)


@given(st.data())
def test_a_report_with_any_bytes_in_it_gives_something_or_one_named_error(data: st.DataObject) -> None:
    report = data.draw(st.sampled_from([a_bounce(), a_complaint(), a_qmail_bounce(), a_letter()]))
    at = data.draw(st.integers(0, len(report)))
    broken = report[:at] + data.draw(st.binary(max_size=40)) + report[at + data.draw(st.integers(0, 40)) :]
    with suppress(UnreadableFeedback):
        read(broken)


def test_a_file_of_several_mails_is_taken_apart_as_it_was_put_together(tmp_path: Path) -> None:
    mails = [a_bounce(), a_letter(body="From here on\n>From there"), a_complaint()]
    box = mailbox.mbox(tmp_path / "box")
    for mail in mails:
        box.add(mail)
    box.close()
    data = (tmp_path / "box").read_bytes()

    assert [mail.strip() for mail in split_mbox(data)][::2] == [mail.strip() for mail in mails][::2]
    assert b"\nFrom here on\n" in list(split_mbox(data))[1]
    assert len(list(split_mbox(data.replace(b"\n", b"\r\n")))) == 3


def test_a_single_mail_is_one_with_or_without_its_envelope() -> None:
    assert list(split_mbox(a_bounce())) == [a_bounce()]
    assert list(split_mbox(b"From MAILER-DAEMON Sat Nov  1 10:00:00 2025\n" + a_bounce())) == [a_bounce()]
    assert looks_like_mail(b"From MAILER-DAEMON Sat Nov  1 10:00:00 2025\n" + a_bounce())
    letter = a_letter(body="one\n\nFrom the desk\n")
    assert list(split_mbox(letter)) == [letter]
