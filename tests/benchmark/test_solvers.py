"""Solvers: labels that tell them apart, and fingerprints that change with what a function of one's own does."""

import subprocess
import sys
from dataclasses import replace
from functools import partial

import jax
import numpy as np
import pytest
from helpers import bowl

import landscape as ls
from landscape import LandscapeError
from landscape.benchmark import Study
from landscape.benchmark.fingerprints import fingerprint
from landscape.benchmark.solvers import entered

SHARE = 0.5
WEIGHTS = np.array([1.0, 2.0])


def shrinking(share: float):
    def shrink(problem, seed, budget):
        x = problem.start
        while True:
            problem(x)
            x = x * share

    return shrink


def once(problem, seed, budget, *, share=0.5):
    problem(problem.start * share)


def helper(x):
    return x * SHARE


def helped(problem, seed, budget):
    problem(helper(problem.start) * WEIGHTS)


class Holder:
    def __init__(self, share):
        self.share = share

    def __call__(self, problem, seed, budget):
        problem(problem.start * self.share)

    def method(self, problem, seed, budget):
        self(problem, seed, budget)


def power(p: int):
    return ls.Surface.from_function(lambda x: (x**p).sum(), domain=ls.Box.square(2.0), minimum=0.0, name="power")


def plainly(p: int):
    return ls.Surface.from_callable(lambda x: float((x**p).sum()), domain=ls.Box.square(2.0), name="power")


@pytest.mark.parametrize(
    "make",
    [
        shrinking,
        lambda share: partial(once, share=share),
        lambda share: partial(partial(once), share=share),
        Holder,
        lambda share: Holder(share).method,
        lambda share: Holder(np.array([share])),
        lambda share: Holder({"deep": [shrinking(share)]}),
        lambda share: lambda problem, seed, budget, used=share: problem(used),
        lambda share: jax.jit(shrinking(share)),
        lambda share: power(int(10 * share)),
        lambda share: plainly(int(10 * share)),
        lambda share: ls.surfaces.rotate(surface=power(int(10 * share))),
    ],
)
def test_what_a_function_holds_changes_its_fingerprint(make):
    assert fingerprint(make(0.25)) == fingerprint(make(0.25))
    assert fingerprint(make(0.25)) != fingerprint(make(0.75))


def test_lambdas_of_one_line_and_globals_are_told_apart(monkeypatch):
    one, other = (lambda p, s, b: p(p.start), lambda p, s, b: p(-p.start))
    assert fingerprint(one) != fingerprint(other)
    before = fingerprint(helped)
    for name, value in (("SHARE", 0.6), ("WEIGHTS", np.array([1.0, 3.0])), ("helper", once)):
        with monkeypatch.context() as patch:
            patch.setitem(globals(), name, value)
            assert fingerprint(helped) != before
    assert fingerprint(helped) == before


def test_fingerprints_are_the_same_in_another_process_and_hold_no_addresses():
    code = "import sys; sys.path[:0] = ['tests', 'tests/benchmark']; import test_solvers as t; print(t.words())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == words()


def words() -> str:
    things = (shrinking(0.5), Holder({"a", "b", "c"}), helped, power(2), partial(once, share=0.1), itself())
    return " ".join(map(fingerprint, things))


def itself():
    def again(problem, seed, budget):
        return again if budget else helped  # holds itself

    return again


def test_functions_of_one_name_are_two_solvers_and_two_problems():
    study = Study([power(2), power(4)], [shrinking(0.5), shrinking(0.25)], seeds=1, budget=3, starts="surface")
    runs = study.run().runs
    assert [each.label for each in runs.solvers] == ["shrink 1", "shrink 2"]
    start = np.abs(study.problems[0].start)
    expected = [[np.sum((start * share**2) ** p) for share in (0.5, 0.25)] for p in (2, 4)]
    found = [[runs.of(problem=p.label, solver=s.label).best_value[0] for s in runs.solvers] for p in runs.problems]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_labels_are_never_the_same():
    adams = [ls.optimizers.adam(learning_rate=rate) for rate in (0.1, 0.1000001)]
    assert [each.label for each in entered(adams)] == ["adam 1", "adam 2"]
    parts = [partial(once, share=share) for share in (0.1, 0.2)]
    assert [each.label for each in entered(parts)] == ["once 1", "once 2"]
    momentum = [ls.optimizers.momentum(learning_rate=rate, momentum=m) for rate, m in ((0.1, 0.9), (0.1, 0.8))]
    assert [each.label for each in entered(momentum)] == ["momentum (momentum 0.9)", "momentum (momentum 0.8)"]


def test_the_optimizers_of_a_study_go_into_another_one():
    study = Study([bowl()], {"a": ls.optimizers.adam(), "b": once}, seeds=1, budget=9)
    more = replace(study, seeds=2)
    assert [each.label for each in more.solvers()] == ["a", "b"]
    assert [c.key for c in study.cells()] == [c.key for c in more.cells() if c.seed == 0]
    assert [each.label for each in entered([*study.optimizers[:1], shrinking(0.1)])] == ["a", "shrink"]


def test_kinds_and_texts_say_what_a_solver_is():
    given = {"a": ls.optimizers.adam(), "b": ls.optimizers.newton(), "c": ls.optimizers.genetic(),
             "d": ls.bridges.scipy("nelder_mead"), "e": once}  # fmt: skip
    told = [each.described() for each in entered(given)]
    assert [each.kind for each in told] == ["gradient", "second-order", "zeroth-order", "bridge", "own"]
    for each, method in zip(told[:4], given.values(), strict=False):
        assert ls.catalog.optimizer(each.text) == method
    assert told[4].text == "once"


def test_the_same_thing_is_not_two_solvers():
    for method in (ls.optimizers.adam(), shrinking(0.5), partial(once, share=0.1)):
        with pytest.raises(LandscapeError, match="is given twice; give each once"):
            entered({"one": method, "other": method})


def test_a_function_sees_points_rows_edges_and_what_is_left():
    seen = {}

    def look(problem, seed, budget):
        rows = problem(np.ones((2, problem.dim)))
        seen.update(rows=rows.tolist(), left=problem.left, lower=problem.lower.tolist(), seed=seed, budget=budget,
                    one=float(problem(problem.start)), slope=problem.gradient(problem.start).tolist())  # fmt: skip

    row = Study([bowl()], [look], seeds=[7], budget=9, starts="surface").run().rows[0]
    assert seen == {"rows": [2.0, 2.0], "left": 7, "lower": [-4.0, -4.0], "seed": 7, "budget": 9,
                    "one": 13.0, "slope": [6.0, -4.0]}  # fmt: skip
    assert (row.evaluations, row.gradients, row.best_value) == (3, 1, 2.0)


@pytest.mark.parametrize("point", [np.ones(3), 1.0, np.ones((2, 3)), np.ones((1, 1, 2))])
def test_points_of_another_shape_are_refused_in_a_sentence(point):
    def wrong(problem, seed, budget):
        problem(point)

    with pytest.raises(LandscapeError, match="bowl takes a point of 2 numbers, or rows of them"):
        Study([bowl()], [wrong], seeds=1, budget=5).run()


def test_models_with_other_rows_have_other_fingerprints():
    def loss(params, rows):
        return ((rows @ params - 1.0) ** 2).mean()

    start = np.ones(3, np.float32)
    ones, zeros = (ls.networks.surface(loss, start, np.full((5, 3), each, np.float32)) for each in (1, 0))
    assert fingerprint(ones) == fingerprint(ls.networks.surface(loss, start, np.ones((5, 3), np.float32)))
    assert fingerprint(ones) != fingerprint(zeros)


def test_models_run_in_their_own_precision():
    model = ls.networks.surface(lambda x: (x**2).sum(), np.ones(3, np.float32))
    for method in (ls.optimizers.sgd(), ls.optimizers.particle_swarm()):
        assert ls.run(model, method, steps=2).positions.dtype == np.float32
