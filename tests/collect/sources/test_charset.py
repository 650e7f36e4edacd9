import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.sources.charset import decode
from tests.collect.answers import answer

WORDS = "Әлем жаңалықтары — мир"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_marks_and_utf8_need_no_label(encoding: str) -> None:
    body = WORDS.encode(encoding)
    if encoding == "utf-16-le":
        body = b"\xff\xfe" + body
    assert decode(answer(body)) == WORDS


def test_utf8_that_is_called_latin_is_utf8() -> None:
    assert decode(answer(WORDS.encode(), content_type="text/html; charset=iso-8859-1")) == WORDS


def test_labels_are_believed_where_it_is_not_utf8() -> None:
    body = "Река поднялась".encode("cp1251")
    assert decode(answer(body, content_type="text/html; charset=windows-1251")) == "Река поднялась"
    assert decode(answer(b"<meta charset='windows-1251'>" + body)).endswith("Река поднялась")


@pytest.mark.parametrize("label", ["hex", "punycode", "undefined", "no-such-set", "utf-7"])
def test_labels_that_name_no_character_set_are_ignored(label: str) -> None:
    body = b"<meta charset=windows-1251>" + "Река".encode("cp1251")
    assert decode(answer(body, content_type=f"text/html; charset={label}")).endswith("Река")


def test_what_a_document_says_of_itself_is_believed_rather_than_latin_1() -> None:
    body = '<?xml version="1.0" encoding="windows-1251"?><a>Река</a>'.encode("cp1251")
    for header in ("", "text/xml", "text/xml; charset=ISO-8859-1", "text/xml; charset=us-ascii"):
        assert "Река" in decode(answer(body, content_type=header))
    koi = "<meta charset=windows-1251>Река".encode("koi8-r")
    assert decode(answer(koi, content_type="text/html; charset=koi8-r")).endswith("Река")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_needs_no_mark(encoding: str) -> None:
    text = "19 December 2025\n\nKazakhstan’s plan\n"
    assert decode(answer(text.encode(encoding))) == text


@pytest.mark.parametrize("body", [b"a\x00", b"\x00" * 100, b"\x00a\n\x00" * 30, b"\x00\x01\x02 \x00\x00" * 20])
def test_zeros_alone_make_no_utf16(body: bytes) -> None:
    assert decode(answer(body)) == body.decode()


def test_latin_1_means_windows_1252() -> None:
    assert decode(answer(b"\x93caf\xe9\x94", content_type="text/plain; charset=ISO-8859-1")) == "“café”"


def test_without_a_label_its_looks_decide() -> None:
    text = "Весной в горах тает снег, и река поднимается. Инженеры ждали этого только в апреле. " * 5
    assert decode(answer(text.encode("cp1251"), content_type="text/plain; charset=utf-8")) == text


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_become_text(body: bytes) -> None:
    assert isinstance(decode(answer(body)), str)
