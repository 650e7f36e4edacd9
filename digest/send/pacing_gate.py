"""The gate at which a worker asks before every claim: it looks at the ledger, waits, and says no.

What is decided stands in ``pacing.py`` and ``pacing_quota.py``; here are the looks, the waiting and the stop.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from digest.clock import Clock
from digest.compose.issue import Frozen
from digest.compose.sending import Sending
from digest.errors import IssueStopped, TryLater
from digest.ids import IssueId, NewsletterId
from digest.send.mail import Answer, Mailer, Postponed, Rejected
from digest.send.paced import Paced
from digest.send.pacing import Answers, Go, Halt, Seen, Verdict, Wait, decide, domain_of, latest_of, pace_of, wave_of
from digest.send.pacing_quota import Quota, slice_of
from digest.send.stopping import Stops, stopped

#: A worker that nothing bounds looks at the ledger so often; what it was told itself it knows at once.
LOOK_AGAIN: Final = timedelta(seconds=5)
#: While it waits, it looks again after so long at the most, whether somebody stopped the issue.
LONGEST_PAUSE: Final = timedelta(seconds=5)
#: It waits in pieces, between which it heeds Ctrl-C.
PIECE: Final = timedelta(seconds=1)
#: So long a run waits at one go; for more it ends, and says when to run it again.
PATIENCE: Final = timedelta(minutes=15)


class PaceBook(Protocol):
    """What the store knows about how an issue gets on. Every call sees one moment."""

    def due(self, issue: IssueId) -> int:
        """Return how many readers were planned to get mail of the issue; that never changes again."""
        ...

    def seen(self, issue: IssueId, *, due: int, wave: int, domain: str | None, at: datetime) -> Seen:
        """Return what the ledger has seen of the issue, but for the ``latest`` answers.

        ``due`` is as it was told before; ``wave`` how many readers are the canary's; ``domain`` is the sending domain
        where that is warmed up.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """What the gate of every worker needs.

    ``rules`` gives the newest of a newsletter; ``hears_back`` tells whether by these we are told of bounces; ``say``
    is told why a worker waits.
    """

    rules: Callable[[NewsletterId], Sending]
    book: PaceBook
    stops: Stops
    hears_back: Callable[[Sending], bool] = lambda _rules: False
    say: Callable[[str], None] = lambda _why: None


class Gate:
    """One worker's gate for one issue."""

    def __init__(self, frozen: Frozen, pacing: Pacing, *, clock: Clock, pause: Callable[[float], None]) -> None:
        """Guard the issue; ``pause`` waits for that many seconds."""
        self._issue = frozen.id
        self._newsletter = frozen.newsletter.id
        self._domain = domain_of(frozen.newsletter.sender.address)
        self._pacing = pacing
        self._clock = clock
        self._pause = pause
        self._rules = pacing.rules(self._newsletter)
        self._due: int | None = None
        self._seen: Seen | None = None
        self._looked_at: datetime | None = None
        self._own = Answers()  # since the last look
        self._trail: deque[Answers] = deque()
        self._quota = Quota()
        self._said = ""

    def paced(self, mailer: Mailer) -> Mailer:
        """Return the mailer with the newsletter's quotas of recipient domains."""
        return Paced(mailer, quotas=lambda: self._rules.per_domain, clock=self._clock)

    def took(self, count: int, at: datetime) -> None:
        """Take in that so many readers were claimed at that instant."""
        self._quota.took(count, at)

    def told(self, answers: Sequence[Answer], *, claimed_at: datetime) -> None:
        """Take in what was answered for readers claimed then; where much is refused, the gate looks sooner.

        Who was put off has used up nothing.
        """
        kinds = Counter(map(type, answers))
        put_off, failed = kinds[Postponed], kinds[Rejected]
        self._quota.gave_back(put_off, claimed_at)
        self._own = Answers(count=self._own.count + len(answers) - put_off, failed=self._own.failed + failed)

    def stopped(self) -> IssueStopped | None:
        """Look anew, and return who stopped the issue, if somebody did and readers still wait."""
        self._seen = None
        seen = self._look(self._clock.now())
        return stopped(seen.stops) if seen.stops and seen.planned else None

    def wait_for_go(
        self, asked: int, *, meanwhile: Callable[[], bool], is_over: Callable[[], bool]
    ) -> Go | IssueStopped | TryLater | None:
        """Return how many of ``asked`` may be claimed now, after waiting if need be; or why to end the run.

        ``meanwhile`` is called before every pause, and tells whether a look is due at once. ``None``: nobody wants to
        wait any more, as ``is_over`` says.
        """
        while not is_over():
            now = self._clock.now()
            seen = self._look(now)
            if seen.stops and seen.planned:
                return stopped(seen.stops)
            said = self._decide(seen, asked, now)
            if isinstance(said, Go):
                return said
            if isinstance(said, Halt):
                return stopped([self._pacing.stops.stop(self._issue, by=said.by, why=said.why, at=now)])
            if meanwhile():
                continue
            if not self._wait(said, now, is_over):
                why = f"{self._issue} goes on from {now + said.long:%Y-%m-%d %H:%M:%S} UTC on: {said.why}."
                return TryLater(
                    why, after=said.long.total_seconds(), advice="Run the same command again then; nobody is missed."
                )
        return None

    def _decide(self, seen: Seen, asked: int, now: datetime) -> Verdict:
        """Ask by what was seen, and by this worker's own quota; what is bounded is looked at anew the next time."""
        said = decide(self._rules, seen, hears_back=self._pacing.hears_back(self._rules), now=now, asked=asked)
        if not isinstance(said, Go) or said.bounds is not None:
            self._seen = None
        per_minute = pace_of(self._rules, seen.due)
        if not per_minute or not isinstance(said, Go):
            return said
        room = self._quota.room(per_minute, now)
        if room < min(said.at_most, slice_of(per_minute)):
            return Wait(long=self._quota.wait(per_minute, now), why=f"{per_minute:,} mails may leave in a minute")
        return replace(said, at_most=min(said.at_most, room))

    def _look(self, now: datetime) -> Seen:
        """Return what the ledger has seen, not long ago."""
        if self._seen is not None and not self._is_time_to_look(now):
            return self._seen
        self._rules = rules = self._pacing.rules(self._newsletter)
        if self._due is None:
            self._due = self._pacing.book.due(self._issue)
        seen = self._pacing.book.seen(
            self._issue,
            due=self._due,
            wave=wave_of(rules, self._due),
            domain=self._domain if rules.warm_up else None,
            at=now,
        )
        self._seen = replace(seen, latest=self._latest(seen.judged, latest_of(self._due)))
        self._looked_at, self._own = now, Answers()
        return self._seen

    def _is_time_to_look(self, now: datetime) -> bool:
        long = now - self._looked_at if self._looked_at is not None else LOOK_AGAIN
        is_suspicious = self._own.failed * 100 > self._rules.most_failed_percent * self._own.count
        return is_suspicious or not timedelta(0) <= long < LOOK_AGAIN

    def _latest(self, judged: Answers, count: int) -> Answers:
        """Return what came since the newest look before the latest ``count`` answers."""
        trail = self._trail
        if trail and judged.count < trail[-1].count:
            trail.clear()  # resumed meanwhile: what was judged begins anew
        while len(trail) > 1 and judged.count - trail[1].count >= count:
            trail.popleft()
        trail.append(judged)
        return Answers(count=judged.count - trail[0].count, failed=max(0, judged.failed - trail[0].failed))

    def _wait(self, said: Wait, now: datetime, is_over: Callable[[], bool]) -> bool:
        """Wait a little; ``False`` if it would take too long, or the clock stands still."""
        if said.long > PATIENCE:
            return is_over()
        if said.why != self._said:
            self._said = said.why
            self._pacing.say(f"{self._issue} waits: {said.why}.")
        left = min(said.long, LONGEST_PAUSE)
        while left > timedelta(0) and not is_over():
            self._pause(min(left, PIECE).total_seconds())
            left -= PIECE
        return is_over() or self._clock.now() > now
