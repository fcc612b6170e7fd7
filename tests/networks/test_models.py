"""Any model as a surface: coordinates from trees, data from arrays, files and iterators, minibatches, refusals."""

import os
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape.mlp.batches import permuted
from landscape.networks import batches, surface, trees
from landscape.networks.models import ModelSurface
from landscape.run import _single

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(22, 3)).astype(np.float32)
TARGETS = (INPUTS @ np.array([1.0, -2.0, 0.5], np.float32) + 0.3).astype(np.float32)
LINE = {"kernel": np.zeros(3, np.float32), "bias": np.zeros((), np.float32)}


def squared(params, batch):
    x, y = batch
    return jnp.mean((x @ params["kernel"] + params["bias"] - y) ** 2)


def slope(x, rows) -> np.ndarray:
    """The gradient of `squared` at x (bias, kernel) on these rows, by hand."""
    left = INPUTS[rows] @ x[1:] + x[0] - TARGETS[rows]
    return 2 * np.concatenate([[left.mean()], left @ INPUTS[rows] / len(rows)])


def deep(seed: int = 0) -> dict:
    """A tree with everything in it."""
    random = np.random.default_rng(seed)
    return {
        "Dense_0": {"kernel": random.normal(size=(3, 4)).astype(np.float32), "bias": np.zeros(4, np.float32)},
        "BatchNorm_0": {"scale": np.ones(4, np.float32), "bias": np.zeros(4, np.float32)},
        "Dense_1": {"kernel": random.normal(size=(4, 1)).astype(np.float32), "bias": np.zeros(1, np.float16)},
        "batch_stats": {"mean": np.zeros(4, np.float32), "var": np.ones(4, np.float32)},
        "rest": (3, True, jnp.tanh, 0.5, np.arange(2), None, jax.random.key(0)),
    }


def run_deep(params, batch):
    x, y = batch
    statistics = params["batch_stats"]
    x = params["rest"][2](x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    x = (x - statistics["mean"]) / jnp.sqrt(statistics["var"]) * params["BatchNorm_0"]["scale"]
    x = x + params["BatchNorm_0"]["bias"]
    return jnp.mean(((x @ params["Dense_1"]["kernel"])[:, 0] + params["Dense_1"]["bias"] - y) ** 2)


def model(**options) -> ModelSurface:
    return surface(run_deep, deep(), (INPUTS, TARGETS), **options)


def test_a_model_is_a_surface_like_any_other():
    made = surface(squared, LINE, (INPUTS, TARGETS))
    exact, *_ = np.linalg.lstsq(np.c_[np.ones(22), INPUTS], TARGETS, rcond=None)
    np.testing.assert_allclose(jax.grad(made)(jnp.asarray(exact)), 0.0, atol=1e-5)
    assert float(made(np.zeros(4))) == pytest.approx(np.mean(TARGETS.astype(float) ** 2), rel=1e-9)
    annealed = ls.run(made, ls.optimizers.simulated_annealing(reach=0.2), steps=200)
    assert annealed.best_value[-1] < 0.3 * annealed.best_value[0]
    rate = ls.schedules.cosine(peak=0.3)
    assert ls.run(made, ls.optimizers.adam(learning_rate=rate), steps=60).best_value[-1] < 0.05
    heights = ls.grid(made, ls.Plane.axes(exact, 0, 1), lower=(-1, -1), upper=(1, 1), resolution=3)
    assert heights.height.shape == (3, 3)


def test_what_is_no_float_stays_as_given_and_comes_back():
    made = model()
    assert [block.path for block in made.blocks] == [
        "BatchNorm_0/bias", "BatchNorm_0/scale", "Dense_0/bias", "Dense_0/kernel", "Dense_1/bias", "Dense_1/kernel",
    ]  # fmt: skip
    assert [block.kind for block in made.blocks] == ["norm", "norm", "bias", "weights", "bias", "weights"]
    assert [block.filters for block in made.blocks] == [None, None, None, 1, None, 1]
    assert made.names[made.blocks[3].begin + 5] == "Dense_0/kernel[1, 1]"
    given, back = deep(), made.params(made.start)
    assert jax.tree.structure(back) == jax.tree.structure(given)
    for one, other in zip(jax.tree.leaves(given), jax.tree.leaves(back), strict=True):
        assert (getattr(one, "dtype", one), np.shape(one)) == (getattr(other, "dtype", other), np.shape(other))
    assert back["rest"][:4] == (3, True, jnp.tanh, 0.5)
    moved = made.params(made.start + 1)
    np.testing.assert_array_equal(moved["Dense_0"]["bias"], 1.0)
    np.testing.assert_array_equal(moved["batch_stats"]["var"], 1.0)
    np.testing.assert_array_equal(made.vector(moved), made.start + 1)
    assert made.start.dtype == np.float32
    assert not made.start.flags.writeable


def test_loss_and_slopes_are_those_of_the_tree():
    made, given = model(), deep()
    held = given.pop("rest"), given.pop("batch_stats")

    def direct(params):
        return run_deep(params | {"rest": held[0], "batch_stats": held[1]}, (INPUTS, TARGETS))

    value, slopes = jax.jit(jax.value_and_grad(direct))(given)
    np.testing.assert_allclose(made(made.start), value, rtol=1e-6)
    found = jax.jit(jax.grad(made))(jnp.asarray(made.start))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(slopes)]), rtol=1e-3,
                               atol=1e-5)  # fmt: skip


@pytest.mark.parametrize(
    ("mask", "paths"),
    [
        ("Dense_0", {"Dense_0/kernel", "Dense_0/bias"}),
        ("*kernel", {"Dense_0/kernel", "Dense_1/kernel"}),
        ("weights", {"Dense_0/kernel", "Dense_1/kernel"}),
        (("!bias", "!norm"), {"Dense_0/kernel", "Dense_1/kernel"}),
        (("Dense_*", "!Dense_1"), {"Dense_0/kernel", "Dense_0/bias"}),
        (lambda path, leaf: leaf.ndim == 2, {"Dense_0/kernel", "Dense_1/kernel"}),
        (dict.fromkeys(deep(), False) | {"batch_stats": True}, {"batch_stats/mean", "batch_stats/var"}),
    ],
    ids=["layer", "ending", "kind", "without", "several", "function", "tree"],
)
def test_masked_parameters_stay_as_given(mask, paths):
    made = model(mask=mask)
    assert {block.path for block in made.blocks} == paths
    np.testing.assert_allclose(made(made.start), model()(model().start), rtol=1e-6)
    moved = made.params(made.start + 1)
    kept = [each.path for each in made.model.layout.leaves if each.role == trees.HELD and "key" not in each.dtype]
    named = dict(zip([leaf.path for leaf in made.model.layout.leaves], jax.tree.leaves(moved), strict=True))
    given = dict(zip(named, jax.tree.leaves(deep()), strict=True))
    assert len(kept) > 3
    assert all(np.array_equal(named[path], given[path]) for path in kept)


@pytest.mark.parametrize(
    ("shapes", "kinds"),
    [
        ({"bn1.weight": (3,), "bn1.bias": (3,), "fc.weight": (2, 3), "fc.bias": (2,)}, "norm norm weights bias"),
        ({"down.1.weight": (3,), "down.1.bias": (3,), "act.weight": (1,)}, "norm norm weights"),
        ({"0/0": (2, 3), "0/1": (3,), "w1": (2, 2), "b1": (2,)}, "weights bias weights bias"),
        ({"weight": (3,), "bias": ()}, "weights bias"),
        ({"w1": (2, 2), "b1": (2,), "w2": (2,), "b2": ()}, "weights bias weights bias"),
        ({"LayerNorm_0/scale": (3,), "LayerNorm_0/bias": (3,)}, "norm norm"),
    ],
)
def test_kinds_are_told_by_names_and_shapes(shapes, kinds):
    assert " ".join(trees.kinds_of(shapes).values()) == kinds


def test_every_row_is_seen_once_an_epoch_and_each_step_follows_its_minibatch():
    made = surface(squared, LINE, (INPUTS, TARGETS), batch_size=8, seed=3)
    assert made.updates == 3  # of 8, 8 and 6 rows
    drawn = jax.jit(lambda step: batches.picked(step, 8, 22, jax.random.key(np.uint32(3))))
    orders = [[drawn(step) for step in range(3 * k, 3 * k + 3)] for k in range(2)]
    rows = [[np.asarray(i)[: 6 if last else 8] for i, last in epoch] for epoch in orders]
    for epoch in rows:
        assert sorted(np.concatenate(epoch)) == list(range(22))
    assert not np.array_equal(np.concatenate(rows[0]), np.concatenate(rows[1]))
    walk = ls.run(made, ls.optimizers.sgd(learning_rate=0.1), np.zeros(4), steps=6)
    positions = np.asarray(walk.positions[:, 0])
    expected = [x - 0.1 * slope(x, part) for x, part in zip(positions, [*rows[0], *rows[1]], strict=False)]
    np.testing.assert_allclose(positions[1:], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(walk.values[:, 0], [squared({"bias": x[0], "kernel": x[1:]}, (INPUTS, TARGETS))
                                                   for x in positions], rtol=1e-6)  # fmt: skip


def test_a_training_knows_rows_for_testing_and_may_leave_out_the_rest_of_an_epoch():
    def near(params, batch):
        return jnp.mean(jnp.abs(batch[0] @ params["kernel"] + params["bias"] - batch[1]) < 0.3)

    rows, test = (INPUTS[:14], TARGETS[:14]), (INPUTS[14:], TARGETS[14:] + 1)
    options = {"batch_size": 4, "drop_last": True, "measures": {"accuracy": near}, "seed": 3}
    made = surface(squared, LINE, rows, test=test, **options)
    assert made.updates == 3  # of 4 rows each, 2 are left out
    run = ls.networks.train(made, ls.optimizers.sgd(learning_rate=0.1), epochs=5)
    x = made.start
    for step in range(3):
        x = x - 0.1 * slope(x, np.asarray(batches.picked(step, 4, 14, jax.random.key(np.uint32(3)), True)[0]))
    np.testing.assert_allclose(run.weights[1], x, rtol=1e-5)
    params = [made.params(x) for x in run.weights]
    np.testing.assert_allclose(run.loss, [squared(each, rows) for each in params], rtol=1e-5)
    np.testing.assert_array_equal(run.trajectory.values[:, 0], run.loss.astype(np.float32))
    np.testing.assert_allclose(run.trajectory.best_value, np.minimum.accumulate(run.loss), rtol=1e-6)
    np.testing.assert_allclose(run.test_loss, [squared(each, test) for each in params], rtol=1e-5)
    np.testing.assert_allclose(run.test_accuracy, [near(each, test) for each in params])
    np.testing.assert_allclose(run.accuracy, [near(each, rows) for each in params])
    assert run.stopped(patience=2).best_loss == pytest.approx(min(run.test_loss[: run.stopped(patience=2).frame + 1]))


@pytest.mark.parametrize("count", [1, 3, 22, 64])
def test_orders_are_permutations(count):
    ordered = jax.jit(jax.vmap(lambda key: permuted(jnp.arange(count), count, key)))
    orders = np.asarray(ordered(jax.random.split(jax.random.key(0), 20)))
    np.testing.assert_array_equal(np.sort(orders, axis=1), np.tile(np.arange(count), (20, 1)))


def test_places_in_an_order_are_even():
    ordered = jax.jit(jax.vmap(lambda key: permuted(jnp.arange(50), 50, key)))
    orders = ordered(jax.random.split(jax.random.key(0), 4000))
    found = np.array([np.bincount(places, minlength=50) for places in np.asarray(orders).T])
    freedom = 49**2
    assert abs(((found - 80) ** 2 / 80).sum() - freedom) < 5 * np.sqrt(2 * freedom)


def test_other_parameters_data_and_seeds_share_the_program():
    other = {name: leaf + 1 for name, leaf in LINE.items()}
    first = surface(squared, LINE, (INPUTS, TARGETS), batch_size=8)
    second = surface(squared, other, (INPUTS + 1, TARGETS), batch_size=8, seed=1)
    walks = [ls.run(first, ls.optimizers.sgd(learning_rate=0.1), first.start.astype(float), steps=6)]
    programs = _single._cache_size()
    walks += [ls.run(second, ls.optimizers.sgd(learning_rate=0.1), second.start.astype(float), steps=6)]
    assert _single._cache_size() == programs
    assert not np.allclose(walks[0].values, walks[1].values)
    assert first != second
    assert first == jax.tree.map(lambda leaf: leaf, first)
    assert pickle.loads(pickle.dumps(surface(squared, LINE, (INPUTS, TARGETS))))(np.zeros(4)) > 0


def test_the_mean_over_many_rows_is_computed_in_chunks(monkeypatch):
    made, x = surface(squared, LINE, (INPUTS, TARGETS)), jnp.arange(4.0)
    monkeypatch.setattr(batches, "CHUNK", 9 * 16)  # nine rows
    value, slopes = jax.jit(jax.value_and_grad(lambda x: made(x)))(x)
    np.testing.assert_allclose(value, squared({"bias": x[0], "kernel": x[1:]}, (INPUTS, TARGETS)), rtol=1e-6)
    np.testing.assert_allclose(slopes, slope(np.asarray(x), np.arange(22)), rtol=1e-5)


def stream():
    for begin in range(0, 22, 8):
        yield INPUTS[begin : begin + 8], TARGETS[begin : begin + 8]


class Loader:
    """Iterable and no tree, as PyTorch's loaders are."""

    def __iter__(self):
        return ([x, y] for x, y in stream())


@pytest.mark.parametrize("data", [stream, stream(), Loader()], ids=["function", "generator", "loader"])
def test_batches_of_an_iterator_are_stacked(data):
    made = surface(squared, LINE, data)
    parts = made.parts(jnp.float32)
    np.testing.assert_array_equal(parts.rows[0], INPUTS)
    np.testing.assert_array_equal(parts.rows[1], TARGETS)


def test_parts_and_measures_are_means_over_rows():
    made = model(measures={"near": lambda params, batch: jnp.mean(jnp.abs(batch[1]) < 1.0)}, separable=False)
    assert made.measures == ("near",)

    @jax.jit
    def ask(traced, x, rows):
        parts = traced.parts(x.dtype)
        return parts.loss(x, rows), parts.measures["near"](x, rows)

    parts = made.parts(np.float32)
    loss, near = ask(made, made.start, parts.rows)
    np.testing.assert_allclose(loss, made(made.start), rtol=1e-6)
    np.testing.assert_allclose(near, np.mean(np.abs(TARGETS) < 1))
    halves = [ask(made, made.start, jax.tree.map(lambda leaf, k=k: leaf[k : k + 11], parts.rows))[0] for k in (0, 11)]
    np.testing.assert_allclose(np.mean(halves), loss, rtol=1e-5)
    assert not parts.separable


def test_a_file_larger_than_memory_is_sliced_and_not_trained_on(tmp_path):
    most = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    rows = np.memmap(tmp_path / "rows", np.float32, "w+", shape=(most // 16 + 1, 4))  # a file of holes
    rows[:100] = 1.0
    made = surface(lambda w, batch: jnp.mean((batch @ w) ** 2), np.ones(4, np.float32), rows, name="large")
    parts = made.parts(np.float32)
    assert isinstance(parts.rows, np.memmap)
    assert float(jax.jit(parts.loss)(made.start, np.asarray(parts.rows[:100]))) == 16.0
    with pytest.raises(ls.LandscapeError, match=r"The data of large take .* GiB and half of .* Slices read them"):
        ls.run(made, ls.optimizers.sgd(), steps=2)
    small = np.memmap(tmp_path / "rows", np.float32, "r", shape=(100, 4))
    made = surface(lambda w, batch: jnp.mean((batch @ w) ** 2), np.ones(4, np.float32), small, batch_size=10)
    assert ls.run(made, ls.optimizers.sgd(learning_rate=0.1), steps=20).best_value[-1] < 1e-3


def test_losses_without_data_and_with_random_keys():
    def wave(params):  # u' = −u, u(0) = 1 in three terms: no data at all
        t = jnp.linspace(0.0, 1.0, 9)
        u = 1 + params[0] * t + params[1] * t**2 + params[2] * t**3
        return jnp.mean((params[0] + 2 * params[1] * t + 3 * params[2] * t**2 + u) ** 2)

    physical = surface(wave, jnp.zeros(3))
    assert physical.parts(float) is None
    slopes = jax.jit(jax.grad(physical))
    hessian = np.stack([slopes(one) - slopes(np.zeros(3)) for one in np.eye(3)])  # the loss is a parabola
    solved = np.linalg.solve(hessian, -slopes(np.zeros(3)))
    assert 1 + np.sum(solved) == pytest.approx(np.exp(-1), abs=2e-3)

    def noisy(params, batch, key=None):
        return squared(params, batch) + (0.0 if key is None else jax.random.normal(key) * params["bias"])

    made = surface(noisy, LINE, (INPUTS, TARGETS))
    assert float(made(made.start)) == pytest.approx(float(squared(LINE, (INPUTS, TARGETS))))
    walks = [np.asarray(ls.run(made, ls.optimizers.sgd(learning_rate=0.1), seed=seed, steps=3).positions)
             for seed in (0, 0, 1)]  # fmt: skip
    np.testing.assert_array_equal(walks[0], walks[1])
    assert not np.allclose(walks[0], walks[2])


def vector(params, batch):
    return (batch[0] @ params["kernel"]) ** 2


def holed(rows) -> np.ndarray:
    array = INPUTS.copy()
    array[rows, 1] = np.nan
    return array


GIVEN = {"loss_fn": squared, "params": LINE, "data": (INPUTS, TARGETS)}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"loss_fn": vector}, r"vector\(params, batch\) gives shape \(22,\); it should give one number: take jnp.mean"),
        ({"loss_fn": lambda p, b: (p["bias"], 1)}, "gives tuple; it should give one number"),
        ({"loss_fn": lambda p, b: p["bias"] + 1j}, "gives complex64; it should give one real number|gives complex128"),
        ({"loss_fn": lambda p, b: p["nothing"]}, r"cannot be traced by JAX: KeyError: 'nothing'\."),
        ({"loss_fn": lambda p, b: b[0] @ p["kernel"][:2]}, r"cannot be traced by JAX: TypeError: .*shape"),
        ({"loss_fn": 3}, "The loss should be a function"),
        ({"params": {}}, "The parameters are empty"),
        ({"params": {"a": 1, "f": jnp.tanh}}, "The parameters hold no arrays, only .*int"),
        ({"params": {"a": np.arange(3)}}, "The parameters are int64, which no optimizer can move"),
        ({"params": jnp.zeros(2, complex)}, "The parameters are complex; give real and imaginary parts"),
        ({"params": LINE | {"bias": np.float32(np.nan)}}, "are not all finite at bias"),
        ({"data": (INPUTS, TARGETS[:20])}, r"differ in length \(22 in data\[0\], 20 in data\[1\] rows\)"),
        ({"data": (holed([4, 9]), TARGETS)}, r"2 of 22 rows of data\[0\] hold NaN .*the first is row 4"),
        ({"data": (INPUTS, np.array(["a"] * 22))}, r"data\[1\] holds text; give numbers"),
        ({"data": (INPUTS, 3.0)}, r"data\[1\] is a single number"),
        ({"data": (INPUTS[:0], TARGETS[:0])}, "The data are empty"),
        ({"data": iter(())}, "The data are empty: the iterator gave no batch"),
        ({"data": iter([(INPUTS,), (INPUTS, TARGETS)])}, "The batches of data differ in structure"),
        ({"data": iter([INPUTS, INPUTS[:, :2]])}, "The batches of data do not fit together"),
        ({"test": (INPUTS, TARGETS[:, None])}, r"for testing have shape \(1,\) where those for training have \(\)"),
        ({"test": {"x": INPUTS}}, "The rows for testing are another tree"),
        ({"test": (INPUTS, holed([2]))}, r"1 of 22 rows of test\[1\] hold NaN"),
        ({"data": None, "test": (INPUTS, TARGETS)}, "Rows for testing were given without any for training"),
        ({"mask": "Dense_7"}, "mask='Dense_7' matches no parameters; there are bias, kernel"),
        ({"mask": lambda path, leaf: False}, "matches no parameters; there are bias, kernel"),
        ({"mask": {"kernel": 3}}, "is no pattern, no function"),
        ({"batch_size": 0}, "batch_size=0 is not a whole number"),
        ({"data": None, "batch_size": 3}, "measures and batch_size are of data"),
        ({"measures": [3]}, "measures should be functions"),
        ({"measures": {"gradient": squared}}, "A measure cannot be called 'gradient'"),
        ({"seed": -1}, "seed=-1 is not a whole number"),
        ({"seed": "x"}, "seed=x is not a whole number"),
        ({"filters": "middle"}, "filters='middle' is not one of"),
        ({"domain": ls.Box.square(1.0)}, "The domain has 2 coordinates and squared has 4"),
    ],
)
def test_what_makes_no_surface_is_told(changed, words):
    with pytest.raises(ls.LandscapeError, match=words) as told:
        surface(**(GIVEN | changed))
    assert "\n" not in str(told.value)


def test_an_iterator_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(batches, "MOST_STACKED", 2**16)
    with pytest.raises(ls.LandscapeError, match="hold more than 0 GiB, up to which an iterator is read"):
        surface(squared, LINE, iter(lambda: (INPUTS, TARGETS), None))


def test_points_and_trees_of_another_model_are_refused():
    made = surface(squared, LINE, (INPUTS, TARGETS))
    for wrong in (lambda: made.params(np.zeros(3)), lambda: made.vector({"kernel": np.zeros(3)}),
                  lambda: made.vector({"kernel": np.zeros(4), "bias": 0.0}), lambda: made.entry()):  # fmt: skip
        with pytest.raises(ls.LandscapeError):
            wrong()
