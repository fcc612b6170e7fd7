"""Schedules: what an order means, published optima, and files."""

import itertools

import jax
import numpy as np
import pytest

import landscape as ls
from landscape.parameters import LandscapeError
from landscape.problems import instances


def makespan(machines, times, x) -> float:
    """When the last job is done, one operation after the other."""
    jobs, count = times.shape
    job_free, machine_free, done = np.zeros(jobs), np.zeros(count), np.zeros(jobs, int)
    for job in np.asarray(x, int) // count:
        machine, time = machines[job, done[job]], times[job, done[job]]
        job_free[job] = machine_free[machine] = max(job_free[job], machine_free[machine]) + time
        done[job] += 1
    return job_free.max()


@pytest.mark.parametrize(("name", "optimum"), [("ft06", 55), ("la01", 666)])
def test_orders_are_decoded_and_optima_reached(name, optimum):
    surface = ls.problems.job_shop(instance=name)
    orders = np.stack([np.random.default_rng(k).permutation(surface.dim) for k in range(50)]).astype(float)
    values = np.asarray(jax.jit(jax.vmap(lambda x: surface.at(1.0, x.dtype).loss(x)))(orders))
    assert values.tolist() == [makespan(surface.data.machines, surface.data.times, x) for x in orders]
    assert values.min() >= optimum == surface.minimum
    # No schedule is shorter than the busiest machine; la01's optimum is just that.
    busy = np.bincount(surface.data.machines.ravel(), surface.data.times.ravel()).max()
    assert optimum == busy if name == "la01" else optimum > busy
    annealing = ls.optimizers.simulated_annealing(**surface.tuned(ls.optimizers.simulated_annealing))
    best, value = ls.run(surface, annealing, steps=6_000, record="best", thin=1_000).best
    assert value == optimum == makespan(surface.data.machines, surface.data.times, best)
    assert surface.describe(best) == f"schedule of length {optimum}, the shortest there is"
    assert "% above the shortest" in surface.describe(orders[0])


def test_all_orders_of_a_tiny_shop():
    """Two jobs cross over: 3 + 2 on machines 0, 1 and 2 + 4 on 1, 0. By hand 7: machine 0 works 3 + 4 without a gap."""
    surface = ls.problems.job_shop(instance=instances.remember("2 2\n0 3 1 2\n1 2 0 4"))
    orders = np.array(list(itertools.permutations(range(4))), float)
    values = np.asarray(jax.vmap(lambda x: surface.at(1.0, x.dtype).loss(x))(orders))
    assert values.min() == 7
    assert values.tolist() == [makespan(surface.data.machines, surface.data.times, x) for x in orders]
    assert surface.shown == {"machines": [[0, 1], [1, 0]], "times": [[3, 2], [2, 4]]}
    assert np.isnan(surface.minimum)
    assert surface.describe(surface.start) == "schedule of length 7"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "",
            "There is no number in this text; give the numbers of jobs and machines, and a line of pairs for each job",
        ),
        ("# only\n3", "Line 2: expected the numbers of jobs and machines, found one number"),
        ("0 2", "Line 1: the number of jobs is 0; give a whole number from 1 to 1,000"),
        ("1 1\n0 5", "1 jobs on 1 machines are 1 operations; give 2 … 1,000"),
        (
            "2 2\n0 3 1 2\n1 2 0",
            "After 2 jobs and 2 machines this file has 7 numbers, the last on line 3; a machine and a time for each "
            "operation are 8",
        ),
        ("2 2\n0 3 1 2\n1 2 2 4", "Line 3: a machine is 2; give a whole number from 0 to 1"),
        ("2 2\n0 3 1 -2\n1 2 0 4", "Line 2: an operation takes -2; give 0 or more"),
        ("2 2\n0 3 1 long\n1 2 0 4", "Line 2: expected a number up to ±1e12, found 'long'"),
    ],
)
def test_what_is_wrong_is_said(text, told):
    with pytest.raises(LandscapeError) as error:
        ls.problems.job_shop(instance=instances.remember(text))
    assert str(error.value) == f"{told}."
