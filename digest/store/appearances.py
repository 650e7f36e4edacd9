"""What readers' mails look like, as columns of their subscriptions: read, and changed part by part."""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, update

from digest.audience.appearance import Appearance, AppearanceChange
from digest.store.tables import subscriptions

#: The columns that ``appearance_of`` wants, in its order.
APPEARANCE: Final = (subscriptions.c.look, subscriptions.c.text_only)


@lru_cache(maxsize=64)
def appearance_of(look: str, text_only: bool) -> Appearance:
    """Return the appearance that a subscription's columns say."""
    return Appearance(look=look, text_only=text_only)


def columns_of(change: AppearanceChange) -> dict[str, Any]:
    """Return what a change writes into a subscription's columns; nothing for a part that stays."""
    said = {"look": change.look, "text_only": change.text_only}
    return {name: value for name, value in said.items() if value is not None}


def change_appearance(connection: Connection, subscription: int, change: AppearanceChange) -> None:
    """Change parts of what a subscription's mails look like."""
    if not change.is_none:
        connection.execute(update(subscriptions).where(subscriptions.c.id == subscription).values(**columns_of(change)))
