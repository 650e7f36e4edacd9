import pytest

from digest.compose.issue import Note
from digest.compose.note import LONGEST, LONGEST_SIGNATURE, note_of
from digest.errors import WrongUse


def test_a_note_is_text_and_who_signs_it() -> None:
    assert note_of(" Good morning.\n\nRead the second one. ", " Olga ") == Note(
        text="Good morning.\n\nRead the second one.", signed="Olga"
    )
    assert note_of("x" * LONGEST, "y" * LONGEST_SIGNATURE) is not None


def test_no_note_is_none() -> None:
    assert note_of(None, None) is None


@pytest.mark.parametrize(
    ("text", "signed", "said"),
    [
        ("Good morning.", None, "nobody signs.*--signed NAME"),
        (None, "Olga", "without a note.*--note TEXT"),
        ("", "Olga", "The note says nothing"),
        (" \u202e…!\r\n", "Olga", "The note says nothing"),
        ("Good morning.", " — ", "The signature says nothing"),
        ("Good \udcff morning.", "Olga", "The note is no readable text"),
        ("x" * (LONGEST + 1), "Olga", "The note has 1,001 characters; 1,000 is the most"),
        ("Good morning.", "y" * (LONGEST_SIGNATURE + 1), "The signature has 81 characters; 80 is the most"),
    ],
)
def test_what_is_no_note_is_refused_in_words(text: str | None, signed: str | None, said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        note_of(text, signed)
