"""What rendering and preflight need from the store."""

from collections.abc import Sequence
from typing import Protocol

from digest.ids import IssueId
from digest.render.preflight.findings import Waiver


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
