"""Subscribers, their membership of lists, whom they follow, and who must not be mailed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, select, true, update

from digest.audience.appearance import AppearanceChange
from digest.audience.choosing import FollowChange
from digest.audience.joining import Joined, Joining
from digest.audience.reader import Membership, Reader, Received, SubscriptionState, SuppressionReason
from digest.audience.rhythm import RhythmChange
from digest.ids import IssueId, JournalistId, ListName, Position, SubscriberId
from digest.store.evidence import had_pieces, missing_articles
from digest.store.ghosts import known_as
from digest.store.identity import identity
from digest.store.intake import SqlIntake, open_intake
from digest.store.lists import list_names, must_be_a_list
from digest.store.own_page import (
    change_appearance_of,
    change_follows,
    change_rhythm_of,
    end_subscription,
    find_membership,
    received_by,
    take_up_again,
)
from digest.store.readers import all_readers, cursors_of, find_reader, stream_readers
from digest.store.shelf import shelf_height
from digest.store.staged import drop_tables, empty_tables, lay_down, make_tables
from digest.store.tables import journalists, subscribers, subscriptions, suppressions
from digest.store.taking_in import compare, follow_merges, take_in, verdicts
from digest.store.transactions import CHUNK, insert_into, reading, writing


class SqlAudience:
    """``ReaderBook``, ``Readership`` and ``Intakes`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def lists(self) -> Sequence[ListName]:
        """Return the names of all lists, in order."""
        with reading(self._engine) as connection:
            return list_names(connection)

    def journalists(self) -> frozenset[JournalistId]:
        """Return every journalist who can be followed; a slug that was merged away means who stayed."""
        can_be = journalists.c.removed_at.is_(None) | journalists.c.merged_into.is_not(None)
        with reading(self._engine) as connection:
            return frozenset(JournalistId(slug) for slug in connection.scalars(select(journalists.c.id).where(can_be)))

    def height(self) -> Position:
        """Return the shelf's height now: where new follows begin."""
        with reading(self._engine) as connection:
            return shelf_height(connection)

    def join(self, list_name: ListName, rows: Sequence[Joining], *, since: Position, at: datetime) -> Sequence[Joined]:
        """Take in the rows, all or none; answer for each. New follows begin at ``since``; old ones keep theirs.

        An empty name leaves the known name as it is. Who left stays away, whatever the row says.

        :raises UnknownList: no newsletter has such a list.
        """
        with writing(self._engine) as connection:
            must_be_a_list(connection, list_name)
            make_tables(connection)
            answers: list[Joined] = []
            for chunk in _persons(rows):
                lay_down(connection, enumerate(chunk))
                follow_merges(connection)
                compare(connection, list_name, true())
                done = connection.execute(verdicts(true()).order_by("line"))
                answers += [Joined(verdict) for _line, verdict in done]
                take_in(connection, list_name, true(), since=since, at=at)
                empty_tables(connection)
            drop_tables(connection)
            return answers

    @contextmanager
    def intake(self, list_name: ListName) -> Iterator[SqlIntake]:
        """Open an intake into a list, on a connection of its own."""
        with open_intake(self._engine, list_name) as opened:
            yield opened

    def leave(self, list_name: ListName, address: str, *, at: datetime) -> bool:
        """End a subscription; ``False`` if there was none to end. Idempotent."""
        person = select(subscribers.c.id).where(subscribers.c.identity == identity(address)).scalar_subquery()
        with writing(self._engine) as connection:
            ended = connection.execute(
                update(subscriptions)
                .where(
                    subscriptions.c.list == list_name,
                    subscriptions.c.subscriber == person,
                    subscriptions.c.state != SubscriptionState.UNSUBSCRIBED,
                )
                .values(state=SubscriptionState.UNSUBSCRIBED, left_at=at)
            )
        return ended.rowcount > 0

    def membership(self, token: str) -> Membership | None:
        """Return the subscription that this token opens; ``None`` if it opens none."""
        with reading(self._engine) as connection:
            return find_membership(connection, token)

    def leave_by_token(self, token: str, *, at: datetime) -> bool:
        """End the subscription that this token opens; ``False`` if there was none to end. Idempotent."""
        with writing(self._engine) as connection:
            return end_subscription(connection, token, at)

    def come_back(self, token: str, *, left_since: datetime) -> bool:
        """Take a subscription up again, as it was, that was ended at ``left_since`` or later; else ``False``."""
        with writing(self._engine) as connection:
            return take_up_again(connection, token, left_since)

    def change_follows(self, token: str, change: FollowChange) -> bool:
        """Begin and end follows, now at the shelf's height; ``False`` for an unknown token and for who has left."""
        with writing(self._engine) as connection:
            return change_follows(connection, token, change)

    def change_rhythm(self, token: str, changes: Sequence[RhythmChange], *, at: datetime) -> bool:
        """Change parts of a rhythm, each by itself; ``False`` for an unknown token and for who has left."""
        with writing(self._engine) as connection:
            return change_rhythm_of(connection, token, changes, at)

    def change_appearance(self, token: str, change: AppearanceChange) -> bool:
        """Change what mails look like, part by part; ``False`` for an unknown token and for who has left."""
        with writing(self._engine) as connection:
            return change_appearance_of(connection, token, change)

    def received(self, token: str) -> Sequence[Received]:
        """Return what the ledger has of the list's issues for this reader, the oldest first."""
        with reading(self._engine) as connection:
            return received_by(connection, token)

    def suppress(self, address: str, reason: SuppressionReason, *, at: datetime, note: str = "") -> None:
        """Never mail this address again, whether or not anybody is subscribed by it. The first reason stays."""
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, suppressions)
                .values(identity=known_as(connection, address), reason=reason, note=note, noted_at=at)
                .on_conflict_do_nothing()
            )

    def stream(self, list_name: ListName) -> Iterator[Reader]:
        """Go through every subscription of the list with its follows, in the order of subscriber ids, once.

        One transaction reads them, page by page, as of the moment at which the first one is asked for; it ends with
        the last one, or when nobody asks on. A reader's cursor stands behind every issue that may have been accepted
        for them, though nobody knows yet: what may have arrived is not risked twice.
        """
        with reading(self._engine) as connection:
            yield from stream_readers(connection, list_name)

    def readers(self, list_name: ListName) -> Sequence[Reader]:
        """Return all readers of a list at once: only for a list that is known to be short."""
        with reading(self._engine) as connection:
            return all_readers(connection, list_name)

    def reader(self, list_name: ListName, address: str) -> Reader | None:
        """Return the reader with that address, in any spelling; ``None`` if nobody on the list ever had it."""
        with reading(self._engine) as connection:
            return find_reader(connection, list_name, address)

    def cursors(self, list_name: ListName) -> Collection[Position]:
        """Return the cursors that the list's readers have, each once."""
        with reading(self._engine) as connection:
            return cursors_of(connection, list_name)

    def had(
        self,
        list_name: ListName,
        stories: Sequence[Position],
        *,
        whom: Collection[SubscriberId] | None = None,
        before: int | None = None,
    ) -> Mapping[SubscriberId, Mapping[Position, Position]]:
        """Return, for each reader (or of ``whom``) who had a piece of these stories, which piece it was, by the story.

        What counts is what was in a mail that was accepted and did not bounce, or that may have been accepted.
        """
        with reading(self._engine) as connection:
            return had_pieces(connection, list_name, stories, whom=whom, before=before)

    def missing(
        self, former: Sequence[IssueId], *, whom: Collection[SubscriberId]
    ) -> Mapping[SubscriberId, Mapping[Position, IssueId]]:
        """Return, for each of these readers, the articles in mails of these issues that did not reach them."""
        with reading(self._engine) as connection:
            return missing_articles(connection, former, whom)


def _persons(rows: Iterable[Joining]) -> Iterator[list[Joining]]:
    """Cut rows into chunks in which nobody appears twice, so that a later row of a person sees the earlier one."""
    chunk: dict[str, Joining] = {}
    for row in rows:
        who = identity(row.address)
        if who in chunk or len(chunk) == CHUNK:
            yield list(chunk.values())
            chunk = {}
        chunk[who] = row
    if chunk:
        yield list(chunk.values())
