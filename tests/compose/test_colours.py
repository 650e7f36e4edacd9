import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.colours import ENOUGH, Colour, colour_of, contrast, mixed, spelled, standing_out

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def test_the_extremes_are_what_the_standard_says() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((10, 20, 30), (10, 20, 30)) == 1


def test_a_known_pair_is_as_others_compute_it() -> None:
    assert contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_has_no_order(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21


@given(COLOURS)
def test_a_colour_is_read_as_it_is_spelled(colour: Colour) -> None:
    assert colour_of(spelled(colour)) == colour
    assert colour_of(f" {spelled(colour).upper()} ") == colour


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345", "#1234567", "#gggggg", "0f5a68"])
def test_what_is_no_colour_is_none(text: str) -> None:
    assert colour_of(text) is None


def test_three_digits_are_six() -> None:
    assert colour_of("#1af") == (0x11, 0xAA, 0xFF)


@given(COLOURS, COLOURS)
def test_a_mixture_begins_with_one_and_ends_with_the_other(one: Colour, other: Colour) -> None:
    assert (mixed(one, other, 0), mixed(one, other, 1)) == (one, other)


@given(COLOURS)
def test_whatever_the_colour_it_is_moved_until_it_stands_out(colour: Colour) -> None:
    assert contrast(standing_out(colour, WHITE, towards=BLACK), WHITE) >= ENOUGH
    assert contrast(standing_out(colour, BLACK, towards=WHITE), BLACK) >= ENOUGH


def test_what_stands_out_is_not_moved_and_what_cannot_ends_where_it_was_led() -> None:
    assert standing_out(BLACK, WHITE, towards=(9, 9, 9)) == BLACK
    assert standing_out(WHITE, WHITE, towards=(250, 250, 250)) == (250, 250, 250)
