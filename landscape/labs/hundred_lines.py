"""A network in a hundred lines: NumPy, gradients by hand, and the decision that it learns."""

from __future__ import annotations

import inspect
from time import perf_counter
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np

from landscape import theme
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, written
from landscape.labs.hundred import mlp
from landscape.mlp import datasets
from landscape.parameters import Choice, Range

CELLS, MOMENTS, LOSSES, STRIDE = 41, 31, 300, 1e-5  # of the map's side; shown; kept; of differences
SAID = 0.5  # s between two reports
FUNCTIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}


def by_jax(net: mlp.MLP, activation: str, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """The gradients that JAX finds at the net's parameters, in their order."""

    def loss(weights, biases):
        value = x
        for k, (matrix, shift) in enumerate(zip(weights, biases, strict=True)):
            value = value @ matrix + shift
            value = FUNCTIONS[activation](value) if k < len(weights) - 1 else value
        return jnp.mean(jax.nn.softplus(-y * value))

    by_weights, by_biases = jax.grad(loss, (0, 1))(net.weights, net.biases)
    return [np.asarray(each) for each in (*by_weights, *by_biases)]


def by_differences(net: mlp.MLP, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Central differences of the loss by every entry of the first weights."""
    matrix = net.weights[0]
    slopes = np.empty_like(matrix)
    for at in np.ndindex(matrix.shape):
        before = matrix[at]
        matrix[at] = before + STRIDE
        above = net.loss(x, y)
        matrix[at] = before - STRIDE
        slopes[at] = (above - net.loss(x, y)) / (2.0 * STRIDE)
        matrix[at] = before
    return slopes


def gaps(net: mlp.MLP, activation: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The largest differences (2,) of its gradients from JAX's, and in its first weights from differences of the loss.

    As shares of the largest entry of all.
    """
    found = net.gradients(x, y)
    scale = max(np.finfo(float).tiny, *(np.abs(each).max() for each in found))
    apart = max(np.abs(a - b).max() for a, b in zip(found, by_jax(net, activation, x, y), strict=True))
    return np.array([apart, np.abs(found[0] - by_differences(net, x, y)).max()]) / scale


def lines() -> int:
    """How many lines the file of the network has."""
    return len(inspect.getsource(mlp).splitlines())


@lab(
    family="networks",
    title="A network in a hundred lines",
    references=(
        "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors, "
        "doi:10.1038/323533a0",
        "Kingma and Ba 2014, Adam: a method for stochastic optimization, arXiv:1412.6980",
    ),
    question=Question(
        "Layers, gradients by hand, Adam, a data set and a training loop: how many lines of NumPy does a network take?",
        ("fewer than 100", "a few hundred", "more than a thousand"),
        0,
        "The chain rule is one loop over the layers; most of what frameworks add is speed and convenience.",
    ),
    slow=True,
    quick={"data": "xor", "width": 8, "depth": 1, "steps": 200, "learning_rate": 0.05},
)
def hundred_lines(
    *,
    data: Annotated[str, Choice("spiral", "xor", "circle", "gauss"), "500 points, half for training"] = "spiral",
    width: Annotated[int, Range(2, 32, legal=(1, 256)), "units of each hidden layer"] = 16,
    depth: Annotated[int, Range(1, 4, legal=(1, 10)), "hidden layers"] = 2,
    activation: Annotated[str, Choice(*FUNCTIONS), "of the hidden units"] = "tanh",
    learning_rate: Annotated[float, Range(1e-3, 0.1, log=True, legal=(1e-8, 10.0)), "of Adam"] = 0.02,
    steps: Annotated[int, Range(40, 3000, legal=(40, 20_000)), "of Adam, on all training points"] = 1200,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """A whole multilayer perceptron in fewer than a hundred lines of NumPy, trained as you watch.

    The file holds the layers, the chain rule from the last to the first, and Adam, and runs by itself. Its gradients
    are compared with those of JAX, and with differences of the loss. What it learns is drawn as its decision for every
    point of the plane, while it learns it.
    """
    # data: loss (k, 2) and accuracy (2,) of training and test rows, the former at steps `at` (k,); maps (moments, c, c)
    # of decisions; gaps (2,) of gradients from JAX's and from differences.
    rows = datasets.made(data, noise=0.0, seed=seed)
    cut = int(rows.train)
    x, y = np.asarray(rows.x, float), np.asarray(rows.y, float)[:, None]
    net = mlp.MLP([2, *[width] * depth, 1], activation, seed=seed)
    count = sum(part.size for part in net.parameters)
    apart = gaps(net, activation, x[:cut], y[:cut])  # before training: later all of them are nearly zero
    shown = np.unique(np.round(np.linspace(0, steps, MOMENTS)).astype(int))
    side = np.linspace(-datasets.EDGE, datasets.EDGE, CELLS)
    ground = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    told = np.unique(np.round(np.linspace(0, steps, LOSSES)).astype(int))
    losses, maps, said = [], [], perf_counter()
    for step in range(steps + 1):
        if step in shown:
            maps.append(np.tanh(0.5 * net(ground)).reshape(CELLS, CELLS).astype(np.float32))
        if step in told:
            losses.append((net.loss(x[:cut], y[:cut]), net.loss(x[cut:], y[cut:])))
        if step == 0 or perf_counter() - said > SAID:
            said = perf_counter()
            yield Progress(step / steps, f"step {step} of {steps}")
        if step < steps:
            net.step(x[:cut], y[:cut], learning_rate)
    right = np.sign(net(x)) == y
    accuracy = np.array([right[:cut].mean(), right[cut:].mean()])
    numbers = {"at": told, "loss": np.array(losses), "accuracy": accuracy, "maps": np.array(maps), "gaps": apart}
    sheet = _sheet(data, numbers, side, shown, (x[:cut], y[:cut, 0]), count)
    return Finding(numbers, {"decision": sheet}, _claims(apart, accuracy, activation),
                   (Passage("code", "mlp.py, all of it", inspect.getsource(mlp)),))  # fmt: skip


def _claims(gaps: np.ndarray, accuracy: np.ndarray, activation: str) -> tuple[Claim, ...]:
    claims = [
        between("Lines of the file", lines(), -np.inf, 100, "counted"),
        between("Largest difference of its gradients from JAX's, as a share of the largest", float(gaps[0]), -np.inf,
                1e-12, "chain rule, in float64"),
        between("… of its first layer's from central differences", float(gaps[1]), -np.inf, 1e-7,
                "closed form: their error goes with the square of the stride, 10⁻⁵"),
        Claim("Accuracy on points that it was not trained on", written(float(accuracy[1])), "—", "measured", None),
    ]  # fmt: skip
    return tuple(claims if activation != "relu" else claims[:2] + claims[3:])  # differences straddle corners


def _sheet(name: str, numbers, side: np.ndarray, shown: np.ndarray, rows, count: int) -> Sheet:
    """The decision over the plane with the training points, and the losses."""
    (x, y), at, losses = rows, numbers["at"], numbers["loss"]
    dots = [Dots(x=x[y == sign, 0], y=x[y == sign, 1], slot=slot, label=label)
            for sign, slot, label in ((-1.0, 0, "−1"), (1.0, 1, "+1"))]  # fmt: skip
    floor = max(1e-6, 0.5 * float(losses.min()))
    lines_ = [Line(x=at, y=np.maximum(losses[:, k], floor), label=label, slot=slot)
              for k, label, slot in ((0, "training", 2), (1, "test", 3))]  # fmt: skip
    panels = (
        Panel(marks=[Heat(z=numbers["maps"], x=side, y=side, scale="signed", limits=(-2.0, 2.0), moving=("z",)),
                     *dots], title="What it decides", x="x", y="y", square=True, x_range=(side[0], side[-1]),
              y_range=(side[0], side[-1])),
        Panel(marks=lines_, title="Loss", x="step", y="mean logistic loss", log_y=True, cursor=shown),
    )  # fmt: skip
    right = theme.percent(numbers["accuracy"][1])
    return Sheet(panels=panels, columns=2, times=shown, unit="step",
                 title=f"{lines()} lines of NumPy sort {right} of the {name} points they never saw",
                 subtitle=f"{count:,} parameters, {at[-1]:,} steps of Adam on {len(x)} points")  # fmt: skip
