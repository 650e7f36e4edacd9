"""Hashes that are this store's own: equal for equal texts, and of no use in another store."""

import hmac
import secrets

from sqlalchemy import Connection, select

from digest.store.tables import salts
from digest.store.transactions import insert_into

_BYTES = 32


def find_salt(connection: Connection, name: str) -> str | None:
    """Return a salt; ``None`` if nothing was hashed with it yet."""
    salt: str | None = connection.scalar(select(salts.c.salt).where(salts.c.name == name))
    return salt


def salted(connection: Connection, name: str, text: str) -> str:
    """Return the hash (HMAC-SHA256, 64 hex digits) of a text, by the salt of that name, which is made when first used.

    Only within a transaction that writes.
    """
    salt = find_salt(connection, name)
    if salt is None:
        made = insert_into(connection, salts).values(name=name, salt=secrets.token_hex(_BYTES))
        connection.execute(made.on_conflict_do_nothing())
        salt = find_salt(connection, name)
    assert salt is not None
    return hashed(salt, text)


def hashed(salt: str, text: str) -> str:
    """Return the hash of a text by a salt."""
    return hmac.digest(bytes.fromhex(salt), text.encode(), "sha256").hex()
