"""The editor's note and a correction's own words, in the parts of a mail."""

from dataclasses import replace

import pytest

from digest.compose.issue import Frozen, Note
from digest.render.assembly import assemble, fill
from digest.render.note import correction_called, note_view, with_notice_of_correction
from digest.render.rendition import Body, Slots
from digest.render.steps import seal
from digest.render.tidy import in_html
from digest.render.words import words_for
from digest.resources import templates_dir
from tests.builders import a_contents, a_frozen_issue, a_newsletter, a_note, a_section

SLOTS = Slots(
    name="Aliya",
    unsubscribe_url="https://digest.example.org/u/token",
    preferences_url="https://digest.example.org/r/token",
    browser_url="https://digest.example.org/i/issue",
    web_url="https://digest.example.org/i/issue",
)


def body_of(frozen: Frozen, *, locale: str = "en", empty: bool = False) -> Body:
    sealed = seal(frozen, templates=templates_dir())
    rendition = next(one for one in sealed.renditions if one.locale == locale)
    contents = replace(a_contents(locale=locale), sections=() if empty else (a_section(),))
    return fill(assemble(rendition, contents), SLOTS)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_paragraphs_are_parted_by_empty_lines(newline: str) -> None:
    text = newline.join(["One", "line.", "", " ", "Two."])
    view = note_view(Note(text=text, signed=f"Olga{newline}Kim"))
    assert view.paragraphs == ("One line.", "Two.")
    assert view.signed == "Olga Kim"


def test_what_cannot_be_printed_is_no_paragraph() -> None:
    assert note_view(a_note("One.\n\n\x00\u202e\n\nTwo.")).paragraphs == ("One.", "Two.")


def test_a_note_stands_above_the_rates_in_both_parts() -> None:
    body = body_of(a_frozen_issue(note=a_note("Good morning.\n\nRead on.", signed="Olga Kim")))
    for part in (body.html, body.text):
        places = [part.index(words) for words in ("Good morning.", "Read on.", "— Olga Kim", "official rates")]
        assert places == sorted(places)
    assert "Good morning.\n\nRead on.\n\n— Olga Kim\n" in body.text


@pytest.mark.parametrize("look", ["classic", "brief"])
def test_what_a_note_is_made_of_is_text_and_nothing_else(look: str) -> None:
    hostile = "</style><script>x</script> {{ 7 * 7 }} %(count)d -name- <!-- --> \u202eturned\u202c\r\nBcc: x@a.example"
    frozen = a_frozen_issue(note=a_note(hostile, signed=hostile), newsletter=a_newsletter(look=look, locales=["en"]))
    (rendition,) = seal(frozen, templates=templates_dir()).renditions
    body = fill(assemble(rendition, replace(a_contents(), look=look)), SLOTS)
    shown = "</style><script>x</script> {{ 7 * 7 }} %(count)d -name- <!-- --> turned Bcc: x@a.example"
    assert body.html.count(in_html(shown)) == 2
    assert "<script" not in body.html
    assert "\u202e" not in body.html + body.text
    assert " ".join(body.text.split()).count(shown) == 2
    assert max(map(len, body.text.splitlines())) <= 72


def test_a_mail_without_a_note_carries_no_style_for_one() -> None:
    assert ".l{" not in body_of(a_frozen_issue()).html
    assert ".l{" in body_of(a_frozen_issue(note=a_note())).html


def test_a_correction_says_so_in_the_subject_and_in_the_first_visible_line() -> None:
    body = body_of(a_frozen_issue(number=2, corrects="morning-brief-1", note=a_note()))
    assert body.subject == "Correction: The Morning Brief: Article 1"
    first = body.html.partition('class="e"')[2].partition("</td>")[0]
    assert "Correction to The Morning Brief of Friday, 19 December: <span>Article 1</span>" in first
    assert body.text.startswith("CORRECTION: THE MORNING BRIEF\n")
    assert "<b>Correction</b>" in body.html


def test_a_correction_is_called_so_in_the_readers_language() -> None:
    body = body_of(a_frozen_issue(number=2, corrects="morning-brief-1", note=a_note()), locale="ru")
    assert body.subject.startswith("Исправление: The Morning Brief: ")
    assert body.text.startswith("ИСПРАВЛЕНИЕ: ")
    assert "Исправление к выпуску «The Morning Brief» (пятница, 19 декабря): " in body.html


def test_a_correction_without_an_article_does_not_speak_of_news() -> None:
    body = body_of(a_frozen_issue(number=2, corrects="morning-brief-1", note=a_note()), empty=True)
    for part in (body.html, body.text):
        assert "There is no article in this correction." in part
        assert "since your last issue" not in part


def test_a_link_to_the_correction_stands_above_an_issue_that_stays_as_it_was() -> None:
    html = body_of(a_frozen_issue()).html
    words = words_for("ru", templates_dir())
    told = with_notice_of_correction(html, 'https://digest.example.org/i/m-2?a=1&b="2"', words)
    start, notice, rest = told.partition('\n<p style="margin:0;')
    address = "https://digest.example.org/i/m-2?a=1&amp;b=&quot;2&quot;"
    link, _, after = rest.partition("</p>")
    assert link.endswith(f'href="{address}">К этому выпуску есть исправление</a>')
    assert notice
    assert start + after == html
    assert start.splitlines()[-1].startswith("<body")
    assert correction_called(words) == "Исправление"
