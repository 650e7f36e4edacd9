"""The lists that people subscribe to: each comes with its newsletter."""

from sqlalchemy import Connection, select

from digest.errors import UnknownList
from digest.ids import ListName
from digest.store.tables import lists


def list_names(connection: Connection, *, lock: bool = False) -> list[ListName]:
    """Return the names of all lists, in order; ``lock`` lets no second import begin before this transaction ends."""
    query = select(lists.c.name).order_by(lists.c.name)
    names = connection.scalars(query.with_for_update(key_share=True) if lock else query)
    return [ListName(name) for name in sorted(names)]


def must_be_a_list(connection: Connection, list_name: ListName) -> None:
    """Hold all lists until the transaction ends: two imports that name the same person would trip over each other.

    :raises UnknownList: no newsletter has such a list.
    """
    names = list_names(connection, lock=True)
    if list_name not in names:
        raise UnknownList(list_name, names)
