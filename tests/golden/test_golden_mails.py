import pytest
from lxml import html

from digest.render.plain import WIDTH, columns
from digest.render.preflight import preflight
from digest.render.preflight.contrast import of_contrast
from digest.render.preflight.dropped import of_dropped
from digest.render.preflight.parts import of_charset, of_subject
from digest.render.preflight.structure import of_headings, of_pictures_and_tables, of_structure
from digest.render.rendition import Body
from digest.render.steps import render_alone
from tests.golden.issues import references
from tests.golden.large import large_references
from tests.golden.mails import EXPECTED, golden_text, mail, templates_of
from tests.golden.notices import notice_references

REFERENCES = {reference.name: reference for reference in (*references(), *large_references())}
NOTICES = {reference.name: reference for reference in notice_references()}


def _body(name: str) -> Body:
    return mail(REFERENCES[name]) if name in REFERENCES else NOTICES[name].body


@pytest.mark.parametrize("name", [*REFERENCES, *NOTICES])
def test_a_mail_is_what_it_was_when_it_was_last_looked_at(name: str) -> None:
    body = _body(name)
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


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_is_held_to_what_preflight_holds_an_issue_to(name: str) -> None:
    body = NOTICES[name].body
    tree = html.document_fromstring(body.html)
    found = [*of_subject(body.subject), *of_charset(body), *of_structure(tree), *of_headings(tree)]
    found += [*of_pictures_and_tables(tree), *of_contrast(tree), *of_dropped(tree)]
    assert found == []


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_s_text_has_every_link_and_no_line_that_is_too_long(name: str) -> None:
    body = NOTICES[name].body
    links = [link for link in html.document_fromstring(body.html).xpath("//a/@href") if isinstance(link, str)]
    assert all(link.startswith("https://") for link in links)
    assert set(links) <= set(body.text.splitlines())
    free = ("https://", "digest ", "feed: ", "page: ")  # addresses and commands are never broken
    assert [line for line in body.text.splitlines() if columns(line) > WIDTH and not line.startswith(free)] == []


def test_no_golden_mail_is_left_over() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == {*REFERENCES, *NOTICES}
