"""Contents as they were planned: read from the store and parsed once."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, select

from digest.compose.issue import Contents
from digest.compose.snapshot import contents_from_json
from digest.ids import IssueId
from digest.store.given import among
from digest.store.tables import issue_contents

#: How many contents are kept at hand.
_KEPT: Final = 10_000


class KnownContents:
    """Contents by their issue and key. They never change, so what was read once is kept; several threads may ask."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[tuple[IssueId, str], Contents] = {}

    def of(self, connection: Connection, issue: IssueId, keys: Iterable[str]) -> dict[str, Contents]:
        """Return the contents with these keys."""
        asked = set(keys)
        found = {key: self._known[issue, key] for key in asked if (issue, key) in self._known}
        new = read_contents(connection, issue, asked - found.keys())
        if len(self._known) + len(new) > _KEPT:
            self._known = {}
        self._known |= {(issue, key): contents for key, contents in new.items()}
        return found | new


def read_contents(connection: Connection, issue: IssueId, keys: Iterable[str]) -> dict[str, Contents]:
    """Read and parse the contents with these keys."""
    asked = list(keys)
    if not asked:
        return {}
    query = select(issue_contents.c.key, issue_contents.c.contents).where(
        issue_contents.c.issue == issue, among(connection, issue_contents.c.key, asked)
    )
    return {key: contents_from_json(text) for key, text in connection.execute(query)}
