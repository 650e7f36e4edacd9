import asyncio
from dataclasses import dataclass, field

import pytest

from digest.collect.fetching.pace import Pace


@dataclass
class Watch:
    """A watch whose sleep moves it on."""

    at: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


async def test_a_pause_lies_between_two_turns_of_a_host_and_none_between_two_hosts() -> None:
    watch = Watch()
    pace = Pace(1.0, now=watch.now, sleep=watch.sleep)
    for host in ("a", "b", "a", "b"):
        async with pace.turn(host):
            watch.at += 0.25
    assert watch.slept == [0.75]


async def test_no_pause_follows_in_a_hurry_unless_it_was_asked_for() -> None:
    watch = Watch()
    pace = Pace(1.0, now=watch.now, sleep=watch.sleep)
    for _ in range(3):
        async with pace.turn("a", hurry=True):
            pass
    assert watch.slept == []
    pace.hold("a", 5.0)
    pace.hold("a", 2.0)
    async with pace.turn("a", hurry=True):
        pass
    assert watch.slept == [5.0]


async def test_a_turn_that_failed_counts_as_a_turn() -> None:
    watch = Watch()
    pace = Pace(1.0, now=watch.now, sleep=watch.sleep)
    with pytest.raises(RuntimeError):
        async with pace.turn("a"):
            raise RuntimeError
    async with pace.turn("a"):
        pass
    assert watch.slept == [1.0]


async def test_one_at_a_time_per_host_and_hosts_side_by_side() -> None:
    pace = Pace(0.0, now=asyncio.get_running_loop().time)
    inside: list[str] = []
    both = asyncio.Event()

    async def work(host: str) -> None:
        async with pace.turn(host):
            assert host not in inside
            inside.append(host)
            if len(inside) == 2:
                both.set()
            await both.wait()
            inside.remove(host)

    await asyncio.gather(work("a"), work("b"), work("a"))
    assert not inside


async def test_a_host_that_wants_longer_pauses_gets_them_even_in_a_hurry() -> None:
    watch = Watch()
    pace = Pace(1.0, now=watch.now, sleep=watch.sleep)
    pace.slow("a", 5.0)
    pace.slow("a", 2.0)
    pace.slow("b", 0.5)
    for host, hurry in (("a", False), ("a", True), ("a", False), ("b", False), ("b", False), ("c", True), ("c", True)):
        async with pace.turn(host, hurry=hurry):
            pass
    assert watch.slept == [5.0, 5.0, 1.0]


async def test_whom_the_gate_stops_neither_waits_nor_counts() -> None:
    watch = Watch()
    pace = Pace(1.0, now=watch.now, sleep=watch.sleep)
    async with pace.turn("a"):
        pass

    def shut() -> None:
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            async with pace.turn("a", gate=shut):
                pass
    assert watch.slept == []


async def test_a_gate_that_shuts_during_the_pause_stops_too() -> None:
    watch = Watch()
    pace = Pace(1.0, now=watch.now, sleep=watch.sleep)
    async with pace.turn("a"):
        pass

    def shut_after_the_pause() -> None:
        if watch.slept:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        async with pace.turn("a", gate=shut_after_the_pause):
            pass
    assert watch.slept == [1.0]
