"""Finding the reader of a list whom a person means by an address."""

from digest.audience.mailbox import mailbox
from digest.audience.ports import Readership
from digest.audience.reader import Reader
from digest.errors import UnknownReader
from digest.ids import ListName


def find_reader(address: str, list_name: ListName, readership: Readership) -> Reader:
    """Return the reader of the list with that address, in whatever spelling.

    :raises UnknownReader: it is no address at all, or nobody on the list has it.
    """
    try:
        reader = readership.reader(list_name, mailbox(address))
    except ValueError:
        raise UnknownReader from None
    if reader is None:
        raise UnknownReader
    return reader
