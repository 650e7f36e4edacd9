from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.i18n.catalogues import in_step, new_catalogue, state_of
from tests.i18n.domains import DOMAINS, MAILS, PAGES, Domain, said
from tests.i18n.make import main

EVERY = [(domain, language) for domain in DOMAINS for language in domain.languages()]


@pytest.fixture
def domain(tmp_path: Path) -> Iterator[Domain]:
    """The pages' words, with catalogues of no language yet."""
    yield Domain(name="pages", folder=tmp_path, whole=frozenset({"uz"}))
    said.cache_clear()


def written(domain: Domain, language: str, *messages: str) -> None:
    path = domain.path(language)
    path.parent.mkdir()
    path.write_text("\n\n".join([new_catalogue(language).rstrip("\n"), *messages]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(("domain", "language"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_every_catalogue_is_in_step_with_what_is_said(domain: Domain, language: str) -> None:
    state = state_of(domain, language)
    assert state.is_in_step(domain), state
    assert in_step(domain, language) == domain.path(language).read_text("utf-8")


def test_the_languages_of_the_region_are_there() -> None:
    assert {"kk", "ky", "ru", "tg", "tk", "uz"} <= set(MAILS.languages())
    assert "ru" in PAGES.languages()
    assert "ar" not in {*MAILS.languages(), *PAGES.languages()}, "the pseudo-language is for tests alone"


def test_every_message_has_a_place() -> None:
    assert said(MAILS)["View in browser"] == (
        "templates/email/digest/_masthead.html.j2:9",
        "templates/email/digest/body.txt.j2:7",
    )
    assert said(MAILS)[("%(count)d new", "%(count)d new")][0].startswith("digest/render/view.py:")
    assert said(PAGES)["Save"][0].startswith("templates/web/choices.html.j2:")
    assert "Save" not in said(MAILS)


def test_what_is_wrong_in_a_catalogue_is_found(domain: Domain) -> None:
    written(
        domain,
        "uz",
        'msgid "Save"\nmsgstr "Saqlash "',
        '#, fuzzy\nmsgid "Leave"\nmsgstr "Chiqish"',
        'msgid "everybody"\nmsgstr ""',
        'msgid "Nobody says this"\nmsgstr "Hech kim"',
        'msgid "No. %(number)d"\nmsgstr "№ %(nomer)d"',
    )
    state = state_of(domain, "uz")
    assert (state.waiting, state.fuzzy, state.obsolete) == (("everybody",), ("Leave",), ("Nobody says this",))
    assert state.wrong == (
        "“Saqlash ” begins or ends with a space",
        "“№ %(nomer)d” has not the placeholders of “No. %(number)d”",
    )
    assert state.translated == 2
    assert len(state.missing) == len(said(domain)) - 4
    assert not state.is_in_step(domain)


def test_a_wrong_header_is_found(domain: Domain) -> None:
    domain.path("kk").parent.mkdir()
    domain.path("kk").write_text(new_catalogue("ru"), encoding="utf-8")
    assert state_of(domain, "kk").wrong == (
        "its header says Language: ru",
        "its plurals are to be nplurals=2; plural=(n != 1)",
    )


def test_bringing_a_catalogue_into_step_changes_nothing_else(domain: Domain) -> None:
    written(domain, "kk", '# A word on it\nmsgid "Save"\nmsgstr "Сақтау"', 'msgid "Nobody says this"\nmsgstr "x"')
    before = domain.path("kk").read_text("utf-8")
    after = in_step(domain, "kk")
    assert after.startswith(before.partition('\n\nmsgid "Nobody')[0])
    assert "Nobody says this" not in after
    domain.path("kk").write_text(after, encoding="utf-8")
    state = state_of(domain, "kk")
    assert (state.missing, state.obsolete, state.translated) == ((), (), 1)
    assert state.is_in_step(domain), "where not every message must be there, some may wait for a translator"
    assert in_step(domain, "kk") == after


def test_a_new_language_begins_with_every_message_and_its_own_plurals(domain: Domain) -> None:
    text = in_step(domain, "pl")
    assert text.startswith("# Polish words")
    assert "nplurals=3" in text
    assert text.count("msgid ") == len(said(domain)) + 1


def test_the_command_says_how_every_language_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    printed = capsys.readouterr().out
    assert "tk Turkmen: " in printed
    assert "every other language: English" in printed
