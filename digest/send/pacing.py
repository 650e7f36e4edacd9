"""How fast, and how carefully: whether a worker may go on with an issue now, and with how many. Pure.

One gate decides everything that makes a send slower than it could be: a stop, the canary wave, the breaker, the warm-up
of a new sending domain, the delivery window. What it says is reckoned from what the ledger has seen, so that several
workers on several machines share one wave, one window and one warm-up; ``Bounds`` make that hold when two of them ask
at the same moment. What one worker's mailer may take in a minute is its own business (``pacing_quota.py``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from digest.compose.sending import Sending
from digest.send.pacing_bounds import Bounds
from digest.send.stopping import THE_BREAKER, THE_CANARY, Stop

#: Where mails are spread, they leave in steps of so long.
STEP: Final = timedelta(seconds=5)
#: Between two looks at whether others have answers for the canary wave.
LOOK: Final = timedelta(seconds=1)
#: A worker that is behind in the delivery window catches up at so many times the even pace, and not faster.
CATCHING_UP: Final = 2
#: From so many answers on, the breaker has an opinion of the whole issue…
FEWEST_ANSWERS: Final = 100
#: …and of its latest answers from so many of these; in a large issue, of the latest hundredth.
FEWEST_LATEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """So many readers were answered for, so many of whom were refused or bounced."""

    count: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What has left from one sending domain: since midnight (UTC) with what is in hand, and on which day at first."""

    domain: str
    count: int
    since: datetime | None  # its first delivery that was ever accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the ledger has seen of one issue.

    ``due`` is how many readers were planned to get mail; ``planned`` still wait, ``claimed`` are in workers' hands.
    ``answers`` are all there were, ``judged`` those since the issue was last resumed, ``latest`` the latest of these.
    ``last_answer`` need be known only while the canary wave is out. ``wave_overruled``: somebody resumed the issue
    after the canary had stopped it. ``today`` is known where the newsletter has a warm-up.
    """

    due: int
    planned: int
    claimed: int = 0
    answers: Answers = Answers()
    judged: Answers = Answers()
    latest: Answers = Answers()
    last_answer: datetime | None = None
    planned_at: datetime | None = None
    wave_overruled: bool = False
    stops: tuple[Stop, ...] = ()
    today: Today | None = None

    @property
    def begun(self) -> int:
        """How many readers were claimed or answered for."""
        return self.claimed + self.answers.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """Claim at most so many, within the bounds."""

    at_most: int
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Ask again after so long. ``why`` has neither a capital nor an end mark."""

    long: timedelta
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Go on only when a person says so: the issue is to be stopped ``by`` whom, and ``why``."""

    by: str
    why: str


Verdict = Go | Wait | Halt


def decide(rules: Sending, seen: Seen, *, hears_back: bool, now: datetime, asked: int) -> Verdict:
    """Tell a worker that could take ``asked`` readers whether it may, and how many.

    ``hears_back``: the mailer tells us of bounces, so it is worth waiting for them. Readers who are all in hand or
    answered for are waited for by nobody.
    """
    if not seen.planned:
        return Go(at_most=asked)
    halt = _breaker(rules, seen)
    if halt is not None:
        return halt
    said = [_canary(rules, seen, hears_back, now), _warm_up(rules, seen, now), _window(rules, seen, now)]
    halts = [one for one in said if isinstance(one, Halt)]
    if halts:
        return halts[0]
    waits = [one for one in said if isinstance(one, Wait)]
    if waits:
        return max(waits, key=lambda one: one.long)
    return _together([one for one in said if isinstance(one, Go)], asked)


def wave_of(rules: Sending, due: int) -> int:
    """Return how many of the ``due`` readers are the canary wave; 0 where there is none, or it would be everybody."""
    if not rules.canary_percent:
        return 0
    wave = max(rules.canary_readers, -(-due * rules.canary_percent // 100))
    return wave if wave < due else 0


def pace_of(rules: Sending, due: int) -> int:
    """Return how many mails a minute one worker may hand over, 0 for no bound: its own bound, or the window's."""
    if not rules.spread_minutes:
        return rules.per_minute
    even = CATCHING_UP * -(-due // rules.spread_minutes)
    return min(even, rules.per_minute or even)


def latest_of(due: int) -> int:
    """Return how many of the latest answers the breaker looks at."""
    return max(FEWEST_LATEST, due // 100)


def _breaker(rules: Sending, seen: Seen) -> Halt | None:
    judged, latest = seen.judged, seen.latest
    if latest.count >= latest_of(seen.due) and _is_too_much(rules, latest):
        return Halt(by=THE_BREAKER, why=f"of the latest {_failures(rules, latest)}")
    if judged.count >= FEWEST_ANSWERS and _is_too_much(rules, judged):
        return Halt(by=THE_BREAKER, why=f"of {_failures(rules, judged)}")
    return None


def _canary(rules: Sending, seen: Seen, hears_back: bool, now: datetime) -> Verdict:
    wave = wave_of(rules, seen.due)
    if not wave or seen.wave_overruled or seen.begun > wave:
        return Go(at_most=seen.planned)
    if seen.begun < wave:
        return Go(at_most=wave - seen.begun, bounds=Bounds(begun=wave))
    if seen.claimed:
        return Wait(long=LOOK, why=f"the others come after the first {_readers(wave)}, who are not answered for yet")
    if _is_too_much(rules, seen.answers):
        return Halt(by=THE_CANARY, why=f"of the first {_failures(rules, seen.answers)}")
    whole = timedelta(minutes=rules.canary_minutes)
    since = now - seen.last_answer if seen.last_answer is not None else whole
    if hears_back and since < whole:
        return Wait(long=min(whole, whole - since), why=f"bounces of the first {_readers(wave)} may still come")
    return Go(at_most=seen.planned)


def _warm_up(rules: Sending, seen: Seen, now: datetime) -> Verdict:
    today = seen.today
    if today is None:
        return Go(at_most=seen.planned)
    day = max(0, (now.astimezone(UTC).date() - today.since.astimezone(UTC).date()).days) if today.since else 0
    if day >= len(rules.warm_up):
        return Go(at_most=seen.planned)
    most = rules.warm_up[day]
    if today.count >= most:
        tomorrow = midnight_of(now) + timedelta(days=1)
        why = f"{most:,} mails are all that the warm-up of {today.domain} has for its day {day + 1}"
        return Wait(long=tomorrow - now, why=why)
    bounds = Bounds(domain=today.domain, midnight=midnight_of(now), today=most)
    return Go(at_most=most - today.count, bounds=bounds)


def _window(rules: Sending, seen: Seen, now: datetime) -> Verdict:
    if not rules.spread_minutes or seen.planned_at is None:
        return Go(at_most=seen.planned)
    window = timedelta(minutes=rules.spread_minutes)
    gone = min(now - seen.planned_at, window)
    allowed = min(seen.due, max(0, seen.due * gone // window + 1))
    step = max(1, seen.due * STEP // window)
    target = min(seen.due, seen.begun + step)
    if allowed < target:
        long = -((1 - target) * window // seen.due) - gone
        return Wait(long=long, why=f"the mails are spread over {rules.spread_minutes:,} minutes")
    return Go(at_most=allowed - seen.begun, bounds=Bounds(begun=allowed))


def _together(said: list[Go], asked: int) -> Go:
    """Keep to all of them."""
    bounds = [one.bounds for one in said if one.bounds is not None]
    at_most = min(asked, *(one.at_most for one in said))
    if not bounds:
        return Go(at_most=at_most)
    begun = [one.begun for one in bounds if one.begun is not None]
    of_domain = next((one for one in bounds if one.today is not None), Bounds())
    return Go(
        at_most=at_most,
        bounds=Bounds(
            begun=min(begun) if begun else None,
            domain=of_domain.domain,
            midnight=of_domain.midnight,
            today=of_domain.today,
        ),
    )


def domain_of(address: str) -> str:
    """Return the domain of an address as it is compared: in lower case."""
    return address.rpartition("@")[2].lower()


def midnight_of(now: datetime) -> datetime:
    """Return the beginning of the day in UTC."""
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def _is_too_much(rules: Sending, answers: Answers) -> bool:
    return answers.failed * 100 > rules.most_failed_percent * answers.count


def _failures(rules: Sending, answers: Answers) -> str:
    """Say how many failed, in words that go on after "of": ``20 readers 3 were refused or bounced…``."""
    percent = 100 * answers.failed // answers.count
    were = "was" if answers.failed == 1 else "were"
    return (
        f"{_readers(answers.count)} {answers.failed:,} {were} refused or bounced, {percent} in a hundred;"
        f" {rules.most_failed_percent} are allowed"
    )


def _readers(count: int) -> str:
    return "1 reader" if count == 1 else f"{count:,} readers"
