"""Ending doubts: first by evidence, then by what the newsletter declared for those of whom nobody can tell."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from digest.clock import Clock
from digest.compose.sending import Sending, WhenUncertain
from digest.ids import DeliveryId, IssueId, Position
from digest.send.doubt import Doubt, by_policy, due_by_policy
from digest.send.ledger import Ledger
from digest.send.mail import Evidence, Mailer

_LOOKED_UP: Final = "looked up in the mailer's own records"
_TOLD: Final = "told afterwards by the provider"


class Witness(Protocol):
    """Who can tell afterwards of deliveries whether the provider had them, such as ``FeedbackBook``."""

    def evidence(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell what is known of each; ``UNKNOWN`` where nothing is."""
        ...


@runtime_checkable
class Recalls(Protocol):
    """What a mailer has that knows more of a doubt by whose claim it was, and when."""

    def recall(self, doubts: Sequence[Doubt]) -> Mapping[DeliveryId, Evidence]:
        """Tell what is known of each; ``UNKNOWN`` where nothing is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of doubts. All numbers are deliveries: ``given_up`` came into doubt now, the others by evidence."""

    given_up: int = 0
    accepted: int = 0
    absent: int = 0

    @property
    def count(self) -> int:
        """How many doubts ended."""
        return self.accepted + self.absent


class Settler:
    """Ends one issue's doubts. Harmless at any time, whoever else is at work on the issue."""

    def __init__(
        self,
        issue: IssueId,
        *,
        height: Position,
        ledger: Ledger,
        mailer: Mailer,
        witness: Witness | None,
        sending: Sending,
        clock: Clock,
        is_gone: Callable[[str], bool],
    ) -> None:
        """Ask the ``mailer`` for evidence, and the ``witness`` before it; ``is_gone`` knows of workers that ended."""
        self._issue = issue
        self._height = height
        self._ledger = ledger
        self._mailer = mailer
        self._witness = witness
        self._sending = sending
        self._clock = clock
        self._is_gone = is_gone

    def by_evidence(self, *, but_not: Collection[DeliveryId] = ()) -> Settled:
        """Turn abandoned claims into doubts, and end doubts of which somebody can tell; leave out ``but_not``."""
        given_up = self._ledger.give_up(self._issue, is_gone=self._is_gone, at=self._clock.now())
        doubts = [delivery for delivery in self._ledger.uncertain(self._issue) if delivery not in but_not]
        told = self._witness.evidence(doubts) if self._witness is not None and doubts else {}
        known = {delivery: says for delivery, says in told.items() if says is not Evidence.UNKNOWN}
        others = [delivery for delivery in doubts if delivery not in known]
        looked_up = self._look_up(others) if others else {}
        for evidence, why in ((known, _TOLD), (looked_up, _LOOKED_UP)):
            if evidence:
                self._ledger.settle(self._issue, evidence, height=self._height, why=why, at=self._clock.now())
        found = [*known.values(), *looked_up.values()]
        return Settled(given_up=given_up, accepted=found.count(Evidence.ACCEPTED), absent=found.count(Evidence.ABSENT))

    def _look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        if not isinstance(self._mailer, Recalls):
            return self._mailer.look_up(deliveries)
        wanted = set(deliveries)
        return self._mailer.recall([one for one in self._ledger.doubts(self._issue) if one.delivery in wanted])

    def by_policy(self) -> int:
        """Plan again whom the newsletter would rather mail twice than not at all; return how many they are."""
        if self._sending.when_uncertain is WhenUncertain.PREFER_MISS:
            return 0  # without a look at them: there may be many
        now = self._clock.now()
        due = due_by_policy(self._ledger.doubts(self._issue), self._sending, now=now)
        return self._ledger.end_doubts(self._issue, due, by_policy(self._sending, now=now)) if due else 0
