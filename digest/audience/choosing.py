"""What a reader's choice of journalists changes. Pure.

A choice is made on a page that shows the follows as they were a while ago, perhaps in two tabs at once: only what the
reader changed on it is changed, and what another tab did stays. A follow that takes over from another one, such as from
"everybody", begins where that began, so that nothing falls between the two.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from digest.audience.reader import Follow
from digest.ids import EVERY_JOURNALIST, JournalistId, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What stands on a page of choices: ``everybody``, and the journalists whose boxes are ticked."""

    everybody: bool
    ticked: frozenset[JournalistId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowChange:
    """Whom to follow from now on, and whom no longer; either may hold ``EVERY_JOURNALIST``."""

    begin: frozenset[JournalistId] = frozenset()
    end: frozenset[JournalistId] = frozenset()


def change_of(shown: Choice, chosen: Choice, offered: Collection[JournalistId]) -> FollowChange:
    """Return what a reader changed who was ``shown`` one state of the page and sent another.

    Only who is ``offered`` can be begun. Whoever turns to "everybody" keeps their single follows, which began earlier.
    """
    every = frozenset({EVERY_JOURNALIST})
    ticked = chosen.ticked & frozenset(offered)
    if chosen.everybody:
        return FollowChange() if shown.everybody else FollowChange(begin=every)
    if shown.everybody:
        return FollowChange(begin=ticked, end=every | (frozenset(offered) - ticked))
    return FollowChange(begin=ticked - shown.ticked, end=shown.ticked - chosen.ticked)


def followed_after(had: Sequence[Follow], change: FollowChange, *, now: Position) -> tuple[Follow, ...]:
    """Return a reader's follows after a change, by slug; what begins begins at ``now``, mostly the shelf's height.

    Who was followed already, by name or with everybody, goes on from where that began.
    """
    followed = {follow.journalist for follow in had}
    # As long as everybody is followed, ending one of them would only forget how long ago that one began.
    ended = (
        change.end if EVERY_JOURNALIST in change.end or EVERY_JOURNALIST not in followed else frozenset[JournalistId]()
    )
    slugs = followed - ended | change.begin
    beginnings = [(slug, [one.since for one in had if one.covers(slug)]) for slug in sorted(slugs)]
    return tuple(
        Follow(journalist=slug, since=min(covered + [now] * (slug in change.begin))) for slug, covered in beginnings
    )
