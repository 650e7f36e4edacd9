"""How long a domain is left alone after it asked us to come back later. Pure but for the clock that it is given.

A grey list and a full mailbox are about one reader. A quota, a policy or an overload is about the domain: it is left
alone for a minute, then two, four… up to an hour; after a quota (4.7.28) for ten minutes at least, as Gmail asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from digest.send.mailers.smtp.replies import Reply, Slow, slows, words

#: Grey lists open after five minutes mostly.
READER_SECONDS: Final = 300.0
DOMAIN_SECONDS: Final = 60.0
QUOTA_SECONDS: Final = 600.0
LONGEST_SECONDS: Final = 3600.0
#: So many readers of a domain put off one after another, without a yes in between, are about the domain.
MANY: Final = 5


@dataclass(slots=True)
class _Domain:
    strikes: int = 0
    in_a_row: int = 0
    until: float = 0.0
    why: str = ""


class Pace:
    """What domains have asked for. Safe to use from several threads."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Count by ``seconds``, a clock that never goes back."""
        self._seconds = seconds
        self._domains: dict[str, _Domain] = {}
        self._lock = Lock()

    @property
    def is_calm(self) -> bool:
        """Whether no domain has asked for anything."""
        return not self._domains

    def wait(self, domain: str) -> tuple[float, str]:
        """Return for how many seconds more the domain is to be left alone (0: not at all), and why."""
        with self._lock:
            known = self._domains.get(domain)
            if known is None:
                return 0.0, ""
            return max(0.0, known.until - self._seconds()), known.why

    def took(self, domain: str) -> None:
        """Forget whatever the domain said before: it said yes."""
        with self._lock:
            self._domains.pop(domain, None)

    def later(self, domain: str, reply: Reply) -> float:
        """Take in that the domain said "later"; return for how many seconds the reader is to wait."""
        slow = slows(reply)
        if slow is Slow.READER:
            return READER_SECONDS
        with self._lock:
            known = self._domains.setdefault(domain, _Domain())
            known.in_a_row += 1
            if slow is Slow.READER_IT_SEEMS and known.in_a_row < MANY:
                return READER_SECONDS
            now = self._seconds()
            if known.until > now:  # what comes at once on several connections is one strike
                return known.until - now
            least = QUOTA_SECONDS if slow is Slow.QUOTA else 0.0
            wait: float = max(min(DOMAIN_SECONDS * 2**known.strikes, LONGEST_SECONDS), least)
            known.until = now + wait
            known.strikes += 1
            known.why = words(reply)
            return wait  # not the difference of the two, which may be longer by a rounding
