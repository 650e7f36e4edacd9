"""A newsletter's file that still names somebody who was merged into another journalist. Pure.

The file was written before the merge and stays readable: the slug that went away means the journalist who stayed.
"""

from collections.abc import Mapping
from dataclasses import replace

from digest.collect.adding.roster_changes import joined
from digest.collect.journalist import Journalist
from digest.compose.newsletter import Declaration
from digest.ids import JournalistId


def follow_merges(
    declaration: Declaration, merged: Mapping[JournalistId, JournalistId]
) -> tuple[Declaration, tuple[str, ...]]:
    """Return what the declaration means after the merges, and a sentence for each journalist who stands for another.

    ``merged`` says for every slug that went away who stayed. Where the file declares both, their names and sources are
    joined, as the merge did; where it declares only who went away, whoever stayed is left as they are on the roster.
    """
    kept: dict[JournalistId, Journalist] = {one.id: one for one in declaration.journalists if one.id not in merged}
    told = []
    for away in declaration.journalists:
        if away.id not in merged:
            continue
        into = merged[away.id]
        told.append(f"{away.name} ({away.id}) was merged into {into}, who stands in their place: mend the file")
        if into in kept:
            kept[into] = joined(away, kept[into])
    newsletter = declaration.newsletter
    members = tuple(dict.fromkeys(merged.get(slug, slug) for slug in newsletter.journalists))
    return (
        replace(declaration, newsletter=replace(newsletter, journalists=members), journalists=tuple(kept.values())),
        tuple(told),
    )
