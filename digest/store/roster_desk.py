"""What editors change on the roster by hand: who is on it, and what they are called."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, insert, select, update

from digest.collect.journalist import Journalist
from digest.compose.newsletter import Newsletter
from digest.compose.snapshot import newsletter_from_json, newsletter_to_json
from digest.errors import UnknownNewsletter, WrongUse
from digest.ids import NewsletterId
from digest.store.roster import put_journalists
from digest.store.tables import journalists, newsletter_journalists, newsletters
from digest.store.transactions import writing


class SqlRosterDesk:
    """``RosterDesk`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def add(self, journalist: Journalist, *, newsletter: NewsletterId | None = None) -> Sequence[str]:
        """Add a journalist with outlet and sources, or make one of that slug so; return what changed, in sentences.

        With a ``newsletter`` the journalist becomes its last one, unless they are in it already.

        :raises UnknownNewsletter: it has not been applied.
        :raises WrongUse: somebody of that slug was merged into another journalist.
        """
        with writing(self._engine) as connection:
            into = connection.scalar(select(journalists.c.merged_into).where(journalists.c.id == journalist.id))
            if into is not None:
                raise WrongUse(
                    f"The slug {journalist.id!r} means {into!r} since the two were merged.",
                    advice="Give the new journalist another slug.",
                )
            told = put_journalists(connection, [journalist])
            if newsletter is not None:
                told += _append(connection, newsletter, journalist)
        return told


def _append(connection: Connection, newsletter: NewsletterId, journalist: Journalist) -> list[str]:
    declared = _declared(connection)
    if newsletter not in declared:
        raise UnknownNewsletter(newsletter, sorted(declared))
    had = declared[newsletter]
    if journalist.id in had.journalists:
        return []
    connection.execute(insert(newsletter_journalists).values(newsletter=newsletter, journalist=journalist.id))
    _redeclare(connection, replace(had, journalists=(*had.journalists, journalist.id)))
    return [f"{journalist.name} is in {had.name} now"]


def _declared(connection: Connection) -> dict[NewsletterId, Newsletter]:
    """Return every newsletter, each locked: it is read, changed and written back."""
    rows = connection.execute(
        select(newsletters.c.id, newsletters.c.declared).order_by(newsletters.c.id).with_for_update(key_share=True)
    )
    return {NewsletterId(row.id): newsletter_from_json(row.declared) for row in rows}


def _redeclare(connection: Connection, newsletter: Newsletter) -> None:
    connection.execute(
        update(newsletters).where(newsletters.c.id == newsletter.id).values(declared=newsletter_to_json(newsletter))
    )
