"""An issue of which everybody gets something else: every reader follows another three of six journalists."""

from collections.abc import Sequence
from itertools import combinations

from sqlalchemy import Engine

from digest.audience.joining import Joining
from digest.ids import Position
from digest.send.steps import approve
from digest.store.newsletters import SqlNewsletters
from tests.builders import a_declaration, a_frozen_issue, a_joining, a_newsletter, an_article
from tests.fakes import NOON
from tests.send.office import ISSUE, LIST, Office, TickingClock, a_sealed

SIX = ("a-a", "b-b", "c-c", "d-d", "e-e", "f-f")
#: Whom they follow: twenty bodies.
FOLLOWS = tuple(combinations(SIX, 3))


def open_up_with_many_contents(
    engine: Engine, readers: int = len(FOLLOWS), *, others: Sequence[Joining] = ()
) -> Office:
    """Put an approved issue in one language, so many readers and ``others`` into the store."""
    articles = [an_article(place, by=writer, title=f"{{{{ {writer} }}}} & <b>") for place, writer in enumerate(SIX, 1)]
    sealed = a_sealed(a_frozen_issue(*articles, newsletter=a_newsletter(journalists=SIX, locales=("en",))))
    SqlNewsletters(engine).apply(a_declaration(sealed.frozen.newsletter), at=NOON)
    office = Office(engine)
    rows = [
        a_joining(
            f"reader{number}@example.org",
            name=f"Reader {number}",
            follows=FOLLOWS[number % len(FOLLOWS)],
            locale="en",
        )
        for number in range(readers)
    ]
    office.audience.join(LIST, [*rows, *others], since=Position(0), at=NOON)
    office.archive.put(sealed)
    approve(ISSUE, by="editor", archive=office.archive, clock=TickingClock())
    return office
