"""The proof that nobody was missed: the ledger's sum for one issue, as a value and in sentences. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from digest.ids import IssueId
from digest.send.doubt import SettledBy
from digest.send.feedback.vocabulary import Fate
from digest.send.ledger import ByHour, Tally
from digest.send.states import DeliveryState

_BY: Final[Mapping[str, str]] = {
    SettledBy.POLICY: "the newsletter's declared policy (prefer-duplicate)",
    SettledBy.PERSON: "a person's word",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """``audience = accepted + refused + excluded + uncertain``, or it does not balance. All numbers are readers.

    Accepted says that the mailer said yes. ``delivered``, ``bounced`` and ``complained`` are of the accepted, as far as
    somebody told us afterwards. ``planned_again`` were in doubt and were planned again without evidence, by the
    declared policy or by a person, so that they may have got two mails.
    """

    issue: IssueId
    audience: int
    planned: int
    claimed: int
    accepted: int
    refused: int
    uncertain: int
    excluded: Mapping[str, int]
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    planned_again: Mapping[str, int] = field(default_factory=dict)
    by_hour: ByHour | None = None

    @property
    def finished(self) -> int:
        """How many readers have reached an end."""
        return self.accepted + self.refused + self.uncertain + sum(self.excluded.values())

    @property
    def is_balanced(self) -> bool:
        """Whether everybody is accounted for and nobody waits any more."""
        return self.waiting == 0 and self.audience == self.finished

    @property
    def is_on_time(self) -> bool:
        """Whether it is balanced, but for readers whose own hour is still to come: nothing is left to do before."""
        by_hour = 0 if self.by_hour is None else self.by_hour.readers
        return self.missing == 0 and self.waiting == by_hour

    @property
    def waiting(self) -> int:
        """How many readers are still to be mailed."""
        return self.planned + self.claimed

    @property
    def missing(self) -> int:
        """How many readers of the audience have no row (negative: rows too many)."""
        return self.audience - self.finished - self.waiting

    @property
    def percent_done(self) -> float:
        """How much of the audience has reached an end, from 0 to 100."""
        return 100.0 * self.finished / self.audience if self.audience else 0.0

    @property
    def untold(self) -> int:
        """How many of the accepted nobody has told anything of that says where they are now."""
        return self.accepted - self.delivered - self.bounced

    @property
    def sentence(self) -> str:
        """The sum in one sentence."""
        excluded = sum(self.excluded.values())
        if not (self.audience or self.finished or self.waiting):
            return f"Nobody is in the ledger of {self.issue}: it is not planned yet, or its list is empty."
        equals = "=" if self.audience == self.finished else "≠"
        verdict = "balances" if self.is_balanced else "does not balance"
        return (
            f"{self.issue} {verdict}: {_readers(self.audience)} {equals} {self.accepted:,} accepted"
            f" + {self.refused:,} refused + {excluded:,} excluded + {self.uncertain:,} uncertain."
        )

    def sentences(self) -> tuple[str, ...]:
        """Return the sum in words: the verdict first, then what an honest sum does not leave unsaid."""
        said = [self.sentence]
        if self.by_hour is not None:
            said.append(_until(self.by_hour))
        others = self.waiting - (0 if self.by_hour is None else self.by_hour.readers)
        if others:
            said.append(
                f"{_readers(others)} still to be mailed, {self.claimed:,} of them in a worker's hands:"
                " run the same command again."
            )
        if self.missing > 0:
            said.append(f"{_readers(self.missing)} of the audience without a row in the ledger.")
        if self.missing < 0:
            said.append(f"{-self.missing:,} more in the ledger than the audience has readers.")
        if self.uncertain:
            said.append(f"{_readers(self.uncertain)} in doubt: the mailer was asked and its answer is not known.")
        said += [
            f"{_readers(count)} may have been mailed twice: in doubt, and planned again by {_BY[by]}."
            for by, count in sorted(self.planned_again.items())
        ]
        if self.delivered or self.bounced or self.complained:
            complained = f"; {self.complained:,} complained" if self.complained else ""
            said.append(
                f"Of the {self.accepted:,} accepted, {self.delivered:,} delivered and {self.bounced:,} bounced, as we"
                f" were told; of {self.untold:,} nothing was told{complained}."
            )
        return tuple(said)

    def as_rows(self) -> list[tuple[str, int]]:
        """Return the sum as a table's rows: what, and how many readers; the audience last."""
        return [
            ("accepted", self.accepted),
            *self._fates(),
            ("refused", self.refused),
            *((f"excluded: {reason}", count) for reason, count in sorted(self.excluded.items())),
            ("uncertain", self.uncertain),
            *((("planned", self.planned),) if self.planned else ()),
            *((("claimed", self.claimed),) if self.claimed else ()),
            ("audience", self.audience),
        ]

    def _fates(self) -> list[tuple[str, int]]:
        told = {"delivered": self.delivered, "bounced": self.bounced, "complained": self.complained}
        return [(f"accepted, and {fate}", count) for fate, count in told.items() if count]

    def as_json(self) -> dict[str, Any]:
        """Return the sum for programs; ``excluded`` is an object of reasons."""
        return {
            "issue": self.issue,
            "audience": self.audience,
            "planned": self.planned,
            "claimed": self.claimed,
            "accepted": self.accepted,
            "refused": self.refused,
            "excluded": dict(self.excluded),
            "uncertain": self.uncertain,
            "delivered": self.delivered,
            "bounced": self.bounced,
            "complained": self.complained,
            "planned_again": dict(self.planned_again),
            "by_hour": None if self.by_hour is None else self.by_hour.as_json(),
            "balanced": self.is_balanced,
            "on_time": self.is_on_time,
        }


def prove(tally: Tally) -> Proof:
    """Add up one issue's ledger.

    Excluded readers are counted by reason; those whose reason is missing are counted as ``without-reason``.
    """
    states = tally.states
    excluded = {reason: count for reason, count in tally.excluded.items() if count}
    unnamed = states.get(DeliveryState.EXCLUDED, 0) - sum(excluded.values())
    if unnamed:
        excluded["without-reason"] = unnamed
    return Proof(
        issue=tally.issue,
        audience=tally.audience,
        planned=states.get(DeliveryState.PLANNED, 0),
        claimed=states.get(DeliveryState.CLAIMED, 0),
        accepted=states.get(DeliveryState.ACCEPTED, 0),
        refused=states.get(DeliveryState.REFUSED, 0),
        uncertain=states.get(DeliveryState.UNCERTAIN, 0),
        excluded=excluded,
        delivered=tally.fates.get(Fate.DELIVERED, 0),
        bounced=tally.fates.get(Fate.BOUNCED, 0),
        complained=tally.fates.get(Fate.COMPLAINED, 0),
        planned_again={by.value: count for by, count in tally.planned_again.items()},
        by_hour=tally.by_hour,
    )


def _until(by_hour: ByHour) -> str:
    first, last = (f"{at:%Y-%m-%d %H:%M} UTC" for at in (by_hour.first, by_hour.last))
    hours = first if first == last else f"from {first} to {last}"
    wait = "waits for an hour of their own" if by_hour.readers == 1 else "wait for hours of their own"
    return f"{_readers(by_hour.readers)} {wait}, {hours}: digest reconcile, or the same command, sends it then."


def _readers(count: int) -> str:
    return "1 reader" if count == 1 else f"{count:,} readers"
