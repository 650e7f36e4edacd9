"""Who must not be mailed, and which of them providers have from us."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, exists, func, select, union

from digest.audience.reader import SubscriptionState, Suppression, SuppressionReason
from digest.store.ghosts import known_as
from digest.store.identity import identity
from digest.store.tables import provider_suppressions, subscribers, subscriptions, suppressions
from digest.store.transactions import chunks, insert_into, reading, writing

#: Of these a provider may be told. Who was erased is kept nowhere but here.
_TELLABLE = tuple(reason for reason in SuppressionReason if reason is not SuppressionReason.ERASED)


class SqlSuppressions:
    """``SuppressionBook`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def counts(self) -> dict[SuppressionReason, int]:
        """Return how many addresses are suppressed for each reason."""
        query = select(suppressions.c.reason, func.count()).group_by(suppressions.c.reason)
        with reading(self._engine) as connection:
            return {SuppressionReason(reason): count for reason, count in connection.execute(query).tuples()}

    def of(self, address: str) -> Suppression | None:
        """Return why an address must not be mailed; ``None`` if it may."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(suppressions).where(suppressions.c.identity == known_as(connection, address))
            ).one_or_none()
        if row is None:
            return None
        return Suppression(reason=SuppressionReason(row.reason), note=row.note, since=row.noted_at)

    def lift(self, address: str) -> SuppressionReason | None:
        """Mail an address again; return why it was not, ``None`` if it was. Erased ones are never lifted."""
        with writing(self._engine) as connection:
            lifted = connection.scalar(
                delete(suppressions)
                .where(suppressions.c.identity == identity(address), suppressions.c.reason != SuppressionReason.ERASED)
                .returning(suppressions.c.reason)
            )
        return None if lifted is None else SuppressionReason(lifted)

    def told(self, provider: str, addresses: Sequence[str]) -> frozenset[str]:
        """Return those of the addresses that the provider has from us, folded."""
        theirs = provider_suppressions.c
        with reading(self._engine) as connection:
            return frozenset(
                one
                for chunk in chunks({identity(address) for address in addresses})
                for one in connection.scalars(
                    select(theirs.identity).where(theirs.provider == provider, theirs.identity.in_(chunk))
                )
            )

    def to_tell(self, provider: str, *, known: frozenset[str], most: int) -> Sequence[str]:
        """Return up to ``most`` addresses that must not be mailed any more and that the provider has from nobody.

        They are suppressed, or have left every list. ``known`` are, folded, those whom the provider has of itself.
        """
        has_a_list = exists().where(
            subscriptions.c.subscriber == subscribers.c.id, subscriptions.c.state != SubscriptionState.UNSUBSCRIBED
        )
        is_on_lists = exists().where(subscriptions.c.subscriber == subscribers.c.id)
        whom = union(
            select(suppressions.c.identity).where(suppressions.c.reason.in_(_TELLABLE)),
            select(subscribers.c.identity).where(is_on_lists, ~has_a_list),
        ).subquery()
        has_it = exists().where(
            provider_suppressions.c.provider == provider, provider_suppressions.c.identity == whom.c.identity
        )
        erased = exists().where(
            suppressions.c.identity == whom.c.identity, suppressions.c.reason == SuppressionReason.ERASED
        )
        with reading(self._engine) as connection:
            rows = connection.scalars(select(whom.c.identity).where(~has_it, ~erased).order_by(whom.c.identity))
            found: list[str] = []
            for one in rows:
                if one not in known:
                    found.append(one)
                if len(found) == most:
                    break
            return found

    def to_take_back(self, provider: str) -> Sequence[str]:
        """Return the addresses that the provider has from us and that want our mail again."""
        theirs = provider_suppressions.c
        wants = exists().where(
            subscribers.c.identity == theirs.identity,
            subscriptions.c.subscriber == subscribers.c.id,
            subscriptions.c.state == SubscriptionState.ACTIVE,
        )
        may_not = exists().where(suppressions.c.identity == theirs.identity)
        with reading(self._engine) as connection:
            return connection.scalars(
                select(theirs.identity).where(theirs.provider == provider, wants, ~may_not).order_by(theirs.identity)
            ).all()

    def note_told(self, provider: str, addresses: Sequence[str], *, at: datetime) -> None:
        """Remember that the provider has these from us."""
        with writing(self._engine) as connection:
            for chunk in chunks({identity(address) for address in addresses}):
                rows = [{"provider": provider, "identity": one, "told_at": at} for one in chunk]
                connection.execute(insert_into(connection, provider_suppressions).on_conflict_do_nothing(), rows)

    def forget_told(self, provider: str, address: str) -> None:
        """Remember that the provider has this one no more from us."""
        theirs = provider_suppressions.c
        with writing(self._engine) as connection:
            connection.execute(
                delete(provider_suppressions).where(theirs.provider == provider, theirs.identity == identity(address))
            )
