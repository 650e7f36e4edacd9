"""Several workers at one gate, in any order: never more than allowed, and everybody in the end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compose.sending import Sending
from digest.send.pacing import Answers, Go, Halt, Seen, Today, Wait, decide, midnight_of, wave_of
from digest.send.stopping import THE_BREAKER, THE_CANARY
from tests.fakes import NOON

DOMAIN = "news.example"


@dataclass
class Books:
    """A ledger in memory. A claim counts its bounds as it is made, as the real one does."""

    due: int
    now: datetime = NOON
    claimed: int = 0
    answers: Answers = field(default_factory=Answers)
    last_answer: datetime | None = None
    first: datetime | None = None
    days: dict[datetime, int] = field(default_factory=dict)
    overruled: set[str] = field(default_factory=set)

    @property
    def begun(self) -> int:
        return self.claimed + self.answers.count

    def look(self) -> Seen:
        count = self.days.get(midnight_of(self.now), 0) + self.claimed
        return Seen(
            due=self.due,
            planned=self.due - self.begun,
            claimed=self.claimed,
            answers=self.answers,
            judged=Answers() if THE_BREAKER in self.overruled else self.answers,
            last_answer=self.last_answer,
            planned_at=NOON,
            wave_overruled=THE_CANARY in self.overruled,
            today=Today(domain=DOMAIN, count=count, since=self.first),
        )

    def claim(self, go: Go) -> int:
        room = min(go.at_most, self.due - self.begun)
        if go.bounds is not None and go.bounds.begun is not None:
            room = min(room, go.bounds.begun - self.begun)
        if go.bounds is not None and go.bounds.today is not None and go.bounds.midnight is not None:
            left = sum(count for day, count in self.days.items() if day >= go.bounds.midnight)
            room = min(room, go.bounds.today - left - self.claimed)
        self.claimed += max(0, room)
        return max(0, room)

    def answer(self, count: int, failed: int) -> None:
        self.claimed -= count
        self.answers = Answers(count=self.answers.count + count, failed=self.answers.failed + failed)
        self.last_answer = self.now
        self.first = self.first or self.now
        self.days[midnight_of(self.now)] = self.days.get(midnight_of(self.now), 0) + count


@dataclass
class Worker:
    """Looks, claims what it was told, answers: one step at a time, so that others come in between."""

    asked: int
    go: Go | None = None
    hands: int = 0

    def step(self, books: Books, rules: Sending, *, hears_back: bool, failed: int) -> None:
        if self.hands:
            books.answer(self.hands, min(failed, self.hands))
            self.hands = 0
        elif self.go is not None:
            self.hands, self.go = books.claim(self.go), None
            if self.hands:  # what others have in their hands since yesterday is of no claim of today
                hold(books, rules)
        else:
            said = decide(rules, books.look(), hears_back=hears_back, now=books.now, asked=self.asked)
            if isinstance(said, Go):
                self.go = said
            elif isinstance(said, Wait):
                assert said.long > timedelta(0)
                books.now += said.long
            else:
                assert isinstance(said, Halt)
                assert books.answers.failed * 100 > rules.most_failed_percent * books.answers.count
                books.overruled.add(said.by)  # an editor resumes it


def hold(books: Books, rules: Sending) -> None:
    """Hold that no more are begun than the rules allow."""
    wave = wave_of(rules, books.due)
    if wave and books.answers.count < wave and THE_CANARY not in books.overruled:
        assert books.begun <= wave
    if rules.spread_minutes:
        gone = books.now - NOON
        assert (
            books.begun <= books.due * gone // timedelta(minutes=rules.spread_minutes) + 1 or books.begun == books.due
        )
    day = (books.now.date() - books.first.date()).days if books.first else 0
    if day < len(rules.warm_up):
        assert books.days.get(midnight_of(books.now), 0) + books.claimed <= rules.warm_up[day]


RULES = st.builds(
    Sending,
    canary_percent=st.integers(0, 50),
    canary_readers=st.integers(1, 30),
    canary_minutes=st.integers(0, 30),
    most_failed_percent=st.integers(1, 100),
    spread_minutes=st.sampled_from([0, 1, 7, 60]),
    warm_up=st.lists(st.integers(1, 200), max_size=3).map(tuple),
)


@settings(deadline=None)
@given(
    rules=RULES,
    due=st.integers(1, 400),
    workers=st.lists(st.integers(1, 120), min_size=1, max_size=4),
    order=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 20)), max_size=80),
    hears_back=st.booleans(),
)
def test_any_order_of_several_workers_keeps_to_the_rules_and_reaches_everybody(
    rules: Sending, due: int, workers: list[int], order: list[tuple[int, int, int]], hears_back: bool
) -> None:
    books, all_of_them = Books(due=due), [Worker(asked=asked) for asked in workers]
    for number, failed, later in order:
        books.now += timedelta(seconds=later)
        all_of_them[number % len(all_of_them)].step(books, rules, hears_back=hears_back, failed=failed)
    for _ in range(40 * due + 400):
        for worker in all_of_them:
            worker.step(books, rules, hears_back=hears_back, failed=0)
        if books.answers.count == due:
            break
    assert (books.answers.count, books.claimed) == (due, 0)
