from dataclasses import replace

from digest.collect.adding.roster_changes import joined, renamed, with_alias, without_alias
from digest.collect.journalist import Selectors, SourceKind
from tests.builders import a_journalist, a_source

DANA = a_journalist(aliases=("D. Serikova",))


def test_the_old_name_becomes_an_alias() -> None:
    assert renamed(DANA, "Dana Akhmetova") == a_journalist(
        name="Dana Akhmetova", aliases=("D. Serikova", "Dana Serikova")
    )


def test_a_name_that_was_an_alias_is_none_any_more() -> None:
    there_and_back = renamed(renamed(DANA, "D. Serikova"), "Dana Serikova")
    assert (there_and_back.name, there_and_back.aliases) == ("Dana Serikova", ("D. Serikova",))


def test_the_same_name_changes_nothing() -> None:
    assert renamed(DANA, "Dana Serikova") is DANA


def test_an_alias_comes_once_and_is_never_the_name() -> None:
    assert with_alias(DANA, "Дана").aliases == ("D. Serikova", "Дана")
    assert with_alias(DANA, "D. Serikova") == DANA
    assert with_alias(DANA, "Dana Serikova") == DANA


def test_an_alias_goes() -> None:
    assert without_alias(DANA, "D. Serikova").aliases == ()
    assert without_alias(DANA, "nobody") == DANA


def test_two_journalists_become_one_with_the_names_and_sources_of_both() -> None:
    shared, own = a_source("https://both.example.org/feed"), a_source("https://own.example.org/feed")
    asel = a_journalist("asel-nurlan", aliases=("D. Serikova", "A. N."), sources=(own, shared))
    both = joined(a_journalist(aliases=("D. Serikova", "Asel Nurlan"), sources=(shared, a_source())), asel)
    assert (both.id, both.name, both.role) == (asel.id, asel.name, asel.role)
    assert both.aliases == ("D. Serikova", "A. N.", "Dana Serikova")
    assert both.sources == (own, shared, a_source())


def test_a_page_of_both_keeps_the_selectors_of_who_stays() -> None:
    page = a_source("https://both.example.org/people", kind=SourceKind.PAGE)
    stays = replace(page, selectors=Selectors(card="li"))
    both = joined(a_journalist(sources=(page,)), a_journalist("asel-nurlan", sources=(stays,)))
    assert both.sources == (stays,)
