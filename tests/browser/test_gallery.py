"""The page that shows an outbox, in Chromium: on a desk and on a phone, without scripts, by keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from digest.send.gallery import write_gallery
from digest.send.mailers.outbox import OutboxMailer
from tests.browser.audits import contrast, layout, structure
from tests.browser.conftest import OpenPage
from tests.golden.issues import references
from tests.golden.mails import mail
from tests.send.mails import a_mail

pytestmark = pytest.mark.browser

SHOWN = ("everything", "russian", "hostile", "rates-only")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an outbox with five golden mails, two of which have one body."""
    folder = tmp_path_factory.mktemp("outbox")
    bodies = {reference.name: mail(reference) for reference in references() if reference.name in SHOWN}
    mails = [
        a_mail(
            f"mail-{number}",
            to_name=f"Reader {number}",
            to_address=f"reader{number}@example.org",
            subject=bodies[name].subject,
            html=bodies[name].html,
            text=bodies[name].text,
            headers={"X-Digest-Contents": name, "Archived-At": "<https://digest.example.org/i/morning-brief-12>"},
        )
        for number, name in enumerate([*SHOWN, "everything"])
    ]
    OutboxMailer(folder).submit(mails)
    return write_gallery(folder, title="Outbox", summary=["Five mails."])


def pages_of(gallery: Path) -> list[str]:
    return [gallery.as_uri(), (gallery.parent / "pages" / "mail-2.html").as_uri()]


def open_all(page: Page) -> None:
    """Open everything that can be folded out, as a reader does: by its summary."""
    folded = page.locator("details:not([open]) > summary")
    while folded.count():
        folded.first.click()


@pytest.mark.parametrize("width", [1200, 375, 320])
def test_every_word_is_inside_its_box(open_page: OpenPage, gallery: Path, width: int) -> None:
    for address in pages_of(gallery):
        page = open_page(width)
        page.goto(address)
        open_all(page)
        assert layout(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_what_is_behind_it(open_page: OpenPage, gallery: Path, scheme: str) -> None:
    for address in pages_of(gallery):
        page = open_page(1200, scheme)
        page.goto(address)
        open_all(page)
        assert contrast(page) == []


def test_it_can_be_listened_to(open_page: OpenPage, gallery: Path) -> None:
    for address in pages_of(gallery):
        page = open_page(1200)
        page.goto(address)
        assert structure(page) == []


@pytest.mark.parametrize("width", [1200, 375])
def test_every_mail_is_shown_in_a_frame_that_may_do_nothing(open_page: OpenPage, gallery: Path, width: int) -> None:
    page = open_page(width)
    page.goto(gallery.as_uri())
    frames = page.locator("iframe")
    assert frames.count() == 2 * len(SHOWN)
    assert {frame.get_attribute("sandbox") for frame in frames.all()} == {""}
    assert all(frame.get_attribute("title") for frame in frames.all())
    assert page.locator("iframe:visible").count() == (2 if width == 1200 else 1) * len(SHOWN)
    assert page.locator("script").count() == 0


def test_it_needs_no_script(open_page: OpenPage, gallery: Path) -> None:
    page = open_page(1200, java_script_enabled=False)
    page.goto(gallery.as_uri())
    page.get_by_role("link", name="What one dollar buys").click()
    assert "#body-" in page.url
    open_all(page)
    assert page.locator("details:not([open])").count() == 0
    page.get_by_role("link", name="The mail to Reader 3", exact=True).click()
    assert page.url.endswith("pages/mail-3.html")
    assert page.frame_locator("iframe").first.locator("h1").inner_text() == "Morning Brief"


def test_everything_can_be_reached_by_keyboard(open_page: OpenPage, gallery: Path) -> None:
    page = open_page(375)
    page.goto((gallery.parent / "pages" / "mail-0.html").as_uri())
    wanted = page.locator("a:visible, summary:visible, pre:visible").count()
    page.evaluate(
        """() => { window.reached = new Set();
        document.addEventListener('focusin', event => window.reached.add(event.target)); }"""
    )
    # The links inside of a frame have their turn too, where nobody here hears of them.
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("() => [...window.reached].filter(one => one.matches('a, summary, pre')).length") == wanted:
            break
    else:
        pytest.fail("not everything was reached")
    # What is reached can be seen to be.
    link = page.locator("a").first
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert link.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
