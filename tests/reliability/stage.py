"""A stage on which one run after another is tried: a store with an approved issue, a far end, and workers.

``begin()`` puts everything back; ``again()`` does what an operator does after anything: the same command again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from digest.rehearsal.faults import Fault
from digest.send.proof import prove
from digest.send.states import DeliveryState
from digest.store.ledger import SqlLedger
from digest.store.tables import deliveries, subscribers
from tests.reliability.far_end import FarEnd, MailFault
from tests.reliability.outcome import Counted, Outcome, count
from tests.reliability.stores import Store
from tests.reliability.workers import Ended, Order, Workers
from tests.send.office import ISSUE, PUBLIC_URL

SEND = ("issue", "send", ISSUE, "--json")
RESUME = ("issue", "resume", ISSUE, "--json")
PROVE = ("issue", "prove", ISSUE, "--json")
#: Mails to a claim: a few dozen readers are several.
BATCH = 10
#: A key for delivery ids, which is nobody's.
KEY = "a key for tests, nothing secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """How many readers the dead had in hand (claimed, or in doubt), and how many were still waiting."""

    in_hand: int
    waiting: int

    @property
    def is_under_way(self) -> bool:
        """Whether the issue was planned, and not all sent."""
        return self.in_hand + self.waiting > 0


@dataclass
class Stage:
    """One mailer, one database."""

    store: Store
    far_end: FarEnd
    workers: Workers
    folder: Path
    url: str = field(default="", init=False)

    def outcome(self, row: str) -> Outcome:
        return Outcome(row=row, mailer=self.far_end.kind, database=self.store.kind)

    def begin(self, *, faults: Sequence[Fault | MailFault] = (), seconds: float = 0.0, pipelining: bool = True) -> None:
        """Put the store back to an approved issue, and let the far end begin anew."""
        self.far_end.begin(faults=faults, seconds=seconds, pipelining=pipelining)
        self.url = self.store.fresh()

    def order(self, *words: str, url: str = "", **how: Any) -> Order:
        """Return an order for a worker: ``digest issue send`` unless other words are given."""
        order = Order(
            words=words or SEND, folder=str(self.folder), settings=self._settings(url or self.url), batch=BATCH
        )
        return replace(order, **how)

    def _settings(self, url: str) -> Mapping[str, str]:
        return {
            "DIGEST_DATABASE_URL": url,
            "DIGEST_PUBLIC_URL": PUBLIC_URL,
            "DIGEST_SECRET_KEY": KEY,
            **self.far_end.settings,
        }

    def warm_up(self) -> None:
        """Send once, so that workers find worked out what is always alike."""
        self.begin()
        ended = self.run(warms_up=True)
        assert ended.code == 0, ended

    def run(self, *words: str, **how: Any) -> Ended:
        """Let one worker run to its end, or death."""
        (ended,) = self.workers.run(self.order(*words, **how))
        return ended

    def again(self, *words: str, most: int = 1, **how: Any) -> int:
        """Send again until it says that all is done, so many times at the most; return how often that was."""
        for times in range(1, most + 1):
            ended = self.run(*words, **how)
            if ended.code == 0:
                return times
        raise AssertionError(f"sent again {most} times, and it does not finish: {ended}")

    def resume(self) -> None:
        """Let a person lift the stop of an issue, and go on."""
        ended = self.run(*RESUME)
        assert ended.code == 0, ended

    def count(self) -> Counted:
        """Prove it, and count everybody at both ends."""
        engine = create_engine(self.url, poolclass=NullPool)
        proof = prove(SqlLedger(engine).tally(ISSUE))
        assert proof.is_balanced, proof.sentences()
        return count(self.ledger(), self.far_end.got())

    def prove_by_command(self) -> None:
        """Let ``digest issue prove`` say the same."""
        proof = self.run(*PROVE)
        assert (proof.code, proof.json["balanced"]) == (0, True), proof

    def ledger(self) -> dict[str, tuple[str, str]]:
        """Return delivery and state of every reader by address."""
        query = select(subscribers.c.address, deliveries.c.id, deliveries.c.state).outerjoin(
            deliveries, deliveries.c.subscriber == subscribers.c.id
        )
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.connect() as connection:
            return {row.address: (row.id or "", row.state or "") for row in connection.execute(query)}

    def left_behind(self) -> LeftBehind:
        """Look at what the dead have left."""
        self.store.settle()
        states = Counter(state for _, state in self.ledger().values())
        in_hand = states[DeliveryState.CLAIMED] + states[DeliveryState.UNCERTAIN]
        return LeftBehind(in_hand=in_hand, waiting=states[DeliveryState.PLANNED])
