import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digest.collect.rates.rate import DayRate
from digest.render.rate_chart import chart

FIRST = date(2025, 9, 22)
SVG = "{http://www.w3.org/2000/svg}"


def days(*values: str | Decimal, apart: int = 1) -> list[DayRate]:
    return [
        DayRate(on=FIRST + timedelta(days=apart * place), value=Decimal(value)) for place, value in enumerate(values)
    ]


def drawn(shown: list[DayRate], **options: Any) -> etree._Element:
    said = {"title": "Tenge", "description": "Three days", **options}
    return etree.fromstring(chart(shown, **said))


def letters(svg: etree._Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def points(svg: etree._Element) -> list[tuple[Decimal, Decimal]]:
    (line,) = svg.iter(f"{SVG}polyline")
    pairs = (point.split(",") for point in str(line.get("points")).split())
    return [(Decimal(x), Decimal(y)) for x, y in pairs]


def test_a_chart_has_a_scale_dates_and_a_line_that_ends_in_a_dot() -> None:
    svg = drawn(days("514.12", "516.43", "523", "519", apart=20))
    prices, dates = letters(svg)[:6], letters(svg)[6:]
    assert prices == ["512.50", "515.00", "517.50", "520.00", "522.50", "525.00"]
    assert dates == ["22 Sept", "4 Oct", "16 Oct", "28 Oct", "9 Nov", "21 Nov"]
    (dot,) = svg.iter(f"{SVG}circle")
    assert points(svg)[-1] == (Decimal(str(dot.get("cx"))), Decimal(str(dot.get("cy"))))


def test_whoever_cannot_see_it_is_told_and_each_chart_of_a_page_has_ids_of_its_own() -> None:
    svg = drawn(days("1", "2"), title='Tenge & "som"\x00', description="<b>rising</b>", name="narrow")
    assert svg.get("role") == "img"
    said = {element.get("id"): element.text for element in svg if element.get("id")}
    assert said == {"narrow-title": 'Tenge & "som"', "narrow-description": "<b>rising</b>"}
    assert svg.get("aria-labelledby") == " ".join(said)


def test_it_brings_no_script_no_address_and_no_colour_of_its_own() -> None:
    said = chart(days("1", "2"), title="t", description="d")
    assert set(re.findall(r'(?:stroke|fill)="([^"]*)"', said)) == {"currentColor", "none"}
    assert re.findall(r"https?://[^\"]*", said) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<script|style=|\bon\w+=|href", said)


def test_words_are_those_of_the_locale_and_long_spans_name_months() -> None:
    assert letters(drawn(days("11978.4", "12034.5"), locale="ru"))[-2:] == ["22 сент.", "23 сент."]
    assert "12\u00a0040" in letters(drawn(days("11978.4", "12034.5"), locale="ru"))
    assert letters(drawn(days("87", "88", apart=400)))[-1] == "Oct 2026"


def test_a_narrow_chart_names_fewer_dates() -> None:
    half_a_year = days("514.12", "516.43", "513", apart=90)
    assert len(letters(drawn(half_a_year, width=344, height=260))) < len(letters(drawn(half_a_year)))


def test_a_rate_that_never_moved_is_a_level_line_and_a_single_day_a_dot_in_the_middle() -> None:
    level = points(drawn(days("3.5", "3.50", "3.5")))
    assert len({y for _, y in level}) == 1
    alone = drawn(days("3.5"))
    assert letters(alone)[-1] == "22 Sept"
    ((x, _),) = points(alone)
    assert 300 < x < 450


def test_a_chart_of_nothing_is_a_broken_promise() -> None:
    with pytest.raises(ValueError, match="empty"):
        chart([], title="t", description="d")


@given(st.lists(st.decimals("0.0001", "20000", places=4), min_size=1, max_size=40), st.integers(1, 40))
def test_every_day_stands_inside_the_frame_and_higher_prices_stand_higher(values: list[Decimal], apart: int) -> None:
    shown = drawn(days(*values, apart=apart))
    placed = points(shown)
    assert len(placed) == len(values)
    assert all(0 < x < 720 and 0 < y < 320 for x, y in placed)
    assert all(before <= after for (before, _), (after, _) in pairwise(placed))
    ranked = [y for _, (_, y) in sorted(zip(values, placed, strict=True), key=lambda one: one[0])]
    assert ranked == sorted(ranked, reverse=True)
    assert 2 <= len(list(shown.iter(f"{SVG}line"))) <= 7
