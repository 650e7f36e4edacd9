"""css-inline as an oracle: with either inliner, every text of a mail looks the same in Chromium."""

import re

import css_inline
import pytest

from digest.render.steps import render_alone
from digest.resources import templates_dir
from tests.browser.conftest import OpenPage
from tests.golden.issues import Reference, references

pytestmark = [pytest.mark.browser]

#: What makes a text look as it does, where it stands, and what stands around it.
_COMPUTED = """() => {
  const names = ['color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontStyle', 'fontWeight', 'lineHeight',
    'textAlign', 'textDecorationLine', 'textDecorationColor', 'textTransform', 'letterSpacing', 'whiteSpace',
    'verticalAlign', 'display', 'marginTop', 'marginRight', 'marginBottom', 'marginLeft', 'paddingTop',
    'paddingRight', 'paddingBottom', 'paddingLeft', 'borderTopColor', 'borderTopWidth', 'borderTopStyle',
    'borderBottomColor', 'borderBottomWidth', 'borderRadius', 'wordBreak', 'overflowWrap', 'fontVariantNumeric'];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim();
    if (!words) continue;
    const style = getComputedStyle(walker.currentNode.parentElement);
    found.push([words, ...names.map(name => `${name}: ${style[name]}`)]);
  }
  return found;
}"""

_KEPT = re.compile(r'<style data-premailer="ignore">.*?</style>', re.DOTALL)
NAMES = ("everything", "brief", "russian", "hostile", "odd-rates")


@pytest.fixture(params=NAMES)
def reference(request: pytest.FixtureRequest) -> Reference:
    return next(one for one in references() if one.name == request.param)


def computed(open_page: OpenPage, html: str, scheme: str, width: int) -> list[list[str]]:
    page = open_page(width, scheme)
    page.set_content(html)
    found: list[list[str]] = page.evaluate(_COMPUTED)
    return found


def inlined_by_the_other(raw: str) -> str:
    """Inline block one alone: css-inline would inline the plain rules of a block that it keeps, too."""
    kept = "".join(_KEPT.findall(raw))
    assert "prefers-color-scheme" in kept
    inlined = css_inline.inline(_KEPT.sub("", raw), load_remote_stylesheets=False)
    return inlined.replace("</head>", f"{kept}</head>", 1)


@pytest.mark.parametrize(("scheme", "width"), [("light", 600), ("dark", 375)])
def test_both_inliners_make_every_text_look_the_same(
    open_page: OpenPage, reference: Reference, monkeypatch: pytest.MonkeyPatch, scheme: str, width: int
) -> None:
    def rendered() -> str:
        return render_alone(reference.frozen, reference.contents, reference.slots, templates=templates_dir()).html

    ours = rendered()
    monkeypatch.setattr("digest.render.desk.inline", lambda html: html)
    theirs = inlined_by_the_other(rendered())
    texts = computed(open_page, ours, scheme, width)
    assert len(texts) > 20
    assert texts == computed(open_page, theirs, scheme, width)
