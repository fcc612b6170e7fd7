"""Eigenvalues and their density against dense decompositions and spectra that are known."""

from types import SimpleNamespace

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from scipy.stats import ortho_group

import landscape as ls
from landscape.networks import hessian, lanczos, spectrum

NET = ls.networks.network(data="xor", hidden="3", points=100)
X = np.random.default_rng(0).normal(size=NET.dim)
EXACT = np.linalg.eigvalsh(hessian.dense(NET, X))
ENDS = {"top": EXACT[[-1, -2]], "bottom": EXACT[[0, 1]], "ends": EXACT[[-1, 0]]}


def matrix(values, rotated=True, dtype=np.float64):
    """An operator with these eigenvalues."""
    values = np.asarray(values, float)
    turn = np.eye(values.size)
    if rotated and values.size > 1:
        turn = ortho_group.rvs(values.size, random_state=np.random.default_rng(0))
    dense = (turn * values) @ turn.T
    return SimpleNamespace(
        dim=values.size, x=np.zeros(values.size, dtype), surface=SimpleNamespace(name="matrix"), dense=dense,
        many=lambda vectors: (vectors.astype(dtype) @ dense.astype(dtype)).astype(float),
    )  # fmt: skip


@given(
    st.lists(st.sampled_from([-3.0, -1e-3, 0.0, 1e-6, 1.0, 2.0, 50.0]), min_size=1, max_size=14),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 5),
)
def test_all_copies_of_the_outer_eigenvalues_are_found(values, high, low, seed):
    high, low = min(high, len(values)), min(low, len(values) - min(high, len(values)))
    if high + low == 0:
        high = 1
    operator, values = matrix(values), np.sort(values)
    found = lanczos.extreme(operator, high, low, seed=seed)
    expected = np.concatenate([values[::-1][:high], values[:low]])
    scale = np.abs(values).max()
    np.testing.assert_allclose(found.values, expected, atol=1e-9 * scale)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(high + low), atol=1e-9)
    missed = found.vectors @ operator.dense - found.values[:, None] * found.vectors
    np.testing.assert_allclose(np.linalg.norm(missed, axis=1), found.residuals, atol=1e-12 * max(scale, 1))
    assert found.converged.all()
    largest = np.abs(found.vectors).argmax(axis=1)
    near = np.abs(found.vectors) >= (1 - 1e-5) * np.abs(found.vectors).max(axis=1, keepdims=True)
    assert all(found.vectors[i, j] > 0 or near[i].sum() > 1 for i, j in enumerate(largest))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_special_operators_end_early_and_are_right(dtype):
    one = np.ones(200) / np.sqrt(200)
    rank_one = matrix(np.zeros(200), dtype=dtype)
    rank_one.many = lambda vectors: 7.0 * np.outer(vectors @ one, one)
    found = lanczos.extreme(rank_one, 2, 0)
    np.testing.assert_allclose(found.values, [7.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(found.vectors[0], one, atol=1e-6)
    assert found.steps < 12
    for level in (0.0, -4.0, 1e-30, 1e30):  # all directions alike
        found = lanczos.extreme(matrix(np.full(200, level), rotated=False, dtype=dtype), 2, 1)
        np.testing.assert_allclose(found.values, np.full(3, level), rtol=1e-6)
        assert found.converged.all()
        assert found.steps < 12


def test_what_did_not_converge_says_so():
    clustered = matrix(np.linspace(0.0, 1.0, 400), rotated=False)
    found = lanczos.extreme(clustered, 2, 0, steps=10)
    assert not found.converged.any()
    assert found.steps == 12  # and two for the residuals
    assert (np.abs(found.values[:, None] - np.linspace(0.0, 1.0, 400)).min(axis=1) <= found.residuals).all()
    assert lanczos.extreme(clustered, 2, 0).converged.all()


@pytest.mark.parametrize("which", lanczos.ENDS)
def test_networks_have_the_eigenvalues_of_their_dense_hessian(which):
    assert EXACT[0] < -1e-3  # a saddle
    found = lanczos.top(NET, X, 2, which)
    np.testing.assert_allclose(found.values, ENDS[which], atol=1e-9)
    dense = hessian.dense(NET, X)
    np.testing.assert_allclose(found.vectors @ dense, found.values[:, None] * found.vectors, atol=1e-6)
    single = lanczos.top(NET, X.astype(np.float32), 2, which)
    np.testing.assert_allclose(single.values, ENDS[which], atol=1e-5)
    assert single.converged.all()


def test_the_same_seed_gives_the_same_bits_and_blocks_their_own_vectors():
    first, again = (lanczos.top(NET, X, 2, block="layer 2", seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert not first.vectors[:, :9].any()
    np.testing.assert_allclose(first.values, np.linalg.eigvalsh(hessian.dense(NET, X)[9:, 9:])[[-1, -2]], atol=1e-9)


@pytest.mark.parametrize(
    ("given", "told"),
    [({"k": 0}, "k=0"), ({"k": 14}, "from 1 to 13"), ({"which": "all"}, "none of top"), ({"tol": 2.0}, "tol=2.0"),
     ({"steps": 0}, "steps=0"), ({"tol": "x"}, "tol=x"), ({"seed": -1}, "seed=-1"), ({"seed": "x"}, "seed=x")],
)  # fmt: skip
def test_questions_without_an_answer_are_told(given, told):
    with pytest.raises(ls.LandscapeError, match=told):
        lanczos.top(NET, X, **given)


def test_memory_is_known_before_and_a_hessian_that_is_not_finite_is_told(monkeypatch):
    huge = SimpleNamespace(dim=10**8, x=np.zeros(1), surface=SimpleNamespace(name="huge"))
    with pytest.raises(ls.LandscapeError, match=r"300 vectors of 100,000,000 coordinates take 240\.0 GB.*steps=5"):
        lanczos.extreme(huge, 2, 0)
    root = ls.Surface.from_function(lambda x: (x[0] ** 2) ** 0.25 + x[1] ** 2, domain=ls.Box.square(1.0), name="root")
    with pytest.raises(ls.LandscapeError, match="Hessian of root has entries here that are NaN"):
        lanczos.top(root, np.zeros(2))


def test_a_density_integrates_to_one_and_has_the_known_shape():
    values = np.array([0.0] * 30 + [1.0] * 8 + [5.0, -2.0])
    diagonal = matrix(values, rotated=False)
    nodes, weights = spectrum.quadrature(diagonal, spectrum.signs(np.random.default_rng(0), 3, 40), 20)
    for row, share in zip(nodes, weights, strict=True):  # four different eigenvalues: four nodes
        np.testing.assert_allclose(row[:4], [-2.0, 0.0, 1.0, 5.0], atol=1e-9)
        np.testing.assert_allclose(share[:4], [1 / 40, 30 / 40, 8 / 40, 1 / 40], atol=1e-12)
        assert not share[4:].any()


def test_moments_are_exact_in_expectation():
    operator = matrix([3.0, 1.0, -0.5, 0.2])
    every = 2.0 * np.array(list(np.ndindex(2, 2, 2, 2))) - 1  # all vectors of ±1
    nodes, weights = spectrum.quadrature(operator, every, 4)
    for power in (1, 2, 3):
        expected = np.trace(np.linalg.matrix_power(operator.dense, power)) / 4
        np.testing.assert_allclose(np.mean(np.sum(weights * nodes**power, axis=1)), expected, atol=1e-12)


def test_the_density_of_a_network_tells_chance_and_data_apart():
    found = spectrum.density(NET, X, probes=64, steps=13, subsets=5, width=0.05)
    assert np.trapezoid(found.density, found.grid) == pytest.approx(1.0, abs=1e-7)
    exact = np.exp(-0.5 * ((found.grid - EXACT[:, None]) / 0.05) ** 2).mean(axis=0) / (0.05 * np.sqrt(2 * np.pi))
    error = found.spread_probes / np.sqrt(64)
    assert np.all(np.abs(found.density - exact) <= 5 * error + 1e-9)
    for power in (1, 2):
        value, wrong = found.moment(power)
        assert abs(value - np.mean(EXACT**power)) <= 4 * wrong
    assert (found.subsets.shape, found.rows) == ((5, found.grid.size), 10)
    means = np.trapezoid(found.subsets * found.grid, found.grid, axis=1)  # tr H is linear in the data
    assert np.mean(means) == pytest.approx(found.moment(1)[0], rel=1e-6)
    np.testing.assert_allclose(found.spread_data, np.std(found.subsets, axis=0, ddof=1))
    assert np.ptp(means) > 0


def test_a_density_without_data_to_part_says_so_with_nan():
    bowl = ls.surfaces.quadratic(condition=9.0, dim=3)  # 1, 3, 9
    found = spectrum.density(bowl, probes=64, steps=50)
    assert found.subsets.shape == (0, found.grid.size)
    assert np.isnan(found.spread_data).all()
    assert found.nodes.shape == (64, 3)  # no more steps than coordinates
    np.testing.assert_allclose(found.nodes, np.tile([1.0, 3.0, 9.0], (64, 1)), atol=1e-6)
    assert found.width == pytest.approx(0.08)
    assert np.isnan(spectrum.density(bowl, probes=1).spread_probes).all()


@pytest.mark.parametrize(
    ("given", "told"),
    [({"probes": 0}, "probes=0"), ({"subsets": 1}, "give 2 to 50"), ({"subsets": 51}, "does not part 50 rows"),
     ({"width": 0.0}, "width=0.0"), ({"width": 1e-12}, "too narrow")],
)  # fmt: skip
def test_densities_that_cannot_be_are_told(given, told):
    with pytest.raises(ls.LandscapeError, match=told):
        spectrum.density(NET, X, **({"probes": 2, "steps": 3, "subsets": 0} | given))
