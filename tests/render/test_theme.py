from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.colours import ENOUGH, Colour, colour_of, contrast, spelled, standing_out
from digest.compose.newsletter import Logo, Theme, Typeface
from digest.render.preflight import EXAMPLE, preflight
from digest.render.rendition import Body
from digest.render.steps import render_alone
from digest.render.theme import theme_view
from digest.resources import templates_dir
from tests.builders import a_contents, a_frozen_issue, a_newsletter

LOGO = Logo(url="https://herald.example/logo.png", width=180, height=40)
DARK = (0x1F, 0x22, 0x26)


def seen(text: str) -> Colour:
    colour = colour_of(text)
    assert colour is not None
    return colour


def body(theme: Theme, look: str = "classic") -> Body:
    frozen = a_frozen_issue(newsletter=replace(a_newsletter(), theme=theme, look=look))
    return render_alone(frozen, replace(a_contents(), look=look), EXAMPLE, templates=templates_dir())


def test_the_accent_that_comes_with_the_program_has_the_design_s_colours() -> None:
    view = theme_view(Theme(), "classic")
    assert (view.accent, view.dark_accent, view.tint, view.dark_tint) == ("#0f5a68", "#84cbd9", "#e1edef", "#1d3d44")


@pytest.mark.parametrize(
    ("headlines", "look", "is_serif"),
    [
        (None, "classic", True),
        (None, "brief", False),
        (Typeface.SANS, "classic", False),
        (Typeface.SERIF, "brief", True),
    ],
)
def test_headlines_are_as_the_look_has_them_unless_the_theme_says_so(
    headlines: Typeface | None, look: str, *, is_serif: bool
) -> None:
    assert theme_view(Theme(headlines=headlines), look).is_serif is is_serif


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_whatever_the_accent_all_that_is_mixed_of_it_can_be_read(colour: Colour) -> None:
    accent = standing_out(colour, (0xF7, 0xF5, 0xF0), towards=(0, 0, 0))
    view = theme_view(Theme(accent=spelled(accent)), "classic")
    assert contrast(seen(view.dark_accent), DARK) >= ENOUGH
    assert contrast(seen(view.letters), seen(view.tint)) >= ENOUGH
    assert contrast(seen(view.dark_letters), seen(view.dark_tint)) >= ENOUGH


@pytest.mark.parametrize("look", ["classic", "brief"])
def test_a_themed_mail_is_fit_in_light_and_in_dark_and_has_its_colour_and_logo(look: str) -> None:
    themed = body(Theme(accent="#8a1c1c", logo=LOGO), look)
    assert [finding for finding in preflight(themed, slots=EXAMPLE) if finding.is_error] == []
    assert "#8a1c1c" in themed.html
    assert "#0f5a68" not in themed.html
    assert 'src="https://herald.example/logo.png" width="180" height="40" alt=""' in themed.html


def test_without_a_logo_there_is_no_trace_of_one() -> None:
    assert "<img" not in body(Theme()).html
