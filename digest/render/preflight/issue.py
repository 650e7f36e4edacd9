"""Preflight of a whole issue: its rates, its articles, and the bodies that its readers get. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from digest.compose.issue import Contents
from digest.render.assembly import assemble, fill
from digest.render.preflight.articles import of_articles
from digest.render.preflight.checks import EXAMPLE, House, preflight
from digest.render.preflight.findings import Finding
from digest.render.preflight.parts import of_size, size_of
from digest.render.preflight.rates import of_rates
from digest.render.rendition import Body, Sealed

#: How many distinct bodies of one issue are looked at: they are joins of the same segments.
BODIES: Final = 200


def preflight_issue(
    sealed: Sealed,
    contents: Sequence[Contents],
    *,
    house: House = House(),  # noqa: B008 - a frozen value
    bodies: int = BODIES,
) -> tuple[Finding, ...]:
    """Look at a sealed issue and at its distinct bodies; equal findings are reported once, errors first.

    Of more than ``bodies`` distinct ones the largest, the smallest and the median are looked at, and the first others;
    of the rest the size is measured.

    :raises RenderError: contents ask for a block that the issue does not have.
    """
    frozen = sealed.frozen
    found: dict[Finding, None] = dict.fromkeys(of_rates(frozen.rates, frozen.newsletter.rates.required))
    found |= dict.fromkeys(of_articles(frozen))
    distinct = tuple({one.key: one for one in contents}.values())
    looked_at = _chosen(sealed, distinct, bodies, house)
    for one in distinct:
        body = _body(sealed, one)
        if one.key in looked_at:
            found |= dict.fromkeys(preflight(body, slots=EXAMPLE, house=house))
        else:
            found |= dict.fromkeys(of_size(size_of(body.html, tracked=house.tracks_clicks)))
    return tuple(sorted(found, key=lambda finding: (finding.severity, finding.name, finding.where)))


def _chosen(sealed: Sealed, distinct: Sequence[Contents], bodies: int, house: House) -> frozenset[str]:
    """Return the keys of those to look at."""
    if len(distinct) <= bodies:
        return frozenset(one.key for one in distinct)
    by_size = sorted(distinct, key=lambda one: (size_of(_body(sealed, one).html, tracked=house.tracks_clicks), one.key))
    outstanding = (by_size[-1], by_size[0], by_size[len(by_size) // 2])
    return frozenset(one.key for one in _first(outstanding, distinct, bodies))


def _first(outstanding: Iterable[Contents], distinct: Iterable[Contents], bodies: int) -> Sequence[Contents]:
    return tuple({one.key: one for one in (*outstanding, *distinct)}.values())[:bodies]


def _body(sealed: Sealed, contents: Contents) -> Body:
    rendition = next(one for one in sealed.renditions if (one.locale, one.look) == (contents.locale, contents.look))
    return fill(assemble(rendition, contents), EXAMPLE)
