"""Bridges: every evaluation counted, the peer's own result, a hard budget, no trace in global random state.

Peers are imported where they are asked: they take seconds, in every process that only collects these tests too.
"""

import random
import sys
import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import counting
from scipy import optimize

import landscape as ls
from landscape import bridges
from landscape.optimizer import GENERATION
from landscape.surfaces import rosenbrock

SEED = 3
GLOBAL = np.random.mtrand._rand


def valley(x) -> float:
    return float((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2)


class Counted:
    """The valley as a plain Python function that keeps every point it is asked at."""

    def __init__(self):
        self.points = []

    def __call__(self, x):
        self.points.append(np.array(x))
        return valley(x)

    def surface(self) -> ls.Surface:
        return ls.Surface.from_callable(self, domain=ls.Box.square(2.0), start=(-1.5, 2.0))


def sloped() -> ls.Surface:
    """The same with slopes."""
    return ls.Surface.from_function(
        lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
        domain=ls.Box(np.array([-2.0, -1.0]), np.array([2.0, 3.0])),
    )


EXAMPLES = [
    bridges.scipy("dual_annealing"),
    bridges.scipy("differential_evolution", popsize=5),
    bridges.scipy("nelder_mead"),
    bridges.scipy("direct"),
    bridges.cma("cma_es"),
    bridges.cma("bipop", size=8),
    bridges.pymoo("GA", size=20),
    bridges.pymoo("PatternSearch"),
    bridges.evosax("SimpleGA", size=8),
    bridges.evosax("SNES", size=8),
    bridges.nevergrad("NGOpt"),
    bridges.nevergrad("DE", popsize=10),
]


@pytest.mark.parametrize("peer", EXAMPLES, ids=lambda peer: peer.label)
def test_every_evaluation_is_counted_and_recorded_in_its_order(peer):
    counted = Counted()
    found = ls.run(counted.surface(), peer, budget=120, seed=SEED, record="evaluated")
    jax.effects_barrier()
    count = int(found.evaluations[-1])
    assert len(counted.points) == count <= 120
    evaluated = found.metrics["evaluated"]
    used = evaluated.kind == GENERATION
    points = np.concatenate([found.positions[0], evaluated.points[used]])
    np.testing.assert_array_equal(points, counted.points)
    values = np.concatenate([found.values[0], evaluated.values[used]])
    np.testing.assert_allclose(values, [valley(x) for x in points], rtol=1e-12)
    assert float(found.best_value[-1]) == values.min()
    assert np.isnan(evaluated.values[~used]).all()


@pytest.mark.parametrize("peer", EXAMPLES, ids=lambda peer: peer.label)
def test_same_seed_same_bits_and_global_generators_are_left_alone(peer):
    random.seed(5)
    GLOBAL.seed(5)
    before = random.getstate(), GLOBAL.get_state()[1].copy(), GLOBAL.get_state()[2]
    first, again = (ls.run(rosenbrock(), peer, budget=64, seed=SEED).recorded for _ in range(2))
    after = random.getstate(), GLOBAL.get_state()[1], GLOBAL.get_state()[2]
    assert before[0] == after[0]
    assert before[2] == after[2]
    np.testing.assert_array_equal(before[1], after[1])
    jax.tree.map(np.testing.assert_array_equal, first, again)


def test_pycma_restarts_from_the_first_and_the_last_seed():
    bumps = ls.surfaces.bbob(function=3)
    for seed in (0, 2**32 - 1):
        found = ls.run(bumps, bridges.cma("bipop"), np.zeros(2), budget=1500, seed=seed, record="last")
        assert int(found.evaluations[-1]) == 1500  # it went on after the first stop


def test_gradients_are_counted_where_they_are_computed():
    counted, calls = counting()
    found = ls.run(counted(), bridges.scipy("bfgs"), np.array([3.0, -2.0]), budget=30)
    jax.effects_barrier()
    assert calls["gradients"] == int(found.gradients[-1]) > 1
    assert calls["evaluations"] == int(found.evaluations[-1] + found.gradients[-1])  # each slope walks forward first


@pytest.mark.parametrize("method", ["l_bfgs_b", "slsqp", "trust_exact"])
def test_counts_are_those_of_scipy_and_a_hessian_is_as_many_gradients_as_dimensions(method):
    start = np.array([-1.5, 2.0])
    curved = {"hess": optimize.rosen_hess} if method == "trust_exact" else {}
    bounds = None if curved else [(-2, 2), (-1, 3)]
    own = optimize.minimize(
        optimize.rosen, start, method=method.replace("_", "-"), jac=optimize.rosen_der, bounds=bounds, **curved
    )
    found = ls.run(sloped(), bridges.scipy(method), start, budget=2000)
    assert int(found.evaluations[-1]) == own.nfev
    assert int(found.gradients[-1]) == own.njev + 2 * getattr(own, "nhev", 0)
    np.testing.assert_allclose(found.best_value[-1], own.fun, rtol=1e-3, atol=1e-12)


def best_of_scipy(method: str, **options) -> float:
    rng = np.random.default_rng(SEED)
    return getattr(optimize, method)(valley, [(-2, 2)] * 2, rng=rng, x0=np.array([-1.5, 2.0]), **options).fun


def test_scipy_gives_what_scipy_gives():
    start = np.array([-1.5, 2.0])
    surface = Counted().surface()
    for method, options in (
        ("dual_annealing", {"maxiter": 20, "no_local_search": True}),
        ("differential_evolution", {"maxiter": 5, "polish": False}),
    ):
        found = ls.run(surface, bridges.scipy(method, **options), start, budget=5000, seed=SEED)
        assert float(found.best_value[-1]) == best_of_scipy(method, **options)
    found = ls.run(surface, bridges.scipy("nelder_mead", xatol=1e-3), start, budget=5000)
    own = optimize.minimize(valley, start, method="Nelder-Mead", bounds=[(-2, 2)] * 2, options={"xatol": 1e-3})
    assert float(found.best_value[-1]) == own.fun
    assert int(found.evaluations[-1]) == own.nfev
    np.testing.assert_array_equal(np.diff(found.evaluations[own.nfev :]), 0)  # then it stands still


def test_cma_gives_what_cma_gives():
    import cma

    found = ls.run(Counted().surface(), bridges.cma(sigma=0.1), np.array([-1.5, 2.0]), budget=600, seed=SEED)
    settings = {"seed": SEED, "CMA_stds": [4.0, 4.0], "bounds": [[-2, -2], [2, 2]], "maxfevals": 600}
    _, own = cma.fmin2(valley, [-1.5, 2.0], 0.1, settings | {"verbose": -9, "verb_log": 0, "popsize": 6})
    assert float(found.best_value[-1]) == own.result.fbest


def test_pymoo_gives_what_pymoo_gives():
    from pymoo.algorithms.soo.nonconvex.ga import GA
    from pymoo.core.problem import ElementwiseProblem
    from pymoo.optimize import minimize

    class Valley(ElementwiseProblem):
        def _evaluate(self, x, out, *args, **kwargs):
            out["F"] = valley(x)

    problem = Valley(n_var=2, n_obj=1, xl=-2.0 * np.ones(2), xu=2.0 * np.ones(2))
    own = minimize(problem, GA(pop_size=20), ("n_eval", 200), seed=SEED)
    found = ls.run(Counted().surface(), bridges.pymoo("GA", size=20), budget=200, seed=SEED)
    assert float(found.best_value[-1]) == own.F[0]


@pytest.mark.parametrize("method", ["OnePlusOne", "PSO", "TBPSA"])
def test_nevergrad_gives_what_nevergrad_gives(method):
    import nevergrad

    own, ours = Counted(), Counted()
    place = nevergrad.p.Array(init=np.array([-1.5, 2.0]), lower=-2.0, upper=2.0)
    place.random_state = np.random.RandomState(SEED)
    optimizer = nevergrad.optimizers.registry[method](place, budget=60)
    if method == "PSO":
        optimizer.suggest([-1.5, 2.0])
    optimizer.minimize(own)
    ls.run(ours.surface(), bridges.nevergrad(method), budget=60, seed=SEED)
    jax.effects_barrier()
    np.testing.assert_array_equal(ours.points, own.points)


@pytest.mark.parametrize("method", bridges.nevergrad.parameters["method"].kind.options)
def test_every_method_of_nevergrad_stays_in_the_domain_and_ends_with_the_budget(method):
    surface = rosenbrock(dim=3)
    found = ls.run(surface, bridges.nevergrad(method), np.array([0.5, -1.0, 1.5]), budget=50, seed=SEED)
    assert int(found.evaluations[-1]) == 50
    assert np.all((found.positions >= surface.domain.lower) & (found.positions <= surface.domain.upper))
    if method in ("OnePlusOne", "DE", "PSO"):
        np.testing.assert_allclose(found.positions[0, 0], [0.5, -1.0, 1.5])


def test_nevergrad_learns_models_though_its_float_of_an_array_is_gone_from_numpy(monkeypatch):
    from nevergrad.optimization import metamodel, optimizerlib

    learn, learnt = optimizerlib.learn_on_k_best, []
    monkeypatch.setattr(optimizerlib, "learn_on_k_best", lambda *given: learnt.append(learn(*given)) or learnt[-1])
    found = ls.run(rosenbrock(), bridges.nevergrad("NGOpt"), budget=110, seed=SEED)
    assert int(found.evaluations[-1]) == 110
    assert learnt
    assert np.isfinite(learnt).all()
    assert "float" not in vars(metamodel)


def test_threads_of_nevergrad_end_with_the_run():
    before = threading.enumerate()
    ls.run(rosenbrock(dim=3), bridges.nevergrad("NgIohTuned"), budget=40, seed=SEED)
    assert [each for each in threading.enumerate() if each not in before] == []


def test_generations_are_rows_and_their_best_and_last_are_those_of_all():
    peer = bridges.cma(size=8)
    whole, best, last = (
        ls.run(rosenbrock(), peer, budget=84, seed=SEED, record=each) for each in ("all", "best", "last")
    )
    assert whole.positions.shape == (11, 8, 2)
    np.testing.assert_array_equal(whole.evaluations, [8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 84])
    np.testing.assert_array_equal(whole.positions[-1, :4], whole.positions[-2, 4:])  # the last eight, four of them new
    np.testing.assert_allclose(jax.vmap(jax.vmap(rosenbrock()))(whole.positions), whole.values, rtol=1e-12)
    np.testing.assert_array_equal(best.values[:, 0], best.best_value)
    np.testing.assert_allclose(jax.vmap(rosenbrock())(best.positions[:, 0]), best.best_value, rtol=1e-12)
    np.testing.assert_array_equal(last.positions[0], whole.positions[-1])
    for other in (best, last):
        np.testing.assert_array_equal(other.best_value, whole.best_value)


def test_many_runs_are_the_single_ones_and_float32_stays_float32():
    peer, starts = bridges.cma(size=8), np.array([[1.0, 1.5], [-1.0, 0.5]], np.float32)
    many = ls.run_many(rosenbrock(), peer, starts, seeds=[4, 5], budget=40)
    assert many.positions.dtype == many.values.dtype == np.float32
    for index in range(2):
        one = ls.run(rosenbrock(), peer, starts[index], budget=40, seed=4 + index)
        np.testing.assert_array_equal(many.positions[index], one.positions)


def test_a_study_takes_peers_beside_our_own():
    own, peer = ls.optimizers.random_search(), bridges.cma(size=8)
    study = ls.benchmark.Study([rosenbrock()], [own, peer], seeds=2, budget=80)
    runs = study.run().runs
    assert [each.kind for each in runs.solvers] == ["zeroth-order", "bridge"]
    assert runs.evaluations.tolist() == [80] * 4


def test_a_row_of_numbers_is_an_option_and_changes_what_happens():
    peers = [bridges.scipy("differential_evolution", mutation=pair) for pair in ((0.5, 1.0), (0.1, 0.2))]
    first, second = (ls.run(rosenbrock(), peer, budget=200, seed=SEED) for peer in peers)
    assert not np.array_equal(first.positions, second.positions)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: bridges.scipy("dual_anealing"), "scipy has no method 'dual_anealing'. Did you mean 'dual_annealing'?"),
        (lambda: bridges.scipy(callback=print), "is no number, no word and no row of numbers"),
        (lambda: go(bridges.scipy(visits=3)), "unexpected keyword argument 'visits'"),
        (lambda: go(bridges.scipy("l_bfgs_b", maxits=3)), "Unknown solver options: maxits"),
        (lambda: go(bridges.evosax("SNES", std_ini=1.0)), "has no option 'std_ini'. Did you mean 'std_init'?"),
        (lambda: go(bridges.pymoo("NelderMead", size=8)), "NelderMead holds one point"),
        (lambda: go(bridges.nevergrad("DE", popsiz=8)), "has no option 'popsiz'. Did you mean 'popsize'?"),
        (lambda: go(bridges.nevergrad("NGOpt", popsize=8)), "NGOpt has no option 'popsize'. It takes none."),
        (lambda: go(bridges.cma(sigma=0.0)), "is outside"),
        (lambda: go(bridges.scipy("bfgs"), Counted().surface()), "is a plain Python function without any"),
        (lambda: ls.run(rosenbrock(b=ls.schedules.linear(start=1, end=9)), bridges.scipy(), budget=9), "knows no time"),
        (lambda: ls.sweep(rosenbrock(), bridges.scipy()), "runs outside JAX"),
    ],
)  # fmt: skip
def test_bad_input_ends_in_a_sentence(call, sentence):
    with pytest.raises(ls.LandscapeError, match=sentence.replace("?", r"\?")):
        call()


def go(peer, surface=None):
    return ls.run(rosenbrock() if surface is None else surface, peer, budget=200)


@pytest.mark.parametrize("package", ["scipy", "cma", "pymoo", "evosax", "nevergrad"])
def test_a_missing_package_is_named_with_how_to_get_it(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ls.LandscapeError, match=f"needs the package {package}; install it: pip install {package}"):
        go(getattr(bridges, package)())


def test_a_peer_that_meets_no_number_goes_on_to_the_budget():
    half = ls.Surface.from_function(lambda x: jnp.where(x[0] < 0, jnp.nan, jnp.sum(x**2)), domain=ls.Box.square(4.0))
    found = ls.run(half, bridges.pymoo("DE", size=10), budget=60)
    assert int(found.evaluations[-1]) == 60
    assert np.isfinite(found.best_value[-1])
