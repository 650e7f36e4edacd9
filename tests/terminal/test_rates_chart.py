"""``digest rates chart``: a page with a currency's history, to look at."""

from pathlib import Path

import pytest
from lxml import html

from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, MORNING, digest

NBK = newsletters_dir() / "sample" / "banks" / "nbk"


def chart(*args: str, page: Path) -> html.HtmlElement:
    said = digest("rates", "chart", *args, "--at", MORNING, "--output", str(page))
    assert (said.code, said.err) == (0, "")
    assert f"Open {page}" in said.out
    return html.document_fromstring(page.read_text(encoding="utf-8"))


def cells(page: html.HtmlElement) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().replace("\u00a0", " ").split()) for cell in row.iter("td")]
        for row in page.iter("tr")
    ][1:]


@pytest.mark.usefixtures("sent")
def test_a_page_draws_what_is_believed_and_lists_what_was_published(tmp_path: Path) -> None:
    saved = (NBK / "2025-12-17.xml").read_text(encoding="utf-8")
    (tmp_path / "jump.xml").write_text(saved.replace("<description>515.56<", "<description>590.00<"), encoding="utf-8")
    digest("rates", "import", "nbk", str(NBK / "2025-12-16.xml"), "jump.xml", "--at", MORNING)
    page = chart("kzt", page=tmp_path / "kzt.html")
    assert page.findtext(".//h1") == "Kazakhstan tenge: the price of one US dollar"
    wide, narrow = page.iter("svg")
    (line,) = wide.iter("polyline")
    assert len(line.get("points").split()) == 3
    assert wide.get("aria-labelledby") != narrow.get("aria-labelledby")
    (described,) = wide.iter("desc")
    assert described.text is not None
    assert described.text.replace("\u00a0", " ") == (
        "514.12 on 19 Dec 2025; lowest 514.12 on 19 Dec 2025; highest 516.87 on 16 Dec 2025; "
        "tenge stronger, +0.5 % since 16 Dec 2025"
    )
    newest, before, held, oldest = cells(page)
    assert newest == ["19 Dec 2025", "514.12", "tenge stronger, +0.4 %", "1 USD = 514.12 KZT"]
    assert before[:3] == ["18 Dec 2025", "516.43", "tenge stronger, +0.09 %"]
    assert held[:3] == ["17 Dec 2025", "590.00", "–"]
    assert held[3].startswith("1 USD = 590.00 KZT; held: too far from 516.87")
    assert oldest == ["16 Dec 2025", "516.87", "–", "1 USD = 516.87 KZT"]


@pytest.mark.usefixtures("sent")
def test_a_rate_that_did_not_move_says_so(tmp_path: Path) -> None:
    page = chart("TMT", "--newsletter", LETTERS, "--days", "2", page=tmp_path / "tmt.html")
    assert "3.50 on 19 Dec 2025; the same all the time." in page.text_content().replace("\u00a0", " ")


@pytest.mark.usefixtures("sent")
def test_where_nothing_was_published_the_page_says_what_to_do(tmp_path: Path) -> None:
    page = chart("MNT", "--bank", "cbr", page=tmp_path / "mnt.html")
    assert not list(page.iter("svg", "table"))
    assert "Nothing was published for MNT in 90 days" in page.text_content()


@pytest.mark.usefixtures("sent")
def test_the_page_is_named_for_programs(tmp_path: Path) -> None:
    path = str(tmp_path / "x.html")
    said = digest("rates", "chart", "KZT", "--at", MORNING, "--output", path, "--json").json
    assert said == {"currency": "KZT", "base": "USD", "published": 2, "drawn": 2, "page": path}


@pytest.mark.usefixtures("sent")
def test_what_cannot_be_charted_is_refused() -> None:
    digest("rates", "chart", "KZT", "--at", MORNING, "--output", "nowhere/x.html").refused("nowhere/x.html", "folder")
    digest("rates", "chart", "ZZZ", "--at", MORNING, "--output", "x.html").refused("ZZZ", "--bank")
    digest("rates", "chart", "KZT", "--bank", "nobody", "--output", "x.html").refused("nobody")
