"""Studies: equal budgets, common starts, and runs that are what `run` alone would give."""

import subprocess
import sys
from itertools import pairwise

import jax
import numpy as np
import pytest
from helpers import bowl, counting, ramp, small

import landscape as ls
from landscape import LandscapeError
from landscape.benchmark import Results, Study

BUDGET = 203  # no multiple of a population
SEEDS = (3, 0, 8)
OPTIMIZERS = [ls.optimizers.sgd(), small("genetic"), small("particle_swarm"), ls.optimizers.simulated_annealing()]


def few(surface) -> list[ls.Optimizer]:
    """All of them in the plane, two in more dimensions: every pair compiles a program."""
    return OPTIMIZERS if surface.dim == 2 else OPTIMIZERS[:2]


@pytest.fixture(scope="module")
def study() -> Study:
    return Study([ls.surfaces.rosenbrock(), ls.surfaces.rastrigin(dim=3)], few, SEEDS, BUDGET)


@pytest.fixture(scope="module")
def results(study) -> Results:
    return study.run()


def test_every_pair_has_a_row_for_each_seed(study, results):
    assert [(race.problem, race.optimizer) for race in results.races] == list(study.pairs)
    expected = [(ls.catalog.text(p), ls.catalog.text(o), s) for p, o in study.pairs for s in SEEDS]
    assert [(row.problem, row.optimizer, row.seed) for row in results.rows] == expected


def test_every_run_spends_its_budget_and_no_more(results):
    for race in results.races:
        size = race.optimizer.members(race.problem.dim)
        assert np.all(race.evaluations[:, -1] <= BUDGET)
        assert np.all(race.evaluations[:, -1] > BUDGET - size)
        assert np.all(race.evaluations[:, 0] == size)
        assert set(np.unique(np.diff(race.evaluations, axis=1))) <= {0, size}


def test_steps_and_gradients_are_those_taken(results):
    for race in results.races:
        for row in race.rows:
            size = race.optimizer.members(race.problem.dim)
            assert row.steps == (BUDGET - size) // size
            assert row.gradients == (row.evaluations if race.optimizer.needs_gradient else 0)


@pytest.mark.parametrize("name", ["sgd", "genetic"])
def test_counts_are_the_calls_that_were_made(name):
    surface, calls = counting()
    race = Study([surface()], [small(name)], seeds=1, budget=40).run().races[0]
    jax.effects_barrier()
    row, size = race.rows[0], race.optimizer.members(race.problem.dim)
    # Every run is made twice, once to compile and once for the time, after one step that asks what a step costs.
    assert calls["evaluations"] == 2 * row.evaluations + 2 * size
    assert calls["gradients"] == (calls["evaluations"] if name == "sgd" else 0)


def test_starts_are_common_to_all_optimizers_and_differ_between_seeds(study, results):
    for problem in study.problems:
        starts = study.starts(problem)
        assert starts.shape == (len(SEEDS), problem.dim)
        assert np.all((starts >= problem.domain.lower) & (starts <= problem.domain.upper))
        assert len(np.unique(starts, axis=0)) == len(SEEDS)
    heights = [float(study.problems[0](start)) for start in study.starts(study.problems[0])]
    singles = [race for race in results.races if race.optimizer.alone and race.problem is study.problems[0]]
    for race in singles:
        np.testing.assert_allclose(race.best_value[:, 0], heights, rtol=1e-14)
    for race in results.races[:4]:  # the best of a population is no worse than its first member
        assert np.all(race.best_value[:, 0] <= np.asarray(heights) * (1 + 1e-14))


def test_a_seed_has_the_same_start_whatever_seeds_stand_beside_it(study):
    alone = Study(study.problems, OPTIMIZERS, [8], BUDGET).starts(study.problems[1])
    np.testing.assert_array_equal(alone[0], study.starts(study.problems[1])[2])


def test_a_batched_run_is_the_single_run(study, results):
    for race in results.races[:4]:
        for i, seed in enumerate(SEEDS):
            start = study.starts(race.problem)[i]
            alone = ls.run(race.problem, race.optimizer, start, seed=seed, budget=BUDGET)
            np.testing.assert_allclose(race.best_value[i], alone.best_value, rtol=1e-9)
            np.testing.assert_array_equal(race.evaluations[i], alone.evaluations)


def test_the_same_study_gives_the_same_rows(study, results):
    assert study.run().rows == results.rows


def test_the_surfaces_own_start_is_an_option():
    study = Study([bowl()], [ls.optimizers.sgd()], seeds=3, budget=10)
    race = study.run(starts="surface").races[0]
    np.testing.assert_array_equal(race.best_value[:, 0], 13.0)  # at (3, −2)


def test_gradient_descent_on_a_quadratic_is_its_closed_form():
    surface, rate = ls.surfaces.quadratic(condition=10.0, rotation=0.0), 0.05
    study = Study([surface], [ls.optimizers.sgd(learning_rate=rate)], seeds=5, budget=31)
    curvatures = np.array([1.0, 10.0])
    errors = study.starts(surface) * (1.0 - rate * curvatures) ** 30  # one evaluation at the start, 30 steps
    np.testing.assert_allclose([row.gap for row in study.run().rows], 0.5 * errors**2 @ curvatures, rtol=1e-12)


def test_optimizers_may_be_chosen_for_each_problem():
    def tuned(surface):
        return [ls.optimizers.sgd(learning_rate=0.1 if surface.name == "ramp" else 0.2)]

    rates = [o.values["learning_rate"] for _, o in Study([bowl(), ramp()], tuned, 1, 10).pairs]
    assert rates == [0.2, 0.1]


def test_progress_hears_of_every_pair_and_of_the_end():
    heard = []
    study = Study([bowl()], [ls.optimizers.sgd(), ls.optimizers.momentum()], seeds=1, budget=10)
    study.run(lambda *said: heard.append(said))
    assert heard == [(0, 2, "bowl · sgd"), (1, 2, "bowl · momentum"), (2, 2, "")]


def test_a_scheduled_surface_is_judged_as_it_ends():
    surface = bowl(depth=ls.schedules.linear(start=1.0, end=10.0))
    row = Study([surface], [ls.optimizers.sgd(learning_rate=0.0)], seeds=1, budget=21).run(starts="surface").rows[0]
    assert row.best_value == pytest.approx(130.0)
    assert row.evaluations <= 21


def test_float32_is_kept():
    with jax.enable_x64(False):
        results = Study([bowl()], [ls.optimizers.sgd()], seeds=2, budget=10).run()
    assert results.races[0].best_value.dtype == np.float32
    assert results.about["precision"] == "float32"


def test_importing_benchmarks_loads_no_plotly_and_no_polars():
    code = "import sys, landscape as ls; ls.benchmark.Study; print(*({'plotly', 'dash', 'polars'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


SGD, BOWL = ls.optimizers.sgd(), bowl()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"problems": []}, "A study needs at least one problem"),
        ({"optimizers": []}, "A study needs at least one optimizer"),
        ({"optimizers": lambda surface: []}, "A study needs at least one optimizer"),
        ({"problems": BOWL}, "takes a list of problems, not bowl(depth=1.0) alone"),
        ({"optimizers": ls.optimizers.adam}, "takes a list of optimizers"),
        ({"problems": "rosenbrock"}, "takes a list of problems"),
        ({"problems": ["rosenbrock"]}, "'rosenbrock' is no problem with its numbers bound"),
        ({"optimizers": [ls.optimizers.adam]}, "<optimizer adam> is no optimizer with its numbers bound"),
        ({"optimizers": [BOWL]}, "is no optimizer"),
        ({"optimizers": [ls.optimizers.sgd(learning_rate=np.ones(2))]}, "which belong to sweep"),
        ({"optimizers": [SGD, ls.optimizers.sgd()]}, "sgd:learning_rate=0.002 is given twice"),
        ({"problems": [BOWL, bowl()]}, "bowl:depth=1.0 is given twice"),
        ({"seeds": 0}, "seeds=0 is not a number of runs from 1"),
        ({"seeds": -3}, "seeds=-3 is not"),
        ({"seeds": True}, "seeds=True is neither"),
        ({"seeds": []}, "is neither a count nor a list"),
        ({"seeds": [0, -1]}, "is neither a count nor a list"),
        ({"seeds": [0.5]}, "is neither a count nor a list"),
        ({"seeds": [1, 2, 1]}, "repeats a seed"),
        ({"budget": 1}, "budget=1 evaluations are used up by the start"),
        ({"budget": 32, "optimizers": [SGD, ls.optimizers.genetic()]}, "used up by the 32 points of genetic"),
        ({"budget": 0}, "give more"),
        ({"budget": 99.5}, "budget=99.5 is not a whole number"),
        ({"budget": 2**31}, "is not a whole number"),
        ({"target": -1.0}, "target=-1.0 is no distance"),
        ({"target": np.nan}, "target=nan is no distance"),
        ({"budget": 10**9}, "GiB of curves, more than 4; lower the budget (1,000,000,000)"),
    ],
)
def test_bad_input_is_told_before_anything_runs(given, words):
    with pytest.raises(LandscapeError) as caught:
        Study(**({"problems": [BOWL], "optimizers": [SGD]} | given))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_starts_suggest_the_right_ones():
    heard = []
    with pytest.raises(LandscapeError, match=r"'randon' is not one of random, surface\. Did you mean 'random'\?"):
        Study([BOWL], [SGD]).run(lambda *said: heard.append(said), starts="randon")
    assert not heard


def test_curves_never_rise(results):
    for race in results.races:
        assert all(np.all(after <= before) for before, after in pairwise(race.best_value.T))
