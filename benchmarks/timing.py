"""Fair times on a noisy machine: what is compared runs in turns, and medians are compared.

    times = race({"ours": ours, "bound": bound})
    ratio("adam", times["ours"], times["bound"], limit=1.2)

A load that comes and goes then slows both sides alike, which no pair of separate measurements can promise; so rounds
are short, and what is not compared runs in another race.  Each round takes the callables in another order, so that
none always runs in the cache that the same other one left.  The first call, which traces and compiles, is timed apart.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax

RACE = 8.0  # seconds that one race takes, more or less
FEWEST, MOST = 21, 1001  # rounds
# Seconds that one sample takes at least: enough for the clock, and less than a system's time slice, so that where other
# work takes turns with ours, most samples escape it.
CALL = 0.001


class Times(NamedTuple):
    """What one callable took, in seconds a call."""

    median: float
    lower: float  # the quartiles
    upper: float
    first: float = float("nan")  # the very first call: tracing and compiling with it


class Row(NamedTuple):
    """One line of the results: a measured number and the limit it should keep."""

    case: str
    time: Times | None
    bound: Times | None
    score: float
    limit: float | None
    unit: str  # of score and limit: "×", "s" or what is counted

    @property
    def holds(self) -> bool | None:
        return None if self.limit is None else self.score <= self.limit


def ratio(case: str, times: Times, bound: Times, limit: float | None = None) -> Row:
    """A row that says how many times the bound something takes."""
    return Row(case, times, bound, times.median / bound.median, limit, "×")


def seconds(case: str, times: Times, limit: float | None = None, bound: Times | None = None) -> Row:
    """A row that says how long something takes, beyond the bound where there is one."""
    return Row(case, times, bound, times.median - (bound.median if bound else 0.0), limit, "s")


def count(case: str, number: int, limit: int | None, what: str, times: Times | None = None) -> Row:
    """A row that counts something, and says how long each took."""
    return Row(case, times, None, float(number), limit, what)


def race(
    callables: Mapping[str, Callable[[], Any]],
    rounds: int | None = None,
    timer: Callable[[], float] = time.perf_counter,
) -> dict[str, Times]:
    """Time every callable once a round, all of them in each round; whatever they return is waited for.

    `timer` reads another clock than that on the wall: time.process_time adds up what all threads compute.
    """
    first = {name: clock(call, timer=timer) for name, call in callables.items()}
    taken = {name: min(clock(call, timer=timer) for _ in range(3)) for name, call in callables.items()}
    calls = {name: max(1, round(CALL / each)) for name, each in taken.items()}
    length = sum(calls[name] * each for name, each in taken.items())
    rounds = rounds or min(max(FEWEST, round(RACE / length)), MOST)
    samples: dict[str, list[float]] = {name: [] for name in callables}
    order, shuffle = list(callables), random.Random(0).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            samples[name].append(clock(callables[name], calls[name], timer))
    return {name: summary(samples[name], first[name]) for name in callables}


def summary(samples: list[float], first: float = float("nan")) -> Times:
    """Median and quartiles, each of them a time that was measured."""
    ranked, last = sorted(samples), len(samples) - 1
    lower, median, upper = (ranked[round(share * last)] for share in (0.25, 0.5, 0.75))
    return Times(median, lower, upper, first)


def clock(call: Callable[[], Any], repeats: int = 1, timer: Callable[[], float] = time.perf_counter) -> float:
    """Seconds a call, its result waited for."""
    begin = timer()
    for _ in range(repeats):
        jax.block_until_ready(call())
    return (timer() - begin) / repeats
