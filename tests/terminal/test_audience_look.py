import pytest

from tests.terminal.cli import LETTERS, digest

ONE = ("one@readers.example", "--list", LETTERS)


@pytest.mark.usefixtures("imported")
def test_what_a_readers_mails_look_like_is_told_and_changed() -> None:
    said = digest("audience", "look", *ONE)
    assert said.code == 0
    assert "Their mails come in the newsletter's own look." in said.out
    said = digest("audience", "look", *ONE, "--look", "brief", "--text-only", "--json")
    assert (said.code, said.json) == (0, {"look": "brief", "text_only": True})
    said = digest("audience", "look", "ONE@readers.example", "--list", LETTERS, "--with-html")
    assert "Their mails come now in the look brief." in said.out
    said = digest("audience", "look", *ONE, "--look", "own", "--json")
    assert said.json == {"look": None, "text_only": False}


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((*ONE, "--look", "loud"), "--look cannot be understood: a look is classic or brief"),
        (("one@readers.example", "--list", "no-such-list"), "no-such-list"),
        (("nobody@readers.example", "--list", LETTERS), "Nobody"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(words: tuple[str, ...], why: str) -> None:
    said = digest("audience", "look", *words)
    assert said.code == 2
    assert why.casefold() in said.err.casefold()


@pytest.mark.usefixtures("imported")
def test_who_has_left_gets_no_mails_that_could_look_like_anything() -> None:
    digest("audience", "leave", *ONE)
    said = digest("audience", "look", *ONE, "--text-only")
    assert said.code == 2
    assert "They have left this list" in said.err
