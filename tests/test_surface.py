"""The surface type: callable, frozen, and honest about what it is given. Each surface's contract is in surfaces/."""

from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, ramp

import landscape as ls
from landscape import LandscapeError
from landscape.schedules import linear
from landscape.surfaces import himmelblau, quadratic, rastrigin, rosenbrock


@ls.surface(domain=lambda dim: ls.Box.cube(3.0, dim), start=lambda dim, height: np.full(dim, height),
            minima=lambda dim, height: np.full((1, dim), height), minimum=lambda dim, height: dim * height,
            source="facts as functions", formula="h", note="A note.", differentiable=False,
            tuned={"adam": {"learning_rate": 0.3}})  # fmt: skip
def shelf(*, height: Annotated[float, ls.Range(0.0, 1.0)] = 0.5, dim: Annotated[int, ls.Range(2, 5)] = 2):
    """Flat."""
    return lambda x: dim * height + 0.0 * jnp.sum(x)


def test_facts_may_be_functions_of_the_parameters():
    surface = shelf(height=0.25, dim=3)
    np.testing.assert_array_equal(surface.domain.upper, [3.0, 3.0, 3.0])
    np.testing.assert_array_equal(surface.start, [0.25, 0.25, 0.25])
    np.testing.assert_array_equal(surface.minima, [[0.25, 0.25, 0.25]])
    assert (surface.dim, surface.minimum, surface.formula, surface.differentiable) == (3, 0.75, "h", False)


def test_facts_of_a_scheduled_surface_are_those_of_the_end():
    assert shelf(height=linear(start=0.2, end=1.0)).minimum == 2.0
    np.testing.assert_array_equal(rosenbrock(a=linear(start=0.0, end=1.5)).minima, [[1.5, 2.25]])


def test_a_surface_without_known_minima_has_none():
    assert ramp().minima.shape == (0, 2)


def test_tuned_values_belong_to_one_optimizer():
    assert shelf().tuned(ls.optimizers.adam) == {"learning_rate": 0.3}
    assert shelf().tuned(ls.optimizers.sgd) == {}


def test_facts_are_float64_whatever_the_precision_of_jax():
    for fact in (rosenbrock().start, rosenbrock().minima, rosenbrock().domain.lower):
        assert isinstance(fact, np.ndarray)
        assert fact.dtype == np.float64


def test_value_has_the_precision_of_the_point():
    assert bowl()(np.ones(2, np.float32)).dtype == np.float32
    assert bowl()(np.ones(2)).dtype == np.float64


def test_whole_numbers_and_lists_are_points_too():
    assert float(bowl()([1, 2])) == 5.0


@pytest.mark.parametrize("point", [1.0, [1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]]])
def test_a_point_of_another_shape_is_refused(point):
    with pytest.raises(LandscapeError, match=r"himmelblau takes a point of shape \(2,\), not"):
        himmelblau()(point)


def test_a_scheduled_surface_is_called_as_it_stands_at_the_end():
    hardening = bowl(depth=linear(start=1.0, end=3.0))
    assert float(hardening([1.0, 0.0])) == 3.0
    assert float(hardening.at(0.5, jnp.float64).loss(jnp.array([1.0, 0.0]))) == 2.0


@pytest.mark.parametrize("progress", [0.0, 0.25, 1.0])
def test_freeze_is_the_surface_of_that_moment(progress):
    frozen = bowl(depth=linear(start=1.0, end=3.0)).freeze(progress)
    assert frozen == bowl(depth=1.0 + 2.0 * progress)


def test_freeze_leaves_an_unscheduled_surface_alone():
    surface = bowl()
    assert surface.freeze(0.5) is surface


def test_vmap_and_grad_see_through():
    points = jnp.array([[1.0, 2.0], [3.0, -1.0]])
    np.testing.assert_allclose(jax.vmap(bowl())(points), [5.0, 10.0])
    np.testing.assert_allclose(jax.vmap(jax.grad(bowl()))(points), 2 * points)


def test_dimension_is_structure():
    assert rastrigin(dim=7).dim == 7
    assert float(rastrigin(dim=7)(np.zeros(7))) == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(LandscapeError, match=r"quadratic\(dim=1\) is outside 2 … 10000"):
        quadratic(dim=1)


def test_a_minibatch_surface_gives_the_full_loss_when_called():
    @ls.surface(domain=ls.Box.square(1.0), start=(0.5, 0.5), source="noisy")
    def noisy():
        """A bowl seen through noise."""

        def batch(step, key):
            return lambda x: jnp.sum(x**2) + jax.random.normal(key, dtype=x.dtype)

        return ls.Minibatch(lambda x: jnp.sum(x**2), batch)

    assert float(noisy()([1.0, 2.0])) == 5.0


def test_the_family_of_a_surface_is_the_file_it_stands_in():
    assert ls.surfaces.deep_linear.family == "two weights"
    assert {ls.surfaces.sphere.family, ls.surfaces.quadratic.family} == {"bowls"}
