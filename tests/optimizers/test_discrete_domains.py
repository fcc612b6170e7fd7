"""Every method without slopes walks orders of numbers as it stands, by the same loop."""

import jax.numpy as jnp
import numpy as np
import pytest
from helpers import OPTIMIZERS, small, walk

import landscape as ls

WITHOUT_SLOPES = [name for name in OPTIMIZERS if not small(name).needs_gradient]
COORDINATES = ("pattern_search", "nelder_mead")  # a step along one coordinate may well leave the order as it is
TARGET = np.array([4, 1, 5, 2, 0, 3, 6])


def misfit(x):
    return jnp.sum((x - TARGET) ** 2)


ORDER = ls.Surface.from_function(misfit, domain=ls.Permutations(length=7), minimum=0.0)


@pytest.mark.parametrize("name", WITHOUT_SLOPES)
def test_it_stays_among_permutations_and_tells_true_values(name):
    trajectory = walk(small(name), ORDER, steps=40)
    points = np.asarray(trajectory.positions).reshape(-1, 7)
    np.testing.assert_array_equal(np.sort(points, axis=1), np.tile(np.arange(7), (len(points), 1)))
    np.testing.assert_array_equal(np.asarray(trajectory.values).ravel(), ((points - TARGET) ** 2).sum(axis=1))
    if name not in COORDINATES:
        assert len(np.unique(points, axis=0)) > 1
        assert trajectory.best_value[-1] < misfit(np.arange(7))


def test_slopes_are_refused():
    with pytest.raises(ls.LandscapeError, match="adam needs slopes"):
        ls.run(ORDER, ls.optimizers.adam())
