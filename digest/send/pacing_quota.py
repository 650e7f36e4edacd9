"""At most so many mails in any minute, without bursts, by one worker's own clock. Pure: it is told the time."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

_MINUTE: Final = timedelta(minutes=1)
#: A minute's mails leave in so many slices, and never more than two of them within the time of two.
_SLICES: Final = 12
_TWO: Final = 2
_TIME_OF_TWO: Final = _TWO * _MINUTE / _SLICES


class Quota:
    """What was handed over in the last minute, and what may be."""

    def __init__(self) -> None:
        """Begin with nothing handed over."""
        self._taken: deque[tuple[datetime, int]] = deque()

    def room(self, per_minute: int, now: datetime) -> int:
        """Return how many may be handed over now, of ``per_minute`` (at least 1)."""
        self._forget(now)
        return max(
            0, min(per_minute - self._sum(now, _MINUTE), _TWO * slice_of(per_minute) - self._sum(now, _TIME_OF_TWO))
        )

    def wait(self, per_minute: int, now: datetime) -> timedelta:
        """Return after how long a whole slice may be handed over: nothing, or up to a minute."""
        self._forget(now)
        whole = slice_of(per_minute)
        return max(self._until(per_minute - whole, _MINUTE, now), self._until(whole, _TIME_OF_TWO, now))

    def took(self, count: int, now: datetime) -> None:
        """Note that so many were handed over."""
        if self._taken and self._taken[-1][0] == now:
            count += self._taken.pop()[1]
        if count:
            self._taken.append((now, count))

    def gave_back(self, count: int, at: datetime) -> None:
        """Note that so many of those that were to be handed over at that instant were not."""
        self._taken = deque((when, many - count if when == at else many) for when, many in self._taken)

    def _forget(self, now: datetime) -> None:
        """Forget what is older than a minute; after a clock that went back, what seems to be still to come is now."""
        self._taken = deque((min(at, now), count) for at, count in self._taken if now - at < _MINUTE)

    def _sum(self, now: datetime, period: timedelta) -> int:
        return sum(count for at, count in self._taken if now - at < period)

    def _until(self, most: int, period: timedelta, now: datetime) -> timedelta:
        """Return after how long no more than ``most`` were handed over in the last ``period``."""
        left = self._sum(now, period)
        long = timedelta(0)
        for at, count in self._taken:
            if left <= most:
                break
            if now - at < period:
                left -= count
                long = at + period - now
        return long


def slice_of(per_minute: int) -> int:
    """Return how many of so many a minute leave at once."""
    return max(1, per_minute // _SLICES)
