"""Losses of two weights, against closed forms and plain NumPy."""

import jax
import numpy as np
import pytest
from helpers import walk

import landscape as ls
from landscape.run import _single
from landscape.surfaces import deep_linear, relu_neuron, tanh_neuron, two_layer_relu
from landscape.surfaces.two_weights import inputs

WEIGHTS = np.random.default_rng(6).uniform(-2.0, 2.0, (50, 2))


@jax.jit
def evaluated(surface, x):
    """Values (n,) and gradients (n, d) at points (n, d)."""
    return jax.vmap(jax.value_and_grad(surface))(x)


def test_a_deep_linear_net_is_lowest_on_its_whole_hyperbola():
    along = np.linspace(0.3, 4.0, 20)
    values, slopes = evaluated(deep_linear(target=1.7), np.column_stack([along, 1.7 / along]))
    np.testing.assert_allclose(values, 0.0, atol=1e-28)
    np.testing.assert_allclose(slopes, 0.0, atol=1e-14)


def test_the_origin_of_a_deep_linear_net_is_a_saddle_of_curvatures_plus_and_minus_its_target():
    curvatures = np.linalg.eigvalsh(jax.jit(jax.hessian(deep_linear(target=1.7)))(np.zeros(2)))
    np.testing.assert_allclose(curvatures, [-1.7, 1.7])


def test_steepest_descent_on_a_deep_linear_net_keeps_the_difference_of_squares():
    path = ls.run(deep_linear(), ls.optimizers.sgd(learning_rate=1e-3), steps=3000, every=1).positions[:, 0]
    kept = path[:, 0] ** 2 - path[:, 1] ** 2
    # One step changes it by a factor of 1 − η² (w₁w₂ − t)², and the sum of those is bounded.
    assert np.abs(kept - kept[0]).max() < 0.01 * abs(kept[0])
    assert float(np.prod(path[-1])) == pytest.approx(1.0, abs=0.01)


def test_two_layers_with_a_rectifier_are_the_linear_net_where_alive_and_level_where_dead():
    alive = WEIGHTS[:, 0] > 0
    values, slopes = evaluated(two_layer_relu(target=1.3), WEIGHTS)
    linear, linear_slopes = evaluated(deep_linear(target=1.3), WEIGHTS)
    np.testing.assert_allclose(values, np.where(alive, linear, 0.5 * 1.3**2))
    np.testing.assert_allclose(slopes, np.where(alive[:, None], linear_slopes, 0.0))


def test_the_way_down_from_the_start_of_two_layers_with_a_rectifier_dies():
    trajectory = ls.run(two_layer_relu(), ls.optimizers.sgd(learning_rate=0.05), steps=300)
    assert trajectory.positions[-1, 0, 0] <= 0
    assert float(trajectory.values[-1, 0]) == 0.5
    np.testing.assert_array_equal(trajectory.positions[-1], trajectory.positions[-50])


@pytest.mark.parametrize(("entry", "unit"), [(tanh_neuron, np.tanh), (relu_neuron, lambda x: np.maximum(0.0, x))])
def test_a_neuron_has_the_mean_squared_error_of_its_data(entry, unit):
    x = inputs(seed=3)
    error = unit(WEIGHTS[:, :1] * x + WEIGHTS[:, 1:]) - unit(0.9 * x - 0.2)
    values, _ = evaluated(entry(weight=0.9, bias=-0.2, seed=3), WEIGHTS)
    np.testing.assert_allclose(values, 0.5 * np.mean(error**2, axis=1), rtol=1e-12)


def test_a_dead_neuron_has_no_gradient():
    x = inputs()
    dead = np.array([[0.0, -1.0], [0.1, -3.0], [-0.5, -3.5]])
    values, slopes = evaluated(relu_neuron(weight=1.0, bias=0.5), dead)
    np.testing.assert_allclose(values, 0.5 * np.mean(np.maximum(0.0, x + 0.5) ** 2))
    assert not np.any(slopes)


def test_another_seed_of_the_data_gives_another_loss_and_compiles_nothing():
    first = walk(ls.optimizers.sgd(), tanh_neuron(seed=0))
    programs = _single._cache_size()
    second = walk(ls.optimizers.sgd(), tanh_neuron(seed=1))
    assert _single._cache_size() == programs
    assert np.abs(np.asarray(first.values - second.values)).max() > 1e-3
