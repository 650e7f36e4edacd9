"""Newsletters as editors declared them; with them come their lists, outlets, journalists and sources."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from digest.compose.alerts import Alerts
from digest.compose.merging import follow_merges
from digest.compose.newsletter import Declaration, Newsletter
from digest.compose.schedule import Schedule
from digest.compose.sending import Sending
from digest.compose.snapshot import (
    alerts_from_json,
    alerts_to_json,
    newsletter_from_json,
    newsletter_to_json,
    schedule_from_json,
    schedule_to_json,
    sending_from_json,
    sending_to_json,
)
from digest.errors import UnknownNewsletter, WrongUse
from digest.ids import NewsletterId
from digest.store.roster import differences, merged_journalists, put_journalists
from digest.store.tables import journalists, lists, newsletter_journalists, newsletters
from digest.store.transactions import insert_into, reading, writing


class SqlNewsletters:
    """``Newsletters`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def apply(self, declaration: Declaration, *, at: datetime) -> Sequence[str]:
        """Make the store say what the declaration says; return what changed, one short sentence each.

        Journalists whom it no longer names leave the newsletter, not the roster; who was merged into another journalist
        is told each time, and means that one.

        :raises WrongUse: the list already belongs to another newsletter, or a journalist is declared nowhere.
        """
        with writing(self._engine) as connection:
            declaration, of_merges = follow_merges(declaration, merged_journalists(connection))
            newsletter = declaration.newsletter
            told = [*of_merges, *_put_list(connection, newsletter, at)]
            _check_list(connection, newsletter)
            told += put_journalists(connection, declaration.journalists)
            _check_journalists(connection, newsletter)
            told += _put_newsletter(connection, newsletter, at)
            told += _put_sending(connection, newsletter, declaration.sending)
            told += _put_schedule(connection, newsletter, declaration.schedule)
            told += _put_alerts(connection, newsletter, declaration.alerts)
            told += _put_members(connection, newsletter)
        return told

    def newsletter(self, newsletter: NewsletterId) -> Newsletter:
        """Return one newsletter.

        :raises UnknownNewsletter: it has not been applied.
        """
        with reading(self._engine) as connection:
            declared = dict(connection.execute(select(newsletters.c.id, newsletters.c.declared)).tuples().all())
        if newsletter not in declared:
            raise UnknownNewsletter(newsletter, sorted(declared))
        return newsletter_from_json(declared[newsletter])

    def sending(self, newsletter: NewsletterId) -> Sending:
        """Return how one newsletter's issues leave, by its newest declaration.

        :raises UnknownNewsletter: it has not been applied.
        """
        with reading(self._engine) as connection:
            said = dict(connection.execute(select(newsletters.c.id, newsletters.c.sending)).tuples().all())
        if newsletter not in said:
            raise UnknownNewsletter(newsletter, sorted(said))
        return _sending(said[newsletter])

    def schedule(self, newsletter: NewsletterId) -> Schedule:
        """Return when one newsletter's issues come out, by its newest declaration.

        :raises UnknownNewsletter: it has not been applied.
        """
        with reading(self._engine) as connection:
            said = dict(connection.execute(select(newsletters.c.id, newsletters.c.schedule)).tuples().all())
        if newsletter not in said:
            raise UnknownNewsletter(newsletter, sorted(said))
        return _schedule(said[newsletter])

    def alerts(self, newsletter: NewsletterId) -> Alerts:
        """Return who one newsletter's editors are and what they are told, by its newest declaration.

        :raises UnknownNewsletter: it has not been applied.
        """
        with reading(self._engine) as connection:
            said = dict(connection.execute(select(newsletters.c.id, newsletters.c.alerts)).tuples().all())
        if newsletter not in said:
            raise UnknownNewsletter(newsletter, sorted(said))
        return _alerts(said[newsletter])

    def newsletters(self) -> Sequence[Newsletter]:
        """Return all newsletters by name."""
        with reading(self._engine) as connection:
            declared = [newsletter_from_json(text) for text in connection.scalars(select(newsletters.c.declared))]
        return sorted(declared, key=lambda newsletter: (newsletter.name.casefold(), newsletter.id))


def _check_list(connection: Connection, newsletter: Newsletter) -> None:
    # The list is locked first: of two newsletters that want it at the same time, the second one sees the first.
    connection.execute(select(lists.c.name).where(lists.c.name == newsletter.list_name).with_for_update(key_share=True))
    owner = connection.scalar(select(newsletters.c.id).where(newsletters.c.list == newsletter.list_name))
    if owner not in (None, newsletter.id):
        raise WrongUse(
            f"The list {newsletter.list_name!r} already belongs to the newsletter {owner!r}.",
            advice="Give this newsletter a list of its own: what a reader has had is counted per list.",
        )


def _check_journalists(connection: Connection, newsletter: Newsletter) -> None:
    known = set(connection.scalars(select(journalists.c.id).where(journalists.c.removed_at.is_(None))))
    strangers = [slug for slug in newsletter.journalists if slug not in known]
    if strangers:
        raise WrongUse(
            f"The newsletter {newsletter.id!r} names journalists who are declared nowhere: {', '.join(strangers)}.",
            advice="Declare them in its file.",
        )


def _put_list(connection: Connection, newsletter: Newsletter, at: datetime) -> list[str]:
    added = connection.scalar(
        insert_into(connection, lists)
        .values(name=newsletter.list_name, created_at=at)
        .on_conflict_do_nothing()
        .returning(lists.c.name)
    )
    return [] if added is None else [f"added list {added}"]


def _put_newsletter(connection: Connection, newsletter: Newsletter, at: datetime) -> list[str]:
    declared = connection.scalar(select(newsletters.c.declared).where(newsletters.c.id == newsletter.id))
    had = None if declared is None else newsletter_from_json(declared)
    if had == newsletter:
        return []
    values = {"list": newsletter.list_name, "declared": newsletter_to_json(newsletter), "applied_at": at}
    connection.execute(
        insert_into(connection, newsletters)
        .values(id=newsletter.id, **values)
        .on_conflict_do_update(index_elements=[newsletters.c.id], set_=values)
    )
    if had is None:
        return [f"added newsletter {newsletter.name}"]
    what = differences(had, newsletter, leave_out="journalists")
    if not what and set(had.journalists) == set(newsletter.journalists):
        what = "order of journalists"
    return [f"changed newsletter {newsletter.name}: {what}"] if what else []


def _put_sending(connection: Connection, newsletter: Newsletter, sending: Sending) -> list[str]:
    had = _sending(connection.scalar(select(newsletters.c.sending).where(newsletters.c.id == newsletter.id)))
    if had == sending:
        return []
    connection.execute(
        update(newsletters).where(newsletters.c.id == newsletter.id).values(sending=sending_to_json(sending))
    )
    return [f"changed how {newsletter.name} leaves: {differences(had, sending)}"]


def _put_schedule(connection: Connection, newsletter: Newsletter, schedule: Schedule) -> list[str]:
    had = _schedule(connection.scalar(select(newsletters.c.schedule).where(newsletters.c.id == newsletter.id)))
    if had == schedule:
        return []
    connection.execute(
        update(newsletters).where(newsletters.c.id == newsletter.id).values(schedule=schedule_to_json(schedule))
    )
    return [f"changed when {newsletter.name} comes out: {differences(had, schedule)}"]


def _schedule(said: str | None) -> Schedule:
    return Schedule() if said is None else schedule_from_json(said)


def _sending(said: str | None) -> Sending:
    return Sending() if said is None else sending_from_json(said)


def _put_alerts(connection: Connection, newsletter: Newsletter, alerts: Alerts) -> list[str]:
    had = _alerts(connection.scalar(select(newsletters.c.alerts).where(newsletters.c.id == newsletter.id)))
    if had == alerts:
        return []
    said = alerts_to_json(alerts)
    connection.execute(update(newsletters).where(newsletters.c.id == newsletter.id).values(alerts=said))
    return [f"changed who is told about {newsletter.name}: {differences(had, alerts)}"]


def _alerts(said: str | None) -> Alerts:
    return Alerts() if said is None else alerts_from_json(said)


def _put_members(connection: Connection, newsletter: Newsletter) -> list[str]:
    members = newsletter_journalists.c
    had = set(connection.scalars(select(members.journalist).where(members.newsletter == newsletter.id)))
    want = set(newsletter.journalists)
    left, joined = sorted(had - want), sorted(want - had)
    if left:
        connection.execute(
            delete(newsletter_journalists).where(members.newsletter == newsletter.id, members.journalist.in_(left))
        )
    if joined:
        connection.execute(
            insert(newsletter_journalists),
            [{"newsletter": newsletter.id, "journalist": journalist} for journalist in joined],
        )
    names = dict(connection.execute(select(journalists.c.id, journalists.c.name)).tuples().all())
    return [
        *(f"{names[slug]} is in {newsletter.name} now" for slug in joined),
        *(f"{names[slug]} is not in {newsletter.name} any more" for slug in left),
    ]
