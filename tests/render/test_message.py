"""Notices as mails: everything that is said is there, in the reader's language, and nobody's text breaks out of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from digest.audience.notice import LatestIssue, LeftOut, Message, Notice, NoticeKind, RunReport, Welcome
from digest.errors import RenderError
from digest.ids import DeliveryId, IssueId
from digest.render.message import figures, machine_words, render_notice
from digest.render.notice_view import Figure
from digest.render.rendition import Body
from digest.resources import templates_dir
from tests.builders import a_newsletter
from tests.golden.notices import CONFIRM, FAILING, ISSUE, PREFERENCES, READY, REPORT, STOPPED, TROUBLED, UNFIT, WELCOME

AT = datetime(2025, 12, 19, 3, tzinfo=UTC)
EVERY_MESSAGE = (CONFIRM, WELCOME, PREFERENCES, READY, UNFIT, FAILING, REPORT, TROUBLED, STOPPED)


def _body(message: Message, **changes: Any) -> Body:
    newsletter = changes.pop("newsletter", a_newsletter())
    notice = Notice(
        id=DeliveryId("n"),
        newsletter=newsletter.id,
        message=message,
        to_address="aliya@example.org",
        to_name="Aliya",
        expires_at=AT,
        **changes,
    )
    return render_notice(notice, newsletter, at=AT, templates=templates_dir())


def test_every_kind_has_its_folder() -> None:
    for kind in NoticeKind:
        folder = templates_dir() / "email" / kind
        assert {path.name for path in folder.iterdir()} == {"subject.txt.j2", "body.txt.j2", "body.html.j2"}


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=lambda message: type(message).__name__)
@pytest.mark.parametrize("locale", ["en", "ru", "kk", "ky", "uz", "tg", "de"])
def test_every_message_can_be_said_in_every_language(message: Message, locale: str) -> None:
    body = _body(message, locale=locale, time_zone="Asia/Almaty")
    assert body.subject
    assert "\n" not in body.subject
    assert "%(" not in body.html + body.text + body.subject
    # Nobody's own address is in any of them, and no reader's is in what editors get.
    assert "aliya@" not in body.html + body.text


def test_instants_are_printed_in_the_reader_s_own_zone() -> None:
    assert "Sunday, 21 December 2025, 03:00" in _body(CONFIRM).text
    almaty = _body(CONFIRM, time_zone="Asia/Almaty").text
    assert "Sunday, 21 December 2025, 08:00" in almaty
    assert "Times are those\nof Almaty." in almaty


def test_an_issue_with_an_error_offers_no_approval() -> None:
    approve = f"digest issue approve {ISSUE} --hash {READY.hash} --by NAME"
    for part in (_body(READY).html, _body(READY).text):
        assert approve in part
    for part in (_body(UNFIT).html, _body(UNFIT).text):
        assert "digest issue approve" not in part
        assert "digest issue compose morning-brief" in part
    assert _body(UNFIT).subject.startswith("Not fit to be sent")


def test_an_issue_before_its_editors_is_decided_on_by_command() -> None:
    assert html.document_fromstring(_body(READY).html).xpath("//a") == []
    nothing_found = _body(replace(READY, open_remarks=(), left_out=()))
    assert "Preflight found nothing to mend." in nothing_found.text


def test_reasons_without_words_of_their_own_are_named_as_they_are() -> None:
    assert "Left out: full-moon" in _body(replace(READY, left_out=(LeftOut(reason="full-moon", count=1),))).text


@pytest.mark.parametrize(
    ("report", "commands"),
    [
        (REPORT, ["prove"]),
        (TROUBLED, ["uncertain", "why", "prove"]),
        (STOPPED, ["resume", "prove"]),
        (replace(STOPPED, audience=0, accepted=0, excluded=0, waiting=0, left_out=()), ["resume", "prove"]),
        (replace(REPORT, waiting=5), ["send", "prove"]),
    ],
)
def test_a_report_says_what_to_do_about_what_happened(report: RunReport, commands: list[str]) -> None:
    said = [line for line in _body(report).text.splitlines() if line.startswith("digest ")]
    assert [command for line, command in zip(said, commands, strict=True) if command in line] == commands


def test_a_welcome_names_the_first_headlines_and_counts_the_others() -> None:
    text = _body(WELCOME).text
    assert "and 1 more" in text
    short = replace(WELCOME.latest, headlines=()) if WELCOME.latest else None
    assert "more" not in _body(replace(WELCOME, latest=short)).text.partition("No. 12")[2]


def test_a_link_that_is_none_of_ours_is_left_out() -> None:
    body = _body(replace(WELCOME, preferences_url="javascript:alert(1)"))
    assert "javascript" not in body.html + body.text


def test_a_missing_template_is_named() -> None:
    with pytest.raises(RenderError, match=r"email/confirm/subject\.txt\.j2"):
        render_notice(
            Notice(
                id=DeliveryId("n"),
                newsletter=a_newsletter().id,
                message=CONFIRM,
                to_address="a@b.example",
                expires_at=AT,
            ),
            a_newsletter(),
            at=AT,
            templates=templates_dir() / "web",
        )


def test_figures_stand_below_each_other() -> None:
    rows = (Figure(what="Accepted", count="12,345"), Figure(what="Left out: " + "x" * 90, count="7"))
    lines = figures(rows).split("\n")
    assert lines[0].endswith("12,345")
    assert lines[-1].endswith("     7")
    assert {len(lines[0]), len(lines[-1])} == {72}


def test_an_address_in_what_a_program_said_stays_whole() -> None:
    url = "https://example.org/" + "a-b/" * 40
    assert url in machine_words(f"It could not be read: {url} answers 503.").split("\n")


_ANY = st.text(min_size=0, max_size=60)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=_ANY.filter(str.strip), headline=_ANY)
def test_any_text_stays_text(name: str, headline: str) -> None:
    latest = LatestIssue(number=1, date=AT.date(), headlines=(headline,), web_url="https://d.example/i/x-1")
    plain = Welcome(preferences_url="https://d.example/r/t", unsubscribe_url="https://d.example/u/t", latest=latest)
    newsletter = replace(a_newsletter(), name=name)
    body = _body(plain, newsletter=newsletter)
    usual = html.document_fromstring(_body(WELCOME).html)
    tree = html.document_fromstring(body.html)
    assert [one.tag for one in tree.iter() if isinstance(one.tag, str) and one.tag not in ("li", "p", "span")] == [
        one.tag for one in usual.iter() if isinstance(one.tag, str) and one.tag not in ("li", "p", "span")
    ]
    assert len(tree.xpath("//li")) == 1
    assert "\n" not in body.subject
    said = _body(replace(READY, issue=IssueId("x-1")), newsletter=newsletter)
    assert html.document_fromstring(said.html).xpath("//script") == []
