"""How a source has been doing over the runs: what is remembered of it, and what one run's look came to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median_low
from typing import Any

from digest.collect.journalist import SourceKind
from digest.ids import JournalistId


class HealthState(StrEnum):
    """How a source stands after its last run."""

    GOOD = "good"  # it gave an answer with articles, or with somebody else's only
    SUSPECT = "suspect"  # a good answer with nothing in it
    FAILED = "failed"  # no usable answer
    NEEDS_ATTENTION = "needs-attention"  # several runs in a row without a good answer: it will not mend itself


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """What is remembered of one source of one journalist. Instants are UTC.

    ``last_count`` is how many articles the last answer held, ``counts`` how many the last good ones did, oldest first.
    ``consecutive_failures`` counts runs without a good answer since ``failing_since``; ``told_at`` is when an editor
    was told of them.
    """

    journalist: JournalistId
    kind: SourceKind
    ref: str
    state: HealthState
    last_tried_at: datetime
    last_good_at: datetime | None = None
    last_count: int = 0
    counts: tuple[int, ...] = ()
    consecutive_failures: int = 0
    failing_since: datetime | None = None
    last_error: str | None = None
    last_error_name: str | None = None
    told_at: datetime | None = None
    reading: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def usual_count(self) -> int | None:
        """How many articles an answer usually holds: the median of the last good ones; ``None`` before the first."""
        return median_low(self.counts) if self.counts else None

    def as_json(self) -> dict[str, Any]:
        """Return the health as plain values, without whose it is."""
        return {
            "kind": self.kind.value,
            "ref": self.ref,
            "state": self.state.value,
            "last_tried_at": self.last_tried_at.isoformat(),
            "last_good_at": self.last_good_at.isoformat() if self.last_good_at else None,
            "last_count": self.last_count,
            "usual_count": self.usual_count,
            "consecutive_failures": self.consecutive_failures,
            "failing_since": self.failing_since.isoformat() if self.failing_since else None,
            "last_error": self.last_error,
            "last_error_name": self.last_error_name,
            "told_at": self.told_at.isoformat() if self.told_at else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What one run's look at a source came to: its health from now on, and what to say about it.

    ``story`` tells a failure's past in a few words (empty for a good source), ``is_to_tell`` whether an editor hears of
    it in this run: once, when the source has come to need attention.
    """

    health: SourceHealth
    story: str = ""
    is_to_tell: bool = False
