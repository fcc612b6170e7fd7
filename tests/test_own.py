"""Surfaces of one's own: JAX functions like any other surface, plain Python for methods that only compare values."""

import math

import helpers
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import STEPS, walk

import landscape as ls
from landscape import Box, LandscapeError, Surface
from landscape.run import _single
from landscape.surfaces import rotate

SQUARE = Box.square(4.0)
ANNEAL, SWARM = ls.optimizers.simulated_annealing(reach=0.2), ls.optimizers.particle_swarm(size=5)


def bowl(x):
    return jnp.sum(x**2)


def bumpy(x):
    """Plain Python: math refuses arrays that are traced."""
    return math.hypot(x[0], x[1]) ** 2


OWN, PLAIN = Surface.from_function(bowl, domain=SQUARE), Surface.from_callable(bumpy, domain=SQUARE)


def same_walk(one, other, optimizer):
    first, second = (walk(optimizer, surface, np.array([3.0, -2.0])) for surface in (one, other))
    np.testing.assert_allclose(first.positions, second.positions, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(first.evaluations, second.evaluations)


def test_a_function_is_a_surface_like_any_other():
    for optimizer in (ls.optimizers.adam(), ANNEAL):
        same_walk(OWN, helpers.bowl(), optimizer)
    np.testing.assert_allclose(jax.grad(OWN)(np.array([1.0, 2.0])), [2.0, 4.0])
    assert OWN(np.ones(2, np.float32)).dtype == np.float32
    np.testing.assert_allclose(ls.grid(OWN, resolution=5).height[0], [32, 20, 16, 20, 32])
    np.testing.assert_allclose(rotate(OWN, angle=1.0)([1.0, 2.0]), 5.0)


def test_facts_are_those_given():
    known = Surface.from_function(bowl, domain=Box([-1, 0], [1, 2]), start=(0.5, 1), minima=[(0, 0)], minimum=0,
                                  name="my bowl", differentiable=False)  # fmt: skip
    assert (known.name, known.label, known.minimum, known.differentiable) == ("my bowl", "my bowl", 0.0, False)
    np.testing.assert_array_equal(known.start, [0.5, 1])
    np.testing.assert_array_equal(known.minima, [[0, 0]])
    assert (OWN.name, len(OWN.minima), np.isnan(OWN.minimum)) == ("bowl", 0, True)
    np.testing.assert_allclose(OWN.start, [-2.4, 2.4])
    assert Surface.from_function(lambda x: x[0], domain=SQUARE).name == "function"


def test_the_same_function_shares_its_program():
    walk(ls.optimizers.sgd(), OWN)
    programs = _single._cache_size()
    walk(ls.optimizers.sgd(), Surface.from_function(bowl, domain=Box.square(4.0), minimum=np.float64("nan")))
    assert _single._cache_size() == programs


def test_plain_python_walks_as_its_twin_in_jax():
    for optimizer in (ANNEAL, SWARM, ls.optimizers.genetic(size=6)):
        same_walk(PLAIN, OWN, optimizer)
    assert float(PLAIN([3, 4])) == 25.0
    np.testing.assert_allclose(ls.grid(PLAIN, resolution=5).height[0], [32, 20, 16, 20, 32])
    np.testing.assert_allclose(float(rotate(PLAIN, angle=1.0)(np.array([1.0, 2.0]))), 5.0)


def test_it_is_called_with_one_point_at_a_time_and_as_often_as_counted():
    seen = []

    def noted(x):
        seen.append(x.copy())
        assert (x.shape, x.dtype) == ((2,), np.float64)
        x[:] = 0.0  # a copy: what it does to its argument stays with it
        return seen[-1].sum()

    surface = Surface.from_callable(noted, domain=SQUARE)
    runs = ls.run_many(surface, ANNEAL, seeds=3, steps=STEPS)
    assert len(seen) == int(np.asarray(runs.evaluations)[:, -1].sum())
    alone = [ls.run(surface, ANNEAL, seed=seed, steps=STEPS) for seed in range(3)]
    np.testing.assert_array_equal(runs.positions, [run.positions for run in alone])
    starts = np.array([[1.0, 2.0], [3.0, -1.0]])
    np.testing.assert_array_equal(ls.run_many(surface, ANNEAL, starts, steps=2).positions[:, 0, 0], starts)


def test_pictures_do_without_slopes():
    scene = ls.scene(PLAIN, walk(ANNEAL, PLAIN), resolution=11)
    assert scene.arrows is None
    assert ls.figures.contour(scene)
    line = Surface.from_callable(lambda x: abs(x[0]), domain=Box([-1], [3]), name="v")
    profile = ls.scene(line, resolution=11).profile
    np.testing.assert_allclose(profile.height, np.abs(profile.t))
    assert np.isnan(profile.slope).all()


@pytest.mark.parametrize("surface", [PLAIN, rotate(PLAIN)], ids=["plain", "rotated"])
def test_slopes_of_plain_python_are_refused(surface):
    for ask in (
        lambda: ls.run(surface, ls.optimizers.adam(), steps=3),
        lambda: ls.run_many(surface, ls.optimizers.sgd(), seeds=2),
        lambda: ls.grid(surface, gradient=True),
        lambda: jax.grad(surface)(np.ones(2)),
    ):
        with pytest.raises(
            LandscapeError, match=r"needs slopes, and bumpy is a plain Python function without any; take"
        ):
            ask()


@pytest.mark.parametrize("surface", [OWN, PLAIN, rotate(OWN)], ids=["jax", "plain", "rotated"])
def test_no_link_or_file_holds_a_function(surface, tmp_path):
    experiment = ls.Experiment(surface, (ANNEAL,))
    run = walk(ANNEAL, surface)
    for write in (experiment.to_url, experiment.to_json, experiment.to_python, experiment.to_shell,
                  lambda: run.save(tmp_path / "run.npz")):  # fmt: skip
        with pytest.raises(LandscapeError, match="is a function of your own: no link or file can hold it"):
            write()
    assert experiment.run()[0].steps == 300


def fails(x):
    return 1 / 0 if x[0] < 100 else 0.0


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (fails, r"fails failed at \(-2\.4, 2\.4\): ZeroDivisionError: division by zero\."),
        (lambda x: x, r"function gave shape \(2,\) at \(-2\.4, 2\.4\); it should give one real number"),
        (lambda x: "high", "function gave 'high' at"),
        (lambda x: None, "it should give one real number"),
        (lambda x: 1j, "it should give one real number"),
    ],
)
def test_what_goes_wrong_in_plain_python_names_it_and_the_point(function, words):
    surface = Surface.from_callable(function, domain=SQUARE)
    with pytest.raises(LandscapeError, match=words):
        surface(surface.start)
    with pytest.raises(LandscapeError, match=words):
        ls.run(surface, ANNEAL, steps=3)
    with pytest.raises(LandscapeError, match="at "):
        ls.grid(surface, resolution=3)


def test_infinite_values_are_holes():
    surface = Surface.from_callable(lambda x: math.nan if x[0] < 0 else 1, domain=SQUARE)
    assert np.isnan(ls.grid(surface, resolution=4).height).mean() == 0.5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Surface.from_function(bumpy, domain=SQUARE), r"bumpy cannot be traced by JAX \(.*take Surface.from_c"),
        (lambda: Surface.from_function(lambda x: x, domain=SQUARE), r"gives shape \(2,\) for a point \(2,\)"),
        (lambda: Surface.from_function(lambda x: (x[0], 1), domain=SQUARE), "gives tuple for a point"),
        (lambda: Surface.from_function(lambda x: x[0] + 1j, domain=SQUARE), "gives complex numbers"),
        (lambda: Surface.from_function(lambda x: x[0] / [], domain=SQUARE), "cannot be traced by JAX"),
        (lambda: Surface.from_function(3, domain=SQUARE), "needs a function"),
        (lambda: Surface.from_function(bowl, domain=(0, 1)), "needs a domain such as"),
        (lambda: Surface.from_function(bowl, domain=SQUARE, start=(1, 2, 3)), "start of bowl should be points of 2"),
        (lambda: Surface.from_callable(bowl, domain=SQUARE, minima=[[1, math.inf]]), "minima of bowl should be"),
    ],
)
def test_what_makes_no_surface_is_told(make, words):
    with pytest.raises(LandscapeError, match=words):
        make()


def test_a_function_that_cannot_be_hashed_works_too():
    class Odd:
        __hash__ = None

        def __call__(self, x):
            return x[0]

    assert float(Surface.from_function(Odd(), domain=SQUARE)([2.0, 0.0])) == 2.0
