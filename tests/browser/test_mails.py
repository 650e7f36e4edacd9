"""The golden mails as Chromium lays them out: wide and narrow, light and dark, without pictures."""

import pytest

from tests.browser.audits import contrast, layout, structure
from tests.browser.conftest import OpenPage
from tests.golden.mails import EXPECTED

pytestmark = pytest.mark.browser

MAILS = sorted(path.stem for path in EXPECTED.glob("*.html"))
SCHEMES = ("light", "dark")


def html(name: str) -> str:
    return (EXPECTED / f"{name}.html").read_text("utf-8")


@pytest.mark.parametrize("width", [600, 375, 320])
@pytest.mark.parametrize("name", MAILS)
def test_everything_is_inside_its_box_and_nothing_scrolls_sideways(open_page: OpenPage, name: str, width: int) -> None:
    page = open_page(width)
    page.set_content(html(name))
    assert layout(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", MAILS)
def test_every_word_stands_out_from_what_is_behind_it(open_page: OpenPage, name: str, scheme: str) -> None:
    page = open_page(600, scheme)
    page.set_content(html(name))
    assert contrast(page) == []


@pytest.mark.parametrize("name", MAILS)
def test_headings_links_and_tables_can_be_listened_to(open_page: OpenPage, name: str) -> None:
    page = open_page(600)
    page.set_content(html(name))
    assert structure(page) == []
    texts = page.locator("h3").all_inner_texts()
    assert all(text.strip() for text in texts)


def test_dark_is_dark_and_light_is_light(open_page: OpenPage) -> None:
    grounds = {}
    for scheme in SCHEMES:
        page = open_page(600, scheme)
        page.set_content(html("everything"))
        grounds[scheme] = page.locator("h1").evaluate(
            "heading => getComputedStyle(heading.closest('td')).backgroundColor"
        )
    assert grounds == {"light": "rgb(255, 255, 255)", "dark": "rgb(31, 34, 38)"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_without_pictures_a_portrait_is_initials_on_a_tint(open_page: OpenPage, scheme: str) -> None:
    page = open_page(375, scheme)
    page.set_content(html("everything"))
    portrait = page.locator("img").first
    assert portrait.evaluate("picture => picture.complete && picture.naturalWidth") == 0
    box = portrait.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (48, 48)
    assert portrait.get_attribute("alt") == "GY"


def test_without_its_style_blocks_a_mail_still_stands(open_page: OpenPage) -> None:
    """Some clients throw every style block away: what is inlined must be enough."""
    for name in ("everything", "hostile", "russian"):
        page = open_page(375)
        page.set_content(html(name))
        page.evaluate("() => document.querySelectorAll('style').forEach(style => style.remove())")
        assert layout(page) == []
        assert contrast(page) == []


@pytest.mark.parametrize("width", [600, 320])
def test_what_runs_from_right_to_left_is_laid_out_as_in_a_mirror(open_page: OpenPage, width: int) -> None:
    page = open_page(width)
    page.set_content(html("right-to-left"))
    sides = page.evaluate(
        """() => {
          const box = one => one.getBoundingClientRect(), style = one => getComputedStyle(one);
          const head = document.querySelector('h2').closest('tr').cells;
          const row = document.querySelector('tbody tr th[scope=row]').closest('tr').cells;
          const note = style(document.querySelector('[role=note]'));
          return {
            portrait: box(head[0]).left > box(head[1]).left && box(head[1]).left > box(head[2]).left,
            rates: box(row[0]).left > box(row[1]).left,
            figures: style(row[1]).textAlign, names: style(row[0]).textAlign,
            rule: [note.borderRightWidth, note.borderLeftWidth],
            latin: style([...document.querySelectorAll('h3')].find(one => one.dir === 'ltr')).direction,
          };
        }"""
    )
    assert sides.pop("figures") in {"left", "-webkit-left"}
    assert sides == {"portrait": True, "rates": True, "names": "right", "rule": ["3px", "0px"], "latin": "ltr"}
