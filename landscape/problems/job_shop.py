"""Job-shop scheduling (Fisher and Thompson 1963): jobs that visit machines in orders of their own, done soonest."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from landscape.domains import Permutations
from landscape.parameters import Choice, LandscapeError, Text
from landscape.problems import instances
from landscape.problems.entry import problem
from landscape.problems.numbers import beside, numbers, whole
from landscape.schedules import exponential

FILES = (".jsp",)
OPTIMA = {"ft06": 55, "la01": 666}
MOST = 1_000  # operations


class Shop(NamedTuple):
    """Jobs, each a row of operations in their order."""

    machines: np.ndarray  # (j, m) of int32: which machine each operation needs
    times: np.ndarray  # (j, m): how long it takes
    optimum: np.ndarray  # (): NaN where it is not known


def read(
    *, instance: Annotated[str, Text(1000), f"{instances.named(*FILES)}; or a file of the OR-Library's format"] = "ft06"
) -> Shop:
    return _read(instances.content(instance, *FILES), instance)


@lru_cache(maxsize=32)
def _read(text: str, name: str) -> Shop:
    """The OR-Library's format: jobs and machines, then for each job a line of pairs machine, time (from 0 on)."""
    found = numbers(text, "the numbers of jobs and machines, and a line of pairs for each job")
    if len(found) < 2:
        raise LandscapeError(f"Line {found[0][1]}: expected the numbers of jobs and machines, found one number.")
    jobs = whole(*found[0], "the number of jobs", 1, MOST)
    count = whole(*found[1], "the number of machines", 1, MOST)
    if not 2 <= jobs * count <= MOST:
        raise LandscapeError(f"{jobs} jobs on {count} machines are {jobs * count:,} operations; give 2 … {MOST:,}.")
    body = found[2:]
    if len(body) != 2 * jobs * count:
        raise LandscapeError(
            f"After {jobs} jobs and {count} machines this file has {len(body):,} numbers, the last on line "
            f"{found[-1][1]}; a machine and a time for each operation are {2 * jobs * count:,}."
        )
    machines = np.array([whole(*each, "a machine", 0, count - 1) for each in body[::2]], np.int32)
    times = np.array([_time(*each) for each in body[1::2]])
    return Shop(machines.reshape(jobs, count), times.reshape(jobs, count), np.float64(OPTIMA.get(name, np.nan)))


def _time(number: float, line: int) -> float:
    if number < 0:
        raise LandscapeError(f"Line {line}: an operation takes {number:g}; give 0 or more.")
    return number


def cooling(data: Shop, **_) -> dict[str, Any]:
    """From the time of an operation down to a fiftieth of it."""
    mean = float(data.times.mean()) or 1.0
    return {"temperature": exponential(start=mean, end=0.02 * mean)}


def told(data: Shop, x, value: float, **_) -> str:
    return f"schedule of length {value:,.10g}{beside(value, float(data.optimum), 'the shortest')}"


@problem(
    family="schedules",
    picture="schedule",
    domain=lambda data, **_: Permutations(length=data.times.size),
    # The first operation of every job, then the second …
    start=lambda data, **_: np.arange(data.times.size).reshape(data.times.shape).T.ravel(),
    minimum=lambda data, **_: data.optimum,
    describe=told,
    shown=lambda data, **_: {"machines": data.machines.tolist(), "times": data.times.tolist()},
    source="doi:10.1287/mnsc.34.3.391",
    formula=r"\max_{i,k} C_{ik}",
    note="The numbers of one job mean the same, so many permutations are one schedule, and some moves change nothing.",
    tuned={"simulated_annealing": cooling},
    data=read,
    files=FILES,
)
def job_shop(
    data,
    *,
    neighborhood: Annotated[str, Choice("swap", "insert", "or_opt"), "moves of an order"] = "insert",
    recombination: Annotated[str, Choice("order", "position"), "how a genetic method mixes two"] = "order",
):
    """Job shop: the length of the schedule in which jobs start their next operation in this order, once they can.

    These are the jobs x // machines. Each operation starts when its job and its machine are both free (a semi-active
    schedule, by a permutation with repetition: Bierwirth 1995).
    """
    jobs, count = data.times.shape

    machines, times = jnp.ravel(data.machines), jnp.ravel(data.times)

    # One operation a round, and nothing computed of all of them before: that compiles fastest, and runs fastest too.
    def loss(x):
        taken = times.astype(x.dtype)

        def start(state, job):
            jobs_free, machines_free, done = state
            mine = job == jnp.arange(jobs)
            operation = job * count + jnp.sum(jnp.where(mine, done, 0))
            needs = machines[operation] == jnp.arange(count)
            earliest = jnp.maximum(
                jnp.max(jnp.where(mine, jobs_free, 0.0)), jnp.max(jnp.where(needs, machines_free, 0.0))
            )
            end = earliest + taken[operation]
            return (jnp.where(mine, end, jobs_free), jnp.where(needs, end, machines_free), done + mine), None

        free = jnp.zeros(jobs, x.dtype), jnp.zeros(count, x.dtype)
        state, _ = lax.scan(start, (*free, jnp.zeros(jobs, jnp.int32)), x.astype(jnp.int32) // count)
        return jnp.max(state[0])

    return loss
