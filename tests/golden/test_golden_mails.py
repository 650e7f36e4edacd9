import pytest

from digest.render.preflight import preflight
from digest.render.steps import render_alone
from tests.golden.issues import references
from tests.golden.mails import EXPECTED, golden_text, mail, templates_of

REFERENCES = {reference.name: reference for reference in references()}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_mail_is_what_it_was_when_it_was_last_looked_at(name: str) -> None:
    body = mail(REFERENCES[name])
    advice = "run `make golden`, look at var/golden, and commit what you meant to change"
    assert body.html == (EXPECTED / f"{name}.html").read_text("utf-8"), advice
    assert golden_text(body) == (EXPECTED / f"{name}.txt").read_text("utf-8"), advice


@pytest.mark.parametrize("name", REFERENCES)
def test_a_mail_is_the_same_rendered_by_itself(name: str) -> None:
    reference = REFERENCES[name]
    alone = render_alone(reference.frozen, reference.contents, reference.slots, templates=templates_of(reference))
    assert mail(reference) == alone


@pytest.mark.parametrize("name", REFERENCES)
def test_preflight_finds_nothing(name: str) -> None:
    reference = REFERENCES[name]
    assert preflight(mail(reference), slots=reference.slots) == ()


def test_no_golden_mail_is_left_over() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(REFERENCES)
