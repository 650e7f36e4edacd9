"""A body with everything in it shows each contents exactly as they are assembled by themselves."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compose.grouping import contents_of
from digest.compose.issue import Contents, Missed, Section
from digest.compose.selection import newest_first
from digest.ids import JournalistId
from digest.render.assembly import Draft, assemble
from digest.render.rendition import Sealed
from digest.render.steps import seal
from digest.render.superset import SUBJECT, Kind, choice, everything, pieces_of, shown, superset
from digest.render.tidy import in_html
from digest.resources import templates_dir
from tests.builders import a_contents, a_former, a_frozen_issue, a_journalist, a_newsletter, an_article
from tests.send.office import a_sealed

WRITERS = ("dana-serikova", "timur-aliyev", "asel-nur")
EACH = 3
ZONES = ("", "Asia/Tashkent", "Europe/Kyiv")
FORMER = (a_former(3, days=1), a_former(2, days=2))
#: How many articles are printed of each journalist, and whether the count of the others is.
PICKS = st.lists(st.tuples(st.integers(0, EACH), st.booleans()), min_size=len(WRITERS), max_size=len(WRITERS))


@cache
def sealed() -> Sealed:
    """Seal an issue whose texts have all that a template could take for its own."""
    titles = ("Plain {{ name }} & <b>", "It ends with {", "}} and \\ and {{#if x}}")
    return seal(
        a_frozen_issue(
            *(
                an_article(1 + who * EACH + at, by=WRITERS[who], title=titles[at])
                for who in range(3)
                for at in range(3)
            ),
            newsletter=a_newsletter(journalists=WRITERS),
            journalists=[a_journalist(slug) for slug in WRITERS],
            zones=ZONES[1:],
            former=FORMER,
        ),
        templates=templates_dir(),
    )


def picked(picks: Sequence[tuple[int, bool]], locale: str, zone: str = "", missed: int = 0) -> Contents:
    """Return contents with so many articles of each journalist; the last ones were ``missed`` so many issues ago."""
    frozen = sealed().frozen
    sections = []
    for slug, (count, are_counted) in zip(WRITERS, picks, strict=True):
        ordered = sorted(frozen.articles, key=newest_first)
        theirs = [one.position for one in ordered if one.bylines[0].journalist == slug]
        left_out = EACH - count if are_counted else 0
        if count or left_out:
            section = Section(journalist=JournalistId(slug), positions=tuple(theirs[:count]), left_out=left_out)
            sections.append(section)
    if not missed:
        return contents_of(frozen, locale, sections, zone=zone)
    day = FORMER[missed - 1].on
    late = tuple(sorted(section.positions[-1] for section in sections if section.positions))
    found = [Missed(on=day, positions=late)] if late else []
    return contents_of(frozen, locale, sections, zone=zone, since=FORMER[-1].on, missed=found)


def shows(issue: Sealed, contents: Contents) -> tuple[Draft, tuple[str, ...], tuple[str, ...], str]:
    """Return the contents' own draft, and both parts and the subject as the superset shows them."""
    rendition = next(one for one in issue.renditions if one.locale == contents.locale)
    all_of_it = assemble(superset(rendition, issue.frozen), everything(rendition, issue.frozen))
    made = choice(rendition, contents)
    blocks, subject = frozenset(made.blocks), in_html(made.subject)
    html = shown(pieces_of(all_of_it.html, rendition.mark), blocks, {**made.html, SUBJECT: subject})
    text = shown(pieces_of(all_of_it.text, rendition.mark), blocks, made.text)
    return assemble(rendition, contents), html, text, made.subject


@given(PICKS, st.sampled_from(["en", "ru"]), st.sampled_from(ZONES), st.integers(0, len(FORMER)))
@settings(max_examples=60, deadline=None)
def test_it_shows_every_contents_as_they_are_assembled(
    picks: list[tuple[int, bool]], locale: str, zone: str, missed: int
) -> None:
    draft, html, text, subject = shows(sealed(), picked(picks, locale, zone, missed))
    assert (html, text, subject) == (draft.html, draft.text, draft.subject)


def test_it_shows_an_issue_of_rates_alone() -> None:
    draft, html, text, _subject = shows(sealed(), contents_of(sealed().frozen, "en", ()))
    assert (html, text) == (draft.html, draft.text)


def test_journalists_without_a_block_and_parts_without_counts_are_no_trouble() -> None:
    issue = a_sealed()
    bare = replace(issue.frozen.newsletter, journalists=(*issue.frozen.newsletter.journalists, JournalistId("nobody")))
    issue = replace(issue, frozen=replace(issue.frozen, newsletter=bare))
    draft, html, text, _subject = shows(issue, a_contents())
    assert (html, text) == (draft.html, draft.text)


def test_its_blocks_nest() -> None:
    issue = sealed()
    rendition = issue.renditions[0]
    whole = assemble(superset(rendition, issue.frozen), everything(rendition, issue.frozen))
    depth = 0
    for piece in pieces_of(whole.html, rendition.mark):
        depth += {Kind.IF: 1, Kind.END: -1}.get(piece.kind, 0)
        assert depth in (0, 1, 2)  # a card's time, by the zone, stands in its card
    assert depth == 0
