"""Random walks and how their values correlate, against closed forms and the elementary landscapes' exact values."""

from itertools import permutations

import jax
import numpy as np
import pytest

import landscape as ls
from landscape.terrain.optima import drawn
from landscape.terrain.walks import autocorrelation, correlation_length, length_of, random_walk, tour_correlation


def test_the_estimator_gives_back_a_known_correlation():
    rng = np.random.default_rng(0)
    x, rows = rng.normal(size=64), []
    for noise in rng.normal(size=(4000, 64)):
        x = 0.9 * x + np.sqrt(1 - 0.81) * noise
        rows.append(x)
    series = 3.0 + 2.0 * np.array(rows).T  # (64, 4000): r(s) = 0.9^s
    np.testing.assert_allclose(autocorrelation(series, [0, 1, 5, 20]), 0.9 ** np.array([0, 1, 5, 20]), atol=0.01)
    np.testing.assert_allclose(
        autocorrelation(series, [1, 5], mean=3.0, variance=4.0), 0.9 ** np.array([1, 5]), atol=0.02
    )
    assert correlation_length(series) == pytest.approx(-1 / np.log(0.9), rel=0.03)
    assert length_of(-0.2) == 0.0
    assert length_of(1.0) == np.inf


def test_by_hand():
    values = [1.0, 3.0, 1.0, 3.0, 1.0, 3.0]
    np.testing.assert_allclose(autocorrelation(values, [0, 1, 2]), [1, -1, 1])
    assert correlation_length(values) == 0.0


def test_incremental_values_are_those_of_the_points():
    surface = ls.problems.tsp()
    with jax.enable_x64(True):
        many = random_walk(surface, 1203, seed=3, walks=2)
    assert many.shape == (2, 1204)
    assert np.all(many == np.round(many))  # whole numbers stay whole
    changed = np.diff(many, axis=1)
    assert np.abs(changed).max() <= 4 * surface.data.distances.max()
    np.testing.assert_array_equal(many, random_walk(surface, 1203, seed=3, walks=2))


def test_berlin52_forgets_after_half_as_many_moves_as_cities():
    values = random_walk(ls.problems.tsp(), 20_000, seed=1, walks=16)
    assert correlation_length(values) == pytest.approx(26, rel=0.15)
    r = autocorrelation(values, [1, 20])
    assert r[0] == pytest.approx(tour_correlation(52, "two_opt"), abs=1e-3)
    assert r[1] == pytest.approx(tour_correlation(52, "two_opt") ** 20, abs=0.03)


def test_swaps_of_a_tour_forget_twice_as_fast():
    values = random_walk(ls.problems.tsp(neighborhood="swap"), 20_000, seed=1, walks=16)
    assert autocorrelation(values, [1])[0] == pytest.approx(tour_correlation(52, "swap"), abs=2e-3)
    assert length_of(tour_correlation(52, "swap")) == pytest.approx(52 / 4, rel=0.05)
    assert np.isnan(tour_correlation(52, "or_opt"))


def test_the_exact_values_hold_over_all_tours_of_six_cities():
    rng = np.random.default_rng(1)
    between = rng.uniform(size=(6, 6))
    between += between.T
    tours = np.array(list(permutations(range(6))))
    length = between[tours, np.roll(tours, -1, axis=1)].sum(axis=1)
    number = {tuple(tour): k for k, tour in enumerate(tours.tolist())}
    apart = length - length.mean()
    for name in ("two_opt", "swap"):
        domain = ls.Permutations(length=6, neighborhood=name, cyclic=True)
        moved = [np.asarray(jax.vmap(lambda x, m=move, d=domain: d.apply(x, m))(tours)) for move in domain.moves()]
        after = np.array([[number[tuple(each)] for each in one] for one in np.array(moved).tolist()])
        assert (apart * apart[after]).mean() / apart.var() == pytest.approx(tour_correlation(6, name), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: random_walk(ls.surfaces.sphere(), 10), "has no neighbourhood to walk by"),
        (lambda: random_walk(ls.problems.tsp(), 0), "steps=0 is not a whole number"),
        (lambda: random_walk(ls.problems.tsp(), 1e5), "steps=100000.0 is not a whole number"),
        (lambda: random_walk(ls.problems.tsp(), 10, walks=2.5), "walks=2.5 is not a whole number"),
        (lambda: random_walk(ls.problems.tsp, 10), "takes a bound problem"),
        (lambda: random_walk("tsp", 10), "takes a bound problem"),
        (lambda: drawn(ls.problems.tsp(), 2.5), "count=2.5 is not a whole number"),
        (lambda: drawn(ls.problems.tsp(), 0), "count=0 is not a whole number"),
        (lambda: autocorrelation([1.0, 1.0, 1.0], [1]), "all the same"),
        (lambda: autocorrelation([1.0, 2.0, 1.0], [3]), "has lags from 0"),
    ],
)
def test_what_cannot_be_walked_is_said(call, said):
    with pytest.raises(ls.LandscapeError, match=said):
        call()
