"""Slices of two networks against loss-landscapes 3.0.6 (PyTorch) and the machine's matrix products, in CPU time.

The convolutional network is written twice: with XLA's convolutions, and as sums that become one fast kernel each on a
processor. What makes these fast, for models of one's own with few channels:

- Images stand last, (channels, height, width, images), and tiles have 16 of them: the 16 numbers of one vector.
- A convolution is a sum over channels and offsets of weight times shifted slice, written out; no product of matrices.
- No sum is used twice: XLA makes a function of what is, and computes it number by number. So the largest of 2 × 2
  pixels is taken of four sums with slices of step 2, not of slices of one sum.
- The last layer is weights.T @ activations, its weights turned to the activations' order and not the other way round.

The data stay as they are, images first; a slice of 16 is turned once for all points of a tile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.timing import Row, Times, clock, ratio, seconds, summary
from landscape import networks
from landscape.networks.tiles import Tiles

ROUNDS = 3  # each contender once in each, in another order
SIDE = 4_096  # of the matrices whose product shows what the machine can do
WIDTHS, ROWS, MLP_STEPS = (2, 64, 64, 2), 10_000, 51
PEER_STEPS = 17  # it takes one point after the other, each as long as any: its time is multiplied
IMAGES, PIXELS, CNN_STEPS = 2_000, 28, 17
FEW_STEPS = 5  # of those that are slow: their time is multiplied too
PEERS = {"loss-landscapes on one thread": 1, "loss-landscapes on torch's own threads": 0}
FASTER, SHARE = 4.5, 0.55  # times loss-landscapes; of the speed of matrix products


def measure() -> list[Row]:
    """Both networks; the ratios to the peer only where it is installed."""
    return [*_mlp(), *_cnn(), *_small()]


def _mlp() -> list[Row]:
    """The perceptron: to the peer, and to the time that its matrix products alone would take at the machine's best."""
    params, data = mlp_params(), mlp_data()
    surface = networks.surface(mlp_loss, params, data)
    plane = networks.planes.random(surface, seed=1)
    sliced = partial(networks.slice, surface, plane, radius=1.0, resolution=MLP_STEPS)
    product = _product()
    rivals = _peer(_torch_mlp, params, data, float(surface(surface.start)), PEER_STEPS, {"loss-landscapes": 1})
    times, best = _turns({"ours": sliced, "product": product, **rivals})
    times |= {name: _times(times[name], (MLP_STEPS / PEER_STEPS) ** 2) for name in rivals}
    operations = 2 * ROWS * sum(a * b for a, b in pairwise(WIDTHS)) * MLP_STEPS**2
    bound = best["product"] * operations / (2 * SIDE**3)
    wanted = partial(networks.slice, surface, plane, radius=1.0, resolution=MLP_STEPS // 3,
                     wants=("gradient", "hessian"))  # fmt: skip
    few, _ = _turns({"loss": partial(wanted, wants=("loss",)), "hessian": wanted})
    case = f"MLP 2-64-64-2, {ROWS:,} points, {MLP_STEPS} × {MLP_STEPS}, CPU time"
    return [
        *(ratio(f"{case} ÷ {name}", times["ours"], times[name], 1 / FASTER) for name in rivals),
        ratio(
            f"{case} ÷ its matrix products at the machine's best", times["ours"], Times(bound, bound, bound), 1 / SHARE
        ),
        ratio("… with gradient and Hessian of every point ÷ the loss alone", few["hessian"], few["loss"]),
    ]


def _cnn() -> list[Row]:
    """The convolutional network, its convolutions written as sums and as XLA's own, to the peer on one thread and more.

    torch's own number of threads is what a user gets; what threads spend waiting for each other counts as CPU time.
    """
    params, data = cnn_params(), cnn_data()
    calls, chosen, values = {}, {}, {}
    for name, loss, steps in (("ours", cnn_loss, CNN_STEPS), ("XLA's convolutions", plain_loss, FEW_STEPS)):
        surface = networks.surface(loss, params, data, name="cnn")
        plane = networks.planes.random(surface, seed=1)
        choose = Tiles(surface, plane, ("loss",), np.dtype(np.float32)).choose  # as for a whole picture, 51 × 51
        chosen[name] = clock(choose, timer=time.process_time)
        calls[name] = partial(networks.slice, surface, plane, radius=1.0, resolution=steps)
        values[name] = float(surface(surface.start))
    if not np.isclose(*values.values(), rtol=1e-5):
        raise AssertionError(f"The two forms of the network differ: {values}.")
    rivals = _peer(_torch_cnn, params, data, values["ours"], FEW_STEPS, PEERS)
    times, best = _turns({**calls, "product": _product(), **rivals})
    more = (CNN_STEPS / FEW_STEPS) ** 2
    times |= {name: _times(times[name], more) for name in ("XLA's convolutions", *rivals)}
    bound = best["product"] * _cnn_operations() * CNN_STEPS**2 / (2 * SIDE**3)
    case = f"CNN 8-16, {IMAGES:,} images of 28 × 28, {CNN_STEPS} × {CNN_STEPS}, CPU time"
    return [
        *(ratio(f"{case} ÷ {name}", times["ours"], times[name], 1 / FASTER) for name in rivals),
        ratio(f"{case} ÷ as many operations of matrix products", times["ours"], Times(bound, bound, bound)),
        ratio(f"{case} ÷ XLA's convolutions", times["ours"], times["XLA's convolutions"]),
        *(ratio(f"… with XLA's convolutions ÷ {name}", times["XLA's convolutions"], times[name]) for name in rivals),
        *(seconds(f"… compiling, choosing tiles, once: {name}", Times(*[each] * 3)) for name, each in chosen.items()),
    ]


def _cnn_operations() -> int:
    """Multiplications and additions at one point: 3 × 3 convolutions of 28² and 14² pixels, and the last layer."""
    return 2 * IMAGES * (PIXELS**2 * 9 * 8 + (PIXELS // 2) ** 2 * 9 * 8 * 16 + 784 * 10)


def _product() -> Callable:
    """A product of large matrices: what the machine does at best."""
    square = jnp.asarray(np.random.default_rng(0).normal(size=(SIDE, SIDE)), jnp.float32)
    return partial(jax.jit(jnp.dot), square, square)


def _times(times: Times, factor: float) -> Times:
    return Times(*(each * factor for each in times))


def _small() -> list[Row]:
    """What the page waits for: the Playground's network, by the clock on the wall."""
    surface = networks.network(hidden="4-2")
    plane = networks.planes.random(surface, seed=1)
    sliced = partial(networks.slice, surface, plane, resolution=51, dtype=np.float32)
    first, taken = clock(sliced), [clock(sliced) for _ in range(21)]
    return [seconds("Playground's network, 51 × 51, range found, on the wall", summary(taken, first))]


def _turns(calls: dict[str, Callable]) -> tuple[dict[str, Times], dict[str, float]]:
    """CPU seconds of each call, taken in turns after a first one, and the least of each."""
    first = {name: clock(call, timer=time.process_time) for name, call in calls.items()}
    samples: dict[str, list[float]] = {name: [] for name in calls}
    order = list(calls)
    for turn in range(ROUNDS):
        for name in order[turn % len(order) :] + order[: turn % len(order)]:
            samples[name].append(clock(calls[name], timer=time.process_time))
    return {name: summary(each, first[name]) for name, each in samples.items()}, {n: min(s) for n, s in samples.items()}


def _peer(build: Callable, params, data, expected: float, steps: int, peers: dict) -> dict[str, Callable]:
    """loss-landscapes on the same network, weights and data, if it is installed: by name, on so many threads."""
    if not (find_spec("loss_landscapes") and find_spec("torch")):
        print("slices: pip install torch; pip install --no-deps loss-landscapes==3.0.6 to compare with it.")
        return {}
    import loss_landscapes
    import torch
    from loss_landscapes.metrics import Loss

    torch.manual_seed(0)
    default = _own_threads(torch)
    inputs, labels = torch.tensor(data[0]), torch.tensor(data[1], dtype=torch.long)
    with torch.no_grad():
        model, inputs = build(torch, params, inputs)
        found = torch.nn.functional.cross_entropy(model(inputs), labels).item()
    if not np.isclose(found, expected, rtol=1e-5):
        raise AssertionError(f"The networks differ: {found} in PyTorch, {expected} here.")
    metric = Loss(torch.nn.functional.cross_entropy, inputs, labels)

    def run(threads: int):
        torch.set_num_threads(threads or default)
        return loss_landscapes.random_plane(model, metric, 1, steps, "filter", True)

    return {name: partial(run, threads) for name, threads in peers.items()}


@cache
def _own_threads(torch) -> int:
    """How many threads torch takes by itself: asked before any number is set."""
    return torch.get_num_threads()


# The two networks, as a user would write them.


def mlp_params() -> list[dict[str, np.ndarray]]:
    random = np.random.default_rng(1)
    return [
        {name: (random.normal(size=size) / np.sqrt(a)).astype(np.float32) for name, size in (("w", (a, b)), ("b", b))}
        for a, b in pairwise(WIDTHS)
    ]


def mlp_data() -> tuple[np.ndarray, np.ndarray]:
    inputs = np.random.default_rng(2).normal(size=(ROWS, 2)).astype(np.float32)
    return inputs, (inputs[:, 0] * inputs[:, 1] > 0).astype(np.int32)


def mlp_loss(params, batch):
    x, labels = batch
    for layer in params[:-1]:
        x = jnp.tanh(x @ layer["w"] + layer["b"])
    return cross_entropy(x @ params[-1]["w"] + params[-1]["b"], labels)


def cross_entropy(logits, labels):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))


def cnn_params() -> dict[str, np.ndarray]:
    random, shapes = np.random.default_rng(3), {"one": (3, 3, 1, 8), "two": (3, 3, 8, 16), "out": (784, 10)}
    shapes |= {f"{name} bias": shape[-1:] for name, shape in shapes.items()}
    return {
        name: (random.normal(size=shape) / np.sqrt(np.prod(shape[:-1]))).astype(np.float32)
        for name, shape in shapes.items()
    }


def cnn_data() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    images = random.normal(size=(IMAGES, PIXELS, PIXELS, 1)).astype(np.float32)
    return images, random.integers(0, 10, IMAGES).astype(np.int32)


def cnn_loss(params, batch):
    """The network for a processor: see the top of this file."""
    x, labels = batch
    x = x.transpose(3, 1, 2, 0)
    for name in ("one", "two"):
        x = jax.nn.relu(convolved(x, params[name]) + params[f"{name} bias"][:, None, None, None])
    weights = params["out"].reshape(7, 7, 16, 10).transpose(2, 0, 1, 3).reshape(784, 10)
    return cross_entropy((weights.T @ x.reshape(784, -1)).T + params["out bias"], labels)


def convolved(x, kernel):
    """The largest of each 2 × 2 pixels of a convolution, (o, h / 2, w / 2, n), of x (i, h, w, n)."""
    channels, high, wide, _ = x.shape
    x = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    kernel = kernel[..., None, None, None]

    def row(i, j, a):
        """The part of a kernel's row a, at pixels (i, j) of each 2 × 2: three short sums are faster than a long one."""
        down = slice(i + a, i + a + high - 1, 2)
        return sum(
            kernel[a, b, c] * x[c, down, j + b : j + b + wide - 1 : 2] for b in range(3) for c in range(channels)
        )

    sums = [row(i, j, 0) + (row(i, j, 1) + row(i, j, 2)) for i in range(2) for j in range(2)]
    return jnp.maximum(jnp.maximum(sums[0], sums[1]), jnp.maximum(sums[2], sums[3]))


def plain_loss(params, batch):
    """The same network in the usual way."""
    x, labels = batch
    for name in ("one", "two"):
        x = pooled(jax.nn.relu(convolution(x, params[name]) + params[f"{name} bias"]))
    return cross_entropy(x.reshape(len(x), -1) @ params["out"] + params["out bias"], labels)


def convolution(x, kernel):
    return jax.lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def pooled(x):
    """The largest of each 2 × 2 pixels."""
    count, high, wide, channels = x.shape
    pairs = x.reshape(count, high // 2, 2, wide // 2, 2 * channels)
    rows = jnp.maximum(pairs[:, :, 0], pairs[:, :, 1])
    return jnp.maximum(rows[..., :channels], rows[..., channels:])


def _torch_mlp(torch, params, inputs):
    layers = []
    for layer in params:
        linear = torch.nn.Linear(*layer["w"].shape)
        linear.weight.copy_(torch.tensor(layer["w"].T))
        linear.bias.copy_(torch.tensor(layer["b"]))
        layers += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1]), inputs


def _torch_cnn(torch, params, inputs):
    nn = torch.nn
    one, two, out = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1), nn.Linear(784, 10)
    for name, layer in (("one", one), ("two", two)):
        layer.weight.copy_(torch.tensor(params[name].transpose(3, 2, 0, 1)))
        layer.bias.copy_(torch.tensor(params[f"{name} bias"]))
    # Channels come first there, so the flat order of the last layer's inputs is another one.
    out.weight.copy_(torch.tensor(params["out"].reshape(7, 7, 16, 10).transpose(3, 2, 0, 1).reshape(10, 784)))
    out.bias.copy_(torch.tensor(params["out bias"]))
    pool = nn.MaxPool2d(2)
    model = nn.Sequential(one, nn.ReLU(), pool, two, nn.ReLU(), pool, nn.Flatten(), out)
    return model, inputs.permute(0, 3, 1, 2).contiguous()
