import json

import pytest

from digest.collect.journalist import SourceKind
from digest.collect.sources import READERS, guess_kind
from digest.errors import ParseError
from tests.collect.answers import answer

POST = {"id": 1, "title": {"rendered": "A"}, "link": "https://h.example/a"}


def test_every_kind_has_its_reader() -> None:
    assert {kind: reader.kind for kind, reader in READERS.items()} == {kind: kind for kind in SourceKind}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<?xml version='1.0'?><rss version='2.0'></rss>", SourceKind.FEED),
        ("\ufeff\n <feed xmlns='http://www.w3.org/2005/Atom'></feed>", SourceKind.FEED),
        (
            "<?xml version='1.0'?><!-- <html> --><atom:feed></atom:feed>"[21:].replace("<!-- <html> -->", ""),
            SourceKind.FEED,
        ),
        ("<rdf:RDF xmlns='x'></rdf:RDF>", SourceKind.FEED),
        ("Warning: mysql is gone\n<?xml version='1.0'?><rss version='2.0'></rss>", SourceKind.FEED),
        ("<rss ><channel><description><p >x</p></description></channel></rss>", SourceKind.FEED),
        ('{"version": "https://jsonfeed.org/version/1.1"}', SourceKind.FEED),
        (json.dumps([POST]), SourceKind.WORDPRESS),
        (json.dumps([{"id": 1, "name": "D", "slug": "d"}]), SourceKind.WORDPRESS),
        ('{"code": "x", "message": "y", "data": {"status": 401}}', SourceKind.WORDPRESS),
        ("[]", SourceKind.WORDPRESS),
        ("<!DOCTYPE html><html></html>", SourceKind.PAGE),
        ("<?xml version='1.0'?><html xmlns='x'><body/></html>", SourceKind.PAGE),
        ("<div class='x'><p>a</p></div>", SourceKind.PAGE),
        ("Skip to content <html><body>x</body></html>", SourceKind.PAGE),
        ("KGS/USD = 0.01\n19 December 2025", SourceKind.CAPTURE),
    ],
)
def test_bytes_tell_the_kind(body: str, kind: SourceKind) -> None:
    assert guess_kind(answer(body, content_type="application/octet-stream")) is kind


def test_a_text_file_that_mentions_markup_is_a_capture() -> None:
    assert guess_kind(answer("They wrote <html> by hand", content_type="text/plain")) is SourceKind.CAPTURE


@pytest.mark.parametrize(
    ("body", "looks"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"PK\x03\x04", "a zip archive"),
        (b"abc\x00def", "binary data"),
        (b"<?xml version='1.0'?><urlset></urlset>", "XML with <urlset> as its root"),
        (b"<!-- nothing -->", "markup of an unknown kind"),
        (b"{", "broken JSON"),
        (b"[" * 200_000, "broken JSON"),
        (b'{"a": 1}', "JSON of an unknown kind"),
        (b"[1]", "JSON of an unknown kind"),
    ],
)
def test_what_is_no_source_is_told_by_its_looks(body: bytes, looks: str) -> None:
    with pytest.raises(ParseError, match=looks):
        guess_kind(answer(body))


@pytest.mark.parametrize("body", ["[Skip to content]\n\nNews", "<< Back\n\nNews", "{ menu }", "< 1 2 3 >"])
def test_a_text_may_begin_with_a_bracket(body: str) -> None:
    assert guess_kind(answer(body, content_type="text/plain")) is SourceKind.CAPTURE


def test_text_under_another_name_is_no_capture() -> None:
    with pytest.raises(ParseError, match="plain text that is called text/css"):
        guess_kind(answer("body {}"[:4], content_type="text/css"))


@pytest.mark.parametrize("body", ["", " \n"])
def test_nothing_is_empty(body: str) -> None:
    with pytest.raises(ParseError, match="it is empty"):
        guess_kind(answer(body))
