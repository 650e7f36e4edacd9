"""The editor's note of an issue, by ``digest issue compose`` and ``digest run``."""

from pathlib import Path

import pytest

from tests.terminal.cli import LETTERS, MORNING, digest, dump, text_of


@pytest.mark.usefixtures("imported")
def test_a_note_is_in_what_is_approved() -> None:
    digest("collect", "run", "--at", MORNING)
    plain = digest("issue", "compose", LETTERS, "--at", MORNING, "--json").json["hash"]
    given = ("--note", "Good morning.\n\nRead the <b>second</b> one.", "--signed", "Olga Kim")
    said = digest("issue", "compose", LETTERS, "--at", MORNING, *given, "--json").json
    assert said["hash"] != plain
    page = digest("issue", "preview", LETTERS, "--json").json["page"]
    (mail,) = Path(page).parent.glob("*.eml")
    assert "Good morning.\n\nRead the <b>second</b> one.\n\n— Olga Kim\n" in text_of(mail)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--note", "Good morning."), ("nobody signs", "--signed NAME")),
        (("--signed", "Olga"), ("without a note", "--note TEXT")),
        (("--note", "x" * 1_001, "--signed", "Olga"), ("1,001 characters", "Shorten it")),
        (("--note", " ", "--signed", "Olga"), ("says nothing",)),
    ],
)
@pytest.mark.parametrize("words_of_command", [("issue", "compose"), ("run",)])
@pytest.mark.usefixtures("imported")
def test_a_note_that_is_none_is_refused_before_anything_is_done(
    words_of_command: tuple[str, ...], given: tuple[str, ...], words: tuple[str, ...]
) -> None:
    before = dump()
    digest(*words_of_command, LETTERS, "--at", MORNING, *given).refused(*words)
    assert dump() == before


@pytest.mark.usefixtures("imported")
def test_a_run_takes_a_note_to_the_readers() -> None:
    said = digest("run", LETTERS, "--yes", "--at", MORNING, "--note", "Good morning.", "--signed", "Olga Kim")
    assert said.code == 0
    mails = list(Path("var/outbox").glob("*.eml"))
    assert len(mails) == 2
    for mail in mails:
        assert "Good morning.\n\n— Olga Kim\n" in text_of(mail)
