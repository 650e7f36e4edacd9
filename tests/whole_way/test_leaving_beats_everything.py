"""Whoever leaves is in no batch that is claimed afterwards, in whatever order everything happens (DESIGN.md, law 4).

Two workers plan, claim, hand over, record, die, are replaced and settle doubts, one step at a time or a whole run at
once; readers change what they follow and when they read; and between any two of these, in the middle of planning and in
the middle of a run somebody leaves, in one of ten ways, or takes it back.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select

from digest.audience.choosing import FollowChange
from digest.audience.may_mail import NoMail
from digest.audience.reader import Reader
from digest.audience.rhythm import WEEK, HourChange, Pace, PaceChange, PauseChange, QuietDaysChange, RhythmChange
from digest.compose.issue import IssueState, NotDue, NothingToSend
from digest.ids import DeliveryId, JournalistId, ListName, SubscriberId
from digest.render.rendition import Sealed
from digest.send.ledger import Claim
from digest.send.mail import Mail
from digest.send.pacing_gate import Pacing
from digest.send.proof import prove
from digest.send.shard import LEASE_SECONDS
from digest.send.states import FINAL, DeliveryState, may_step
from digest.send.steps import approve, plan, send_shard
from digest.store.audience import SqlAudience
from digest.store.pace import SqlPaceBook
from digest.store.tables import deliveries
from tests.builders import a_frozen_issue, a_newsletter, an_article
from tests.contracts.desk import Desk
from tests.send.office import HASTY, LIST, PUBLIC_URL, WRITERS, Office, a_frozen, a_sealed
from tests.stores import empty
from tests.web.serving import MovableClock, Served, serving
from tests.whole_way.road import take_in
from tests.whole_way.two_workers import FATES, Post, WatchedLedger, Worker
from tests.whole_way.ways_out import WAYS, WEBHOOK_KEY, Known, come_back

READERS: Final = 5
READER = st.integers(0, READERS - 1)
WAY = st.sampled_from(sorted(WAYS))
WHO = st.integers(0, 1)
MOODS = st.just(()) | st.lists(st.sampled_from(FATES), max_size=3).map(tuple)
RHYTHMS: st.SearchStrategy[RhythmChange] = st.one_of(
    st.sampled_from([PaceChange(pace=Pace.DAILY), PaceChange(pace=Pace.WEEKLY, weekday=WEEK[0])]),
    st.integers(0, 23).map(lambda hour: HourChange(hour=hour)),
    st.just(QuietDaysChange(days=frozenset(WEEK[4:]))),
)
FOLLOWS = st.builds(
    FollowChange,
    begin=st.frozensets(st.sampled_from(WRITERS).map(JournalistId), max_size=1),
    end=st.frozensets(st.sampled_from(WRITERS).map(JournalistId), max_size=2),
)
#: From the first issue to the second.
LONG: Final = timedelta(days=2)


def _second_issue() -> Sealed:
    return a_sealed(
        a_frozen_issue(
            an_article(4, by=WRITERS, title="The next day"),
            newsletter=a_newsletter(journalists=WRITERS),
            number=2,
            composed_at=a_frozen().composed_at + LONG,
        )
    )


ISSUES: Final = (a_sealed(), _second_issue())


def _reachable() -> frozenset[tuple[DeliveryState, DeliveryState]]:
    """Return from where to where a delivery can come by any number of steps."""
    found = {(one, one) for one in DeliveryState}
    for _ in DeliveryState:
        found |= {(one, to) for one, between in found for to in DeliveryState if may_step(between, to)}
    return frozenset(found)


REACHABLE: Final = _reachable()


@dataclass(frozen=True, slots=True)
class Ticking:
    """A clock that goes on by a second whenever a worker asks it."""

    clock: MovableClock

    def now(self) -> datetime:
        self.clock.move(seconds=1)
        return self.clock.at


class Interrupted(SqlAudience):
    """Readers as they stream into a plan: behind the ``at``-th, something ``happens``."""

    def __init__(self, engine: Engine, at: int, happens: Callable[[], None]) -> None:
        super().__init__(engine)
        self._at, self._happens = at, happens

    def stream(self, list_name: ListName) -> Iterator[Reader]:
        for number, reader in enumerate(super().stream(list_name)):
            yield reader
            if number == self._at:
                self._happens()


class Leaving(RuleBasedStateMachine):
    """Five readers, two workers, two issues, and what must hold after every step."""

    def __init__(self, served: Served) -> None:
        super().__init__()
        self.served = served
        self.office = Office(served.desk.engine)
        self.sealed = ISSUES[0]
        self.is_planned = False
        self.names = count(1)
        self.states: dict[DeliveryId, DeliveryState] = {}

    @initialize(is_planned=st.booleans())
    def begin(self, *, is_planned: bool) -> None:
        empty(self.office.engine)
        self.office.open_up(READERS, approved=False)
        self.readers = [
            Known(number, one.subscriber.address, one.token, subscriber=one.subscriber.id)
            for number, one in enumerate(self.served.desk.audience.readers(LIST))
        ]
        #: What was true of each since the last look: it may have been any of these when a step of ours saw them.
        self.verdicts: list[set[NoMail | None]] = [{None} for _ in self.readers]
        self.touched: set[int] = set()
        self.numbers = {reader.subscriber: reader.number for reader in self.readers}
        self.claimed: dict[DeliveryId, Known] = {}
        self.post = Post(took=self._took)
        self.workers = [self._hire(), self._hire()]
        self.gone: set[str] = set()
        if is_planned:
            self.plan(None)

    def _hire(self) -> Worker:
        ledger = WatchedLedger(self.office.engine, self._saw_claims)
        return Worker(f"worker {next(self.names)}", ledger, self.post, self.served.clock)

    # What happens to readers -------------------------------------------------------------------------------------

    def _leave(self, reader: int, way: str) -> None:
        WAYS[way](self.served, self.readers[reader])
        self.verdicts[reader].add(self.readers[reader].verdict)
        self.touched.add(reader)

    @rule(reader=READER, way=WAY)
    def leave(self, reader: int, way: str) -> None:
        self._leave(reader, way)

    @rule(reader=READER, way=st.sampled_from(["the page", "the page", "a file"]))
    def come_back(self, reader: int, way: str) -> None:
        """By their own page. A file of an older system that has all of them as active brings nobody back."""
        if way == "a file":
            rows = "".join(f"{one.address},*\n" for one in self.readers)
            take_in(self.served.runtime, f"address,follows\n{rows}", LIST)
            return
        come_back(self.served, self.readers[reader])
        self.verdicts[reader].add(self.readers[reader].verdict)

    @rule(reader=READER, change=RHYTHMS | FOLLOWS, days=st.none() | st.integers(-1, 3))
    def change(self, reader: int, change: RhythmChange | FollowChange, days: int | None) -> None:
        """Change what a page of theirs offers; with ``days``, pause for so many, too."""
        who, book, now = self.readers[reader], self.served.runtime.readers, self.served.clock.at
        if isinstance(change, FollowChange):
            kept = book.change_follows(who.token, change)
        else:
            pause = () if days is None else (PauseChange(until=now.date() + timedelta(days=days)),)
            kept = book.change_rhythm(who.token, [change, *pause], at=now)
        assert kept is not who.has_left
        self.touched.add(reader)

    # What the post office does -----------------------------------------------------------------------------------

    @precondition(lambda self: not self.is_planned)
    @rule(interrupted=st.none() | st.tuples(st.integers(0, READERS - 1), READER, WAY))
    def plan(self, interrupted: tuple[int, int, str] | None) -> None:
        """Approve and plan; perhaps somebody leaves when the readers have been read up to some place."""
        at, reader, way = interrupted or (READERS, 0, "")
        approve(self.sealed.frozen.id, by="editor", archive=self.office.archive, clock=self.served.clock)
        plan(
            self.sealed.frozen.id,
            archive=self.office.archive,
            readership=Interrupted(self.office.engine, at, lambda: self._leave(reader, way)),
            ledger=self.workers[0].ledger,
            clock=self.served.clock,
            secret=b"",
        )
        self.is_planned = True

    @precondition(lambda self: self.is_planned)
    @rule(who=WHO, limit=st.integers(1, 3), moods=MOODS, claims_more=st.sampled_from([False, False, True]))
    def work(self, who: int, limit: int, moods: tuple[str, ...], *, claims_more: bool) -> None:
        """A worker's next step: record what was answered, or hand over what was claimed, or claim."""
        worker, self.post.fates = self.workers[who], list(moods)
        if claims_more or not (worker.claimed or worker.answered):
            self.served.clock.move(seconds=1)
            worker.claim(self.sealed.frozen.id, limit)
        elif worker.answered:
            worker.record(self.sealed)
        else:
            worker.hand_over(self.sealed)
        self.post.fates = []

    @precondition(lambda self: any(worker.claimed or worker.answered for worker in self.workers))
    @rule(who=WHO, dies=st.booleans())
    def come_to_nothing(self, who: int, *, dies: bool) -> None:
        """Put back what was claimed; or die with all in hand, so that another process takes the worker's place."""
        if dies:
            self.gone.add(self.workers[who].name)
            self.workers[who] = self._hire()
        elif self.workers[who].claimed:
            self.workers[who].put_back()

    @rule(seconds=st.sampled_from([60, LEASE_SECONDS, 3 * LEASE_SECONDS, 6 * 3600]))
    def wait(self, seconds: int) -> None:
        self.served.clock.move(seconds=seconds)

    @precondition(lambda self: self.is_planned)
    @rule(
        who=WHO,
        stop_after=st.none() | st.integers(1, 3),
        moods=MOODS,
        interrupted=st.none() | st.tuples(st.integers(1, READERS), READER, WAY),
    )
    def run(
        self, who: int, stop_after: int | None, moods: tuple[str, ...], interrupted: tuple[int, int, str] | None
    ) -> None:
        """``digest issue send``; perhaps somebody leaves while the mailer has some mail in its hands."""
        mail = count(1)

        def at_mail() -> None:
            if interrupted is not None and next(mail) == interrupted[0]:
                self._leave(*interrupted[1:])

        self.post.fates, self.post.at_mail = list(moods), at_mail
        try:
            self._send(self.workers[who], stop_after)
        finally:
            self.post.fates, self.post.at_mail = [], lambda: None

    def _send(self, worker: Worker, stop_after: int | None = None) -> bool:
        report = send_shard(
            self.sealed.frozen.id,
            archive=self.office.archive,
            ledger=worker.ledger,
            mailer=self.post,
            clock=Ticking(self.served.clock),
            worker=worker.name,
            public_url=PUBLIC_URL,
            pacing=Pacing(
                rules=lambda _newsletter: HASTY, book=SqlPaceBook(self.office.engine), stops=self.office.stops
            ),
            stop_after=stop_after,
            is_gone=self.gone.__contains__,
            pause=lambda seconds: self.served.clock.move(seconds=seconds),
        )
        return report.is_finished

    # What must hold ----------------------------------------------------------------------------------------------

    def _took(self, mail: Mail) -> None:
        self.claimed[mail.delivery].mailed.append(mail.delivery)

    def _saw_claims(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            who = self.claimed[claim.id] = self.readers[self.numbers[claim.subscriber]]
            assert who.verdict is None, f"reader {who.number} is {who.verdict}, and was claimed after that"

    @invariant()
    def everything_is_in_order(self) -> None:
        now = self._ledger()
        for delivery, (reader, state, reason) in now.items():
            had = self.states.get(delivery)
            assert had is None or (had, state) in REACHABLE, (had, state)
            if state is DeliveryState.EXCLUDED and had is not DeliveryState.EXCLUDED:
                self._is_rightly_excluded(reader, reason, at_planning=had is None)
        self.states |= {delivery: state for delivery, (_, state, _) in now.items()}
        self.verdicts = [{reader.verdict} for reader in self.readers]
        assert all(times == 1 for times in self.post.taken.values()), "somebody was mailed twice"

    def _is_rightly_excluded(self, reader: int, reason: str, *, at_planning: bool) -> None:
        """Whoever is gone is excluded as such and for nothing else, the others for what they chose."""
        if reason in list(NoMail):
            assert reason in self.verdicts[reader]
            return
        assert reader in self.touched
        assert reason in ([*NothingToSend, *NotDue] if at_planning else [NotDue.PAUSED])
        # A suppressed reader can pause nevertheless, and what waits for them is put off at once.
        may_be = {None} if at_planning else {None, NoMail.SUPPRESSED}
        assert may_be & self.verdicts[reader], (reason, self.verdicts[reader])

    def _ledger(self) -> dict[DeliveryId, tuple[int, DeliveryState, str]]:
        """Return the number of the reader, the state and the reason of each delivery of the issue."""
        query = select(deliveries.c.id, deliveries.c.subscriber, deliveries.c.state, deliveries.c.reason)
        with self.office.engine.connect() as connection:
            rows = connection.execute(query.where(deliveries.c.issue == self.sealed.frozen.id)).tuples()
            return {
                DeliveryId(one): (self.numbers[SubscriberId(who)], DeliveryState(state), reason or "")
                for one, who, state, reason in rows
            }

    def teardown(self) -> None:
        """In the end all is calm: this issue and the next come to their ends, and everybody is accounted for."""
        if not self.is_planned:
            self.plan(None)
        self._end()
        self.sealed, self.is_planned, self.states = ISSUES[1], False, {}
        self.office.archive.put(self.sealed)
        self.plan(None)
        self.everything_is_in_order()
        self._end()

    def _end(self) -> None:
        for _ in range(3):
            self.served.clock.move(days=1)
            if self._send(self._hire()):
                break
        self.everything_is_in_order()
        issue = self.sealed.frozen.id
        assert self.office.archive.row(issue).state is IssueState.SENT
        proof = prove(self.office.ledger.tally(issue))
        assert proof.is_balanced, proof.sentences()
        assert (proof.audience, proof.uncertain) == (READERS, 0)
        for delivery, (reader, state, _) in self._ledger().items():
            assert state in FINAL
            assert (state is DeliveryState.ACCEPTED) is bool(self.post.taken[delivery])
            assert state is not DeliveryState.REFUSED or delivery in self.post.refused
            if reader not in self.touched:
                assert state in (DeliveryState.ACCEPTED, DeliveryState.REFUSED), f"reader {reader} was not served"


def test_whoever_leaves_is_in_no_batch_that_is_claimed_afterwards(database_url: str, engine: Engine) -> None:
    with serving(database_url, Desk(engine), sendgrid_webhook_key=WEBHOOK_KEY) as served:
        run_state_machine_as_test(
            lambda: Leaving(served),  # type: ignore[arg-type]  # whatever makes one will do
            settings=settings(max_examples=25, stateful_step_count=20, deadline=None, report_multiple_bugs=False),
        )
