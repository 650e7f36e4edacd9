import pytest

from digest.audience.appearance import (
    AS_SENT,
    LOOKS,
    OWN_LOOK,
    Appearance,
    AppearanceChange,
    change_of_appearance,
    read_look,
    said_of,
)

BRIEF = Appearance(look="brief")


def test_of_two_tabs_each_changes_what_was_changed_in_it() -> None:
    text = Appearance(text_only=True)
    assert change_of_appearance(AS_SENT, text) == AppearanceChange(text_only=True)
    assert change_of_appearance(AS_SENT, BRIEF) == AppearanceChange(look="brief")
    assert change_of_appearance(BRIEF, text) == AppearanceChange(look=OWN_LOOK, text_only=True)
    assert change_of_appearance(text, AS_SENT) == AppearanceChange(text_only=False)
    assert change_of_appearance(BRIEF, BRIEF).is_none
    assert not change_of_appearance(BRIEF, AS_SENT).is_none


@pytest.mark.parametrize(
    ("text", "look"), [("brief", "brief"), (" Classic ", "classic"), ("own", OWN_LOOK), ("no", OWN_LOOK)]
)
def test_a_look_is_named(text: str, look: str) -> None:
    assert read_look(text) == look


@pytest.mark.parametrize("text", ["", "loud", "text"])
def test_what_is_no_look_is_refused_with_those_that_there_are(text: str) -> None:
    with pytest.raises(ValueError, match=" or ".join(LOOKS)):
        read_look(text)


def test_an_appearance_is_told_in_one_line() -> None:
    assert said_of(AS_SENT) == "in the newsletter's own look"
    assert said_of(Appearance(look="brief", text_only=True)) == "in the look brief, as text alone"
    assert AS_SENT.is_plain
    assert not BRIEF.is_plain
