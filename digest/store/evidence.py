"""What readers had: the pieces of stories that were in mails."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, or_, select

from digest.ids import IssueId, ListName, Position, SubscriberId
from digest.send.states import DeliveryState
from digest.store.given import among
from digest.store.readers import PAGE, UNDER_WAY
from digest.store.tables import articles, deliveries, issue_contents, issues
from digest.store.transactions import chunks

#: What was in a mail in one of these states was read, or may have been; unless the mail bounced.
_COUNTS: Final = (DeliveryState.ACCEPTED, *UNDER_WAY)
#: What was planned and ended in one of these states never came to the reader.
_DID_NOT_LEAVE: Final = (DeliveryState.REFUSED, DeliveryState.EXCLUDED)


def had_pieces(
    connection: Connection,
    list_name: ListName,
    stories: Sequence[Position],
    *,
    whom: Collection[SubscriberId] | None = None,
    before: int | None = None,
) -> dict[SubscriberId, dict[Position, Position]]:
    """Return, for each reader (or of ``whom``) who had a piece of these stories, which piece it was, by the story.

    A story goes by the position of its first piece. What counts is what was in a mail of the list that was accepted
    and did not bounce, or that may have been accepted; with ``before`` only of issues with a smaller number.
    """
    pieces = _pieces(connection, stories)
    if not pieces:
        return {}
    # An article is never in an issue that was frozen before it was seen.
    query = select(issues.c.id).where(issues.c.list == list_name, issues.c.height >= min(pieces))
    if before is not None:
        query = query.where(issues.c.number < before)
    had: dict[SubscriberId, dict[Position, Position]] = defaultdict(dict)
    for issue in connection.scalars(query.order_by(issues.c.number)).all():
        printed: dict[str, dict[Position, Position]] = {}
        for page in _mailed(connection, issue, whom):
            unread = {row.contents_key for row in page} - printed.keys()
            printed |= _printed(connection, issue, unread, pieces)
            for row in page:
                if printed[row.contents_key]:
                    had[SubscriberId(row.subscriber)] |= printed[row.contents_key]
    return dict(had)


def missing_articles(
    connection: Connection, former: Sequence[IssueId], whom: Collection[SubscriberId]
) -> dict[SubscriberId, dict[Position, IssueId]]:
    """Return, for each reader of ``whom``, the articles in mails of these issues that did not reach them.

    Of several issues the last one in ``former`` is named, which is to be the earliest.
    """
    query = select(deliveries.c.subscriber, deliveries.c.contents_key).where(
        deliveries.c.contents_key.is_not(None),
        or_(deliveries.c.state.in_(_DID_NOT_LEAVE), deliveries.c.bounced_at.is_not(None)),
    )
    missing: dict[SubscriberId, dict[Position, IssueId]] = defaultdict(dict)
    for issue in former:
        for chunk in chunks(whom, PAGE):
            of_these = query.where(deliveries.c.issue == issue, among(connection, deliveries.c.subscriber, chunk))
            rows = connection.execute(of_these).all()
            held = _positions(connection, issue, {row.contents_key for row in rows})
            for row in rows:
                missing[SubscriberId(row.subscriber)] |= dict.fromkeys(held[row.contents_key], issue)
    return dict(missing)


def _mailed(
    connection: Connection, issue: str, whom: Collection[SubscriberId] | None
) -> Iterator[Sequence[Row[tuple[Any, ...]]]]:
    """Go page by page through the readers, or those of ``whom``, who got the issue or may have; with their contents."""
    query = select(deliveries.c.subscriber, deliveries.c.contents_key).where(
        deliveries.c.issue == issue, deliveries.c.state.in_(_COUNTS), deliveries.c.bounced_at.is_(None)
    )
    if whom is None:
        yield from connection.execute(query).partitions(PAGE)
        return
    for chunk in chunks(whom, PAGE):
        yield connection.execute(query.where(among(connection, deliveries.c.subscriber, chunk))).all()


def _pieces(connection: Connection, stories: Iterable[Position]) -> dict[Position, list[Position]]:
    """Return for the position of each piece which of ``stories`` it belongs to, as they are linked now."""
    asked: dict[Position, list[Position]] = defaultdict(list)
    for chunk in chunks(stories):
        firsts = dict(
            connection.execute(
                select(articles.c.position, articles.c.copy_of).where(
                    articles.c.position.in_(chunk), articles.c.copy_of.is_not(None)
                )
            )
            .tuples()
            .all()
        )
        for story in chunk:
            asked[Position(firsts.get(story) or story)].append(story)
    pieces = dict(asked)
    for firsts_now in chunks(asked):
        copies = select(articles.c.position, articles.c.copy_of).where(articles.c.copy_of.in_(firsts_now))
        pieces |= {Position(row.position): asked[Position(row.copy_of)] for row in connection.execute(copies)}
    return pieces


def _printed(
    connection: Connection, issue: str, keys: Collection[str], pieces: Mapping[Position, Sequence[Position]]
) -> dict[str, dict[Position, Position]]:
    """Return by their key which pieces these contents of an issue hold: each piece by its story."""
    return {
        key: {story: at for at in positions for story in pieces.get(at, ())}
        for key, positions in _positions(connection, issue, keys).items()
    }


def _positions(connection: Connection, issue: str, keys: Collection[str]) -> dict[str, list[Position]]:
    """Return by their key what these contents of an issue hold."""
    found = {}
    for chunk in chunks(keys):
        for row in connection.execute(
            select(issue_contents.c.key, issue_contents.c.contents).where(
                issue_contents.c.issue == issue, issue_contents.c.key.in_(chunk)
            )
        ):
            found[row.key] = [at for section in json.loads(row.contents)["sections"] for at in section["positions"]]
    return found
