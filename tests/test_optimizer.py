"""The optimizer type, the adaptor for optax, and methods on a domain that is no box."""

from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from helpers import bowl, walk

import landscape as ls
from landscape.optimizer import Evaluated, Problem, cost, fill, spread
from landscape.optimizers import adam, genetic, simulated_annealing


@ls.optimizer(family="gradient", source="optax")
def quasi_newton(*, learning_rate: Annotated[float, ls.Range(0.1, 1.0)] = 1.0):
    """L-BFGS with a fixed step: optax needs values, gradients and the loss for it."""
    return ls.descend(optax.lbfgs(learning_rate, linesearch=None))


@ls.optimizer(family="zeroth-order", source="every corner in turn")
def tour(*, stride: Annotated[float, ls.Range(0.1, 1.0)] = 0.5):
    """Walks along a line whatever the loss: a method written by hand, without random numbers."""

    def init(problem, start, key):
        return ls.Population(start[:1], problem.search(start[0])[None], (), cost(1))

    def step(problem, population, draws):
        x = population.positions[0] + stride
        value = problem.search(x)
        evaluated = Evaluated(x[None], value[None], jnp.ones(1, jnp.int8))
        return ls.Population(x[None], value[None], (), population.cost.plus(1)), {"evaluated": evaluated}

    def refresh(problem, population):
        return population._replace(values=problem.search(population.positions[0])[None])

    return ls.Method(init, step, refresh)


class Ring:
    """The whole numbers 0 … 9 in a ring: neighbours differ by one, children take one parent's place."""

    dim, draws, mutation_draws, mixing_draws, neighborhood = 1, 1, 1, 1, "aside"

    def sample(self, key, size, dtype):
        return jax.random.randint(key, (size, 1), 0, 10).astype(dtype)

    def propose(self, uniform, x, reach):
        return jnp.where(uniform < 0.5, 1.0, -1.0)

    def apply(self, x, move):
        return jnp.mod(x + move, 10.0)

    def mutate(self, uniform, x, reach, rate):
        return jnp.where(uniform < rate, self.apply(x, jnp.where(uniform < 0.5 * rate, 1.0, -1.0)), x)

    def recombine(self, uniform, a, b, rate):
        return jnp.where(uniform < rate, b, a)

    def confine(self, x, bounds="reflect"):
        return jnp.mod(x, 10.0)


HEIGHTS = np.array([5.0, 3.0, 4.0, 2.0, 1.0, 6.0, 7.0, 8.0, 9.0, 7.0])


@ls.surface(domain=Ring(), start=(7.0,), minima=[(4.0,)], minimum=1.0, source="ten places")
def ring():
    """Ten heights in a ring."""
    return lambda x: jnp.asarray(HEIGHTS, x.dtype)[x[0].astype(int)]


def test_size_and_need_for_gradients():
    assert (adam().members(2), adam().needs_gradient) == (1, True)
    assert (genetic(size=12).members(2), genetic().needs_gradient) == (12, False)


def test_newton_steps_of_an_optax_method_with_extra_arguments():
    trajectory = walk(quasi_newton(), bowl(), steps=5)
    np.testing.assert_allclose(trajectory.positions[-1], 0.0, atol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "transformation"),
    [
        (adam(learning_rate=0.1, b1=0.8), optax.adam(0.1, 0.8)),
        (ls.optimizers.nesterov(learning_rate=0.05, momentum=0.7), optax.sgd(0.05, 0.7, nesterov=True)),
    ],
    ids=["adam", "nesterov"],
)
def test_adaptor_takes_the_steps_of_a_plain_optax_loop(optimizer, transformation):
    surface = ls.surfaces.himmelblau()
    x = jnp.asarray(surface.start)
    state, seen = transformation.init(x), [x]
    for _ in range(5):
        updates, state = transformation.update(jax.grad(surface)(x), state, x)
        x = optax.apply_updates(x, updates)
        seen.append(x)
    np.testing.assert_allclose(walk(optimizer, surface).positions[:6, 0], seen, rtol=1e-9)


def test_a_method_written_by_hand_runs_like_any_other():
    trajectory = walk(tour(stride=0.25), bowl())
    steps = 0.25 * np.arange(21)[:, None]
    np.testing.assert_allclose(trajectory.positions[:, 0], np.array([3.0, -2.0]) + steps, rtol=1e-12)
    np.testing.assert_array_equal(trajectory.evaluations, np.arange(1, 22))
    np.testing.assert_array_equal(trajectory.gradients, 0)
    assert trajectory.metrics == {}


def test_annealing_walks_a_discrete_domain():
    trajectory = walk(simulated_annealing(temperature=3.0), ring(), steps=200)
    places = np.asarray(trajectory.positions[:, 0, 0])
    assert set(np.unique(np.diff(places) % 10)) <= {0.0, 1.0, 9.0}
    np.testing.assert_array_equal(trajectory.values[:, 0], HEIGHTS[places.astype(int)])
    assert float(trajectory.best_value[-1]) == 1.0


def test_a_genetic_algorithm_walks_a_discrete_domain():
    trajectory = walk(genetic(size=8, mutation=0.5), ring(), steps=50)
    assert set(np.unique(trajectory.positions)) <= set(range(10))
    assert float(trajectory.best_value[-1]) == 1.0


@pytest.mark.parametrize("given", [0, 1, 4])
def test_fill_keeps_the_given_points_and_samples_the_rest(given):
    start = jnp.full((given, 2), 3.5)
    problem = Problem(None, None, ls.Box.square(1.0))
    points = np.asarray(fill(problem, start, 4, jax.random.key(0)))
    assert points.shape == (4, 2)
    np.testing.assert_array_equal(points[:given], start)
    assert np.abs(points[given:]).max(initial=0.0) <= 1.0


def test_spread_by_hand():
    corners = jnp.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    assert float(spread(corners)) == pytest.approx(np.sqrt(2.0))


def test_cost_adds_up():
    assert cost(3, 1).plus(4).plus(2, 2) == (9, 3)
