"""css-inline as an oracle: with either inliner, every text of a mail looks the same in Chromium."""

import re

import css_inline
import pytest
from playwright.sync_api import Browser

from digest.render.steps import render_alone
from digest.resources import templates_dir
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


def computed(browser: Browser, html: str, scheme: str, width: int) -> list[list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page.route("http**/*", lambda route: route.abort())
    page.set_content(html)
    found: list[list[str]] = page.evaluate(_COMPUTED)
    page.close()
    return found


def inlined_by_the_other(raw: str) -> str:
    """Inline block one alone: css-inline would inline the plain rules of a block that it keeps, too."""
    kept = "".join(_KEPT.findall(raw))
    assert "prefers-color-scheme" in kept
    inlined = css_inline.inline(_KEPT.sub("", raw), load_remote_stylesheets=False)
    return inlined.replace("</head>", f"{kept}</head>", 1)


@pytest.mark.parametrize(("scheme", "width"), [("light", 600), ("dark", 375)])
def test_both_inliners_make_every_text_look_the_same(
    browser: Browser, reference: Reference, monkeypatch: pytest.MonkeyPatch, scheme: str, width: int
) -> None:
    def rendered() -> str:
        return render_alone(reference.frozen, reference.contents, reference.slots, templates=templates_dir()).html

    ours = rendered()
    monkeypatch.setattr("digest.render.desk.inline", lambda html: html)
    theirs = inlined_by_the_other(rendered())
    texts = computed(browser, ours, scheme, width)
    assert len(texts) > 20
    assert texts == computed(browser, theirs, scheme, width)
