"""What editors let pass of preflight's findings."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from digest.compose.issue import IssueState
from digest.errors import NotInThisState
from digest.ids import IssueId
from digest.render.preflight.findings import Waiver
from digest.store.issues import find_issue
from digest.store.tables import preflight_waivers
from digest.store.transactions import insert_into, reading, writing


class SqlWaivers:
    """``WaiverBook`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def waivers(self, issue: IssueId) -> Sequence[Waiver]:
        """Return what was let pass in an issue, by the findings' names."""
        said = preflight_waivers.c
        with reading(self._engine) as connection:
            rows = connection.execute(select(preflight_waivers).where(said.issue == issue).order_by(said.name)).all()
        return [Waiver(name=row.name, by=row.said_by, why=row.why, at=row.said_at) for row in rows]

    def waive(self, issue: IssueId, waiver: Waiver) -> None:
        """Let findings of one name pass in an issue; a second word of it takes the first one's place.

        :raises UnknownIssue: there is none of that name.
        :raises NotInThisState: it does not await approval any more.
        """
        said = {"said_by": waiver.by, "why": waiver.why, "said_at": waiver.at}
        with writing(self._engine) as connection:
            row = find_issue(connection, issue, lock=True)
            if row.state != IssueState.AWAITING_APPROVAL:
                raise NotInThisState(issue, row.state, "Only what awaits approval can be let pass.")
            connection.execute(
                insert_into(connection, preflight_waivers)
                .values(issue=issue, name=waiver.name, **said)
                .on_conflict_do_update(index_elements=["issue", "name"], set_=said)
            )
