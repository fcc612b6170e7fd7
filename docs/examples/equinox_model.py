"""A model of Equinox on its loss landscape: trained whole, then its last layer alone, from where the training ended.

The module itself is the tree of parameters: functions and numbers in it stay as they are. Needs equinox.

    python docs/examples/equinox_model.py equinox_model.eqx
"""

import sys

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import landscape as ls


def wave(rows: int = 128) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, 1) and a noisy wave at them (n,)."""
    random = np.random.default_rng(0)
    x = random.uniform(-3.0, 3.0, rows)
    return x[:, None].astype(np.float32), (np.sin(2 * x) + 0.05 * random.normal(size=rows)).astype(np.float32)


def loss(model, batch):
    """The mean squared error of a batch."""
    x, y = batch
    return jnp.mean((jax.vmap(model)(x)[:, 0] - y) ** 2)


def main(epochs: int = 150) -> dict:
    """Train all weights, then solve for those of the last layer; what came of it."""
    model = eqx.nn.MLP(1, 1, width_size=32, depth=1, activation=jnp.tanh, key=jax.random.key(0))
    data = wave()
    surface = ls.networks.surface(loss, model, data, batch_size=32)
    run = ls.run(surface, ls.optimizers.adam(learning_rate=0.01), steps=epochs * surface.updates, every=surface.updates)
    trained = surface.params(run.positions[-1, 0])  # a module again

    last = ls.networks.surface(loss, trained, data, mask="layers/1")  # the loss is a parabola of these weights:
    solved = ls.run(last, ls.optimizers.newton(), steps=2)  # one step of Newton's finds its minimum
    losses = {"start": float(run.values[0, 0]), "trained": float(last(last.start)), "solved": solved.best[1]}
    return losses | {"model": last.params(solved.best[0]), "weights": last.dim, "of": surface.dim}


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else "equinox_model.eqx"
    found = main()
    print(f"loss {found['start']:.3f} → {found['trained']:.4f} by adam over {found['of']} weights")
    print(f"       → {found['solved']:.4f} by newton over the last layer's {found['weights']}")
    eqx.tree_serialise_leaves(target, found["model"])
    print(f"Wrote {target}")
