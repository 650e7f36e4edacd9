from digest.compose.merging import follow_merges
from digest.ids import JournalistId
from tests.builders import a_declaration, a_journalist, a_newsletter, a_source

DANA, ASEL, MARAT = JournalistId("dana-serikova"), JournalistId("asel-nurlan"), JournalistId("marat-b")


def test_without_merges_a_file_means_what_it_says() -> None:
    declaration = a_declaration(a_newsletter(journalists=(DANA, ASEL)))
    assert follow_merges(declaration, {}) == (declaration, ())
    assert follow_merges(declaration, {MARAT: DANA}) == (declaration, ())


def test_who_stayed_has_names_and_sources_of_both() -> None:
    asel = a_journalist(ASEL, sources=(a_source("https://asel.example.org/feed"),))
    declaration = a_declaration(a_newsletter(journalists=(DANA, MARAT, ASEL)), journalists=[a_journalist(), asel])
    meant, told = follow_merges(declaration, {DANA: ASEL})
    assert meant.newsletter.journalists == (ASEL, MARAT)
    assert [(one.id, one.aliases) for one in meant.journalists] == [(ASEL, ("Dana Serikova",))]
    assert meant.journalists[0].sources == (*asel.sources, a_source())
    assert told == (
        "Dana Serikova (dana-serikova) was merged into asel-nurlan, who stands in their place: mend the file",
    )


def test_who_stayed_is_left_as_they_are_when_only_the_other_is_declared() -> None:
    meant, told = follow_merges(a_declaration(a_newsletter(journalists=(DANA,))), {DANA: ASEL})
    assert (meant.newsletter.journalists, meant.journalists) == ((ASEL,), ())
    assert len(told) == 1
