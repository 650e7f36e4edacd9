"""An audit that finds nothing anywhere proves nothing: each must see what it is there for."""

import pytest

from tests.browser.audits import contrast, layout, structure
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>good</p>", []),
        ('<div style="width:900px">wide</div>', ["the page is 908 px wide in 400 px"]),
        ('<p style="width:40px;white-space:nowrap">longer than its box</p>', ["out of its box: longer than its box"]),
        ('<p style="position:absolute;left:-9px">gone</p>', ["beside the page: gone"]),
        ('<p style="height:9px;overflow:hidden">half of it</p>', ["clipped: half of it"]),
    ],
)
def test_the_layout_audit_sees_what_is_cut_and_what_sticks_out(
    open_page: OpenPage, body: str, found: list[str]
) -> None:
    page = open_page(400)
    page.set_content(f"<!doctype html><body>{body}")
    assert layout(page) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>black on white</p>", []),
        ('<p style="color:#999">grey</p>', ["2.85:1 grey"]),
        ('<div style="background:#777"><p style="color:#767676">same</p></div>', ["1.01:1 same"]),
        ('<p style="color:rgba(0,0,0,.3)">faint</p>', ["2.11:1 faint"]),
        ('<p style="opacity:.5">half</p>', ["see-through: half"]),
    ],
)
def test_the_contrast_audit_sees_what_cannot_be_read(open_page: OpenPage, body: str, found: list[str]) -> None:
    page = open_page(400)
    page.set_content(f"<!doctype html><body>{body}")
    assert contrast(page) == found


def test_the_contrast_audit_knows_the_dark_canvas(open_page: OpenPage) -> None:
    page = open_page(400, "dark")
    page.set_content('<!doctype html><meta name="color-scheme" content="light dark"><p style="color:#333">dark on dark')
    assert contrast(page) == ["1.48:1 dark on dark"]


def test_the_structure_audit_sees_what_cannot_be_heard(open_page: OpenPage) -> None:
    page = open_page(400)
    page.set_content(
        '<html><body><h2>Begin</h2><h1>Top</h1><h3>Deep</h3><a href="https://a.example/"><img src="x"></a><a>words</a>'
        "<table><tr><th>one</th></tr></table>"
    )
    assert structure(page) == [
        "headings begin 2,1,3",
        "h3 after h1",
        "a link without words: https://a.example/",
        "a link to nowhere: words",
        "a table of data without a caption",
        "a th without a scope: one",
        "a row that nothing names",
        "a picture without words: x",
        "no language",
    ]
