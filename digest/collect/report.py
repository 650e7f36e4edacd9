"""What collecting one journalist came to: a value for each source, whether it worked or not."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from digest.collect.checkup import Checkup
from digest.collect.journalist import SourceKind
from digest.ids import JournalistId


class SourceState(StrEnum):
    """What became of one source in one run."""

    NEW = "new"  # the shelf changed: articles, words or bylines
    UNCHANGED = "unchanged"  # everything it shows is known
    SUSPECT = "suspect"  # a good answer without any article, or not by this journalist: look at it
    FAILED = "failed"  # no usable answer; the error has a name


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One source, one run.

    ``found`` counts distinct articles by this journalist; ``new``, ``revised`` and ``credited`` what the shelf did
    about them. ``error`` is a sentence for a person, ``error_name`` its name in ``docs/errors.md``. ``reading`` is the
    fingerprint of an answer that was dealt with to its end, so that the same one need not be read again.
    """

    kind: SourceKind
    ref: str
    state: SourceState
    found: int = 0
    new: int = 0
    revised: int = 0
    credited: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    error_name: str | None = None
    reading: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values, without the fingerprint, which says nothing to a person."""
        plain = {name: value for name, value in asdict(self).items() if name != "reading"}
        return plain | {"kind": self.kind.value, "state": self.state.value, "warnings": list(self.warnings)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """All sources of one journalist, in the roster's order; ``checkups`` say the same sources' health, if known."""

    journalist: JournalistId
    sources: tuple[SourceReport, ...] = ()
    checkups: tuple[Checkup, ...] = ()

    @property
    def new(self) -> int:
        """How many articles are new, over all sources."""
        return sum(source.new for source in self.sources)

    @property
    def has_failures(self) -> bool:
        """Whether any source failed or looks suspect."""
        return any(source.state in (SourceState.FAILED, SourceState.SUSPECT) for source in self.sources)

    @property
    def to_tell(self) -> tuple[Checkup, ...]:
        """The sources that have come to need an editor's attention in this run."""
        return tuple(checkup for checkup in self.checkups if checkup.is_to_tell)

    def with_checkups(self) -> tuple[tuple[SourceReport, Checkup | None], ...]:
        """Return each source's report with its checkup."""
        return tuple(zip_longest(self.sources, self.checkups))

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "journalist": self.journalist,
            "sources": [
                source.as_json() | ({"health": checkup.health.as_json()} if checkup else {})
                for source, checkup in self.with_checkups()
            ],
        }
