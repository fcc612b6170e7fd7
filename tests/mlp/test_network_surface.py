"""The network surface against plain NumPy and closed forms; what goes into it and what it refuses."""

import math
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape.mlp import activations, batches, features, network, own
from landscape.mlp import model as models
from landscape.optimizers import sgd
from landscape.parameters import LandscapeError

NAMED = {
    "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z), "sin": np.sin,
    "gelu": lambda z: np.array([each * 0.5 * (1 + math.erf(each / 2**0.5)) for each in z.ravel()]).reshape(z.shape),
}  # fmt: skip


def some(surface, seed=1) -> np.ndarray:
    """Weights away from the start."""
    return np.random.default_rng(seed).normal(size=surface.dim)


def by_hand(surface, x, rows, activation=np.tanh) -> np.ndarray:
    """What the network gives (n, C), before the last tanh, in plain NumPy."""
    h, layers, begin = rows, surface.layers, 0
    for k, (fan_in, width) in enumerate(pairwise(layers), start=1):
        weights = x[begin : begin + fan_in * width].reshape(fan_in, width)
        h = h @ weights + x[begin + fan_in * width : begin + fan_in * width + width]
        begin += (fan_in + 1) * width
        h = activation(h) if k < len(layers) - 1 else h
    return h


def measured(parts, x) -> list[float]:
    """The loss, and the accuracy where there are classes."""
    functions = (parts.loss, *parts.measures.values())
    return [float(each) for each in jax.jit(lambda x, rows: [each(x, rows) for each in functions])(x, parts.rows)]


def rows_of(surface, test=False):
    chosen = slice(surface.data.train, None) if test else slice(surface.data.train)
    return surface.data.inputs[chosen], surface.data.y[chosen]


def test_the_default_is_the_playgrounds():
    surface = ls.catalog.surface("network")
    assert surface.layers == (2, 4, 2, 1)
    assert (surface.dim, surface.updates, surface.data.train, len(surface.data.y)) == (25, 25, 250, 500)
    assert surface.names[:2] == ("w1 x→1", "w1 x→2")
    assert [block.path for block in surface.blocks][-2:] == ["layer 3 weights", "layer 3 bias"]
    assert surface.blocks[-1].slice.stop == surface.dim
    weights, bias = surface.unravel(surface.start)[0][:2]
    assert weights.shape == (2, 4)
    assert np.abs(weights).max() <= 0.5
    np.testing.assert_array_equal(bias, 0.1)


@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
@pytest.mark.parametrize("data", ["circle", "three-spirals"])
def test_losses_and_accuracy_are_those_of_plain_numpy(data, loss):
    surface = network(data=data, loss=loss, features="x+y+xy", hidden="5-3", noise=0.2)
    x = some(surface)
    for parts, test in ((surface.parts(np.float64), False), (surface.test_parts(np.float64), True)):
        inputs, y = rows_of(surface, test)
        out = by_hand(surface, x, inputs)
        if data == "circle":
            each = 0.5 * (np.tanh(out[:, 0]) - y) ** 2 if loss == "squared" else np.log1p(np.exp(-y * out[:, 0]))
            right = np.sign(out[:, 0]) == y
        else:
            mine = y[:, None] == np.arange(3)
            softmax = np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
            squared = 0.5 * ((np.tanh(out) - np.where(mine, 1, -1)) ** 2).sum(axis=1)
            each = squared if loss == "squared" else -np.log(softmax[mine])
            right = out.argmax(axis=1) == y
        assert measured(parts, x) == pytest.approx([each.mean(), right.mean()], abs=1e-12)


def test_every_activation_is_the_one_it_is_called():
    z = np.linspace(-3, 3, 13)
    for name in activations.NAMES:
        np.testing.assert_allclose(activations.ACTIVATIONS[name](z), NAMED[name](z), atol=1e-12, err_msg=name)


def test_features_are_computed_and_refused_by_name():
    x = np.array([[0.5, -2.0]])
    np.testing.assert_allclose(
        features.of("x+y+x2+y2+xy+sinx+siny+cosx+cosy", x),
        [[0.5, -2, 0.25, 4, -1, np.sin(0.5), np.sin(-2), np.cos(0.5), np.cos(-2)]],
    )
    np.testing.assert_array_equal(features.of("2+1", [[1.0, 2.0, 3.0]]), [[2.0, 1.0]])
    for bad in ("x+z", "x+x", "3"):
        with pytest.raises(LandscapeError, match="feature"):
            network(features=bad)


@pytest.mark.parametrize("hidden", ["3-2", "9"])
def test_slopes_are_those_of_the_plain_formula_alone_and_many_at_once(hidden):
    """All derivatives of the fast gradient: first and second, forward and back, under vmap in every layout."""
    surface = network(hidden=hidden, data="three-spirals", points=30)
    parts = surface.parts(np.float64)
    points = np.random.default_rng(0).normal(size=(300, surface.dim))

    def plain(x):
        return models.value(surface.model, surface.unravel(x), parts.rows)

    def fast(x):
        return parts.loss(x, parts.rows)

    def derivatives(f):
        def found(x, v):
            second = jax.jvp(jax.grad(f), (x,), (v,))[1]
            back = jax.grad(lambda x: jax.grad(f)(x) @ v)(x)
            return f(x), jax.grad(f)(x), jax.jvp(f, (x,), (v,))[1], second, back

        return jax.jit(found)(points[0], points[1])

    for mine, expected in zip(derivatives(fast), derivatives(plain), strict=True):
        np.testing.assert_allclose(mine, expected, atol=1e-12)
    expected = jax.jit(jax.vmap(jax.value_and_grad(plain)))(points)
    for count in (5, 300):  # the two layouts
        found = jax.jit(jax.vmap(jax.value_and_grad(fast)))(points[:count])
        for mine, each in zip(found, expected, strict=True):
            np.testing.assert_allclose(mine, each[:count], atol=1e-12)
    nested = jax.jit(jax.vmap(jax.vmap(fast)))(points[:6].reshape(6, 1, -1))
    np.testing.assert_allclose(nested[:, 0], expected[0][:6], atol=1e-12)


@pytest.mark.parametrize("how", ["penalty", "decay"])
def test_ridge_regression_is_reached_by_weight_decay(how):
    """No hidden layer: the loss is that of ½ mean squares, and with ½ λ |w|² its minimum is (C + λ I) w = c.

    Decay by a share s of each weight per update at the rate η stands still where λ = s / (η (1 − s)).
    """
    rate, share = 0.02, 0.01
    strength = 0.3 if how == "penalty" else share / (rate * (1 - share))
    values = {"penalty": "l2", "rate": strength} if how == "penalty" else {"decay": share}
    surface = network(data="plane", noise=0.3, hidden="none", batch=0, **values)
    inputs, y = rows_of(surface)
    centred, mean = inputs - inputs.mean(axis=0), inputs.mean(axis=0)
    best = np.linalg.solve(centred.T @ centred / len(y) + strength * np.eye(2), centred.T @ (y - y.mean()) / len(y))
    run = ls.run(surface, sgd(learning_rate=rate), steps=2000, thin=500)
    found = np.asarray(run.positions)[-1, 0]
    np.testing.assert_allclose(found, [*best, y.mean() - mean @ best], atol=1e-4)
    recorded = 0.5 * np.mean((inputs @ best + y.mean() - mean @ best - y) ** 2)
    assert float(np.asarray(run.values)[-1, 0]) == pytest.approx(recorded, abs=1e-6)  # without the penalty
    if how == "penalty":
        parts = surface.parts(np.float64, penalty=True)
        whole = recorded + 0.5 * strength * best @ best
        assert measured(parts, found)[0] == pytest.approx(whole, abs=1e-6)


def slope(loss):
    return jax.jit(jax.grad(loss))


def searched(surface, step=0, seed=0):
    return jax.jit(lambda x: surface.at(0.0, jnp.float64).batch(step, jax.random.key(seed))(x))


def test_the_l1_penalty_is_on_weights_only():
    surface = network(penalty="l1", rate=0.5)
    x = some(surface)
    extra = slope(searched(surface))(x) - slope(searched(network()))(x)
    kinds = np.concatenate([np.full(block.size, block.kind == "weights") for block in surface.blocks])
    np.testing.assert_allclose(extra, np.where(kinds, 0.5 * np.sign(x), 0.0), atol=1e-12)


def test_long_gradients_are_clipped_and_short_ones_stay():
    x = some(network())
    free = slope(searched(network()))(x)
    length = float(np.linalg.norm(free))
    value, half = jax.jit(jax.value_and_grad(searched(network(clip=length / 2))))(x)
    np.testing.assert_allclose(half, free / 2, rtol=1e-9)
    assert float(value) == pytest.approx(float(searched(network())(x)))
    np.testing.assert_allclose(slope(searched(network(clip=2 * length)))(x), free, rtol=1e-12)


def test_dropout_is_searched_only_and_right_on_average():
    """Of a linear network, the mean output over many draws is the output without dropout."""
    surface = network(dropout=0.4, activation="linear", data="plane", hidden="6", points=10)
    x, model = some(surface), surface.model
    rows = surface.parts(np.float64).rows["inputs"]

    def output(key):
        drop = models.dropping(0.4, key)
        return models.neurons(model, surface.unravel(x), rows.T, drop)[-1][0]

    drawn = jax.jit(jax.vmap(output))(jax.random.split(jax.random.key(0), 4000))
    plain = surface.outputs(x, rows)[:, 0]
    np.testing.assert_allclose(drawn.mean(axis=0), plain, atol=5 * float(drawn.std(axis=0).max()) / 4000**0.5)
    assert float(searched(surface)(x)) != float(searched(surface, seed=1)(x))
    assert float(surface(x)) == pytest.approx(
        float(network(activation="linear", data="plane", hidden="6", points=10)(x))
    )


def test_batch_normalization_takes_the_rows_it_sees_and_tests_with_those_for_training():
    surface = network(normalization="batch", hidden="3", batch=30)
    x = some(surface)
    layers = surface.unravel(x)

    def by(inputs, reference):
        sums, of = (each @ layers[0].weights + layers[0].bias for each in (inputs, reference))
        sums = (sums - of.mean(axis=0)) / np.sqrt(of.var(axis=0) + 1e-5) * layers[0].scale + layers[0].shift
        return np.tanh(np.tanh(sums) @ layers[1].weights + layers[1].bias)[:, 0]

    train, y = rows_of(surface)
    test, y_test = rows_of(surface, test=True)
    parts, tested = surface.parts(np.float64), surface.test_parts(np.float64)
    assert (parts.separable, tested.separable) == (False, True)
    assert measured(parts, x)[0] == pytest.approx(0.5 * np.mean((by(train, train) - y) ** 2))
    assert measured(tested, x)[0] == pytest.approx(0.5 * np.mean((by(test, train) - y_test) ** 2))
    np.testing.assert_allclose(surface.outputs(x, test)[:, 0], by(test, train), atol=1e-12)
    joined = np.concatenate([train[:30], train[240:]])  # update 8 is the first of the second epoch
    expected = 0.5 * np.mean((by(joined, joined) - np.concatenate([y[:30], y[240:]])) ** 2)
    assert float(searched(surface, 8)(x)) == pytest.approx(expected)
    second = 0.5 * np.mean((by(train[30:60], train[30:60]) - y[30:60]) ** 2)
    assert float(searched(surface, 9)(x)) == pytest.approx(second)  # what is not joined is not in the statistics


def test_layer_normalization_takes_each_row_alone():
    surface = network(normalization="layer", hidden="4")
    x = some(surface)
    first, last = surface.unravel(x)
    inputs, _ = rows_of(surface)
    sums = inputs @ first.weights + first.bias
    sums = (sums - sums.mean(axis=1, keepdims=True)) / np.sqrt(sums.var(axis=1, keepdims=True) + 1e-5)
    h = np.tanh(sums * first.scale + first.shift)
    np.testing.assert_allclose(surface.outputs(x, inputs), np.tanh(h @ last.weights + last.bias), atol=1e-12)
    assert surface.parts(np.float64).separable


@pytest.mark.parametrize("batch", [10, 20])
def test_shuffled_epochs_see_every_row_once_in_new_orders(batch):
    epochs = batches.table(50, batch)
    steps = jnp.arange(2 * epochs.updates + 1)
    places = np.asarray(jax.jit(jax.vmap(lambda step: batches.shuffled(epochs, step, 50, 3)))(steps))
    count, orders = epochs.updates, []
    for first in (0, count):
        mine = places[first : first + count, :batch].ravel()
        left = places[first + count, batch:]  # they join the first update of the next epoch
        orders.append(np.concatenate([mine, left]))
        np.testing.assert_array_equal(np.sort(orders[-1]), np.arange(50))
        assert np.abs(orders[-1] - np.arange(50)).mean() > 8  # 17 on average
    assert (orders[0] != orders[1]).mean() > 0.8
    surface = network(order="shuffled", batch=batch, data="plane", points=100, hidden="none", data_seed=3)
    inputs, y = (each[places[1, :batch]] for each in rows_of(surface))
    expected = 0.5 * np.mean((inputs.sum(axis=1) + 1 - y) ** 2)
    assert float(searched(surface, 1)(np.ones(3))) == pytest.approx(expected)


def test_maps_are_the_activations_on_the_square():
    surface = network(features=["x", "xy"], hidden=(3,))
    assert surface == network(features="x+xy", hidden="3")
    x = some(surface)
    maps = surface.maps(x, 5)
    assert [each.shape for each in maps] == [(2, 5, 5), (3, 5, 5), (1, 5, 5)]
    np.testing.assert_allclose(maps[0][0][0], np.linspace(-6, 6, 5))
    np.testing.assert_allclose(maps[0][1][4], 6 * np.linspace(-6, 6, 5))
    point = features.of("x+xy", np.array([[-3.0, 6.0]]))
    np.testing.assert_allclose(maps[2][0][4, 1], surface.outputs(x, point)[0, 0], atol=1e-12)


@pytest.mark.parametrize(("values", "words"), [
    ({"data": "cirkle"}, "Did you mean 'circle'"),
    ({"data": "own-123"}, "not known here"),
    ({"hidden": "4-40"}, "at most 8 layers of 1 to 32"),
    ({"hidden": "4x2"}, "list of widths"),
    ({"hidden": [4, -2]}, "list of widths"),
    ({"data": "plane", "loss": "cross_entropy"}, "needs classes"),
    ({"noise": 0.9}, "outside 0 … 0.8"),
    ({"points": 3}, "points=3"),
    ({"share": 0.01, "points": 20}, "share=0.01"),
    ({"activation": "elu"}, "relu, tanh"),
])  # fmt: skip
def test_what_is_not_legal_is_refused_in_a_sentence(values, words):
    with pytest.raises(LandscapeError, match=words):
        network(**values)


def test_initializers_have_the_spread_they_promise():
    deviations = {"playground": 1 / 12**0.5, "kaiming": (2 / 32) ** 0.5, "xavier": (2 / 64) ** 0.5,
                  "lecun": (1 / 32) ** 0.5, "uniform": 1 / 3**0.5}  # fmt: skip
    for name, deviation in deviations.items():
        weights = (
            network(hidden="32-32", initializer=name, scale=0.5, seed=4)
            .unravel(network(hidden="32-32", initializer=name, scale=0.5, seed=4).start)[1]
            .weights
        )
        assert float(weights.std()) == pytest.approx(0.5 * deviation, rel=0.08), name
    assert not network(initializer="zero").start.any()


def test_texts_and_files_hold_a_network():
    surface = network(data="multi-gauss", noise=0.25, features="x+y+sinx", hidden=7, activation="gelu", clip=1.0)
    assert ls.catalog.surface(ls.catalog.text(surface)) == surface
    assert ls.catalog.bind("surface", ls.catalog.plain(surface)) == surface
    assert surface.layers == (3, 7, 1)


def test_numbers_and_data_compile_nothing_anew():
    made = [network(noise=0.1 * k, data_seed=k, seed=k, penalty="l2", rate=0.1 + k, features="x+y") for k in range(2)]
    other = network(data="gauss", share=0.5, features="x+xy", scale=2.0, penalty="l2", rate=0.3)
    first, *rest = [jax.tree.structure(each) for each in (*made, other)]
    assert all(each == first for each in rest)


def test_data_of_ones_own_are_trained_on():
    lines = ["a,b,c,kind", *(f"{k},{k % 3},{-k},{'odd' if k % 2 else 'even'}" for k in range(20))]
    surface = network(data=own.remember(own.from_csv("\n".join(lines))), features="1+3", hidden="2", share=0.75)
    assert (surface.layers, surface.inputs, surface.data.train) == ((2, 2, 1), ("1", "3"), 15)
    assert surface.data.labels == ("even", "odd")
    assert surface.label == "2 tanh network on own data"
    with pytest.raises(LandscapeError, match="two columns"):
        surface.maps(surface.start)


def test_networks_of_other_rows_run_side_by_side():
    """As in a study, whose lanes stack the data of surfaces that are alike."""
    nets = [ls.mlp.network(data="xor", hidden="3", data_seed=seed) for seed in range(2)]
    both = jax.tree.map(lambda *leaves: np.stack(leaves), *nets)
    slopes = jax.vmap(lambda net, x: jax.value_and_grad(net.at(1.0, x.dtype).loss)(x), in_axes=(0, None))
    found = slopes(both, jnp.asarray(nets[0].start))
    for k, net in enumerate(nets):
        value, slope = jax.value_and_grad(net)(jnp.asarray(net.start))
        np.testing.assert_allclose(found[0][k], value, rtol=1e-5)
        np.testing.assert_allclose(found[1][k], slope, rtol=1e-4, atol=1e-6)
