"""What a claim keeps to, whoever else claims at the same moment. A value only."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Counted in the claim's own transaction, for two workers may have been told the same by the gate.

    No more than ``begun`` deliveries of the issue are claimed or answered for after it, and no more than ``today`` of
    the sending ``domain`` since ``midnight`` (UTC). ``None`` is no bound.
    """

    begun: int | None = None
    domain: str = ""
    midnight: datetime | None = None
    today: int | None = None
