"""The roster as an editor looks at it: newsletters, followers and last articles of every journalist."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, func, select, union

from digest.audience.reader import SubscriptionState
from digest.collect.journalist import Journalist
from digest.collect.ports import RosterEntry
from digest.compose.selection import newest_first
from digest.ids import EVERY_JOURNALIST, JournalistId, NewsletterId
from digest.store.roster import read_journalists
from digest.store.shelf import read_articles
from digest.store.tables import articles, bylines, follows, newsletter_journalists, newsletters, subscriptions

#: An article's date as far as is known: the instant, the latest of its bracket, or when it was first seen.
_DATE: ColumnElement[datetime] = func.coalesce(
    articles.c.published_at, articles.c.published_latest, articles.c.first_seen_at
)

_SPREAD = 3  # brackets overlap: the newest by their latest instants are not quite the newest by their middles


def read_entries(connection: Connection) -> list[RosterEntry]:
    """Return everybody on the roster, in the order of their names, without their articles."""
    newsletters_of: dict[str, list[NewsletterId]] = defaultdict(list)
    for row in connection.execute(select(newsletter_journalists)):
        newsletters_of[row.journalist].append(NewsletterId(row.newsletter))
    followers = dict(connection.execute(_followers()).tuples().all())
    last: dict[str, datetime] = dict(connection.execute(_last_articles()).tuples().all())
    return [
        RosterEntry(
            journalist=one,
            newsletters=tuple(sorted(newsletters_of[one.id])),
            followers=followers.get(one.id, 0),
            last_article_at=last.get(one.id),
        )
        for one in read_journalists(connection)
    ]


def read_entry(connection: Connection, journalist: Journalist, newest: int) -> RosterEntry:
    """Return one journalist with so many of the newest articles, the newest first."""
    members = newsletter_journalists.c
    theirs = connection.scalars(select(members.newsletter).where(members.journalist == journalist.id))
    followers = dict(connection.execute(_followers(journalist.id)).tuples().all())
    last = dict(connection.execute(_last_articles(journalist.id)).tuples().all())
    found = read_articles(connection, _newest(connection, journalist.id, newest * _SPREAD))
    return RosterEntry(
        journalist=journalist,
        newsletters=tuple(sorted(NewsletterId(slug) for slug in theirs)),
        followers=followers.get(journalist.id, 0),
        last_article_at=last.get(journalist.id),
        newest=tuple(sorted(found, key=newest_first)[:newest]),
    )


def _followers(journalist: JournalistId | None = None) -> Select[tuple[str, int]]:
    """Count active readers who follow somebody by name, or everybody of a newsletter that they are in."""
    is_active = subscriptions.c.state == SubscriptionState.ACTIVE
    by_name = (
        select(follows.c.journalist, subscriptions.c.subscriber)
        .join(subscriptions, subscriptions.c.id == follows.c.subscription)
        .where(is_active, follows.c.journalist != EVERY_JOURNALIST)
    )
    of_everybody = (
        select(newsletter_journalists.c.journalist, subscriptions.c.subscriber)
        .join(newsletters, newsletters.c.id == newsletter_journalists.c.newsletter)
        .join(subscriptions, subscriptions.c.list == newsletters.c.list)
        .join(follows, follows.c.subscription == subscriptions.c.id)
        .where(is_active, follows.c.journalist == EVERY_JOURNALIST)
    )
    found = union(by_name, of_everybody).subquery()
    query = select(found.c.journalist, func.count()).group_by(found.c.journalist)
    return query if journalist is None else query.where(found.c.journalist == journalist)


def _last_articles(journalist: JournalistId | None = None) -> Select[tuple[str, datetime]]:
    query = (
        select(bylines.c.journalist, func.max(_DATE))
        .join(articles, articles.c.position == bylines.c.article)
        .group_by(bylines.c.journalist)
    )
    return query if journalist is None else query.where(bylines.c.journalist == journalist)


def _newest(connection: Connection, journalist: JournalistId, most: int) -> Sequence[int]:
    return connection.scalars(
        select(articles.c.position)
        .join(bylines, bylines.c.article == articles.c.position)
        .where(bylines.c.journalist == journalist)
        .order_by(_DATE.desc(), articles.c.position.desc())
        .limit(most)
    ).all()
