"""Discrete landscapes: annealing of tours against plain Python, incremental evaluation, proofs."""

from __future__ import annotations

import math
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

import landscape as ls
from benchmarks.timing import Row, Times, count, race, ratio, seconds
from landscape import exact
from landscape.optimizers import simulated_annealing
from landscape.problems import problem, tsp
from landscape.problems.tsp import Neighborhood, Recombination
from landscape.surface import Minibatch

MOVES, CHAINS = 20_000, 64
ROUNDS = 7
PROOFS = {  # what is proved, by which solver, and within how many seconds
    "tsp:instance=berlin52": ("cuts", 1.0),
    "tsp:instance=kroA100": ("cuts", 30.0),
    "knapsack": ("dynamic_programming", None),
    "knapsack:instance=knapPI_3_100_1000_1": ("cp_sat", None),
    "coloring:instance=myciel4,colors=4": ("cp_sat", None),
    "coloring:instance=myciel4,colors=5": ("cp_sat", None),
    "coloring:instance=queen6_6,colors=7": ("cp_sat", None),
    "max_sat:instance='uf50-01'": ("cp_sat", None),
    "max_sat:instance='uuf50-01'": ("cp_sat", None),
    "job_shop:instance=ft06": ("cp_sat", None),
}


def measure() -> list[Row]:
    """Moves a second, what the moves find, and how long proofs take."""
    return [*speed(), *incremental(), *quality(), *proofs()]


def bound(surface):
    """Annealing as it is tuned for the surface."""
    return simulated_annealing(**surface.tuned(simulated_annealing))


def plain(distances: list[list[float]], temperatures: list[float], seed: int) -> float:
    """The same annealing as one writes it in Python for speed: the length of the best tour.

    The change of a move is four look-ups, a reversal is a slice, and what is used often has a short name.
    """
    chance = random.Random(seed).random
    exp, n = math.exp, len(distances)
    tour = list(range(n))
    length = sum(distances[tour[k - 1]][tour[k]] for k in range(n))
    best = length
    for temperature in temperatures:
        i, j = int(chance() * n), int(chance() * (n - 1))
        if j >= i:
            j += 1
        else:
            i, j = j, i
        if i == 0 and j == n - 1:
            continue
        a, b, c, d = tour[i - 1], tour[i], tour[j], tour[j + 1 - n]
        row, other = distances[a], distances[d]
        change = row[c] + other[b] - row[b] - other[c]
        if change <= 0 or chance() < exp(-change / temperature):
            tour[i : j + 1] = tour[i : j + 1][::-1]
            length += change
            if length < best:
                best = length
    return best


def speed() -> list[Row]:
    """One chain, and many: in one call, one after the other, and in threads.

    Everything compared makes the same number of moves, and runs in turns.
    """
    surface = tsp(instance="berlin52")
    method, threads = bound(surface), os.cpu_count() or 1
    law = method.values["temperature"]
    temperatures = np.asarray(law(np.arange(MOVES) / (MOVES - 1)), float).tolist()
    distances = surface.data.distances.tolist()

    def one(seed: int = 0):
        return ls.run(surface, method, steps=MOVES, seed=seed, record="last", thin=MOVES).best_value[-1]

    def many():
        found = ls.run_many(surface, method, seeds=CHAINS, steps=MOVES, record="last", thin=MOVES)
        return found.best_value

    with ThreadPoolExecutor(threads) as pool:
        calls = {
            "Python": lambda: [plain(distances, temperatures, seed) for seed in range(CHAINS)],
            "1": lambda: [one() for _ in range(CHAINS)],
            "many in one call": many,
            "many in turn": lambda: [one(seed) for seed in range(CHAINS)],
            "many in threads": lambda: list(pool.map(one, range(CHAINS))),
        }
        times = race(calls, rounds=ROUNDS)
    rows = [rate("plain Python, one chain after the other", times["Python"])]
    for name, words, limit in (
        ("1", "1 chain, again and again", 1.0),
        ("many in one call", f"{CHAINS} chains, run_many", 1 / 3),
        ("many in turn", f"{CHAINS} chains, run one after the other", None),
        ("many in threads", f"{CHAINS} chains, run in {threads} threads", None),
    ):
        rows.append(rate(f"annealing berlin52, {words}", times[name]))
        rows.append(ratio(f"annealing berlin52, {words} ÷ plain Python", times[name], times["Python"], limit))
        if limit:
            rows.append(Row(f"{words}: the first time, compiled with it", None, None, times[name].first, None, "s"))
    return rows


def rate(case: str, times: Times) -> Row:
    return Row(case, times, None, CHAINS * MOVES / times.median / 1e6, None, "million moves a second")


@problem(
    family="tours", picture="tour", domain=tsp.facts.domain, describe=tsp.about["describe"], shown=tsp.about["shown"],
    start=tsp.facts.start, minimum=tsp.facts.minimum, source=tsp.source, tuned=tsp.facts.tuned, data=tsp.prepare,
)  # fmt: skip
def whole_tsp(data, *, neighborhood: Neighborhood = "two_opt", recombination: Recombination = "order"):
    """Tours whose length is added up anew after every move."""
    return Minibatch(tsp.factory(data, neighborhood=neighborhood, recombination=recombination).loss)


def incremental() -> list[Row]:
    """What a move changes, against the length of the whole tour, with the same moves."""
    rows = []
    for instance in ("berlin52", "kroA100"):
        surfaces = {"changes": tsp(instance=instance), "whole": whole_tsp(instance=instance)}
        method = bound(surfaces["changes"])
        calls = {
            name: lambda surface=surface, method=method: (
                ls.run(surface, method, steps=MOVES, record="last", thin=MOVES).best_value
            )
            for name, surface in surfaces.items()
        }
        times = race(calls, rounds=ROUNDS)
        rows.append(ratio(f"{instance}, what a move changes ÷ the whole tour", times["changes"], times["whole"], 1.0))
    return rows


def quality() -> list[Row]:
    """The best of chains of 200,000 moves, above what is proved."""
    rows = []
    for instance, chains, most in (("berlin52", 16, 0.0), ("kroA100", 64, 1.0)):
        surface = tsp(instance=instance)
        found = ls.run_many(surface, bound(surface), seeds=chains, steps=200_000, record="last", thin=200_000)
        ends = np.asarray(found.best_value)[:, -1]
        above = 100.0 * (ends.min() / surface.minimum - 1.0)
        rows.append(Row(f"{instance}, best of {chains} × 200,000 moves: {ends.min():,.0f}", None, None, above, most,
                        "% above the optimum"))  # fmt: skip
        rows.append(
            count(f"{instance}, chains of {chains} that end there", int((ends == ends.min()).sum()), None, "chains")
        )
    return rows


def proofs() -> list[Row]:
    """Seconds until a proof; packages are loaded before."""
    rows = []
    for text, (solver, limit) in PROOFS.items():
        surface = ls.catalog.surface(text)
        solve = partial(exact.solve, surface, solver=solver, limit=120.0)
        found, taken = solve(), []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            found = solve()
            taken.append(time.perf_counter() - begin)
        ranked = sorted(taken)
        times = Times(ranked[ROUNDS // 2], ranked[ROUNDS // 4], ranked[3 * ROUNDS // 4])
        rows.append(seconds(f"{text}, {solver}: {found.told}", times, limit))
    return rows
