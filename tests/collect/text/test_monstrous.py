"""Markup that would take minutes or gigabytes is told from pages before it is parsed."""

import resource

import pytest

from digest.collect.text.monstrous import is_monstrous
from digest.collect.text.words import tree

MANY = 24_000


def numbered(piece: str, count: int = MANY) -> str:
    return "".join(piece.replace("@", str(number)) for number in range(count))


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        ("", "<div>"),
        ("", "<div></x>"),  # an end that nothing began takes nothing away
        ("", "<i></b></p>"),
        ("<svg>", "<g></x>"),
        ("<svg>", "<source>"),
        ("<svg><g></svg>", "<div></g>"),
        ("<math><svg></math>", "<g></x>"),
        ("", "three words of text</b x=1>"),
        ("", "three words of text<td x=1>"),
        ("", "three words of text<td x='<p>'>"),
        ("", 'three words of text<td x="<p>">'),
        ("", "three words of text<td x=a'<p>"),
        ("", 'three words of text<td ="x>'),
        ("<!-->", "three words of text</b x=1>"),
        ("<svg><svg></svg><script>", "three words of text</b x=1>"),
        ("<script></script >", "three words of text</b x=1>"),
        ("<table>", "three words of text<tr x=1>"),
        ("<table>", "<td>a</td>three words of text"),
        ("<table><caption>", "three words of text</i x=1>"),
        ("<table><tr><td>", "three words of text</i x=1>"),
        ("<table><td><table></table>", "three words of text</i x=1>"),
        ("<table>", "three words of text<!x>"),
        ("<table>", "three words of text</ x>"),
        ("<svg>", "<![CDATA[three words of text]]>"),
        ("", "<dd><li>"),
        ("<ul><ol></ul>", "<dd><li><ul></ol></ul>"),
        ("", "<dt></b><li>"),
        ("<svg>", "<dt><li>"),
        ("<select>", "<option>text</option>"),
        ("", "<p><font a=@></p></x>"),
        ("<p>" + numbered("<b a=@>", 4_000), "<p>x</p>"),
    ],
)
def test_what_a_parser_pays_dearly_for_is_known_before(start: str, piece: str) -> None:
    assert is_monstrous("<html><body>" + start + numbered(piece))


@pytest.mark.parametrize(
    "piece",
    [
        '<p class="a">Some <b>bold</b> words, <a href="/x">a link</a>, 1 < 2, a<br>break <img src=/a.jpg> </p>\n',
        "<tr>\n<td>One cell</td>\n<td>and another <i>one</i></td>\n</tr>\n",
        "<li>An item without an end",
        "<svg viewBox='0 0 1 1'><path d='M0 0'><use href='#a'/></svg><p>Text after a drawing</p>",
        "<script>document.write('<div><div><div>words</b x=1>')</script><p>Text</p>",
        "<!-- words </b x=1> words <div> --><p>Text</p>",
        "<!--> <p>Text</p>",
        "<h2>Title</h2><p>Text without an end",
        "<dl><dt>One<dd>Two</dl><ul><li>Three</li><li>Four</ul>",
        '<div data-props=\'{"a": "<b>"}\'>text</div>',
    ],
)
def test_a_long_page_is_none(piece: str) -> None:
    table = "<table>" if piece.startswith("<tr>") else ""
    assert not is_monstrous("<html><body><main>" + table + piece * (400_000 // len(piece)) + "</main>")


def test_a_short_page_is_none() -> None:
    assert not is_monstrous("<html><body><div><div><p>Text</b x=1>text</div></div>")


def test_attributes_are_counted_and_not_what_stands_in_them() -> None:
    assert is_monstrous("<div " + numbered("a@ ") + ">")
    assert is_monstrous("<div " + numbered("a@='b' ") + ">")
    assert not is_monstrous("<div data-props='" + "a=b " * MANY + "'>text</div>")
    assert not is_monstrous("<p>" + "a = b " * MANY)


def test_text_may_end_a_drawing() -> None:
    assert not is_monstrous("<svg><title>A</title>" + "<p>Text<br><img src=/a.jpg></p>" * MANY)


def test_a_table_may_be_large_and_the_text_beside_its_cells_too() -> None:
    assert not is_monstrous("<table>" + "<tr><td>cell</td></tr>" * MANY + "</table></table></td>" + "text " * MANY)


def test_a_script_that_is_never_closed_is_the_rest() -> None:
    assert not is_monstrous("<p>" * 6_000 + "<script>" + "words</b x=1>" * MANY)
    assert not is_monstrous("<p>" * 6_000 + "<!-- " + "words</b x=1>" * MANY)


def test_monstrous_markup_loses_its_tags_and_takes_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    body = tree("<html><body>" + "three words of text</b x=1>" * 100_000).body
    assert body is not None
    assert body.text().startswith("three words of text three")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 500_000  # KiB
