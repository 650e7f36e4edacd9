import pytest
from lxml import html

from digest.render.preflight.contrast import of_contrast
from digest.render.preflight.dark_rules import dark_rules


def found(body: str, *, style: str = "") -> list[str]:
    tree = html.document_fromstring(f"<html><head><style>{style}</style></head><body>{body}</body></html>")
    return [finding.where for finding in of_contrast(tree)]


@pytest.mark.parametrize(
    ("body", "is_wrong"),
    [
        ('<p style="color:#767676">grey</p>', False),
        ('<p style="color:#777777">grey</p>', True),
        ('<p style="color:#777">grey</p>', True),
        ('<p style="color:#777777; font-size:24px">large</p>', False),
        ('<p style="color:#777777; font-size:19px">not large</p>', True),
        ('<p style="color:#777777; font-size:19px; font-weight:bold">large since bold</p>', False),
        ('<p style="color:#777777; font-size:19px; font-weight:700">large since bold</p>', False),
        ('<h2 style="color:#777777; font-size:19px">bold by itself</h2>', False),
        ('<h2 style="color:#777777; font-size:19px; font-weight:normal">not bold</h2>', True),
        ('<table bgcolor="#777777"><tr><td>black on grey</td></tr></table>', False),
        ('<table bgcolor="#555555"><tr><td>black on dark grey</td></tr></table>', True),
        ('<p style="color:rebeccapurple">a name is not computed</p>', False),
        ('<p style="color:#777777"> </p>', False),
        ('<p style="color:#777777"><span style="color:#000000">black</span> and grey</p>', True),
        ("<!-- nothing --><script>grey</script>", False),
        ("bare words", False),
    ],
)
def test_text_must_stand_out_from_its_ground(body: str, *, is_wrong: bool) -> None:
    assert bool(found(body)) is is_wrong


def test_dark_rules_are_reckoned_with_where_they_win() -> None:
    rules = ".a,.c:hover{color:#333333 !important}.b{color:#333333}p.a{}@font-face{font-family:x}"
    style = f"@media (prefers-color-scheme:dark){{{rules}}}"
    dark = "@media (prefers-color-scheme:light){.a{color:#ffffff !important}} .a{color:#ffffff !important}"
    assert found('<p class="a">one</p><p class="b">two</p>', style=f"{style} .x{{}} {dark}") == []
    ground = "@media (prefers-color-scheme:dark){body{background-color:#111111 !important}}"
    where = found('<p class="a" style="color:#ffffff">one</p>', style=f"body{{}} {style} {ground}")
    assert where == ["html, light, “one”", "html, dark, “one”"]


def test_the_later_of_two_dark_rules_holds() -> None:
    rules = "@media (prefers-color-scheme:dark){p{color:#123456 !important}p{color:#654321 !important}}"
    tree = html.document_fromstring(f"<html><head><style>{rules}</style></head><body><p>a</p></body></html>")
    assert list(dark_rules(tree).values()) == [{"color": "#654321"}]


def test_one_pair_of_colours_is_told_once() -> None:
    assert found('<p style="color:#777777">one</p><p style="color:#777777">two</p>') == [
        "html, light, “one”",
        "html, dark, “one”",
    ]


def test_a_document_without_a_body_has_no_text() -> None:
    assert list(of_contrast(html.fragment_fromstring("<p>a</p>"))) == []
