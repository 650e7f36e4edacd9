"""The whole way of a reader, as one walks it: in Chromium without scripts, on real mails, without anybody's help."""

import http.client
import json
import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from time import sleep
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from digest.audience.appearance import Appearance
from digest.audience.reader import Reader, SubscriptionState, SuppressionReason
from digest.audience.rhythm import Pace, Weekday
from digest.collect.freshness import Add
from digest.ids import JournalistId, NewsletterId
from digest.newsroom import Composed, compose_issue
from digest.newsroom_notices import send_notices
from digest.send.steps import approve
from digest.store.engine import open_engine
from digest.store.suppressions import SqlSuppressions
from digest.store.tables import metadata, notices
from tests.builders import a_declaration, a_found_article, a_newsletter
from tests.contracts.desk import ASEL, DANA, MORNING, Desk
from tests.fakes import NOON
from tests.web.serving import Served, serving
from tests.whole_way.road import send

pytestmark = pytest.mark.browser

TIMUR = JournalistId("timur-aliyev")
ADDRESS = "marta@example.org"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'


@pytest.fixture
def served(migrated_file: Path, tmp_path: Path) -> Iterator[Served]:
    """A newsletter of three journalists that nobody reads yet; mails go to ``tmp_path/outbox``."""
    path = tmp_path / "digest.db"
    shutil.copy(migrated_file, path)
    url = f"sqlite:///{path}"
    with open_engine(url) as engine:
        desk = Desk(engine)
        desk.newsletters.apply(a_declaration(a_newsletter(journalists=(DANA, ASEL, TIMUR))), at=NOON)
        with serving(url, desk, outbox_dir=tmp_path / "outbox") as running:
            yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 375, "height": 800}, java_script_enabled=False, locale="en-GB")
    yield opened
    opened.close()


def mails(served: Served) -> list[EmailMessage]:
    """Send the notices that wait, and return all mails that were sent, the oldest first."""
    under_way = select(notices.c.id).where(notices.c.state.in_(["planned", "claimed"]))
    while _is_any(served, under_way):
        send_notices(served.runtime)
        sleep(0.01)
    paths = sorted(served.runtime.settings.outbox_dir.rglob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    return [message_from_bytes(one.read_bytes(), policy=default) for one in paths]  # type: ignore[misc]


def _is_any(served: Served, query: object) -> bool:
    with served.desk.engine.connect() as connection:
        return connection.execute(query).first() is not None  # type: ignore[call-overload]


def links_in(mail: EmailMessage) -> list[str]:
    part = mail.get_body(("html",))
    assert part is not None
    return sorted(set(re.findall(r'href="(http://127[^"]+)"', str(part.get_content()))))


def link_in(mail: EmailMessage, kind: str) -> str:
    return next(link for link in links_in(mail) if urlsplit(link).path.startswith(f"/{kind}/"))


def marta(served: Served) -> Reader:
    reader = served.desk.audience.reader(MORNING, ADDRESS)
    assert reader is not None
    return reader


def an_issue_is_sent(served: Served, what: str = "") -> None:
    for who in (DANA, ASEL, TIMUR):
        article = a_found_article(title=f"What {who} wrote {what}".strip(), url=f"https://news.example/{who}{what}")
        served.desk.shelf.apply(who, [Add(f"k-{who}{what}", article)], at=served.clock.now())
    composed = compose_issue(served.runtime, NewsletterId("morning-brief"))
    assert isinstance(composed, Composed)
    sealed = composed.sealed
    approve(sealed.frozen.id, by="editor", hash_=sealed.hash, archive=served.runtime.issues, clock=served.clock)
    send(served.runtime, sealed.frozen.id)


def test_from_signing_up_to_being_erased(served: Served, page: Page) -> None:
    sign_up_and_confirm(served, page)
    served.clock.move(hours=1)
    an_issue_is_sent(served)
    issue = mails(served)[-1]
    text = str(issue.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert [f"What {who} wrote" in text for who in (DANA, ASEL, TIMUR)] == [True, True, False]
    read_in_the_browser(served, page, issue)
    choose(served, page, issue)
    leave_with_one_click_and_come_back(served, page, issue)
    export_and_be_erased(served, page, issue)


def test_mails_look_as_their_reader_wants_them(served: Served, page: Page) -> None:
    sign_up_and_confirm(served, page)
    served.clock.move(hours=1)
    an_issue_is_sent(served)
    first = mails(served)[-1]
    page.goto(link_in(first, "r"))
    page.get_by_label("brief").check()
    page.get_by_label("plain text only").check()
    press(page, "Save")
    assert page.get_by_role("status").inner_text() == "Saved. It holds from the next issue on."
    assert marta(served).appearance == Appearance(look="brief", text_only=True)
    assert page.get_by_label("plain text only").is_checked()

    served.clock.move(hours=1)
    an_issue_is_sent(served, "more")
    text = mails(served)[-1]
    assert (text.get_content_type(), text.is_multipart()) == ("text/plain", False)
    assert {"List-Unsubscribe", "Message-ID", "Archived-At"} <= set(text.keys())
    assert "What dana-serikova wrote more" in text.get_content()

    page.get_by_label("plain text only").uncheck()
    press(page, "Save")
    served.clock.move(hours=1)
    an_issue_is_sent(served, "again")
    assert [part.get_content_type() for part in mails(served)[-1].walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    issue = served.runtime.issues.rows(NewsletterId("morning-brief"))[0].id
    assert served.runtime.issues.sealed(issue).frozen.looks == ("brief",)


def sign_up_and_confirm(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/join/{MORNING}")
    page.get_by_label("Your address").fill(ADDRESS)
    page.get_by_label("only those whom I choose:").check()
    page.get_by_label("Dana Serikova").check()
    page.get_by_label("Asel Nurlan").check()
    served.clock.move(seconds=20)
    press(page, "Sign me up")
    assert page.get_by_role("heading", level=1).inner_text() == "Now look into your mail"
    assert served.desk.audience.reader(MORNING, ADDRESS) is None

    page.goto(link_in(mails(served)[-1], "c"))
    press(page, "Yes, mail me The Morning Brief")
    assert page.get_by_role("heading", level=1).inner_text() == "You are on the list of The Morning Brief"
    assert {one.journalist for one in marta(served).follows} == {DANA, ASEL}
    assert "confirm" not in mails(served)[-1]["Subject"].lower()


def press(page: Page, name: str | None = None, *, role: Literal["button", "link"] = "button") -> None:
    """Press what leads to another page, and wait for it: a click itself waits for nothing."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).click()


def read_in_the_browser(served: Served, page: Page, issue: EmailMessage) -> None:
    page.goto(link_in(issue, "i"))
    assert "/i/morning-brief-1/" in page.url
    assert [f"What {who} wrote" in page.content() for who in (DANA, ASEL, TIMUR)] == [True, True, False]
    there = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    ours = {one for one in there if one.startswith(served.url)}
    assert ours == {f"{served.url}/{path}" for path in ("i/morning-brief-1", "r", "u")}
    assert marta(served).token not in page.content() + page.url
    assert "Marta" not in page.content()
    page.get_by_role("link", name="View in browser").click()
    assert f"What {TIMUR} wrote" in page.content()  # the whole issue


def choose(served: Served, page: Page, issue: EmailMessage) -> None:
    page.goto(link_in(issue, "r"))
    page.get_by_label("Asel Nurlan").uncheck()
    press(page, "Save")
    assert page.get_by_role("status").inner_text() == "Saved. It holds from the next issue on."
    assert {one.journalist for one in marta(served).follows} == {DANA}

    page.get_by_label("once a week").check()
    page.locator("select[name=weekday]").select_option("Wednesday")
    press(page, "Save")
    assert (marta(served).rhythm.pace, marta(served).rhythm.weekday) == (Pace.WEEKLY, Weekday.WEDNESDAY)

    page.get_by_label("Pause until this day").fill("2026-01-05")
    press(page, "Save")
    assert "mail begins again on 5 January 2026" in page.content()
    assert str(marta(served).rhythm.paused_until) == "2026-01-05"
    assert marta(served).rhythm.pace is Pace.WEEKLY


def leave_with_one_click_and_come_back(served: Served, page: Page, issue: EmailMessage) -> None:
    header = re.findall(r"<(http[^>]+)>", issue["List-Unsubscribe"])[0]
    asked = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    asked.request("POST", urlsplit(header).path, MULTIPART, {"Content-Type": "multipart/form-data; boundary=x"})
    said = asked.getresponse()
    assert (said.status, said.getheader("Location"), said.getheader("Set-Cookie")) == (200, None, None)
    asked.close()
    assert marta(served).state is SubscriptionState.UNSUBSCRIBED

    page.goto(link_in(issue, "u"))
    press(page, "Come back to The Morning Brief")
    assert page.get_by_role("status").inner_text() == "You are back, and everything is as you had left it."
    assert marta(served).state is SubscriptionState.ACTIVE
    assert {one.journalist for one in marta(served).follows} == {DANA}


def export_and_be_erased(served: Served, page: Page, issue: EmailMessage) -> None:
    press(page, "Mail me such a link")
    assert "A link is on its way to m•••@example.org" in page.get_by_role("status").inner_text()
    page.goto(link_in(mails(served)[-1], "r"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    data = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert data["address"] == ADDRESS
    assert data["consents"][0]["words"].startswith("Yes, mail me The Morning Brief.")
    assert data["lists"][0]["issues"][0]["state"] == "accepted"

    press(page, "Erase me", role="link")
    page.get_by_label("Yes, erase me for good").check()
    press(page, "Erase me")
    assert page.get_by_role("heading", level=1).inner_text() == "You were erased"
    assert served.desk.audience.reader(MORNING, ADDRESS) is None
    suppression = SqlSuppressions(served.desk.engine).of(ADDRESS)
    assert suppression is not None
    assert suppression.reason is SuppressionReason.ERASED
    assert ADDRESS not in "".join(everything(served).values())
    page.goto(link_in(issue, "r"))
    assert page.get_by_role("heading", level=1).inner_text() == "This link leads nowhere"
    page.goto(link_in(issue, "i"))
    assert page.url == f"{served.url}/i/morning-brief-1"  # nobody else had the same


def everything(served: Served) -> dict[str, str]:
    with served.desk.engine.connect() as connection:
        return {
            table.name: repr(sorted(map(repr, connection.execute(select(table)).all())))
            for table in metadata.sorted_tables
        }


def test_a_scanner_that_opens_every_link_and_runs_every_script_changes_nothing(
    served: Served, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 800}, locale="en-GB")
    page.goto(f"{served.url}/join/{MORNING}")
    page.get_by_label("Your address").fill(ADDRESS)
    served.clock.move(seconds=20)
    press(page, "Sign me up")
    page.goto(link_in(mails(served)[-1], "c"))
    press(page)
    served.clock.move(hours=1)
    an_issue_is_sent(served)
    page.goto(f"{served.url}/join/{MORNING}")  # somebody who has not confirmed yet
    page.get_by_label("Your address").fill("second@example.org")
    served.clock.move(seconds=20)
    press(page, "Sign me up")
    page.goto(f"{served.url}/r/{marta(served).token}")
    press(page, "Mail me a fresh link")
    sent = mails(served)
    assert len(sent) == 5

    before = everything(served)
    seen: set[str] = set()
    waiting = [link for mail in sent for link in links_in(mail)]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        if re.search(r"\.(json|xml|css)$", urlsplit(address).path):
            page.request.get(address)
            continue
        page.goto(address, wait_until="networkidle")
        ours = page.eval_on_selector_all(
            "a[href], link[href], form[action]", "all => all.map(one => one.href || one.action)"
        )
        waiting += [one.partition("#")[0] for one in ours if one.startswith(served.url)]
    page.close()
    kinds = {urlsplit(one).path.split("/")[1] for one in seen}
    assert {"c", "r", "u", "i", "n", "join", "privacy"} <= kinds
    assert any(urlsplit(one).path.endswith("/erase") for one in seen)
    assert any(re.fullmatch(r"/i/[^/]+/[^/]+", urlsplit(one).path) for one in seen)
    assert everything(served) == before
