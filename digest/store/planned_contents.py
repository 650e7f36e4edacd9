"""The contents that were planned for an issue."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Engine, func, select

from digest.compose.issue import Contents
from digest.compose.snapshot import contents_from_json
from digest.ids import IssueId
from digest.store.tables import deliveries, issue_contents, subscribers
from digest.store.transactions import reading

#: So many are read at a time.
_PAGE: Final = 1_000
#: What comes after every hexadecimal digit.
_AFTER_ALL_DIGITS: Final = "g"


class SqlPlannedContents:
    """``PlannedContents`` and ``ShownContents`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def count(self, issue: IssueId) -> int:
        """Return how many different contents were planned."""
        query = select(func.count()).select_from(issue_contents).where(issue_contents.c.issue == issue)
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def shown(self, issue: IssueId, beginning: str) -> Contents | None:
        """Return the contents whose key begins so; ``None`` if there are none, or if all who had them were erased."""
        query = select(issue_contents.c.key, issue_contents.c.contents, issue_contents.c.was_erased).where(
            issue_contents.c.issue == issue,
            issue_contents.c.key >= beginning,
            issue_contents.c.key < f"{beginning}{_AFTER_ALL_DIGITS}",  # a range: that is what the index is good for
        )
        with reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).one_or_none()
            if row is None or (row.was_erased and not _is_had(connection, issue, row.key)):
                return None
        return contents_from_json(row.contents)

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


def _is_had(connection: Connection, issue: IssueId, key: str) -> bool:
    """Tell whether anybody has these contents who was not erased."""
    query = (
        select(deliveries.c.id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .where(deliveries.c.issue == issue, deliveries.c.contents_key == key, subscribers.c.address != "")
    )
    return connection.execute(query.limit(1)).first() is not None
