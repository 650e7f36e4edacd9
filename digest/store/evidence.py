"""What readers had: the pieces of stories that were in mails."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from digest.ids import ListName, Position, SubscriberId
from digest.send.states import DeliveryState
from digest.store.tables import articles, deliveries, issue_contents, issues
from digest.store.transactions import chunks


def had_pieces(
    connection: Connection,
    list_name: ListName,
    stories: Sequence[Position],
    states: Collection[DeliveryState],
    before: int | None,
) -> dict[SubscriberId, dict[Position, Position]]:
    """Return, for each reader with a delivery in one of ``states``, which piece of which story was in it.

    A story goes by the position of its first piece. With ``before`` only issues with a smaller number count.
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
        printed = _printed(connection, issue, pieces)
        for chunk in chunks(printed):
            for row in connection.execute(
                select(deliveries.c.subscriber, deliveries.c.contents_key).where(
                    deliveries.c.issue == issue,
                    deliveries.c.contents_key.in_(chunk),
                    deliveries.c.state.in_(states),
                )
            ):
                had[SubscriberId(row.subscriber)] |= printed[row.contents_key]
    return dict(had)


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
    connection: Connection, issue: str, pieces: Mapping[Position, Sequence[Position]]
) -> dict[str, dict[Position, Position]]:
    """Return by their key the contents of an issue that hold pieces: each piece by its story."""
    printed = {}
    for row in connection.execute(
        select(issue_contents.c.key, issue_contents.c.contents).where(issue_contents.c.issue == issue)
    ):
        positions = [at for section in json.loads(row.contents)["sections"] for at in section["positions"]]
        if not pieces.keys().isdisjoint(positions):
            printed[row.key] = {story: at for at in positions for story in pieces.get(at, ())}
    return printed
