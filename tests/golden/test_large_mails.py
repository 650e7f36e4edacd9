"""The largest issues stay below the size at which preflight warns, and far from where Gmail clips."""

from dataclasses import replace

import pytest

from digest.compose.grouping import contents_of
from digest.compose.issue import Frozen
from digest.compose.selection import owed_to
from digest.render.assembly import assemble, fill
from digest.render.preflight.parts import WARN_BYTES, size_of
from digest.render.rendition import Body, Sealed
from digest.render.shedding import fitting_total, seal_to_fit
from digest.render.steps import seal
from digest.resources import templates_dir
from tests.builders import a_reader
from tests.golden.issues import SLOTS
from tests.golden.large import SHED_TO, WIDEST, large_references, two_hundred_articles
from tests.golden.mails import mail

LARGE = {reference.name: reference for reference in large_references()}
CYRILLIC = "Воду дают с шести до девяти утра и с семи до десяти вечера; так живут уже четыре района города. " * 3


def body_of(sealed: Sealed, locale: str) -> Body:
    """Return the mail of somebody who follows everybody and had no issue yet."""
    frozen = sealed.frozen
    return fill(assemble(sealed.renditions[0], contents_of(frozen, locale, owed_to(a_reader(), frozen))), SLOTS)


@pytest.mark.parametrize("name", LARGE)
def test_no_large_mail_is_warned_of_even_with_tracked_links(name: str) -> None:
    assert size_of(mail(LARGE[name]).html, tracked=True) <= WARN_BYTES


def test_the_largest_issue_of_forty_articles_and_twelve_rates_needs_no_shedding() -> None:
    largest = LARGE["largest"]
    assert (len(largest.contents.positions), len(largest.frozen.rates.rates)) == (40, 12)
    assert not any(section.left_out for section in largest.contents.sections)
    sealed = seal(largest.frozen, templates=templates_dir())
    assert fitting_total(sealed, tracked=True) == 40
    assert seal_to_fit(largest.frozen, templates=templates_dir(), tracked=True) == sealed


def in_cyrillic(frozen: Frozen) -> Frozen:
    """Return an issue that is made in Russian, of articles in Russian: a letter takes two bytes."""
    newsletter = replace(frozen.newsletter, locales=("ru",))
    articles = (replace(one, title=CYRILLIC[:80], text=CYRILLIC, language="ru") for one in frozen.articles)
    return replace(frozen, newsletter=newsletter, articles=tuple(articles))


def test_in_cyrillic_it_is_no_larger_than_what_is_warned_of() -> None:
    frozen = in_cyrillic(LARGE["largest"].frozen)
    assert len(body_of(seal(frozen, templates=templates_dir()), "ru").html.encode()) <= WARN_BYTES
    tracked = seal_to_fit(frozen, templates=templates_dir(), tracked=True)
    assert size_of(body_of(tracked, "ru").html, tracked=True) <= WARN_BYTES


def test_two_hundred_articles_are_shed_to_fit_and_none_is_lost_from_the_count() -> None:
    shed = LARGE["shed"]
    assert seal_to_fit(two_hundred_articles(), templates=templates_dir(), tracked=True).frozen == shed.frozen
    assert shed.frozen == two_hundred_articles(replace(WIDEST, total=SHED_TO))
    sections = shed.contents.sections
    assert len(shed.contents.positions) == SHED_TO
    assert sum(len(section.positions) + section.left_out for section in sections) == 200
    assert (
        size_of(body_of(seal(two_hundred_articles(), templates=templates_dir()), "en").html, tracked=False) > WARN_BYTES
    )


@pytest.mark.parametrize("name", ["many-journalists", "many-journalists-brief"])
def test_of_whom_a_cap_left_only_the_count_stands_in_a_list_at_the_end(name: str) -> None:
    reference = LARGE[name]
    body = mail(reference)
    counted = [section for section in reference.contents.sections if not section.positions]
    assert len(counted) == 12
    for part in (body.html, body.text):
        _before, heading, after = part.partition("Also new" if part is body.html else "ALSO NEW")
        assert heading
        assert after.count(" more from ") == len(counted)
