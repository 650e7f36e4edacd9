import os
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Page, sync_playwright

from digest.send import gallery
from digest.send.gallery import Shown, arrange, read_mail, write_gallery
from digest.send.mailers.outbox import OutboxMailer
from digest.send.mime import to_bytes
from tests.conftest import CHROMIUM
from tests.send.mails import a_mail

HOSTILE = '<script>document.title = "taken over"</script><img src=x onerror=alert(1)> "quoted" & more'


class Seen(HTMLParser):
    """What a page holds: its tags, where it leads, its words."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.frames: list[dict[str, str | None]] = []
        self.ids: set[str] = set()
        self.words = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if found.get("id"):
            self.ids.add(str(found["id"]))
        if tag == "a":
            self.links.append(str(found["href"]))
        if tag == "iframe":
            self.frames.append(found)

    def handle_data(self, data: str) -> None:
        self.words += data


def a_shown(number: int, *, contents: str = "one", issue: str = "morning-brief-1", **changes: object) -> Shown:
    headers = {"X-Digest-Contents": contents, "Archived-At": f"<https://digest.example.org/i/{issue}>"}
    mail = a_mail(f"mail-{number}", to_name=f"Reader {number}", headers=headers, **changes)
    return read_mail(f"mail-{number}.eml", to_bytes(mail))


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """Five mails: four readers of one body, one of another whose subject is hostile."""
    folder = tmp_path / "outbox"
    mails = [
        a_mail(f"mail-{number}", to_name=f"Reader {number}", headers={"X-Digest-Contents": "one"})
        for number in range(4)
    ]
    hostile = a_mail("mail-9", subject=HOSTILE, html=f"<p>body</p>{HOSTILE}", to_name=HOSTILE, text=HOSTILE)
    OutboxMailer(folder).submit([*mails, hostile])
    return folder


# --- one mail ---------------------------------------------------------------------------------------------------------


def test_a_mail_is_read_back_as_it_was_written() -> None:
    mail = a_mail(subject="Снег на перевале", to_name="Дана")

    shown = read_mail("one.eml", to_bytes(mail))

    assert (shown.subject, shown.sender, shown.reader) == ("Снег на перевале", "The Morning Brief", "Дана")
    assert (shown.address, shown.date) == ("reader1@example.org", mail.sent_at)
    assert (shown.html, shown.text.strip()) == (mail.html, mail.text.strip())
    assert ("Message-ID", f"<{mail.message_id}>") in shown.headers
    assert shown.html_size == len(mail.html.encode())


def test_its_issue_and_contents_are_told_by_its_headers() -> None:
    shown = a_shown(1, contents="abc", issue="evening-brief-7")

    assert (shown.issue, shown.contents) == ("evening-brief-7", "abc")


@given(st.binary(), st.binary(), st.binary())
@example(b'"\xff" <a@b>', b"=?utf-8?q?=00=0a?=", b"text/html; charset=no-such")
@example(b"=?utf-8?q?:; >", b"=?no-such?b?xx?=", b"multipart/alternative; boundary=x")
def test_any_bytes_give_something_to_look_at(to: bytes, subject: bytes, kind: bytes) -> None:
    raw = (
        b"To: " + to + b"\r\nSubject: " + subject + b"\r\nDate: " + to + b"\r\nContent-Type: " + kind + b"\r\n\r\n" + to
    )

    for mail in (raw, to):
        shown = read_mail("any.eml", mail)

        assert shown.subject
        words = (
            shown.subject,
            shown.reader,
            shown.html,
            shown.text,
            *(word for pair in shown.headers for word in pair),
        )
        assert "".join(words).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: \r\nTo: \r\nDate: never\r\nContent-Type: text/html; charset=no-such\r\n\r\n<p>\xff",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\xff\r\n--x--",
        b"Content-Type: text/html\r\nContent-Type: text/html\r\nTo: a\r\n\r\n",
    ],
)
def test_broken_mails_are_shown_with_what_they_have(raw: bytes) -> None:
    shown = read_mail("broken.eml", raw)

    assert shown.subject == "(no subject)"
    assert shown.date is None


# --- arranging --------------------------------------------------------------------------------------------------------


def test_mails_with_one_body_are_one_body_and_the_largest_comes_first() -> None:
    shown = [a_shown(1, contents="few"), a_shown(2, contents="many"), a_shown(3, contents="many")]

    (issue,) = arrange(shown)

    assert [[mail.reader for mail in body.mails] for body in issue.bodies] == [["Reader 2", "Reader 3"], ["Reader 1"]]
    assert [body.place for body in issue.bodies] == [1, 2]
    assert issue.mails == 3


def test_issues_keep_their_order_and_places_go_on() -> None:
    newer, older = arrange([a_shown(1, issue="brief-2"), a_shown(2, issue="brief-1")])

    assert (newer.name, older.name) == ("brief-2", "brief-1")
    assert older.bodies[0].place == 2


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))))
def test_every_mail_is_shown_exactly_once(kinds: list[tuple[str, str]]) -> None:
    mails = [a_shown(number, issue=issue, contents=body) for number, (issue, body) in enumerate(kinds)]

    found = [mail.file for issue in arrange(mails) for body in issue.bodies for mail in body.mails]

    assert sorted(found) == sorted(mail.file for mail in mails)


# --- the pages --------------------------------------------------------------------------------------------------------


def test_every_mail_is_on_the_page_and_every_link_leads_somewhere(outbox: Path) -> None:
    index = write_gallery(outbox, summary=["Five readers, five mails."])

    seen = Seen(index)
    assert index == outbox / "index.html"
    assert "Five readers, five mails." in seen.words
    assert {f"mail-{number}.eml" for number in (0, 1, 2, 3, 9)} <= set(seen.links)
    for link in [*seen.links, *(str(frame["src"]) for frame in seen.frames)]:
        assert link[1:] in seen.ids if link.startswith("#") else (outbox / link).is_file(), link


def test_equal_bodies_are_pictured_once(outbox: Path) -> None:
    seen = Seen(write_gallery(outbox))

    assert {frame["src"] for frame in seen.frames} == {"pages/mail-0.body.html", "pages/mail-9.body.html"}
    assert "Reader 0, Reader 1, Reader 2 and 1 more" in seen.words
    assert "For 4 readers · shown as Reader 0 gets it" in seen.words


def test_every_mail_has_a_page_with_its_html_text_and_headers(outbox: Path) -> None:
    write_gallery(outbox)

    seen = Seen(outbox / "pages" / "mail-2.html")

    assert {frame["src"] for frame in seen.frames} == {"mail-2.body.html"}
    assert "Snow – снег" in seen.words
    assert "<mail-2@news.example.org>" in seen.words
    assert "../mail-2.eml" in seen.links
    assert (outbox / "pages" / "mail-2.body.html").read_text(encoding="utf-8") == a_mail().html


def test_a_mail_of_text_alone_is_its_text(tmp_path: Path) -> None:
    OutboxMailer(tmp_path).submit([a_mail("mail-0", html=None), a_mail("mail-1", html=None, text="Other words\n")])
    index = Seen(write_gallery(tmp_path))
    assert index.frames == []
    assert index.words.count("plain text only, mail") == 2
    page = Seen(tmp_path / "pages" / "mail-1.html")
    assert page.frames == []
    assert "Other words" in page.words
    assert not any("body.html" in link for link in page.links)


def test_nothing_in_a_mail_becomes_part_of_the_page(outbox: Path) -> None:
    write_gallery(outbox)

    for page in (outbox / "index.html", outbox / "pages" / "mail-9.html"):
        seen = Seen(page)
        assert not {"script", "img"} & set(seen.tags)
        assert all("sandbox" in frame and frame["sandbox"] is None for frame in seen.frames)
        assert HOSTILE in seen.words


def test_an_empty_outbox_says_what_will_be_here(tmp_path: Path) -> None:
    seen = Seen(write_gallery(tmp_path / "outbox", title="Preview"))

    assert "No mail is here yet." in seen.words
    assert "Preview" in seen.words


def test_pages_of_mails_that_are_gone_go_too(outbox: Path) -> None:
    write_gallery(outbox)
    (outbox / "mail-9.eml").unlink()

    seen = Seen(write_gallery(outbox))

    assert "taken over" not in seen.words
    assert not (outbox / "pages" / "mail-9.html").exists()


def test_of_very_many_mails_the_newest_are_shown(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "MOST_SHOWN", 2)
    for age, number in enumerate((9, 3, 0, 1, 2)):
        os.utime(outbox / f"mail-{number}.eml", (1_000_000 - age, 1_000_000 - age))

    seen = Seen(write_gallery(outbox))

    assert "3 older ones lie" in seen.words
    assert {link for link in seen.links if link.endswith(".eml")} == {"mail-9.eml", "mail-3.eml"}


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page()
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 375, 1200])
def test_no_page_is_wider_than_its_window_and_no_mail_runs_a_script(outbox: Path, page: Page, width: int) -> None:
    write_gallery(outbox)
    page.set_viewport_size({"width": width, "height": 800})

    for name in ("index.html", "pages/mail-9.html"):
        page.goto((outbox / name).as_uri())
        page.locator("details").evaluate_all("every => every.forEach(one => one.open = true)")

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.frame_locator("iframe").first.locator("p").inner_text()
        assert "taken over" not in [frame.evaluate("document.title") for frame in page.frames]
