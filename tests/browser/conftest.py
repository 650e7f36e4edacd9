"""One Chromium per module, without a network."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM

#: As root in a container, and without asking anybody anything.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=FLAGS, env=dict(os.environ))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open pages of a width and colour scheme; what they would fetch from the web fails, as with images off."""
    pages: list[Page] = []

    def open_one(width: int, scheme: str = "light", **options: object) -> Page:
        viewport = {"width": width, "height": 800}
        page = browser.new_page(viewport=viewport, color_scheme=scheme, **options)  # type: ignore[arg-type]
        page.route("http**/*", lambda route: route.abort())
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.close()
