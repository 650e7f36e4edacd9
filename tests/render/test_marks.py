import hashlib

import pytest

from digest.errors import RenderError
from digest.render.marks import cut, fill_in, fill_some, html_cutter, open_up, slot, text_cutter, word_for


def test_the_word_follows_from_the_digest_and_never_stands_in_the_text() -> None:
    first = word_for("digest", "")
    assert first == word_for("digest", "other text")
    assert len(first) == 22
    again = word_for("digest", f"a feed that knew {first} beforehand")
    assert again != first
    assert again == "bd" + hashlib.sha256(b"1 digest").hexdigest()[:20]


def test_a_document_is_cut_at_its_marks() -> None:
    at = html_cutter("bdword")
    assert cut(f"start{at('card/a/1')}one<!-- other -->{at('foot')}end", "bdword") == {
        "head": "start",
        "card/a/1": "one<!-- other -->",
        "foot": "end",
    }
    assert cut(f"start{text_cutter('bdword')('foot')}end", "bdword") == {"head": "start", "foot": "end"}


def test_two_blocks_of_one_name_are_a_mistake() -> None:
    at = html_cutter("bdword")
    with pytest.raises(RenderError, match="two blocks 'foot'"):
        cut(at("foot") + at("foot"), "bdword")


def test_what_is_filled_in_is_never_looked_at_again() -> None:
    name, url = slot("bdword", "name"), slot("bdword", "web_url")
    pieces = open_up(f"Dear {name}, {url}!", "bdword")
    assert pieces == ("Dear ", "name", ", ", "web_url", "!")
    half = fill_some(pieces, {"name": url})
    assert half == (f"Dear {url}, ", "web_url", "!")
    assert fill_in(half, {"web_url": name}) == f"Dear {url}, {name}!"


def test_a_slot_without_a_value_is_a_broken_promise() -> None:
    with pytest.raises(KeyError):
        fill_in(("", "name", ""), {})
