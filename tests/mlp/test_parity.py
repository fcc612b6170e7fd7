"""The Playground's default run, computed by its own nn.ts under node: same data, weights and order, same losses."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest

import landscape as ls
from landscape.mlp import Data, network, own
from landscape.optimizers import sgd

STORED = json.loads((Path(__file__).parents[1] / "data" / "playground_default.json").read_text())
WEIGHTS = np.array(STORED["weights"])


def trained(batch: int, updates: int, kind=np.float64):
    """The network on the stored data, and its run from the stored weights, recorded each epoch."""
    x, y = np.array(STORED["x"]), np.array(STORED["y"], float)
    word = own.remember(Data(x, y, 2, STORED["train"], ("−1", "+1")))
    surface = network(data=word, batch=batch)
    epoch = surface.updates
    return surface, ls.run(
        surface, sgd(learning_rate=0.03), WEIGHTS.astype(kind), steps=updates, thin=epoch, every=epoch
    )


@pytest.mark.parametrize(("kind", "close"), [(np.float32, 1e-6), (np.float64, 1e-12)], ids=["float32", "float64"])
def test_five_hundred_epochs_of_the_default_network(kind, close):
    surface, run = trained(10, 25 * 500, kind)
    assert surface.layers == (2, 4, 2, 1)
    np.testing.assert_allclose(np.asarray(run.values)[:, 0], STORED["losses"], rtol=0, atol=close)
    weights = np.asarray(run.positions)[:, 0]
    test = surface.test_parts(kind)
    some = [0, 1, 2, 17, 250, 500]
    losses = jax.jit(jax.vmap(test.loss, (0, None)))(weights[some], test.rows)
    np.testing.assert_allclose(losses, np.array(STORED["test_losses"])[some], rtol=0, atol=close)
    np.testing.assert_allclose(weights[-1], STORED["final"], rtol=0, atol=200 * close)


def test_what_a_short_batch_leaves_joins_the_next_epoch():
    stored = STORED["joined"]
    surface, run = trained(stored["batch"], 8 * 20)
    assert surface.updates == 8  # of 30 rows; ten of 250 are left over
    np.testing.assert_allclose(np.asarray(run.values)[:, 0], stored["losses"], rtol=0, atol=1e-13)
    np.testing.assert_allclose(np.asarray(run.positions)[-1, 0], stored["final"], rtol=0, atol=1e-13)
