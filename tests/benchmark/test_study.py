"""Studies: equal budgets, common starts, and runs that are what `run` alone would give."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, counting, ramp, small

import landscape as ls
from landscape.benchmark import Results, Study
from landscape.benchmark.again import again
from landscape.lanes import LANES

BUDGET = 203  # no multiple of a population
SEEDS = (3, 0, 8)
SGD, SWARM = ls.optimizers.sgd(), small("particle_swarm")
OPTIMIZERS = [SGD, SWARM, ls.optimizers.simulated_annealing()]


def few(surface) -> list[ls.Optimizer]:
    """All of them in the plane, two in more dimensions: every pair compiles a program."""
    return OPTIMIZERS if surface.dim == 2 else OPTIMIZERS[:2]


@pytest.fixture(scope="module")
def study() -> Study:
    return Study([ls.surfaces.rosenbrock(), ls.surfaces.rastrigin(dim=3)], few, SEEDS, BUDGET)


@pytest.fixture(scope="module")
def results(study) -> Results:
    return study.run()


def halving(problem, seed, budget):
    """A method of one's own."""
    x = problem.start
    while True:
        x = x / 2
        problem(x)


def method(pair) -> ls.Optimizer:
    return ls.catalog.optimizer(pair.runs.settings[0]["optimizer"])


def test_every_pair_has_a_row_for_each_seed(study, results):
    expected = [(p.label, o.label, s) for p, ground in zip(study.described, study.problems, strict=True)
                for o in few(ground) for s in sorted(SEEDS)]  # fmt: skip
    assert [(row.problem, row.optimizer, row.seed) for row in results.rows] == expected


def test_every_run_spends_its_budget_and_no_more(results):
    for pair in results.pairs:
        size = method(pair).members(pair.problem.dim)
        assert np.all(pair.runs.evaluations <= BUDGET)
        assert np.all(pair.runs.evaluations > BUDGET - size)
        for record in pair.runs.records:
            assert record.evaluations[0] == size
            assert np.all(np.diff(record.evaluations) % size == 0)
        slopes = pair.runs.evaluations if method(pair).needs_gradient else 0
        np.testing.assert_array_equal(pair.runs.gradients, slopes)


@pytest.mark.parametrize("name", ["sgd", "genetic"])
def test_counts_are_the_calls_that_were_made(name):
    surface, calls = counting()
    row = Study([surface()], [small(name)], seeds=1, budget=40).run().rows[0]
    jax.effects_barrier()
    # A batch is filled up with copies of its last run; what a step costs may have been asked before.
    asked = calls["evaluations"] - LANES * row.evaluations
    assert 0 <= asked <= 2 * small(name).members(2)
    assert calls["gradients"] == (calls["evaluations"] if name == "sgd" else 0)


def test_starts_are_common_to_all_optimizers_and_differ_between_seeds(study, results):
    for problem in study.problems:
        starts = study.starts_of(problem)
        assert starts.shape == (len(SEEDS), problem.dim)
        assert np.all((starts >= problem.domain.lower) & (starts <= problem.domain.upper))
        assert len(np.unique(starts, axis=0)) == len(SEEDS)
    order = np.argsort(SEEDS)
    starts = study.starts_of(study.problems[0])[order]
    heights = [float(study.problems[0](start)) for start in starts]
    for pair in results.pairs[: len(OPTIMIZERS)]:
        np.testing.assert_array_equal(list(pair.runs.starts), starts)
        first = np.array([record.best_value[0] for record in pair.runs.records])
        if method(pair).alone:
            np.testing.assert_allclose(first, heights, rtol=1e-14)
        else:  # the best of a population is no worse than its first member
            assert np.all(first <= np.asarray(heights) * (1 + 1e-14))


def test_a_seed_has_the_same_start_whatever_seeds_stand_beside_it(study):
    alone = Study(study.problems, OPTIMIZERS, [8], BUDGET).starts_of(study.problems[1])
    np.testing.assert_array_equal(alone[0], study.starts_of(study.problems[1])[2])


def test_a_stored_run_is_the_single_run(study, results):
    for pair in results.pairs[: len(OPTIMIZERS)]:
        for row, record in enumerate(pair.runs.records):
            (alone,) = again(pair.runs, [row], record="last")
            assert record.at(np.array([BUDGET]))[0] == pytest.approx(float(alone.best_value[-1]), rel=1e-9)
            spent = np.asarray(alone.evaluations)
            np.testing.assert_allclose(record.at(spent), np.asarray(alone.best_value), rtol=1e-9)


def plain(results: Results) -> list:
    """Rows without what took how long."""
    return [row._replace(seconds=0.0) for row in results.rows]


def test_the_same_study_gives_the_same_rows_whatever_runs_beside_them(study, results):
    assert plain(study.run()) == plain(results)
    fewer = Study(study.problems, few, (8,), BUDGET).run()
    assert plain(fewer) == [row for row in plain(results) if row.seed == 8]


def test_a_study_goes_on_where_its_file_ends(study, results, tmp_path):
    path, heard = tmp_path / "results.sqlite", []
    Study(study.problems, few, SEEDS[:2], BUDGET).run(path)
    whole = study.run(path, progress=lambda *said: heard.append(said))
    assert plain(whole) == plain(results)
    assert heard[0] == (10, 15, "")  # two of three seeds are there
    assert heard[-1][:2] == (15, 15)
    assert plain(ls.benchmark.load(path)) == plain(results)
    assert plain(Study(study.problems[:1], few, SEEDS[:1], BUDGET).run(path)) == [
        row for row in plain(results) if row.seed == SEEDS[0] and row.problem == "rosenbrock"
    ]


def test_keys_change_with_all_that_determines_a_run_and_with_nothing_else(study):
    def keys(**changed) -> set[str]:
        given = {"problems": [ls.surfaces.rosenbrock()], "optimizers": [SGD], "seeds": 1, "budget": 50} | changed
        return {cell.key for cell in Study(**given).cells()}

    base = keys()
    assert base == keys(optimizers={"by another name": SGD}) == keys(target=1.0) == keys(budget="25*dim")
    others = [{"budget": 51}, {"seeds": [1]}, {"starts": "surface"}, {"gradients": 20}, {"detail": "targets"},
              {"precision": "float32"},
              {"optimizers": [ls.optimizers.sgd(learning_rate=0.1)]}, {"problems": [ls.surfaces.rosenbrock(b=2.0)]},
              {"optimizers": [halving]}]  # fmt: skip
    found = [keys(**each) for each in others]
    with jax.enable_x64(False):
        assert keys() == base
    assert len({base.copy().pop(), *(each.pop() for each in found)}) == 1 + len(found)


def test_runs_take_the_names_of_the_study_that_asks_for_them(tmp_path):
    path = tmp_path / "results.sqlite"
    Study([bowl()], {"a": SGD}, 2, 20).run(path)
    runs = Study([bowl(), ramp()], {"A": SGD, "b": halving}, 2, 20).run(path).runs
    assert [each.label for each in runs.solvers] == ["A", "b"]
    assert np.bincount(runs.solver).tolist() == [4, 4]


def test_functions_of_one_name_are_problems_of_their_own():
    many = [ls.Surface.from_function(lambda x, p=p: jnp.sum(x**p), domain=ls.Box.square(1.0), name="f") for p in (2, 4)]
    runs = Study(many, [SGD], 2, 20).run().runs
    assert [each.label for each in runs.problems] == [each.function for each in runs.problems] == ["f 1", "f 2"]
    assert len(set(runs.best_value)) == 4


def test_labels_say_what_tells_settings_apart():
    adams = [ls.optimizers.adam(), ls.optimizers.adam(learning_rate=0.1), SGD, halving]
    labels = [each.label for each in Study([bowl()], adams, 1, 10).solvers()]
    assert labels == ["adam (learning rate 0.05)", "adam (learning rate 0.1)", "sgd", "halving"]
    assert [each.label for each in Study([bowl()], {"a": SGD, "b": halving}, 1, 10).solvers()] == ["a", "b"]


def test_gradients_may_be_limited_too():
    rows = Study([ls.surfaces.quadratic()], [SGD, SWARM], seeds=1, budget=40, gradients=12).run().rows
    assert [(row.evaluations, row.gradients) for row in rows] == [(12, 12), (40, 0)]


def test_runs_with_few_gradients_end_there_when_they_are_drawn():
    runs = Study([ls.surfaces.quadratic()], [SGD, SWARM], seeds=1, budget=40, gradients=12).run().runs
    short, long = again(runs, [0, 1])
    assert (short.steps, len(short.positions), int(short.gradients[-1])) == (11, 12, 12)
    assert len(short.metrics["gradient_norm"]) == 11
    assert float(short.best_value[-1]) == pytest.approx(runs.best_value[0], rel=1e-12)
    assert int(long.evaluations[-1]) == 40


def test_best_values_stand_in_where_no_minimum_is_known():
    dip = ls.Surface.from_function(lambda x: x[0] ** 2 - 3.0 + x[1] ** 2, domain=ls.Box.square(2.0), name="dip")
    results = Study([dip], [SGD, SWARM], seeds=2, budget=64).run()
    (problem,) = results.runs.problems
    assert (problem.known, problem.minimum) == ("best known", results.runs.best_value.min())
    assert results.runs.gap.min() == 0.0
    assert np.isfinite(results.runs.hits[results.runs.best_value.argmin()]).all()


def test_the_surfaces_own_start_is_an_option():
    study = Study([bowl()], [ls.optimizers.sgd()], seeds=3, budget=10, starts="surface")
    assert {record.best_value[0] for record in study.run().runs.records} == {13.0}  # at (3, −2)


def test_gradient_descent_on_a_quadratic_is_its_closed_form():
    surface, rate = ls.surfaces.quadratic(condition=10.0, rotation=0.0), 0.05
    study = Study([surface], [ls.optimizers.sgd(learning_rate=rate)], seeds=5, budget=31)
    curvatures = np.array([1.0, 10.0])
    errors = study.starts_of(surface) * (1.0 - rate * curvatures) ** 30  # one evaluation at the start, 30 steps
    np.testing.assert_allclose([row.gap for row in study.run().rows], 0.5 * errors**2 @ curvatures, rtol=1e-12)


def test_optimizers_may_be_chosen_for_each_problem():
    def tuned(surface):
        return [ls.optimizers.sgd(learning_rate=0.1 if surface.name == "ramp" else 0.2)]

    study = Study([bowl(), ramp()], tuned, 1, 10)
    assert [each.method.values["learning_rate"] for _, each in study.pairs()] == [0.2, 0.1]
    (solver,) = study.run().runs.solvers
    assert (solver.label, solver.text) == ("sgd", "sgd (set for each problem)")


def test_progress_hears_of_every_pair_and_of_the_end():
    heard = []
    study = Study([bowl()], [ls.optimizers.sgd(), ls.optimizers.momentum()], seeds=1, budget=10)
    study.run(progress=lambda *said: heard.append(said))
    assert heard == [(0, 2, ""), (0, 2, "sgd · bowl · 2-D"), (1, 2, "sgd · bowl · 2-D"),
                     (1, 2, "momentum · bowl · 2-D"), (2, 2, "momentum · bowl · 2-D"), (2, 2, "")]  # fmt: skip


def test_a_scheduled_surface_is_judged_as_it_ends():
    surface = bowl(depth=ls.schedules.linear(start=1.0, end=10.0))
    row = Study([surface], [ls.optimizers.sgd(learning_rate=0.0)], seeds=1, budget=21, starts="surface").run().rows[0]
    assert row.best_value == pytest.approx(130.0)
    assert row.evaluations <= 21


def test_runs_are_in_float64_whatever_the_process_is_set_to_and_in_float32_on_demand():
    with jax.enable_x64(False):
        wide = Study([bowl()], [SGD], seeds=2, budget=10).run()
        narrow = Study([bowl()], [SGD], seeds=2, budget=10, precision="float32").run()
    assert plain(wide) == plain(Study([bowl()], [SGD], seeds=2, budget=10).run())
    best = narrow.runs.best_value
    assert np.all(best == best.astype(np.float32))
    assert np.any(wide.runs.best_value != wide.runs.best_value.astype(np.float32))
    assert (wide.about["precision"], narrow.about["precision"]) == ("float64", "float32")


def test_importing_benchmarks_loads_no_plotly_and_no_polars():
    code = "import sys, landscape as ls; ls.benchmark.Study; print(*({'plotly', 'dash', 'polars'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_curves_never_rise(results):
    for record in results.runs.records:
        assert np.all(np.diff(record.best_value) <= 0)
