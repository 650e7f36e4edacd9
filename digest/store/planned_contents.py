"""The contents that were planned for an issue, without looking at its readers."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Engine, func, select

from digest.compose.issue import Contents
from digest.compose.snapshot import contents_from_json
from digest.ids import IssueId
from digest.store.tables import issue_contents
from digest.store.transactions import reading

#: So many are read at a time.
_PAGE: Final = 1_000


class SqlPlannedContents:
    """``PlannedContents`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def count(self, issue: IssueId) -> int:
        """Return how many different contents were planned."""
        query = select(func.count()).select_from(issue_contents).where(issue_contents.c.issue == issue)
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def contents(self, issue: IssueId, *, most: int) -> Iterator[Contents]:
        """Yield them by their keys, ``most`` at the most, page by page; no transaction is open in between."""
        last = ""
        while most > 0:
            query = (
                select(issue_contents.c.key, issue_contents.c.contents)
                .where(issue_contents.c.issue == issue, issue_contents.c.key > last)
                .order_by(issue_contents.c.key)
                .limit(min(most, _PAGE))
            )
            with reading(self._engine) as connection:
                page = connection.execute(query).all()
            if not page:
                return
            yield from (contents_from_json(row.contents) for row in page)
            last, most = page[-1].key, most - len(page)
