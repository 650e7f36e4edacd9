"""What rendering and preflight need from the store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from digest.collect.web import LinkLook
from digest.ids import IssueId
from digest.render.preflight.findings import Waiver


class LinkBook(Protocol):
    """What became of looks at links. Every call is one transaction."""

    def looks(self, urls: Iterable[str], *, since: datetime) -> Mapping[str, LinkLook]:
        """Return by address the looks at these since an instant."""
        ...

    def keep(self, looks: Sequence[LinkLook]) -> None:
        """Keep looks, each in place of the one before."""
        ...


class WaiverBook(Protocol):
    """What editors let pass of preflight's findings. Every call is one transaction."""

    def waivers(self, issue: IssueId) -> Sequence[Waiver]:
        """Return what was let pass in an issue, by the findings' names."""
        ...

    def waive(self, issue: IssueId, waiver: Waiver) -> None:
        """Let findings of one name pass in an issue; a second word of it takes the first one's place.

        :raises UnknownIssue: there is none of that name.
        :raises NotInThisState: it does not await approval any more.
        """
        ...
