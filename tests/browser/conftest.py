"""One Chromium per module, without a network."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM

#: As root in a container, and without asking anybody anything.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

#: Of a page, in CSS pixels.
HEIGHT = 800

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=FLAGS, env=dict(os.environ))
        yield opened
        opened.close()


@dataclass
class Drawer:
    """Pages that are closed and may be opened again: a new one makes Chromium open a whole window."""

    browser: Browser
    idle: list[Page] = field(default_factory=list)

    def take(self, width: int, scheme: str) -> Page:
        """Return an empty page of that width and colour scheme."""
        page = self.idle.pop() if self.idle else _offline(self.browser.new_page())
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        return page

    def put_back(self, page: Page) -> None:
        page.goto("about:blank")
        self.idle.append(page)


def _offline(page: Page) -> Page:
    page.route("http**/*", lambda route: route.abort())
    return page


@pytest.fixture(scope="module")
def drawer(browser: Browser) -> Drawer:
    return Drawer(browser)


@pytest.fixture
def open_page(browser: Browser, drawer: Drawer) -> Iterator[OpenPage]:
    """Open pages of a width and colour scheme; what they would fetch from the web fails, as with images off."""
    plain: list[Page] = []
    special: list[Page] = []

    def open_one(width: int, scheme: str = "light", **options: object) -> Page:
        if not options:
            plain.append(drawer.take(width, scheme))
            return plain[-1]
        viewport = {"width": width, "height": HEIGHT}
        page = browser.new_page(viewport=viewport, color_scheme=scheme, **options)  # type: ignore[arg-type]
        special.append(_offline(page))
        return page

    yield open_one
    for page in plain:
        drawer.put_back(page)
    for page in special:
        page.close()
