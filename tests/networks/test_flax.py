"""Models of Flax as surfaces: linen's variables, modules of NNX, and batch normalization on a plane."""

import runpy
from pathlib import Path

import batch_norm
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import linen, nnx
from flax.core import freeze

import landscape as ls
from landscape.networks import surface

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "flax_model.py"
INPUTS = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32)
LABELS = (INPUTS[:, 0] > 0).astype(np.int32)


def cross_entropy(logits):
    return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(logits, LABELS))


@pytest.mark.parametrize("wrap", [dict, freeze], ids=["dict", "frozen"])
def test_variables_of_linen_are_coordinates(wrap):
    dense = linen.Dense(2)
    given = wrap(dense.init(jax.random.key(0), INPUTS))
    made = surface(lambda variables, batch: cross_entropy(dense.apply(variables, batch)), given, INPUTS)
    assert [(block.path, block.filters) for block in made.blocks] == [("params/bias", None), ("params/kernel", 1)]
    assert float(made(made.start)) == pytest.approx(float(cross_entropy(dense.apply(given, INPUTS))), rel=1e-6)
    assert jax.tree.structure(made.params(made.start)) == jax.tree.structure(given)


def test_a_module_of_nnx_is_its_own_tree():
    class Model(nnx.Module):
        def __init__(self, rngs):
            self.dense, self.norm = nnx.Linear(2, 3, rngs=rngs), nnx.BatchNorm(3, rngs=rngs)
            self.out, self.dropout = nnx.Linear(3, 2, rngs=rngs), nnx.Dropout(0.5, deterministic=True, rngs=rngs)

        def __call__(self, x):
            return self.out(self.dropout(nnx.relu(self.norm(self.dense(x)))))

    model = Model(nnx.Rngs(0))
    before = [np.asarray(leaf) for leaf in jax.tree.leaves(nnx.state(model, nnx.BatchStat))]
    made = surface(lambda model, batch: cross_entropy(model(batch)), model, INPUTS, separable=False)
    kinds = {block.path: block.kind for block in made.blocks}
    assert kinds == {"dense/bias": "bias", "dense/kernel": "weights", "norm/bias": "norm", "norm/scale": "norm",
                     "out/bias": "bias", "out/kernel": "weights"}  # fmt: skip
    assert np.isfinite(made(made.start))
    after = jax.tree.leaves(nnx.state(model, nnx.BatchStat))
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert made.params(made.start + 1).dense.bias[...].tolist() == [1.0, 1.0, 1.0]


def test_batch_normalization_is_finite_on_the_plane_where_moved_statistics_are_not():
    made = batch_norm.surfaces()
    heights = {}
    for name, each in made.items():
        plane = ls.Plane.random(each.start, seed=1)
        plane = ls.Plane(plane.origin, plane.basis * np.linalg.norm(each.start))
        heights[name] = ls.grid(each, plane, lower=(-1, -1), upper=(1, 1), resolution=11).height
    assert made["frozen"].dim == made["moved"].dim - 64 == 10 * 32 + 32 + 64 + 64 + 2
    assert np.isnan(heights["moved"]).sum() > 40
    for name in ("frozen", "estimated"):
        assert np.isfinite(heights[name]).all()
    assert not np.allclose(heights["frozen"], heights["estimated"], rtol=0.1)


def test_the_example_trains_and_saves_a_slice(tmp_path):
    example = runpy.run_path(str(EXAMPLE))
    found = example["main"](tmp_path / "flax.npz", epochs=20, resolution=9)
    assert found["accuracy"] > 0.9
    assert float(example["loss"](found["variables"], example["rings"]())) == pytest.approx(found["loss"][-1], rel=1e-4)
    saved = ls.networks.Slice.load(tmp_path / "flax.npz")
    assert saved.centre == pytest.approx(found["loss"][-1], rel=1e-4)
    assert np.isfinite(saved.values["accuracy"]).all()
