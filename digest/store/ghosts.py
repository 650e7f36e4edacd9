"""What stands for the address of somebody who was erased: a salted hash, which keeps it from being mailed again.

Whoever holds the database with its salt can try addresses against the hash; nobody can read one from it.
"""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Connection, select

from digest.store.identity import identity
from digest.store.salts import find_salt, hashed, salted
from digest.store.tables import suppressions
from digest.store.transactions import chunks

#: The salt of these hashes.
SALT: Final = "erased"
#: How an identity begins that is such a hash.
PREFIX: Final = "erased:"


def ghost_of(connection: Connection, who: str) -> str:
    """Return the identity that stands for a folded address from now on. Only in a transaction that writes."""
    return PREFIX + salted(connection, SALT, who)


def is_ghost(who: str | None) -> bool:
    """Tell whether an identity is that of somebody who was erased."""
    return who is not None and who.startswith(PREFIX)


def ghosts_of(connection: Connection, identities: Collection[str]) -> Mapping[str, str]:
    """Return those of these folded addresses that were erased, each with the identity that stands for it."""
    salt = find_salt(connection, SALT)
    if salt is None:
        return {}
    ghosts = {PREFIX + hashed(salt, one): one for one in identities}
    return {
        ghosts[found]: found
        for chunk in chunks(sorted(ghosts))
        for found in connection.scalars(select(suppressions.c.identity).where(suppressions.c.identity.in_(chunk)))
    }


def known_as(connection: Connection, address: str) -> str:
    """Return the identity under which an address is known: its own, or what stands for it since it was erased."""
    who = identity(address)
    return ghosts_of(connection, [who]).get(who, who)
