"""A notice's mail: who it is from, that no person wrote it, and how a welcome can be left from."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from digest.audience.notice import Notice
from digest.render.rendition import Body
from digest.send.mail import Mail
from digest.send.mailers.sendgrid.grouping import pattern
from digest.send.mime import to_bytes
from digest.send.notice_letter import notice_mail
from tests.builders import a_newsletter
from tests.contracts.test_notices_contract import WELCOME, a_notice
from tests.fakes import NOON

BODY = Body(subject="Confirm – «Утро»", html="<!doctype html><html><body><p>Да</p></body></html>", text="Да\n")
TOKEN = "0123456789012345678901"


def _mail(notice: Notice, *, return_path: str | None = None) -> Mail:
    return notice_mail(notice, BODY, a_newsletter(), at=NOON, return_path=return_path)


def test_a_notice_says_that_no_person_wrote_it_and_is_of_no_list() -> None:
    message = message_from_bytes(to_bytes(_mail(a_notice())), policy=default)
    assert message["Auto-Submitted"] == "auto-generated"
    assert not [name for name in message if name.lower().startswith("list-")]
    assert message["Subject"] == BODY.subject
    assert message["Message-ID"] == f"<{a_notice().id}@{a_newsletter().sender.address.rpartition('@')[2]}>"
    assert message.get_body(("plain",)).get_content().rstrip() == "Да"  # type: ignore[union-attr]
    assert message.get_body(("html",)).get_content().rstrip() == BODY.html  # type: ignore[union-attr]


def test_every_attempt_at_a_notice_is_the_same_mail() -> None:
    assert to_bytes(_mail(a_notice())) == to_bytes(_mail(a_notice()))


def test_a_welcome_can_be_left_from_with_one_click_and_by_mail() -> None:
    welcome = a_notice("two", WELCOME, subscription=TOKEN)
    headers = _mail(welcome, return_path="bounces@news.example.org").headers
    assert headers["List-Unsubscribe"] == (f"<{WELCOME.unsubscribe_url}>, <mailto:bounces+u-{TOKEN}@news.example.org>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"].endswith(">")
    assert _mail(replace(welcome, subscription=None), return_path="bounces@news.example.org").headers[
        "List-Unsubscribe"
    ] == (f"<{WELCOME.unsubscribe_url}>")


@pytest.mark.parametrize("return_path", [None, "bounces@news.example.org"])
def test_a_notice_bounces_to_where_the_newsletter_s_bounces_go(return_path: str | None) -> None:
    expected = None if return_path is None else f"bounces+{a_notice().id}@news.example.org"
    assert _mail(a_notice(), return_path=return_path).return_path == expected


def test_nothing_in_a_notice_is_tracked_or_open() -> None:
    mail = _mail(a_notice())
    assert not mail.common.track_opens
    assert not mail.common.track_clicks
    assert mail.common.categories == ("morning-brief", "notice-confirm")
    assert pattern([mail]).columns == {}
    assert (pattern([mail]).html, pattern([mail]).text) == (BODY.html, BODY.text)
