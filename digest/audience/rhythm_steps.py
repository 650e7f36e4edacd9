"""The step behind ``digest audience pace``: what a reader asks for by letter is kept like a choice of their own."""

from collections.abc import Sequence

from digest.audience.finding import find_reader
from digest.audience.ports import ReaderBook, Readership
from digest.audience.reader import Reader
from digest.audience.rhythm import RhythmChange
from digest.audience.steps import known_list
from digest.clock import Clock
from digest.errors import WrongUse
from digest.ids import ListName


def change_rhythm(
    address: str,
    list_name: ListName,
    changes: Sequence[RhythmChange],
    *,
    book: ReaderBook,
    readership: Readership,
    clock: Clock,
) -> Reader:
    """Change how often and when a reader of a list gets issues; return the reader as they are then.

    :raises UnknownList: no list of that name exists.
    :raises UnknownReader: it is no address at all, or nobody on that list has it.
    :raises WrongUse: they have left.
    """
    reader = find_reader(address, known_list(list_name, book=book), readership)
    if changes and not book.change_rhythm(reader.token, changes, at=clock.now()):
        raise WrongUse("They have left this list, so they have no pace.", advice="Only they can come back.")
    return find_reader(address, list_name, readership)
