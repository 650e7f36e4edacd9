"""How many requests are under way at once, and what trouble does to that."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from digest.errors import TryLater
from digest.send.mailers.sendgrid.callers import Callers


def answered(callers: Callers, times: int) -> None:
    for _ in range(times):
        with callers.asking():
            pass


def most_at_once(callers: Callers, threads: int) -> int:
    """Return how many requests of so many threads were ever under way at once."""
    under_way = [0]
    most = [0]
    lock = threading.Lock()

    def ask() -> None:
        with callers.asking():
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            time.sleep(0.01)
            with lock:
                under_way[0] -= 1

    with ThreadPoolExecutor(threads) as pool:
        for _ in range(threads):
            pool.submit(ask)
    return most[0]


def test_no_more_are_under_way_than_may_be() -> None:
    assert most_at_once(Callers(2), 6) <= 2
    assert most_at_once(Callers(1), 3) == 1


def test_after_trouble_it_is_one_and_with_every_answer_one_more() -> None:
    callers = Callers(4)
    assert callers._window == 4
    with pytest.raises(KeyError), callers.asking():
        raise KeyError
    assert callers._window == 1
    answered(callers, 2)
    assert callers._window == 3
    answered(callers, 5)
    assert callers._window == 4  # and never more than may be
    callers.slow_down()
    assert callers._window == 1


def test_who_waits_for_their_turn_is_told_when_all_have_to_stop() -> None:
    callers = Callers(1)
    told: list[str] = []

    def wait() -> None:
        try:
            with callers, callers.asking():
                pass
        except TryLater as error:
            told.append(error.what)

    with callers, callers.asking():
        thread = threading.Thread(target=wait)
        thread.start()
        callers.stop()
        thread.join()
    assert told == ["Nothing more was asked of SendGrid after a request had failed."]
    with callers, callers.asking():  # the next ones begin anew
        pass


def test_a_stop_that_finds_nobody_stops_nobody() -> None:
    callers = Callers(1)
    callers.stop()
    with callers, callers.asking():
        pass
