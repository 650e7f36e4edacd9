"""What editors see and change on the roster by hand: who is on it, what they are called, where they are read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import Connection, Engine, delete, insert, select, update

from digest.collect.adding.roster_changes import joined, renamed, with_alias, without_alias
from digest.collect.journalist import Journalist
from digest.collect.ports import RosterEntry
from digest.compose.issue import IssueState
from digest.compose.newsletter import Newsletter
from digest.compose.snapshot import newsletter_from_json, newsletter_to_json
from digest.errors import NotInThisState, UnknownJournalist, UnknownNewsletter, WrongUse
from digest.ids import JournalistId, NewsletterId
from digest.store.merging import move_bylines, move_follows, move_health
from digest.store.roster import merged_journalists, put_journalists, put_sources, read_journalists
from digest.store.roster_entries import read_entries, read_entry
from digest.store.shelf import shelf_height
from digest.store.tables import follows, issues, journalists, newsletter_journalists, newsletters
from digest.store.transactions import reading, writing


class SqlRosterDesk:
    """``RosterDesk`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def entries(self) -> Sequence[RosterEntry]:
        """Return everybody on the roster, in the order of their names, without their articles."""
        with reading(self._engine) as connection:
            return read_entries(connection)

    def entry(self, journalist: JournalistId, *, newest: int = 10) -> RosterEntry:
        """Return one journalist with so many of the newest articles, the newest first.

        :raises UnknownJournalist: nobody of that slug is on the roster.
        """
        with reading(self._engine) as connection:
            return read_entry(connection, _find(connection, journalist), newest)

    def add(self, journalist: Journalist, *, newsletter: NewsletterId | None = None) -> Sequence[str]:
        """Add a journalist with outlet and sources, or make one of that slug so; return what changed, in sentences.

        With a ``newsletter`` the journalist becomes its last one, unless they are in it already.

        :raises UnknownNewsletter: it has not been applied.
        :raises WrongUse: somebody of that slug was merged into another journalist.
        """
        with writing(self._engine) as connection:
            into = merged_journalists(connection).get(journalist.id)
            if into is not None:
                raise WrongUse(
                    f"The slug {journalist.id!r} means {into!r} since the two were merged.",
                    advice="Give the new journalist another slug.",
                )
            told = put_journalists(connection, [journalist])
            if newsletter is not None:
                told += _append(connection, newsletter, journalist)
        return told

    def rename(self, journalist: JournalistId, name: str) -> Sequence[str]:
        """Give a journalist another name; the slug stays and the old name becomes an alias.

        :raises UnknownJournalist: nobody of that slug is on the roster.
        """
        with writing(self._engine) as connection:
            return put_journalists(connection, [renamed(_find(connection, journalist), name)])

    def add_alias(self, journalist: JournalistId, alias: str) -> Sequence[str]:
        """Add another spelling of the name.

        :raises UnknownJournalist: nobody of that slug is on the roster.
        """
        with writing(self._engine) as connection:
            return put_journalists(connection, [with_alias(_find(connection, journalist), alias)])

    def remove_alias(self, journalist: JournalistId, alias: str) -> Sequence[str]:
        """Take a spelling of the name away.

        :raises UnknownJournalist: nobody of that slug is on the roster.
        :raises WrongUse: there is no such alias.
        """
        with writing(self._engine) as connection:
            found = _find(connection, journalist)
            if alias not in found.aliases:
                have = f"Aliases: {', '.join(found.aliases)}." if found.aliases else "They have no alias."
                raise WrongUse(f"{found.name} has no alias {alias!r}.", advice=have)
            return put_journalists(connection, [without_alias(found, alias)])

    def merge(self, away: JournalistId, into: JournalistId, *, at: datetime) -> Sequence[str]:
        """Make two journalists one: names, sources, follows, bylines and newsletters of ``away`` go to ``into``.

        :raises UnknownJournalist: nobody of one of the slugs is on the roster.
        :raises WrongUse: both are the same.
        :raises NotInThisState: an issue of theirs is approved and not on its way yet.
        """
        with writing(self._engine) as connection:
            shelf_height(connection, lock=True)  # nobody shelves an article of either meanwhile
            goes, stays = _find(connection, away), _find(connection, into)
            if away == into:
                raise WrongUse(f"{goes.name} cannot be merged into themselves.", advice="Name two different slugs.")
            theirs = _newsletters_of(connection, away)
            told = [f"{goes.name} ({away}) is {stays.name} ({into}) from now on"]
            told += _supersede(connection, theirs)
            move_bylines(connection, away, into)
            move_follows(connection, away, into)
            move_health(connection, away, into)
            put_journalists(connection, [joined(goes, stays)])
            put_sources(connection, away, ())
            for newsletter in theirs:
                members = tuple(dict.fromkeys(into if slug == away else slug for slug in newsletter.journalists))
                _redeclare(connection, replace(newsletter, journalists=members))
            changes = {"removed_at": at, "merged_into": into}
            connection.execute(update(journalists).where(journalists.c.id == away).values(changes))
            connection.execute(update(journalists).where(journalists.c.merged_into == away).values(merged_into=into))
        return told

    def remove(self, journalist: JournalistId, *, at: datetime, even_the_last: bool = False) -> Sequence[str]:
        """Take a journalist off the roster and out of every newsletter, and end their follows.

        :raises UnknownJournalist: nobody of that slug is on the roster.
        :raises WrongUse: a newsletter would be left without journalists, and not ``even_the_last``.
        :raises NotInThisState: an issue of theirs is approved and not on its way yet.
        """
        with writing(self._engine) as connection:
            goes = _find(connection, journalist)
            theirs = _newsletters_of(connection, journalist)
            alone = [newsletter.name for newsletter in theirs if len(newsletter.journalists) == 1]
            if alone and not even_the_last:
                raise WrongUse(
                    f"Without {goes.name} nobody is left in {' and '.join(alone)}.",
                    advice="Add somebody first, or say --yes to leave it without journalists.",
                )
            told = [f"{goes.name} ({journalist}) is not on the roster any more"]
            told += _supersede(connection, theirs)
            for newsletter in theirs:
                members = tuple(slug for slug in newsletter.journalists if slug != journalist)
                _redeclare(connection, replace(newsletter, journalists=members))
                told.append(f"{goes.name} is not in {newsletter.name} any more")
            connection.execute(delete(follows).where(follows.c.journalist == journalist))
            put_sources(connection, journalist, ())
            connection.execute(update(journalists).where(journalists.c.id == journalist).values(removed_at=at))
        return told


def _find(connection: Connection, journalist: JournalistId) -> Journalist:
    found = read_journalists(connection, journalists.c.id == journalist)
    if found:
        return found[0]
    into = merged_journalists(connection).get(journalist)
    if into is not None:
        raise UnknownJournalist(journalist, [into])
    known = connection.scalars(select(journalists.c.id).where(journalists.c.removed_at.is_(None)))
    raise UnknownJournalist(journalist, get_close_matches(journalist, sorted(known)))


def _append(connection: Connection, newsletter: NewsletterId, journalist: Journalist) -> list[str]:
    declared = {one.id: one for one in _declared(connection)}
    if newsletter not in declared:
        raise UnknownNewsletter(newsletter, sorted(declared))
    had = declared[newsletter]
    if journalist.id in had.journalists:
        return []
    _redeclare(connection, replace(had, journalists=(*had.journalists, journalist.id)))
    return [f"{journalist.name} is in {had.name} now"]


def _newsletters_of(connection: Connection, journalist: JournalistId) -> list[Newsletter]:
    return [newsletter for newsletter in _declared(connection) if journalist in newsletter.journalists]


def _declared(connection: Connection) -> list[Newsletter]:
    """Return every newsletter, each locked: it is read, changed and written back."""
    texts = connection.scalars(
        select(newsletters.c.declared).order_by(newsletters.c.id).with_for_update(key_share=True)
    )
    return [newsletter_from_json(text) for text in texts]


def _redeclare(connection: Connection, newsletter: Newsletter) -> None:
    members = newsletter_journalists.c
    connection.execute(
        update(newsletters).where(newsletters.c.id == newsletter.id).values(declared=newsletter_to_json(newsletter))
    )
    connection.execute(delete(newsletter_journalists).where(members.newsletter == newsletter.id))
    if newsletter.journalists:
        connection.execute(
            insert(newsletter_journalists),
            [{"newsletter": newsletter.id, "journalist": slug} for slug in newsletter.journalists],
        )


def _supersede(connection: Connection, theirs: Sequence[Newsletter]) -> list[str]:
    """Supersede the issues that await approval: whom they name and whom readers follow would not agree any more.

    Corrections stay: they go to those who got an issue, whomever these follow now.

    :raises NotInThisState: an issue is approved and not on its way yet.
    """
    open_issues = connection.execute(
        select(issues.c.id, issues.c.newsletter, issues.c.state)
        .where(
            issues.c.newsletter.in_([newsletter.id for newsletter in theirs]),
            issues.c.corrects.is_(None),
            issues.c.state.in_((IssueState.AWAITING_APPROVAL, IssueState.APPROVED)),
        )
        .order_by(issues.c.id)
        .with_for_update(key_share=True)
    ).all()
    told = []
    for row in open_issues:
        if row.state == IssueState.APPROVED:
            raise NotInThisState(row.id, row.state, f"Send it first: digest issue send {row.id}")
        connection.execute(update(issues).where(issues.c.id == row.id).values(state=IssueState.SUPERSEDED))
        told.append(f"Issue {row.id} was composed before: compose it again with digest issue compose {row.newsletter}")
    return told
