"""A model of Flax on its loss landscape: trained from its initial weights, and sliced along the path it took.

The surface is made of the loss, the variables and the data. Batch normalization keeps the statistics that it is given:
they are no coordinates. Needs flax.

    python docs/examples/flax_model.py flax_model.npz
"""

import sys

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import optax

import landscape as ls


class Model(nn.Module):
    """Two inputs, two classes."""

    @nn.compact
    def __call__(self, x):
        x = nn.tanh(nn.Dense(16)(x))
        x = nn.BatchNorm(use_running_average=True)(x)
        return nn.Dense(2)(x)


def rings(rows: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 2) in a disk and around it, and their labels (n,)."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, rows)
    radius, angle = 0.3 + labels + 0.2 * random.normal(size=rows), random.uniform(0.0, 2 * np.pi, rows)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points.astype(np.float32), labels.astype(np.int32)


def loss(variables, batch):
    """The mean cross entropy of a batch."""
    points, labels = batch
    return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(Model().apply(variables, points), labels))


def accuracy(variables, batch):
    points, labels = batch
    return jnp.mean(Model().apply(variables, points).argmax(axis=1) == labels)


def main(path: str = "flax_model.npz", epochs: int = 40, resolution: int = 31) -> dict:
    """Train, slice, save; what came of it."""
    data = rings()
    variables = jax.jit(Model().init)(jax.random.key(0), data[0])
    surface = ls.networks.surface(loss, variables, data, batch_size=32, measures={"accuracy": accuracy})
    run = ls.networks.train(surface, ls.optimizers.adam(learning_rate=0.01), epochs=epochs)

    plane = ls.networks.planes.principal(surface, run)
    picture = ls.networks.slice(surface, plane, resolution=resolution, wants=("loss", "accuracy"))
    picture.save(path)

    trained = surface.params(run.weights[-1])  # variables again, as Model().apply takes them
    return {"loss": run.loss, "accuracy": float(accuracy(trained, data)), "variables": trained, "picture": picture,
            "explained": float(sum(plane.about["explained"]))}  # fmt: skip


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else "flax_model.npz"
    found = main(target)
    print(f"loss {found['loss'][0]:.3f} → {found['loss'][-1]:.4f}, accuracy {found['accuracy']:.1%}")
    print(f"Wrote {target}; its plane holds {found['explained']:.0%} of the path.")
