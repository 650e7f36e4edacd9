"""Timing variants side by side: interleaved rounds (A B C A B C), medians, ratios to the first variant."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def compare(title: str, unit: str, variants: Mapping[str, tuple[Callable[[], None], int]], *, rounds: int = 5) -> None:
    """Run each variant once a round and print its rate; a variant is a function and how many units it makes."""
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, (work, _count) in variants.items():
            start = perf_counter()
            work()
            taken[name].append(perf_counter() - start)
    rates = {name: count / median(taken[name]) for name, (_work, count) in variants.items()}
    first = next(iter(rates.values()))
    print(f"\n{title} (medians of {rounds} interleaved rounds)")
    print(f"  {'variant':<58} {unit + '/s':>14} {'ratio':>10}")
    for name, rate in rates.items():
        print(f"  {name:<58} {rate:>14,.0f} {rate / first:>9,.2f}x")
