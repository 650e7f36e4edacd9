"""The step behind ``digest audience look``: what a reader asks for by letter is kept like a choice of their own."""

from digest.audience.appearance import AppearanceChange
from digest.audience.finding import find_reader
from digest.audience.ports import ReaderBook, Readership
from digest.audience.reader import Reader
from digest.audience.steps import known_list
from digest.errors import WrongUse
from digest.ids import ListName


def change_appearance(
    address: str, list_name: ListName, change: AppearanceChange, *, book: ReaderBook, readership: Readership
) -> Reader:
    """Change what a reader's mails of a list look like; return the reader as they are then.

    :raises UnknownList: no list of that name exists.
    :raises UnknownReader: it is no address at all, or nobody on that list has it.
    :raises WrongUse: they have left.
    """
    reader = find_reader(address, known_list(list_name, book=book), readership)
    if not change.is_none and not book.change_appearance(reader.token, change):
        raise WrongUse("They have left this list, so they get no mails.", advice="Only they can come back.")
    return find_reader(address, list_name, readership)
