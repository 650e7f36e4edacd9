"""What a former issue should have brought a reader, and did not: its mail was refused or bounced, or never left. Pure.

Only the ledger knows that. Positions alone do not: who joined later, or began to follow somebody later, missed nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from digest.audience.reader import Reader
from digest.compose.issue import Frozen, Missed, Section
from digest.ids import GROUND, IssueId, Position


def behind(readers: Iterable[Reader], frozen: Frozen) -> list[Reader]:
    """Return those of whom it must be looked up what they missed: a former issue stands above their cursor."""
    top = max((former.height for former in frozen.former), default=GROUND)
    return [reader for reader in readers if reader.cursor < top]


def missed_in(sections: Sequence[Section], frozen: Frozen, missing: Mapping[Position, IssueId]) -> tuple[Missed, ...]:
    """Return what of these sections the reader missed, by the days of the former issues, each in printing order.

    ``missing`` says which issue should have brought what; of an issue that is not frozen with this one nothing is said.
    """
    days = {former.id: former.on for former in frozen.former}
    found: dict[date, list[Position]] = defaultdict(list)
    for position in _printed(sections):
        issue = missing.get(position)
        if issue in days:
            found[days[issue]].append(position)
    return tuple(Missed(on=on, positions=tuple(found[on])) for on in sorted(found))


def day_up_to(frozen: Frozen, cursor: Position) -> date | None:
    """Return the day of the former issue that a reader with this cursor has everything up to, if there is one."""
    return next((former.on for former in frozen.former if former.height == cursor), None)


def still_there(missed: Iterable[Missed], sections: Sequence[Section]) -> tuple[Missed, ...]:
    """Return what was missed without what is not printed any more."""
    printed = frozenset(_printed(sections))
    left = (Missed(on=one.on, positions=tuple(p for p in one.positions if p in printed)) for one in missed)
    return tuple(one for one in left if one.positions)


def _printed(sections: Iterable[Section]) -> Iterable[Position]:
    return (position for section in sections for position in section.positions)
