"""The laws of the ledger, whatever happens in whatever order (DESIGN.md, laws 1, 4 and 5)."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from digest.audience.reader import Reader, SuppressionReason
from digest.ids import DeliveryId, Position, SubscriberId
from digest.send.doubt import SettledBy, Settlement, Verdict
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Evidence, Postponed, Rejected, Unclear
from digest.send.states import DeliveryState, may_step
from digest.store.engine import open_engine
from digest.store.tables import deliveries, settlements
from tests.contracts.desk import ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON

READERS = 4
HEIGHT = Position(1)
LEASE = 60

#: An operation: its name, whom it is about (a set of readers, by index), and a number to vary it.
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["claim", "answer", "answer", "release", "give up", "settle", "say", "leave", "suppress", "wait"]
        ),
        st.sets(st.integers(0, READERS - 1), min_size=1),
        st.integers(0, 3),
    ),
    max_size=25,
)


@dataclass
class World:
    """The store, and what really happened at the mailer, which the store cannot see."""

    desk: Desk
    readers: list[Reader]
    now: timedelta = timedelta()
    taken: dict[DeliveryId, int] = field(default_factory=dict)
    gone: set[SubscriberId] = field(default_factory=set)
    held: dict[DeliveryId, Holder] = field(default_factory=dict)
    said: int = 0

    def states(self) -> dict[DeliveryId, DeliveryState]:
        with self.desk.engine.connect() as connection:
            rows = connection.execute(select(deliveries.c.id, deliveries.c.state)).tuples()
            return {DeliveryId(one): DeliveryState(state) for one, state in rows}

    def chosen(self, whom: set[int], state: DeliveryState) -> list[DeliveryId]:
        now = self.states()
        ids = [delivery_of(self.readers[index]) for index in sorted(whom)]
        return [one for one in ids if now[one] is state]

    def claim(self, whom: set[int], _vary: int) -> None:
        at = NOON + self.now
        claims = self.desk.ledger.claim(ISSUE, worker="w", limit=len(whom), lease_seconds=LEASE, at=at)
        self.held |= {claim.id: Holder(worker="w", since=at) for claim in claims}
        assert not {claim.subscriber for claim in claims} & self.gone
        assert not any(self.taken.get(claim.id) for claim in claims), "what was accepted is claimed again"

    def answer(self, whom: set[int], vary: int) -> None:
        """The mailer is asked for what is claimed, and answers as ``vary`` says; one in doubt may have been taken."""
        answers: list[Answer] = []
        at = NOON + self.now
        for one in self.chosen(whom, DeliveryState.CLAIMED):
            if vary == 0:
                self.taken[one] = self.taken.get(one, 0) + 1
                answers.append(Accepted(delivery=one, receipt="r"))
            elif vary == 1:
                answers.append(Rejected(delivery=one, why="no"))
            elif vary == 3:
                answers.append(Postponed(delivery=one, after=2 * LEASE, why="later"))
            else:
                self.taken[one] = self.taken.get(one, 0) + len(one) % 2
                answers.append(Unclear(delivery=one, why="lost"))
        for said in answers:
            self.desk.ledger.record(ISSUE, [said], holder=self.held[said.delivery], height=HEIGHT, at=at)

    def release(self, whom: set[int], _vary: int) -> None:
        claimed = [one for one in self.chosen(whom, DeliveryState.CLAIMED) if not self.taken.get(one)]
        for one in claimed:
            self.desk.ledger.release([one], holder=self.held[one])

    def give_up(self, _whom: set[int], vary: int) -> None:
        self.desk.ledger.give_up(ISSUE, is_gone=lambda _: vary == 0, at=NOON + self.now)

    def settle(self, whom: set[int], vary: int) -> None:
        """Evidence is true, or there is none."""
        evidence = {
            one: Evidence.UNKNOWN if vary == 0 else Evidence.ACCEPTED if self.taken.get(one) else Evidence.ABSENT
            for one in (delivery_of(self.readers[index]) for index in whom)
        }
        self.desk.ledger.settle(ISSUE, evidence, height=HEIGHT, why="looked up", at=NOON + self.now)

    def say(self, whom: set[int], vary: int) -> None:
        """A person says what is true, of any deliveries: only of those in doubt it counts, and it is kept."""
        for verdict in Verdict:
            meant = [delivery_of(self.readers[index]) for index in whom]
            meant = [one for one in meant if bool(self.taken.get(one)) is (verdict is Verdict.ACCEPTED)]
            doubts = [one for one in meant if self.states()[one] is DeliveryState.UNCERTAIN]
            said = Settlement(verdict=verdict, by=SettledBy.PERSON, who="Olga", why=str(vary), at=NOON + self.now)
            assert self.desk.ledger.end_doubts(ISSUE, meant, said) == len(doubts)
            self.said += len(doubts)

    def leave(self, whom: set[int], _vary: int) -> None:
        for index in whom:
            self.desk.audience.leave(MORNING, self.readers[index].subscriber.address, at=NOON)
            self.gone.add(self.readers[index].subscriber.id)

    def suppress(self, whom: set[int], _vary: int) -> None:
        for index in whom:
            self.desk.audience.suppress(self.readers[index].subscriber.address, SuppressionReason.COMPLAINED, at=NOON)
            self.gone.add(self.readers[index].subscriber.id)

    def wait(self, _whom: set[int], vary: int) -> None:
        self.now += timedelta(seconds=vary * LEASE)

    def check(self, before: Mapping[DeliveryId, DeliveryState]) -> None:
        after = self.states()
        for one, state in after.items():
            assert state is before[one] or may_step(before[one], state), (before[one], state)
        tally = self.desk.ledger.tally(ISSUE)
        assert tally.audience == sum(tally.states.values()) == READERS
        assert all(count <= 1 for count in self.taken.values()), "somebody was mailed twice"
        with self.desk.engine.connect() as connection:
            by_person = select(func.count()).where(settlements.c.settled_by == SettledBy.PERSON)
            assert connection.scalar(by_person) == self.said
        covered = {*DeliveryState} - {DeliveryState.REFUSED, DeliveryState.EXCLUDED}
        for reader in self.desk.audience.readers(MORNING):
            expected = HEIGHT if after[delivery_of(reader)] in covered else 0
            assert reader.cursor == expected


def _finish(world: World) -> None:
    """Send whatever is left, with a mailer that takes everything and true evidence: the road always ends."""
    everybody = set(range(READERS))
    for _ in range(2):
        world.wait(everybody, 3)
        world.give_up(everybody, 0)
        world.settle(everybody, 1)
        world.claim(everybody, 0)
        world.answer(everybody, 0)
    assert world.desk.issues.finish(ISSUE, at=NOON)
    assert set(world.states().values()) <= {DeliveryState.ACCEPTED, DeliveryState.REFUSED, DeliveryState.EXCLUDED}
    accepted = {one for one, state in world.states().items() if state is DeliveryState.ACCEPTED}
    assert accepted == {one for one, count in world.taken.items() if count}


@settings(max_examples=50, deadline=None)
@given(operations=OPERATIONS)
def test_nobody_is_missed_and_nobody_gets_it_twice(
    migrated_file: Path, operations: list[tuple[str, set[int], int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digest.db"
        shutil.copy(migrated_file, path)
        with open_engine(f"sqlite:///{path}") as engine:
            desk = Desk(engine)
            desk.open_newsroom()
            desk.shelve("k1")
            readers = list(desk.subscribe(READERS))
            desk.approve_issue(height=HEIGHT)
            desk.plan(readers, height=HEIGHT)
            world = World(desk=desk, readers=readers)
            for name, whom, vary in operations:
                before = world.states()
                act: Callable[[set[int], int], None] = getattr(world, name.replace(" ", "_"))
                act(whom, vary)
                world.check(before)
            _finish(world)
