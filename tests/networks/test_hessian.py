"""Hessian-vector products equal the Hessian that JAX makes, whole, in chunks, by block and on a plane."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import counting

import landscape as ls
from landscape.networks import chunks, hessian
from landscape.plane import Plane

NET = ls.networks.network(data="xor", hidden="3", points=100)  # 50 rows for training, 13 weights
X = np.random.default_rng(0).normal(size=NET.dim)
EXACT = np.asarray(jax.jit(jax.hessian(NET.at(1.0, jnp.float64).loss))(X))
VECTORS = np.random.default_rng(1).normal(size=(3, NET.dim))


def model(rows):
    """A linear model of three inputs whose loss has all derivatives."""

    def loss_fn(params, batch):
        inputs, wanted = batch
        return jnp.mean(jnp.tanh(inputs @ params["a"] + params["b"] - wanted) ** 2)

    return ls.networks.surface(loss_fn, {"a": np.array([0.3, -0.2, 0.5]), "b": np.array(0.1)}, rows)


@pytest.mark.parametrize("chunk", [None, 7])
def test_products_are_those_with_the_whole_hessian(chunk):
    made = hessian.product(NET, X, chunk=chunk)
    assert made.count == 50
    np.testing.assert_allclose(made.many(VECTORS), VECTORS @ EXACT, atol=1e-12)


def test_float32_in_gives_float32_inside():
    made = hessian.product(NET, X.astype(np.float32))
    found = made.many(VECTORS)
    assert (made.x.dtype, found.dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(found, VECTORS @ EXACT, atol=1e-5)
    assert np.abs(found - VECTORS @ EXACT).max() > 1e-12
    assert hessian.product(NET, X, dtype="float32").x.dtype == np.float32


def test_blocks_and_layers_are_parts_of_the_hessian():
    first, last = np.arange(9), np.arange(9, 13)  # 2 × 3 weights and 3 biases; 3 weights and 1 bias
    assert hessian.layers(NET) == ("layer 1", "layer 2")
    assert hessian.coordinates(NET, "layer 1").tolist() == first.tolist()
    assert hessian.coordinates(NET, [NET.blocks[3], "layer 2 weights"]).tolist() == last.tolist()
    np.testing.assert_allclose(hessian.dense(NET, X, block="layer 1"), EXACT[:9, :9], atol=1e-12)
    np.testing.assert_allclose(hessian.dense(NET, X), EXACT, atol=1e-12)
    with pytest.raises(ls.LandscapeError, match="'layer 1'"):
        hessian.product(NET, X, block="layer1")


def test_rows_that_act_on_each_other_are_computed_together():
    def loss_fn(params, batch):  # as batch normalization does it
        sums = batch @ params
        return jnp.mean(jnp.tanh((sums - sums.mean()) / sums.std() + params[0]) ** 2)

    rows, start = np.random.default_rng(0).normal(size=(15, 3)), np.array([0.3, -0.2, 0.5])
    made = hessian.product(ls.networks.surface(loss_fn, start, rows, separable=False), chunk=4)
    assert made.chunk == made.count == 15
    np.testing.assert_allclose(made.many(np.eye(3)), jax.jit(jax.hessian(loss_fn))(start, rows), atol=1e-12)


def test_data_in_a_file_are_read_chunk_by_chunk(tmp_path):
    random = np.random.default_rng(0)
    inputs, wanted = random.normal(size=(50, 3)), random.normal(size=50)
    file = np.memmap(tmp_path / "inputs", np.float64, "w+", shape=inputs.shape)
    file[:] = inputs
    made = hessian.product(model((file, wanted)), chunk=25)
    assert isinstance(made.rows[0], np.memmap)
    assert [(rows[0].shape, begin) for _, rows, begin, _ in chunks.pieces(made.rows, 25)] == [((25, 3), 0)] * 2
    expected = hessian.product(model((inputs, wanted)), chunk=25)
    np.testing.assert_allclose(made.many(np.eye(4)), expected.many(np.eye(4)), atol=1e-14)
    np.testing.assert_allclose(made.slopes(np.ones((1, 4)))[1], expected.slopes(np.ones((1, 4)))[1], atol=1e-14)


@pytest.mark.parametrize(("count", "most", "size"), [(10_000, 1_300, 1_250), (50, 7, 5), (50, 100, 50), (97, 20, 20)])
def test_chunks_divide_the_data_where_they_can(count, most, size):
    assert chunks.even(count, most) == size


def test_subsets_of_rows_are_disjoint_and_equal():
    chosen = chunks.subsets((np.zeros((50, 2)),), 4, np.random.default_rng(0))
    assert chosen.shape == (4, 12)
    assert len(set(chosen.ravel())) == 48


def test_a_plane_sees_the_projected_hessian():
    basis = np.random.default_rng(2).normal(size=(2, NET.dim))  # neither orthogonal nor of length 1
    plane, u, v = Plane(X, basis), np.array([0.0, 0.3]), np.array([0.0, -0.2])
    found = jax.jit(jax.vmap(hessian.on_plane(NET, plane, chunk=25)))(u, v)
    slopes = jax.jit(jax.value_and_grad(NET.at(1.0, jnp.float64).loss))
    for value, slope, bend, x in zip(*found, plane.points(u, v), strict=True):
        height, gradient = slopes(x)
        np.testing.assert_allclose(value, height, rtol=1e-13)
        np.testing.assert_allclose(slope, basis @ gradient, atol=1e-12)
        np.testing.assert_allclose(bend, basis @ hessian.dense(NET, x) @ basis.T, atol=1e-11)
        assert bend[0, 1] == bend[1, 0]


def test_losses_with_slopes_of_their_own_have_a_hessian():
    bowl = counting()[0](depth=3.0)  # jax.custom_vjp: it only goes backwards
    plane = Plane(np.array([1.0, 0.0]), np.array([[1.0, 1.0], [0.0, 2.0]]))
    np.testing.assert_allclose(hessian.product(bowl)([1.0, -2.0]), [6.0, -12.0])
    value, slope, bend = jax.jit(hessian.on_plane(bowl, plane))(0.5, 0.0)
    np.testing.assert_allclose(value, 3 * (1.5**2 + 0.5**2))
    np.testing.assert_allclose(slope, [6 * 2.0, 6 * 1.0])
    np.testing.assert_allclose(bend, [[12.0, 12.0], [12.0, 24.0]])


def test_scheduled_numbers_are_those_at_the_end():
    bowl = ls.surfaces.quadratic(condition=ls.schedules.linear(start=2.0, end=8.0), rotation=0.0)
    np.testing.assert_allclose(hessian.dense(bowl), np.diag([1.0, 8.0]), atol=1e-12)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"x": np.ones(3)}, r"shape \(3,\)"),
        ({"x": ["a"] * NET.dim}, "x is no array of numbers"),
        ({"x": np.full(NET.dim, np.nan)}, "are not finite"),
        ({"dtype": "float16"}, "neither float32 nor float64"),
        ({"chunk": 0}, "chunk=0"),
        ({"block": []}, "No block"),
        ({"block": 3}, "block=3 is no name of a block"),
    ],
)
def test_what_has_no_hessian_is_told(given, told):
    with pytest.raises(ls.LandscapeError, match=told):
        hessian.product(NET, **given)


def test_surfaces_without_slopes_and_hessians_too_large_are_refused(monkeypatch):
    plain = ls.Surface.from_callable(lambda x: float(x @ x), domain=ls.Box.square(1.0), name="plain")
    with pytest.raises(ls.LandscapeError, match="plain has none; write it with"):
        hessian.product(plain)
    with pytest.raises(ls.LandscapeError, match="not function"):
        hessian.product(lambda x: x)
    with pytest.raises(ls.LandscapeError, match=r"takes \(…, 13\)"):
        hessian.product(NET)(np.ones(3))
    monkeypatch.setattr(hessian, "LARGEST", 12)
    with pytest.raises(ls.LandscapeError, match="up to 12"):
        hessian.dense(NET)
