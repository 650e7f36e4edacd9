"""A template of ours, as SendGrid reads it, gives back our own text, whatever is in it."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.rehearsal.handlebars import read
from digest.render.superset import Choice
from digest.send.mailers.sendgrid.handlebars import data_for, data_of, literal, template_of
from tests.send.mails import a_draft

MARK = "bd0123456789abcdefghij"
HARD = st.text("{}\\ \n\tab<&", max_size=12)
SIGNS = {"o": "{", "c": "}", "e": "\\"}


@given(st.lists(HARD, min_size=1, max_size=4))
@example(["{{", "}}", "\\"])
@example(["{\\{", "}}}}"])
@settings(max_examples=300, deadline=None)
def test_text_is_never_read_as_a_sign(texts: list[str]) -> None:
    template = "{{{v}}}".join(literal(text) for text in texts)
    assert read(template).filled({**SIGNS, "v": "|"}) == "|".join(texts)


@given(before=HARD, block=HARD, after=HARD, value=HARD, is_shown=st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_block_shows_its_text_to_the_last_space_and_line_end(
    before: str, block: str, after: str, value: str, is_shown: bool
) -> None:
    signed = f"{before}{MARK}!IF card!{block}{MARK}!END card!{MARK}!VALUE count!{after}"
    template = template_of(a_draft("s", signed, signed), MARK)
    wanted = f"{before}{block if is_shown else ''}{value}{after}"
    choice = Choice(
        blocks=("card", "another") if is_shown else (),
        subject="s",
        html={"count": value, "nowhere": "x"},
        text={"count": value},
    )
    own = a_draft("Snow & <b>", wanted, wanted)
    data = data_for(template, data_of(template, choice), own)
    assert data is not None
    told = json.loads(f"{{{data}}}")
    assert read(template.html).filled(told) == read(template.text).filled(told) == wanted
    assert read(template.subject).filled(told) == "Snow & <b>"


def test_a_template_that_would_show_something_else_is_not_used() -> None:
    template = template_of(a_draft("s", "<p>one</p>", "one"), MARK)
    data = data_of(template, Choice(blocks=(), subject="s", html={}, text={}))
    assert data_for(template, data, a_draft("s", "<p>one</p>", "one")) is not None
    assert data_for(template, data, a_draft("s", "<p>two</p>", "one")) is None
    assert data_for(template, data, a_draft("s", "<p>one</p>", "two")) is None
