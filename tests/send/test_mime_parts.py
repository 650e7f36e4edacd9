"""Parts that are encoded once: what a reader's software makes of them is what was written, whoever's it is."""

import binascii
import re
from base64 import b64decode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.render.marks import fill_in
from digest.send.mime_parts import Base64, QuotedPrintable, encode_part

texts = st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet=" .=\n\tab\u0436", max_size=200)


@st.composite
def filled_parts(draw: st.DrawFn) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return pieces (literals with names between them) and a value for each name."""
    literals = draw(st.lists(texts, min_size=1, max_size=5))
    names = draw(st.lists(st.sampled_from(["to", "web_url"]), min_size=len(literals) - 1, max_size=len(literals) - 1))
    pieces = [literals[0]]
    for name, literal in zip(names, literals[1:], strict=True):
        pieces += [name, literal]
    return tuple(pieces), {name: draw(texts) for name in set(names)}


def as_mail_has_it(pieces: tuple[str, ...], values: dict[str, str]) -> bytes:
    """Fill in piece by piece, each with its lines ended by CRLF."""
    ended = tuple(one if place % 2 else crlf(one) for place, one in enumerate(pieces))
    return fill_in(ended, {name: crlf(value) for name, value in values.items()}).encode()


def crlf(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


def assert_fit_to_travel(part: bytes) -> None:
    lines = part.split(b"\r\n")
    assert part.isascii()
    assert b"\n" not in part.replace(b"\r\n", b"")
    assert all(len(line) <= 76 and not line.startswith(b".") for line in lines), part


@given(filled_parts())
@example((("." * 200, "to", ".\n." + "." * 76), {"to": "..."}))
@example((("x" * 75, "to", "." + "=" * 90), {"to": "."}))
@example((("." + "x" * 200, "to", ""), {"to": "x"}))
@example((("no end", "to", ""), {"to": ""}))
@example((("x" * 76, "to", "x" * 75 + "."), {"to": "." + "x" * 73}))
def test_quoted_printable_comes_back(part: tuple[tuple[str, ...], dict[str, str]]) -> None:
    pieces, values = part

    said = QuotedPrintable(pieces).filled(values)

    assert binascii.a2b_qp(said) == as_mail_has_it(pieces, values)
    assert not said.endswith(b"=\r\n")
    assert_fit_to_travel(said)


@given(filled_parts())
@example((("", "to", "a", "to", "b", "to", "c"), {"to": "x"}))
@example((("ab", "to", "", "to", ""), {"to": ""}))
@example((("жж" * 60, "to", "ж", "to", "жжж" * 50), {"to": "ж" * 70}))
def test_base64_comes_back(part: tuple[tuple[str, ...], dict[str, str]]) -> None:
    pieces, values = part

    said = Base64(pieces).filled(values)

    assert b64decode(said.replace(b"\r\n", b""), validate=True) == as_mail_has_it(pieces, values)
    assert_fit_to_travel(said)


@pytest.mark.parametrize(
    ("pieces", "encoding"),
    [
        (("Snow – much of it.",), "quoted-printable"),
        (("Снег", "to", "идёт"), "base64"),
        (("",), "quoted-printable"),
        (("\ud800",), "quoted-printable"),
    ],
)
def test_the_shorter_encoding_is_taken_and_a_part_is_encoded_once(pieces: tuple[str, ...], encoding: str) -> None:
    part = encode_part(pieces)

    assert part.encoding == encoding
    assert encode_part(pieces) is part
