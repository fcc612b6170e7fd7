"""Dropout: its mean, its pairs, and what is left when units die, recomputed in NumPy."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lab_contract import Contract

from landscape.labs import dropout as entry
from landscape.labs.dropout import _lost as tell
from landscape.labs.fitting import killing, nets
from landscape.parameters import LandscapeError

SMALL = {"width": 16, "steps": 150, "seeds": 10}


@pytest.fixture(scope="module")
def found():
    return entry(**SMALL).run()


@pytest.mark.lab
def test_networks_trained_with_dropout_lose_less_when_units_die(found):
    without, with_dropout = found.data["lost"]
    gain = without - with_dropout
    assert gain.mean() > 2.0 * gain.std(ddof=1) / np.sqrt(len(gain))
    assert found.claims[0].holds


@pytest.mark.lab
def test_the_mean_of_masked_and_grown_units_is_what_they_were(found):
    x, keep, draws = jnp.array([[0.5], [-1.0], [3.0]], jnp.float32), 0.3, 3000
    each = jax.vmap(lambda step: nets.dropping(jnp.ones((1, 3)), keep, 7, step)(1, x))(jnp.arange(draws))
    error = np.abs(np.ravel(x)) * np.sqrt((1.0 - keep) / keep / draws)
    assert (np.abs(np.asarray(each).mean(axis=0) - x).ravel() <= 3.0 * error).all()
    assert set(np.unique(np.round(each[:, 0, 0] * keep / 0.5, 5))) == {0.0, 1.0}
    assert found.claims[1].holds


def test_killed_units_are_dead_and_the_others_alive():
    key = ("circle", 0.1, 16, 2, 150, 10, 0, 0.5)
    trained, model = killing.pairs(key), nets.classification(16, 2, 2)
    survived = killing.survived(key, False, 10)
    (first, second, last), rows = nets.layers(model, trained.weights[1, 3]), trained.inputs[3].astype(float)
    right = []
    for ranks in trained.ranks[3]:
        alive = (ranks >= 10).reshape(2, 16)
        assert (~alive).sum() == 10
        h = alive[0] * np.maximum(rows @ first.weights + first.bias, 0.0)
        h = alive[1] * np.maximum(h @ second.weights + second.bias, 0.0)
        answers = h @ last.weights[:, 0] + last.bias[0]
        right.append(np.mean(np.where(answers > 0, 1.0, -1.0) == trained.targets[3]))
    assert survived[1, 3] == pytest.approx(np.mean(right), abs=0.003)


def test_keeping_every_unit_is_training_without_dropout():
    found = entry(**SMALL | {"keep": 1.0}).run()
    np.testing.assert_array_equal(*found.data["accuracy"])
    assert found.claims[0].holds is False
    assert entry.question.right(found) == 2


def test_what_gets_better_is_not_said_to_lose():
    assert tell(0.1) == "loses 10.0"
    assert tell(-0.004) == "gains 0.4"


@pytest.mark.parametrize(("depth", "same"), [(1, True), (2, False)])
def test_only_one_hidden_layer_gives_the_mean_of_all_its_thinned_networks(depth, same):
    keep, model = 0.7, nets.classification(4, 2, depth)
    weights = np.random.default_rng(1).normal(size=model.blocks[-1].slice.stop).astype(np.float32)
    masks = np.array(list(product((0.0, 1.0), repeat=4 * depth)))
    chances = keep ** masks.sum(axis=1) * (1.0 - keep) ** (1.0 - masks).sum(axis=1)
    x, every = np.array([[0.5, -1.0], [2.0, 1.0]], np.float32), np.ones((1, depth, 4), np.float32)
    thinned = nets.answers_under(model, weights, x, (masks / keep).reshape(-1, depth, 4).astype(np.float32))
    whole = nets.answers_under(model, weights, x, every)[0]
    assert np.allclose(chances @ np.asarray(thinned, float), whole, atol=1e-4) is same


def test_units_that_are_masked_neither_answer_nor_learn():
    x = np.linspace(-1, 1, 12)
    rows = {"inputs": np.tile(x[:, None], (2, 1, 1)), "targets": np.tile(x**2, (2, 1))}
    begun = np.stack([nets.bending(8, 8, seed=5)] * 2)
    dead = np.arange(25) % 8 >= 3  # weights in, biases and weights out of units 4 … 8
    dead[24] = False  # the bias of the output
    begun[1, dead] *= -2.0
    masks = np.tile(np.arange(8) < 3, (2, 1, 1)).astype(float)
    options = {"steps": 40, "every": 20, "learning_rate": 0.03}
    found = nets.fit(nets.regression(8, 1), begun, rows, masks=masks, **options)
    np.testing.assert_array_equal(*found.loss["training"])
    np.testing.assert_array_equal(found.weights[:, -1, dead], begun[:, dead])
    assert found.loss["training"][0, -1] < found.loss["training"][0, 0]


@pytest.mark.parametrize("bad", [{"keep": 0.0}, {"killed": 1.2}, {"width": 0}, {"seeds": 1}, {"data": "moon"}])
def test_what_makes_no_network_is_refused(bad):
    with pytest.raises(LandscapeError, match=next(iter(bad))):
        entry(**bad)


class TestContract(Contract):
    lab = "dropout"
