"""Preflight of a whole issue: its rates, its articles, and the bodies that its readers get. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from digest.compose.issue import Contents
from digest.ids import Sha256
from digest.render.assembly import assemble, fill
from digest.render.preflight.articles import of_articles
from digest.render.preflight.checks import EXAMPLE, House, preflight
from digest.render.preflight.findings import Finding
from digest.render.preflight.parts import of_size, of_unfilled, size_of
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
    if len(distinct) > bodies:
        sizes = {one.key: size_of(_body(sealed, one).html, tracked=house.tracks_clicks) for one in distinct}
        distinct, rest = _apart(distinct, sizes, bodies)
        for one in rest:
            found |= dict.fromkeys(of_size(sizes[one.key]))
    for one in distinct:
        body = _body(sealed, one)
        found |= dict.fromkeys(preflight(body, slots=EXAMPLE, house=house, text_only=one.text_only))
        found |= dict.fromkeys(of_unfilled(body, sealed.snapshot))
    return tuple(sorted(found, key=lambda finding: (finding.severity, finding.name, finding.where)))


def _apart(
    distinct: Sequence[Contents], sizes: Mapping[Sha256, int], bodies: int
) -> tuple[tuple[Contents, ...], tuple[Contents, ...]]:
    """Return those to look at, and the others."""
    by_size = sorted(distinct, key=lambda one: (sizes[one.key], one.key))
    outstanding = (by_size[-1], by_size[0], by_size[len(by_size) // 2])
    order = tuple({one.key: one for one in (*outstanding, *distinct)}.values())
    return order[:bodies], order[bodies:]


def _body(sealed: Sealed, contents: Contents) -> Body:
    return fill(assemble(sealed.rendition_for(contents), contents), EXAMPLE)
