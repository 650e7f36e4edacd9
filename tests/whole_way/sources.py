"""Outlets whose pages change as pages do, and a model of who is owed what. No network, a real store."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from digest.audience.joining import Joining
from digest.collect.article import FoundArticle, Precision, Published
from digest.collect.freshness import decide
from digest.collect.identity import key_of
from digest.collect.reading import known_of
from digest.collect.text.dates import instant
from digest.compose.grouping import share_among
from digest.compose.issue import Excluded, Frozen, Owed
from digest.compose.newsletter import Selection
from digest.ids import DeliveryId, IssueId, JournalistId, ListName, Position
from digest.send.ledger import Holder, LeftOut, Planned
from digest.send.mail import Accepted, Answer, Rejected
from tests.builders import a_declaration, a_frozen_issue, a_journalist, a_newsletter, an_outlet
from tests.contracts.desk import Desk, sealed
from tests.fakes import NOON

LIST: Final = ListName("morning")
HOME: Final = {"ada": "paper", "ben": "paper", "cyd": "tribune", "dan": "tribune"}
READERS: Final = ("una", "vic", "wes")
KINDS: Final = ("feed", "page", "capture")
COLUMN: Final = "What you must know this morning in Almaty"
_VOCABULARY: Final = [
    f"{first}{last}" for first in "bdfgklmnprst" for last in ("ard", "elo", "imi", "ong", "usk", "yra")
]


@dataclass
class Printed:
    """A story as one outlet has it now: its address, the feed's id and its headline can change."""

    outlet: str
    number: int
    title: str
    text: str
    at: datetime
    slug: int = 0
    guid: int = 0
    on_phones: bool = False

    def shown(self, kind: str, now: datetime) -> FoundArticle:
        """Return it as a source of this kind shows it."""
        host = f"{'amp.' if self.on_phones else 'www.'}{self.outlet}.example"
        url = f"https://{host}/{self.number}-{self.slug}"
        found = FoundArticle(title=self.title, text=self.text, url=url)
        if kind == "feed":
            return _with(found, published=instant(self.at), guid=f"{self.number}/{self.guid}")
        if kind == "page":
            start = self.at.replace(hour=0, minute=0)
            day = Published(earliest=start, latest=start + timedelta(days=1), precision=Precision.DAY)
            return _with(found, published=day)
        days = max(1, (now - self.at).days)
        latest = now - timedelta(days=days - 1)
        ago = Published(earliest=latest - timedelta(days=2), latest=latest, precision=Precision.RELATIVE)
        return _with(found, published=ago, url=None)


def _with(found: FoundArticle, **changes: object) -> FoundArticle:
    old = {name: getattr(found, name) for name in FoundArticle.__dataclass_fields__}
    return FoundArticle(**{**old, **changes})  # type: ignore[arg-type]


@dataclass
class Follower:
    """What the model knows of a reader. Times are counted in readings."""

    settled: int
    follows: dict[str, int] = field(default_factory=dict)
    has: Counter[int] = field(default_factory=Counter)


@dataclass
class World:
    """Outlets, a real store, and the model beside it."""

    engine: Engine
    today: int = 0
    readings: int = 0
    prints: dict[tuple[int, str], Printed] = field(default_factory=dict)  # by story and outlet
    pages: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in HOME})
    kinds: dict[str, str] = field(default_factory=lambda: dict.fromkeys(HOME, "feed"))
    seen: dict[tuple[int, str], int] = field(default_factory=dict)  # by story and journalist: in which reading first
    unread: set[tuple[int, str]] = field(default_factory=set)  # changed at that outlet since it was read
    down: set[str] = field(default_factory=set)
    readers: dict[str, Follower] = field(default_factory=dict)
    issues: int = 0
    story_of: dict[str, int] = field(default_factory=dict)  # by the shelf's key

    def __post_init__(self) -> None:
        self.desk = Desk(self.engine)
        selection = Selection(per_journalist=100, total=500)
        self.newsletter = a_newsletter(journalists=tuple(HOME), selection=selection)
        staff = [a_journalist(name, outlet=an_outlet(outlet)) for name, outlet in HOME.items()]
        self.desk.newsletters.apply(a_declaration(self.newsletter, journalists=staff), at=NOON)

    @property
    def now(self) -> datetime:
        return NOON + timedelta(days=self.today)

    # What outlets do

    def publish(self, writer: str, days_ago: float = 0, *, is_column: bool = False) -> None:
        number = len({story for story, _ in self.prints}) + 1
        words = random.Random(number).choices(_VOCABULARY, k=70 if number % 3 == 0 else 40)
        title = COLUMN if is_column else f"Story {number} of the {words[0]} and the {words[1]}"
        # Numbers of a column come out on days of their own.
        at = self.now - timedelta(days=days_ago, hours=1, minutes=number)
        self.prints[number, HOME[writer]] = Printed(HOME[writer], number, title, " ".join(words), at)
        self.pages[writer].insert(0, number)

    def column(self, writer: str) -> None:
        """Publish the day's number of a column, if there is none yet."""
        if not any(one.title == COLUMN and one.at > self.now - timedelta(days=2) for one in self.prints.values()):
            self.publish(writer, is_column=True)

    def also_on(self, which: int, writer: str) -> None:
        """List a story on another journalist's page; at another outlet it is a syndicated copy."""
        number = self._some(which)
        if number is None or number in self.pages[writer]:
            return
        outlet = HOME[writer]
        if (number, outlet) not in self.prints:
            original = next(one for (story, _), one in self.prints.items() if story == number)
            is_known = any(story == number for story, _ in self.seen)
            if not is_known or original.title == COLUMN or (number, original.outlet) in self.unread:
                return
            text = f"This article was first published at {original.outlet}. {original.text} Follow us on Telegram."
            at = original.at + timedelta(hours=5)
            self.prints[number, outlet] = Printed(outlet, number, original.title, text, at)
        self.pages[writer].insert(0, number)

    def edit(self, which: int, what: str, writer: str) -> None:
        """Change a headline, an address or a feed's id: once between two readings, else nobody could know it again."""
        number, outlet = self._some(which), HOME[writer]
        one = self.prints.get((number or 0, outlet))
        if one is None or number is None or (number, outlet) in self.unread or one.title == COLUMN:
            return
        listing = [name for name in HOME if HOME[name] == outlet and number in self.pages[name]]
        if not any((number, name) in self.seen for name in listing):
            return
        feeds_only = all(self.kinds[name] == "feed" for name in listing)
        if what == "phones":
            one.on_phones = not one.on_phones
        elif what == "reguid":
            one.guid += 1
        elif what == "rename" and all(self.kinds[name] != "capture" for name in listing):
            one.title = f"Update: {one.title}"
        elif what == "move" and feeds_only:
            one.slug += 1
        else:
            return
        self.unread.add((number, outlet))

    def change_kind(self, writer: str, kind: str) -> None:
        """Follow a journalist by another kind of source; not while something waits to be read by the old one."""
        if all(HOME[writer] != outlet for _, outlet in self.unread):
            self.kinds[writer] = kind

    def fall(self, writer: str) -> None:
        self.down.add(writer)

    def rise(self, writer: str) -> None:
        self.down.discard(writer)

    def forget(self, writer: str, keep: int) -> None:
        """Drop the oldest from a page."""
        del self.pages[writer][max(1, keep) :]

    def _some(self, which: int) -> int | None:
        numbers = sorted({number for number, _ in self.prints})
        return numbers[which % len(numbers)] if numbers else None

    # What we do

    def read(self) -> None:
        """Read every journalist's page whose source works."""
        self.readings += 1
        for writer in HOME:
            if writer in self.down:
                continue
            shown = [self.prints[number, HOME[writer]] for number in self.pages[writer]]
            found = [one.shown(self.kinds[writer], self.now) for one in shown]
            who = a_journalist(writer, outlet=an_outlet(HOME[writer]))
            known = known_of({key_of(one): one for one in found}, who, self.desk.shelf)
            intents = decide(known, found, JournalistId(writer))
            if intents:
                self.desk.shelf.apply(JournalistId(writer), intents, at=self.now)
            for one, article in zip(shown, found, strict=True):
                self.seen.setdefault((one.number, writer), self.readings)
                old = known.get(key_of(article))
                key = old.key if old is not None else key_of(article)
                assert self.story_of.setdefault(key, one.number) == one.number, "two stories became one"
        self.unread = {
            (number, outlet)
            for number, outlet in self.unread
            if any(HOME[name] == outlet and number in self.pages[name] and name in self.down for name in HOME)
        }

    def follow(self, reader: str, whom: Sequence[str]) -> None:
        """Import a row: a new reader, or exactly whom a known one follows from now on."""
        row = Joining(
            address=f"{reader}@example.org", locale="en", time_zone="UTC", follows=tuple(map(JournalistId, whom))
        )
        self.desk.audience.join(LIST, [row], since=self.desk.shelf.height(), at=self.now)
        known = self.readers.setdefault(reader, Follower(settled=self.readings))
        known.follows = {name: known.follows.get(name, self.readings) for name in whom}

    def issue(self, refused: Sequence[str] = ()) -> None:
        """Read, compose, send; compare what everybody got with what the model says that they are owed."""
        self.today += 1
        self.read()
        self.issues += 1
        height = self.desk.shelf.height()
        shelved = self.desk.shelf.articles(list(map(JournalistId, HOME)), above=Position(0), until=height)
        if not shelved:
            return
        frozen = a_frozen_issue(
            *shelved, newsletter=self.newsletter, number=self.issues, composed_at=self.now, height=height
        )
        one = sealed(frozen)
        self.desk.issues.put(one)
        self.desk.issues.approve(frozen.id, one.hash, by="editor", at=self.now)
        answers = self._plan(frozen, refused)
        self.desk.ledger.claim(frozen.id, worker="w", limit=100, lease_seconds=60, at=self.now)
        holder = Holder(worker="w", since=self.now)
        self.desk.ledger.record(frozen.id, answers, holder=holder, height=height, at=self.now)
        self.desk.issues.finish(frozen.id, at=self.now)

    def _plan(self, frozen: Frozen, refused: Sequence[str]) -> list[Answer]:
        shared = list(share_among(frozen, self.desk.audience.readers(LIST), self.desk.audience))
        by_position = {article.position: self.story_of[article.key] for article in frozen.articles}
        got: dict[str, list[int]] = {}
        for one in shared:
            name = one.reader.subscriber.address.partition("@")[0]
            got[name] = [by_position[at] for at in one.contents.positions] if isinstance(one, Owed) else []
        owed = {name: self._owed(name) for name in self.readers}
        assert {name: Counter(stories) for name, stories in got.items()} == owed
        answers: list[Answer] = []
        for one in shared:
            name = one.reader.subscriber.address.partition("@")[0]
            if name not in refused or isinstance(one, Excluded):
                self.readers[name].settled = self.readings if self.readers[name].follows else self.readers[name].settled
                self.readers[name].has += owed[name]
            if isinstance(one, Owed):
                id_ = _delivery(name, frozen.id)
                answers.append(
                    Rejected(delivery=id_, why="550") if name in refused else Accepted(delivery=id_, receipt="r")
                )
        self.desk.ledger.plan(
            frozen.id,
            [Planned(id=_delivery(_name(one), frozen.id), owed=one) for one in shared if isinstance(one, Owed)],
            [LeftOut(id=_delivery(_name(one), frozen.id), excluded=one) for one in shared if isinstance(one, Excluded)],
            height=frozen.height,
            at=self.now,
        )
        return answers

    def _owed(self, name: str) -> Counter[int]:
        """The law in few words: a story that somebody they follow was seen to have since, and that they never had."""
        reader = self.readers[name]
        return Counter(
            {
                number: 1
                for number in {number for number, _ in self.seen}
                if number not in reader.has
                and self._published(number) > self.now - timedelta(days=14)
                and any(
                    seen > max(reader.follows[writer], reader.settled)
                    for (of, writer), seen in self.seen.items()
                    if of == number and writer in reader.follows
                )
            }
        )

    def _published(self, number: int) -> datetime:
        return min(one.at for (story, _), one in self.prints.items() if story == number)


def _name(one: Owed | Excluded) -> str:
    return one.reader.subscriber.address.partition("@")[0]


def _delivery(name: str, issue: IssueId) -> DeliveryId:
    return DeliveryId(f"{issue}-{name}")


def live(world: World, history: Sequence[tuple[object, ...]]) -> Mapping[str, Follower]:
    """Live through a history, then two calm days on which every source works."""
    for step, *details in history:
        getattr(world, str(step))(*details)
    for writer in HOME:
        world.rise(writer)
    world.issue()
    world.issue()
    assert all(times == 1 for reader in world.readers.values() for times in reader.has.values())
    return world.readers
