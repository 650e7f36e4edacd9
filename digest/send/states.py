"""The life of a delivery: every state, every allowed step, and the reason for each step."""

from enum import StrEnum
from typing import Final


class DeliveryState(StrEnum):
    """Where one issue to one subscriber stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    EXCLUDED = "excluded"


#: Every step that the ledger may take. What is not here cannot happen.
STEPS: Final[dict[tuple[DeliveryState, DeliveryState], str]] = {
    (DeliveryState.PLANNED, DeliveryState.CLAIMED): "a worker is about to ask the mailer",
    (DeliveryState.PLANNED, DeliveryState.EXCLUDED): "the reader left or was suppressed after planning",
    (DeliveryState.CLAIMED, DeliveryState.ACCEPTED): "the mailer said yes",
    (DeliveryState.CLAIMED, DeliveryState.REFUSED): "the mailer said no for good",
    (DeliveryState.CLAIMED, DeliveryState.UNCERTAIN): "the mailer's answer is unknown, or the worker died",
    (
        DeliveryState.CLAIMED,
        DeliveryState.PLANNED,
    ): "the mailer certainly did not take it: safe to ask again, now or later",
    (DeliveryState.UNCERTAIN, DeliveryState.ACCEPTED): "evidence, or a person's word: it was accepted",
    (
        DeliveryState.UNCERTAIN,
        DeliveryState.PLANNED,
    ): "evidence, or a person's word, that it was never accepted; or the declared policy after its wait, once",
}

#: The states in which a delivery counts as finished.
FINAL: Final = frozenset(
    {DeliveryState.ACCEPTED, DeliveryState.REFUSED, DeliveryState.UNCERTAIN, DeliveryState.EXCLUDED}
)


def may_step(now: DeliveryState, to: DeliveryState) -> bool:
    """Tell whether a delivery in state ``now`` may step to ``to``."""
    return (now, to) in STEPS
