from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compose.grouping import contents_of
from digest.compose.issue import Frozen
from digest.compose.newsletter import Selection
from digest.compose.selection import owed_to
from digest.ids import JournalistId
from digest.render.assembly import assemble, fill
from digest.render.preflight import EXAMPLE, WARN_BYTES
from digest.render.preflight.parts import TRACKED_LINK_BYTES
from digest.render.rendition import Sealed
from digest.render.shedding import fitting_total, seal_to_fit
from digest.render.steps import seal
from digest.resources import templates_dir
from tests.builders import a_frozen_issue, a_journalist, a_newsletter, a_reader, an_article
from tests.fakes import NOON

TEXT = "Nobody had expected the river to be this low in December, least of all those who measure it. " * 6
WIDE = Selection(per_journalist=100, total=500)


def an_issue(articles: int, *, journalists: int = 5, selection: Selection = WIDE, text: str = TEXT) -> Frozen:
    slugs = tuple(f"journalist-{number}" for number in range(journalists))
    return a_frozen_issue(
        *(
            an_article(
                1 + number,
                by=slugs[number % journalists],
                title=f"The reservoir fell again, and number {number} asks why that is",
                text=text,
                at=NOON - timedelta(minutes=number),
            )
            for number in range(articles)
        ),
        newsletter=a_newsletter(journalists=slugs, selection=selection),
        journalists=[a_journalist(slug) for slug in slugs],
    )


def largest(sealed: Sealed) -> tuple[int, str]:
    """Return the size of the mail of a reader who follows everybody, and its HTML."""
    frozen = sealed.frozen
    reader = a_reader()
    contents = contents_of(frozen, "en", owed_to(reader, frozen))
    html = fill(assemble(sealed.renditions[0], contents), EXAMPLE).html
    return len(html.encode()), html


def test_two_hundred_articles_are_shed_to_fit_and_counted_with_a_link_to_all_of_them() -> None:
    frozen = an_issue(200)
    assert largest(seal(frozen, templates=templates_dir()))[0] > WARN_BYTES
    sealed = seal_to_fit(frozen, templates=templates_dir())
    size, html = largest(sealed)
    assert WARN_BYTES * 0.7 < size <= WARN_BYTES
    assert html.count(f'href="{EXAMPLE.web_url}"') == 5  # under each journalist
    assert html.count(f'href="{EXAMPLE.browser_url}"') == 1  # at the top
    assert " more from " in html
    assert len(sealed.frozen.articles) == 200


def test_forty_articles_fit_as_they_are() -> None:
    frozen = an_issue(40)
    sealed = seal_to_fit(frozen, templates=templates_dir())
    assert sealed == seal(frozen, templates=templates_dir())
    assert largest(sealed)[0] < WARN_BYTES


def test_a_newsletter_s_own_lower_cap_stays() -> None:
    frozen = an_issue(200, selection=replace(WIDE, total=14))
    assert seal_to_fit(frozen, templates=templates_dir()).frozen == frozen


def test_with_tracked_links_fewer_fit() -> None:
    sealed = seal(an_issue(200), templates=templates_dir())
    assert fitting_total(sealed, tracked=True) < fitting_total(sealed)
    kept = seal_to_fit(an_issue(200), templates=templates_dir(), tracked=True)
    size, html = largest(kept)
    assert size + TRACKED_LINK_BYTES * html.count("<a ") <= WARN_BYTES


def test_one_article_is_printed_whatever_there_is_around_it() -> None:
    sealed = seal(an_issue(3, journalists=1), templates=templates_dir())
    html = dict(sealed.renditions[0].html.segments)
    html["masthead"] += "x" * WARN_BYTES
    rendition = replace(sealed.renditions[0], html=replace(sealed.renditions[0].html, segments=html))
    assert fitting_total(replace(sealed, renditions=(rendition,))) == 1


@settings(max_examples=4, deadline=None)
@given(st.integers(60, 160), st.integers(1, 12), st.integers(0, 8))
def test_whatever_the_articles_no_mail_is_larger_than_what_is_warned_of(
    articles: int, journalists: int, sentences: int
) -> None:
    frozen = an_issue(articles, journalists=journalists, text="Дождей в этом году почти не было. " * sentences)
    assert largest(seal_to_fit(frozen, templates=templates_dir()))[0] <= WARN_BYTES
    assert {one.journalist for one in owed_to(a_reader(), frozen)} == {
        JournalistId(f"journalist-{number}") for number in range(journalists)
    }
