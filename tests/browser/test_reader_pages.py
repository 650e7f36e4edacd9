"""The pages behind the links in a mail, in Chromium: without scripts, by keyboard, from 320 px, light and dark."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from digest.audience.links import Purpose
from digest.audience.reader import SubscriptionState
from digest.ids import EVERY_JOURNALIST, Position
from digest.send.ledger import LeftOut
from digest.store.engine import open_engine
from tests.browser.audits import contrast, layout, structure
from tests.builders import an_excluded
from tests.contracts.desk import ASEL, DANA, MORNING, Desk
from tests.fakes import NOON
from tests.web.serving import Served, seal_issue, serving, subscribe

pytestmark = pytest.mark.browser

OpenDoor = Callable[..., Page]
#: Small things on a page that fingers must hit.
TARGETS = """() => [...document.querySelectorAll('button, select, .pick, .or a, .ways a, .issues a')]
  .filter(one => one.offsetParent !== null)
  .map(one => [one.innerText, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44).map(([words]) => words)"""
#: Controls that nothing names, and fields that no label leads to.
CONTROLS = """() => [...document.querySelectorAll('button, select, input:not([type=hidden])')]
  .filter(one => !(one.innerText || [...(one.labels || [])].map(label => label.innerText).join('')).trim())
  .map(one => one.outerHTML)"""


@pytest.fixture
def served(migrated_file: Path, tmp_path: Path) -> Iterator[Served]:
    """Reader 1 follows Dana in English, reader 2 everybody in Russian, reader 3 left; one issue was sent."""
    path = tmp_path / "digest.db"
    path.write_bytes(migrated_file.read_bytes())
    url = f"sqlite:///{path}"
    with open_engine(url) as engine:
        desk = Desk(engine)
        subscribe(desk, ("en", (DANA,)), ("ru", (EVERY_JOURNALIST,)), ("ru", (DANA,)))
        desk.audience.leave(MORNING, "reader3@example.org", at=NOON)
        issue = seal_issue(desk)
        left_out = [
            LeftOut(id=f"d{one.subscriber.id}", excluded=an_excluded(one))  # type: ignore[arg-type]
            for one in desk.audience.readers(MORNING)
        ]
        desk.ledger.plan(issue, [], left_out, height=Position(3), at=NOON)
        with serving(url, desk) as running:
            yield running


@pytest.fixture
def open_door(browser: Browser) -> Iterator[OpenDoor]:
    """Open pages of a width and colour scheme, without scripts; whatever is not this machine's fails the test."""
    asked: list[str] = []
    pages: list[Page] = []

    def open_one(width: int = 375, scheme: str = "light", *, scripts: bool = True) -> Page:
        viewport = {"width": width, "height": 800}
        page = browser.new_page(viewport=viewport, color_scheme=scheme, java_script_enabled=scripts, locale="en-GB")  # type: ignore[arg-type]
        page.on("request", lambda request: asked.append(request.url))
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.close()
    assert [url for url in asked if not url.startswith("http://127.0.0.1:")] == []


def every_page(served: Served) -> list[str]:
    first, second, third = (served.link(number) for number in (1, 2, 3))
    paths = [
        f"/u/{first}",
        f"/r/{first}",
        f"/u/{second}",
        f"/r/{second}",
        f"/u/{third}",
        f"/r/{served.link(2, Purpose.MAIL)}",
        f"/r/{served.reader().token}",
        f"/r/{first}/erase",
        "/privacy",
        "/join",
        f"/join/{MORNING}",
        "/u/cut",
        "/r",
        "/i",
        "/n/morning-brief",
        f"/j/{DANA}",
    ]
    return [f"{served.url}{path}" for path in paths]


@pytest.mark.parametrize("width", [1200, 375, 320])
def test_every_word_is_inside_its_box_and_every_target_can_be_hit(
    served: Served, open_door: OpenDoor, width: int
) -> None:
    page = open_door(width)
    for address in every_page(served):
        page.goto(address)
        assert layout(page) == [], address
        assert page.evaluate(TARGETS) == [], address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_and_everything_can_be_listened_to(
    served: Served, open_door: OpenDoor, scheme: str
) -> None:
    page = open_door(600, scheme)
    for address in every_page(served):
        page.goto(address)
        assert contrast(page) == [], address
        assert structure(page) == [], address
        assert page.evaluate(CONTROLS) == [], address
        assert page.title().strip(), address


def test_the_whole_way_without_scripts(served: Served, open_door: OpenDoor) -> None:
    page = open_door(scripts=False)
    page.goto(f"{served.url}/u/{served.link()}")
    page.get_by_role("link", name="Rather choose whom you follow").click()
    page.get_by_label("Asel Nurlan").check()
    page.get_by_label("Dana Serikova").uncheck()
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("status").inner_text() == "Saved. It holds from the next issue on."
    assert served.follows() == {ASEL: 0}
    page.get_by_label("everybody").check()
    page.get_by_role("button", name="Save").click()
    assert served.follows() == {ASEL: 0, EVERY_JOURNALIST: 0}
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    data = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert data["address"] == "reader1@example.org"
    page.get_by_role("button", name="Unsubscribe from The Morning Brief").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You have left The Morning Brief"
    assert served.reader().state is SubscriptionState.UNSUBSCRIBED
    page.get_by_role("button", name="Come back to The Morning Brief").click()
    assert served.reader().state is SubscriptionState.ACTIVE
    page.get_by_role("link", name="Earlier issues").click()
    page.get_by_role("link", name="19 December").click()
    assert page.get_by_role("heading", level=1).inner_text() == "The Morning Brief"
    page.get_by_role("link", name="Unsubscribe").click()
    assert "belongs in a mail of your own" in page.content()


def test_who_follows_everybody_is_not_asked_about_each(served: Served, open_door: OpenDoor) -> None:
    page = open_door()
    page.goto(f"{served.url}/r/{served.link(2)}")
    assert page.locator(".picks").get_by_role("checkbox").count() == 0
    page.get_by_label("только те, кого я выберу:").check()
    boxes = page.locator(".picks").get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [True, True]


def test_a_page_opened_with_its_scripts_and_waited_for_changes_nothing(served: Served, open_door: OpenDoor) -> None:
    before = [served.reader(number) for number in (1, 2, 3)]
    page = open_door()
    for address in every_page(served):
        page.goto(address, wait_until="networkidle")
    assert [served.reader(number) for number in (1, 2, 3)] == before


def test_everything_can_be_done_by_keyboard_and_what_is_reached_is_seen(served: Served, open_door: OpenDoor) -> None:
    page = open_door()
    page.goto(f"{served.url}/u/{served.reader().token}")
    page.keyboard.press("Tab")
    button = page.get_by_role("button")
    assert button.evaluate("one => one === document.activeElement && getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You have left The Morning Brief").wait_for()
    assert served.reader().state is SubscriptionState.UNSUBSCRIBED


def test_an_issue_shows_initials_where_a_mail_would_fetch_a_portrait(served: Served, open_door: OpenDoor) -> None:
    page = open_door(600, "dark")
    page.goto(f"{served.url}/i/morning-brief-1")
    assert layout(page) == []
    assert contrast(page) == []
    ground = page.locator("h1").evaluate("heading => getComputedStyle(heading.closest('td')).backgroundColor")
    assert ground == "rgb(31, 34, 38)", "the issue's own styles are let in"
