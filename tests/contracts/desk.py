"""A store with everything in it that a contract test begins with: opened adapters, a newsletter, readers, an issue."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select, update

from digest.audience.reader import Reader
from digest.collect.freshness import Add
from digest.compose.issue import Contents, Frozen
from digest.compose.snapshot import to_json
from digest.ids import DeliveryId, IssueId, JournalistId, ListName, Position, Sha256
from digest.render.rendition import Part, Rendition, Sealed
from digest.send.ledger import Planned
from digest.store.audience import SqlAudience
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.newsletters import SqlNewsletters
from digest.store.roster import SqlRoster
from digest.store.roster_desk import SqlRosterDesk
from digest.store.shelf import SqlShelf
from digest.store.source_log import SqlSourceLog
from digest.store.tables import subscriptions
from tests.builders import (
    a_contents,
    a_declaration,
    a_found_article,
    a_frozen_issue,
    a_joining,
    a_newsletter,
    a_section,
    an_article,
    an_owed,
)
from tests.fakes import NOON

MORNING = ListName("morning")
ISSUE = IssueId("morning-brief-1")
DANA = JournalistId("dana-serikova")
ASEL = JournalistId("asel-nurlan")


def sealed(frozen: Frozen | None = None, *, salt: str = "") -> Sealed:
    """Return a sealed issue with one rendition; ``salt`` makes another hash of the same issue."""
    the_frozen = frozen or a_frozen_issue()
    rendition = Rendition(
        issue=the_frozen.id,
        locale="en",
        look="classic",
        mark="m4rk",
        subject=Part(segments={"subject": "Snow closes the road"}),
        html=Part(segments={"z-first": "<p>Снег</p>", "a-second": "<p>two</p>"}),
        text=Part(segments={"all": "one\n"}),
    )
    return Sealed(
        frozen=the_frozen,
        snapshot=to_json(the_frozen),
        template_revision=Sha256("a" * 64),
        renditions=(rendition,),
        hash=Sha256(f"{the_frozen.id}{salt}".ljust(64, "0")),
    )


@dataclass
class Desk:
    """The adapters of one store."""

    engine: Engine

    def __post_init__(self) -> None:
        self.audience = SqlAudience(self.engine)
        self.roster = SqlRoster(self.engine)
        self.roster_desk = SqlRosterDesk(self.engine)
        self.source_log = SqlSourceLog(self.engine)
        self.shelf = SqlShelf(self.engine)
        self.newsletters = SqlNewsletters(self.engine)
        self.issues = SqlIssues(self.engine)
        self.ledger = SqlLedger(self.engine)

    def open_newsroom(self) -> None:
        """Apply a newsletter of two journalists."""
        newsletter = a_newsletter(journalists=(DANA, ASEL))
        self.newsletters.apply(a_declaration(newsletter), at=NOON)

    def shelve(self, *keys: str, by: JournalistId = DANA) -> Position:
        """Put new articles on the shelf, one per key."""
        return self.shelf.apply(by, [Add(key, a_found_article(title=f"On {key}")) for key in keys], at=NOON)

    def subscribe(self, count: int) -> Sequence[Reader]:
        """Subscribe ``reader1@example.org`` and so on from the ground up; return all readers of the list."""
        rows = [a_joining(f"reader{number}@example.org", name=f"Reader {number}") for number in range(1, count + 1)]
        self.audience.join(MORNING, rows, since=Position(0), at=NOON)
        return self.audience.readers(MORNING)

    def approve_issue(self, *, number: int = 1, height: int = 1) -> IssueId:
        """Put and approve an issue of one article."""
        newsletter = a_newsletter(journalists=(DANA, ASEL))
        one = sealed(a_frozen_issue(an_article(), newsletter=newsletter, number=number, height=height))
        self.issues.put(one)
        self.issues.approve(one.frozen.id, one.hash, by="editor", at=NOON)
        return one.frozen.id

    def plan(self, readers: Sequence[Reader], *, issue: IssueId = ISSUE, height: int = 1) -> list[DeliveryId]:
        """Plan the same contents for all readers; a delivery's id tells issue and subscriber."""
        contents = contents_of(issue)
        planned = [
            Planned(id=delivery_of(reader, issue), owed=an_owed(reader, contents=contents)) for reader in readers
        ]
        self.ledger.plan(issue, planned, [], height=Position(height), at=NOON)
        return [one.id for one in planned]

    def stored_cursors(self) -> list[int]:
        """Return the subscriptions' own cursors, whatever is under way, in the order of subscribers."""
        with self.engine.connect() as connection:
            return list(connection.scalars(select(subscriptions.c.cursor).order_by(subscriptions.c.subscriber)))

    def set_cursors(self, position: int) -> None:
        """Set every subscription's cursor."""
        with self.engine.begin() as connection:
            connection.execute(update(subscriptions).values(cursor=position))


def contents_of(issue: IssueId = ISSUE, *, locale: str = "en") -> Contents:
    """Return contents that hold article 1."""
    return a_contents(a_section(), issue=issue, locale=locale)


def delivery_of(reader: Reader, issue: IssueId = ISSUE) -> DeliveryId:
    """Return the delivery's id that ``Desk.plan`` gives."""
    return DeliveryId(f"{issue}-{reader.subscriber.id}")
