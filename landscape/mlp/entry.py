"""The surface of a small network: its loss over all of its weights."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.blocks import Block
from landscape.domain import Box
from landscape.mlp import activations, batches, datasets, features, initializers, losses, own, shapes, slopes
from landscape.mlp import model as models
from landscape.mlp.data import Data
from landscape.mlp.model import Model
from landscape.parameters import Choice, LandscapeError, Range, Text
from landscape.surface import Minibatch, Parts, Surface, SurfaceEntry, surface

HALF_WIDTH = 5.0  # weights beyond it saturate any tanh of inputs of size 1; the Playground draws none of them wider
SEEDS = (0, 2**32 - 1)

Hidden = Annotated[str, Text(40), "widths of the hidden layers, as in '4-2'; 'none' for none"]
Activation = Annotated[str, Choice(*activations.NAMES), "of hidden neurons"]
Loss = Annotated[str, Choice(*losses.NAMES), "½ (output − label)², or −log of a class's probability"]


def prepare(
    *,
    data: Annotated[str, Text(60), "a data set by name, or own data by the word that own.remember gave"] = "circle",
    noise: Annotated[float, Range(0.0, 0.5, legal=(0.0, datasets.MOST_NOISE)), "of the data"] = 0.0,
    share: Annotated[float, Range(0.1, 0.9, legal=(0.01, 0.99)), "of the rows that are for training"] = 0.5,
    points: Annotated[int, Range(0, 2000, legal=(0, datasets.MOST_POINTS)), "rows; 0: as many as usual"] = 0,
    data_seed: Annotated[int, Range(0, 99, legal=SEEDS), "of the data and their order"] = 0,
    features: Annotated[str, Text(200), "what the network sees, as in 'x+y+xy'; '' for all columns"] = "",
    initializer: Annotated[str, Choice(*initializers.NAMES), "of the weights"] = "playground",
    scale: Annotated[float, Range(0.0, 3.0, legal=(0.0, 100.0)), "of the initial weights"] = 1.0,
    seed: Annotated[int, Range(0, 99, legal=SEEDS), "of the initial weights"] = 0,
) -> Data:
    """The rows with their features. What makes the start is listed here because no program knows of it either."""
    del initializer, scale, seed
    return prepared(data, noise, share, points, data_seed, features)


def prepared(data: str, noise: float, share: float, points: int, data_seed: int, listed: str) -> Data:
    if data.startswith(own.PREFIX):
        rows = own.split(own.recall(data), share, data_seed)
    else:
        rows = datasets.made(data, noise, data_seed, share, points or None)
    return rows._replace(inputs=features.of(listed, rows.x), seed=np.uint32(data_seed))


class NetworkEntry(SurfaceEntry):
    """`network(…)`: widths and features may be lists, and what does not go together is refused before all else."""

    family = "networks"

    def __call__(self, /, **values: Any) -> NetworkSurface:
        hidden = values.get("hidden", "4-2")
        if isinstance(hidden, (int, np.integer)) and not isinstance(hidden, bool):
            hidden = (hidden,)
        if isinstance(hidden, (list, tuple)):
            values["hidden"] = hidden = "-".join(map(str, hidden))
        if isinstance(values.get("features"), (list, tuple)):
            values["features"] = "+".join(map(str, values["features"]))
        if isinstance(hidden, str):
            values["hidden"] = "-".join(map(str, shapes.hidden_widths(hidden))) or "none"
        made = super().__call__(**values)
        if made.data.classes == 0 and made.values["loss"] == "cross_entropy":
            raise LandscapeError(f"cross_entropy needs classes, and {made.values['data']} has numbers; take squared.")
        return made


class NetworkSurface(Surface):
    """A network with its data: x (d,) are its weights, layer by layer (`blocks`, `unravel`)."""

    data: Data

    @property
    def portable(self) -> bool:
        """Not so with own data, which only the process knows in which they were remembered."""
        return not self.values["data"].startswith(own.PREFIX)

    @cached_property
    def model(self) -> Model:
        """The structure of the network."""
        return structure(self.data, **{name: self.values[name] for name in STRUCTURE})

    @property
    def layers(self) -> tuple[int, ...]:
        """The widths, from inputs to outputs."""
        return self.model.layers

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.model.blocks

    @cached_property
    def domain(self) -> Box:
        return Box.cube(HALF_WIDTH, self.blocks[-1].slice.stop)

    @cached_property
    def start(self) -> np.ndarray:
        """The initial weights (d,), read-only; none lies outside the domain."""
        values = self.values
        start = initializers.drawn(values["initializer"], self.blocks, float(values["scale"]), int(values["seed"]))
        start = np.clip(start, -HALF_WIDTH, HALF_WIDTH)
        start.setflags(write=False)
        return start

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the inputs are called."""
        return features.names(self.values["features"], self.data.x.shape[1])

    @property
    def names(self) -> tuple[str, ...]:
        """What the weights are called (d,): "w1 xy→2" from input xy to neuron 2, "b1 2" its bias."""
        return shapes.names(self.layers, self.blocks, self.inputs)

    @property
    def output(self) -> str:
        """What the outputs are: "tanh", "linear", "logit" or "softmax" (scores before it)."""
        return losses.kind(self.model.loss, self.model.classes)

    @property
    def updates(self) -> int:
        """Updates per epoch."""
        return batches.updates(self.data.train, self.values["batch"])

    @property
    def measures(self) -> tuple[str, ...]:
        return ("accuracy",) if self.data.classes else ()

    def unravel(self, x) -> list[shapes.Layer]:
        """The layers of weights `x` (d,): (weights (in, out), bias (out,), scale, shift) each."""
        return shapes.unraveled(x, self.blocks)

    def rows(self, dtype, test: bool = False) -> dict[str, Any]:
        """The rows for training, or those for testing: inputs (n, f) and targets (n,)."""
        chosen = slice(self.data.train, None) if test else slice(self.data.train)
        return {name: jnp.asarray(each, dtype)[chosen] for name, each in
                (("inputs", self.data.inputs), ("targets", self.data.y))}  # fmt: skip

    def outputs(self, x, inputs) -> jax.Array:
        """What the network with weights `x` (d,) gives for `inputs` (n, f): (n, C), scores where `output` is softmax.

        Batch normalization takes the statistics of the rows for training.
        """
        x = jnp.asarray(x)
        return _outputs(self.model, x, jnp.asarray(inputs, x.dtype), self.reference(x.dtype))

    def reference(self, dtype):
        """The rows whose statistics batch normalization takes, where there is any."""
        return self.rows(dtype)["inputs"] if self.model.normalization == "batch" else None

    def parts(self, dtype, penalty: bool = False) -> Parts:
        """The loss over the rows for training, with the accuracy; `penalty=True` adds what the search adds to it."""
        extra = self.penalty(dtype) if penalty else None
        data_loss = slopes.mean_loss(self.model)

        def loss(x, rows):
            found = data_loss(x, rows, None)
            return found if extra is None else found + extra(x)

        return Parts(self.rows(dtype), loss, self._measures(), separable=self.model.normalization != "batch")

    def test_parts(self, dtype) -> Parts | None:
        """The same over the rows for testing; batch normalization keeps the statistics of those for training."""
        if self.data.train == len(self.data.y):
            return None
        reference = self.reference(dtype)
        plain = slopes.mean_loss(self.model)

        def loss(x, rows):
            if reference is None:
                return plain(x, rows, None)
            return models.value(self.model, self.unravel(x), rows, reference=reference)

        return Parts(self.rows(dtype, test=True), loss, self._measures(reference=reference))

    def penalty(self, dtype):
        """x -> the penalty on the weights as the search sees it at the end of a run, or None."""
        moment = self.now(1.0, dtype)
        if moment["rate"] is None or moment["penalty"] == "none":
            return None
        return lambda x: models.penalty(self.model, x, moment["penalty"], moment["rate"])

    def _measures(self, **given) -> dict[str, Any]:
        return {"accuracy": partial(models.accuracy, self.model, **given)} if self.data.classes else {}

    def maps(self, x, resolution: int = 100) -> list[np.ndarray]:
        """The activations of every layer, inputs first, over [−6, 6]²: arrays (width, m, m) of float64.

        Rows go from y = −6 up, columns from x = −6 right, ends included. Of a softmax the last are scores.
        """
        if self.data.x.shape[1] != 2:
            raise LandscapeError(f"Maps are drawn of data with two columns; these have {self.data.x.shape[1]}.")
        return mapped(self, np.asarray(x), resolution)


def mapped(network: NetworkSurface, x: np.ndarray, resolution: int) -> list[np.ndarray]:
    ends = np.linspace(-datasets.EDGE, datasets.EDGE, resolution)
    points = np.stack(np.meshgrid(ends, ends), axis=-1).reshape(-1, 2)
    kind = jnp.asarray(x).dtype
    inputs = jnp.asarray(features.of(network.values["features"], points), kind)
    found = _neurons(network.model, jnp.asarray(x), inputs, network.reference(kind))
    return [np.asarray(each, np.float64).reshape(-1, resolution, resolution) for each in found]


_outputs = jax.jit(models.outputs, static_argnums=0)


@partial(jax.jit, static_argnums=0)
def _neurons(model: Model, x, inputs, reference):
    return models.neurons(model, shapes.unraveled(x, model.blocks), inputs.T, reference=models.turned(reference))


STRUCTURE = ("hidden", "activation", "loss", "normalization")


def structure(data: Data, hidden: str, activation: str, loss: str, normalization: str) -> Model:
    widths = (data.inputs.shape[1], *shapes.hidden_widths(hidden), data.outputs)
    return Model(widths, data.classes, activation, loss, normalization)


def label(*, data: str, hidden: str, activation: str, **_) -> str:
    what = "linear network" if hidden == "none" else f"{hidden} {activation} network"
    return f"{what} on {'own data' if data.startswith(own.PREFIX) else data}"


@surface(
    domain=None,  # a box as wide as the weights are many: NetworkSurface.domain
    start=None,
    minimum=np.nan,
    source="https://github.com/tensorflow/playground",
    formula=r"\tfrac1n \sum_i L\left(f(x_i; w), y_i\right)",
    differentiable=lambda activation, **_: activation not in ("relu", "leaky_relu"),
    note="Recorded is the mean loss of the rows for training; penalty, dropout and minibatches are searched only.",
    label=label,
    data=prepare,
    entry=NetworkEntry,
    bound=NetworkSurface,
)
def network(
    data,
    *,
    hidden: Hidden = "4-2",
    activation: Activation = "tanh",
    loss: Loss = "squared",
    batch: Annotated[int, Range(0, 30, legal=(0, datasets.MOST_POINTS)), "rows per update; 0: all"] = 10,
    order: Annotated[str, Choice("fixed", "shuffled"), "of the rows: always the same, or anew each epoch"] = "fixed",
    penalty: Annotated[str, Choice("none", "l1", "l2"), "on the weights: rate · Σ|w| or rate · ½ Σw²"] = "none",
    rate: Annotated[float, Range(0.0, 10.0, legal=(0.0, 1e6), off=0.0), "of the penalty"] = 0.0,
    decay: Annotated[
        float, Range(0.0, 0.1, legal=(0.0, 0.99), off=0.0), "of each weight, taken away by each update"
    ] = 0.0,
    dropout: Annotated[float, Range(0.0, 0.8, legal=(0.0, 0.95), off=0.0), "share of hidden neurons left out"] = 0.0,
    normalization: Annotated[str, Choice("none", "batch", "layer"), "of the sums in hidden neurons"] = "none",
    clip: Annotated[float, Range(0.0, 10.0, legal=(0.0, 1e6), off=0.0), "longest gradient; 0: any"] = 0.0,
):
    """A small network: the mean loss over its data as a function of all its weights."""
    model = structure(data, hidden, activation, loss, normalization)
    data_loss = slopes.mean_loss(model)
    rows = {"inputs": data.inputs[: data.train], "targets": data.y[: data.train]}
    epochs = batches.table(data.train, batch)
    chosen = batches.searched(epochs, rows, data.seed if order == "shuffled" and epochs.updates > 1 else None)

    def full(x):
        return data_loss(x, jax.tree.map(lambda each: jnp.asarray(each, x.dtype), rows), None)

    def minibatch(step, key):
        def seen(x):
            some, shares = chosen(step, x.dtype)
            if dropout is None:
                value = data_loss(x, some, shares)
            else:
                drop = models.dropping(dropout, key)
                value = models.value(model, shapes.unraveled(x, model.blocks), some, shares, drop)
            return value if penalty == "none" or rate is None else value + models.penalty(model, x, penalty, rate)

        return seen if clip is None else models.clipped(seen, clip)

    return Minibatch(full, minibatch, None if decay is None else models.decaying(model, decay))
