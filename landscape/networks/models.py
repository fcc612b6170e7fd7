"""Any model as a surface: a loss of a tree of parameters, with its data, over those parameters as one vector.

surface = ls.networks.surface(loss_fn, params, (inputs, labels), batch_size=32, mask="!bias")
trajectory = ls.run(surface, ls.optimizers.adam(learning_rate=0.01), steps=10 * surface.updates)
trained = surface.params(trajectory.best[0])

Data, start and what is masked are leaves of the surface, the function and the tree's structure are not: surfaces of
one model and data of one shape share their programs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from landscape.blocks import Block
from landscape.domain import Box
from landscape.networks import batches, trees
from landscape.networks.chunks import rows_of
from landscape.networks.refusals import check_options, check_traces
from landscape.parameters import LandscapeError
from landscape.surface import Minibatch, Parts, Surface, SurfaceEntry
from landscape.surface import surface as surface_entry

NICE = np.array([1.0, 2.0, 5.0, 10.0])


class Model(NamedTuple):
    """What a model's programs are made for."""

    loss_fn: Callable
    layout: trees.Layout
    measures: tuple[tuple[str, Callable], ...]
    batch_size: int | None
    filters: str
    separable: bool
    keyed: bool  # whether loss_fn takes a random key
    drop_last: bool

    def loss(self, held: Any, x: Any, *batch: Any, key: Any = None) -> Any:
        """The loss at `x` (d,): a number in its precision."""
        params = trees.tree(self.layout, x, held, x.dtype)
        value = self.loss_fn(params, *batch, **({"key": key} if self.keyed else {}))
        return jnp.asarray(value).astype(x.dtype)

    def measure(self, held: Any, function: Callable, x: Any, rows: Any) -> Any:
        params = trees.tree(self.layout, x, held, x.dtype)
        return jnp.asarray(function(params, batches.in_precision(rows, x.dtype))).astype(x.dtype)


class ModelData(NamedTuple):
    """The arrays of a model's surface."""

    start: Any  # (d,)
    held: tuple  # arrays of the tree that stay as given
    rows: Any  # a tree of arrays (n, …), or None
    seed: Any  # () uint32: of the order of minibatches
    test: Any = None  # as rows


class ModelEntry(SurfaceEntry):
    model: Model

    def __call__(self, /, **values: Any) -> Any:
        raise LandscapeError(f"{self.name} is a model; ls.networks.surface makes its surface, of parameters and data.")


class ModelSurface(Surface):
    """A loss over the parameters of a model, x (d,) being its arrays one after the other, each row by row."""

    data: ModelData

    @property
    def model(self) -> Model:
        return self.entry.model

    def at(self, progress, dtype) -> Minibatch:
        """The loss over all rows and, where there are minibatches (or random numbers), the loss on each."""
        model, data = self.model, self.data
        loss = partial(model.loss, data.held)
        if data.rows is None:
            return Minibatch(loss, self._keyed(loss) if model.keyed else None)
        batches.check_fits(data.rows, self.name)
        rows = batches.in_precision(data.rows, dtype)
        whole = batches.mean(loss, rows) if model.separable else lambda x: loss(x, rows)
        if model.batch_size is None or model.batch_size >= rows_of(rows):
            return Minibatch(whole, self._keyed(lambda x, key: loss(x, rows, key=key)) if model.keyed else None)

        def batch(step, key):
            seen = partial(loss, key=key) if model.keyed else loss
            return batches.over(step, model.batch_size, rows, random.key(data.seed), seen, model.drop_last)

        return Minibatch(whole, batch)

    def _keyed(self, loss: Callable) -> Callable:
        return lambda step, key: lambda x: loss(x, key=key)

    def parts(self, dtype) -> Parts | None:
        """The loss as a mean over rows, which stay as they are (memory maps too) and are cast as they are used."""
        return self._over(self.data.rows)

    def test_parts(self, dtype) -> Parts | None:
        """The same over the rows for testing; None where there are none."""
        return self._over(self.data.test)

    def _over(self, rows: Any) -> Parts | None:
        model, held = self.model, self.data.held
        if rows is None:
            return None
        return Parts(
            rows,
            lambda x, rows: model.loss(held, x, batches.in_precision(rows, x.dtype)),
            {name: partial(model.measure, held, function) for name, function in model.measures},
            model.separable,
        )

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.model.measures)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The arrays that x is made of, by their paths in the tree."""
        return trees.blocks(self.model.layout, self.model.filters)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every coordinate by its array and place: "Dense_0/kernel[0, 3]"."""
        return trees.coordinates(self.blocks)

    @property
    def updates(self) -> int:
        """Updates in an epoch: minibatches that hold each row once, the short rest left out with `drop_last`."""
        rows, size = self.data.rows, self.model.batch_size
        return 1 if rows is None or size is None else batches.updates(rows_of(rows), size, self.model.drop_last)

    @cached_property
    def start(self) -> np.ndarray:
        """The parameters as they were given: (d,), read-only, in their precision."""
        start = np.array(self.data.start)
        start.setflags(write=False)
        return start

    def params(self, x: Any) -> Any:
        """The tree of parameters at `x` (d,), in the precision in which each was given."""
        x = x if isinstance(x, jax.core.Tracer) else np.asarray(x)
        if x.shape != (self.dim,):
            raise LandscapeError(f"{self.name} takes a point of shape ({self.dim},), not {x.shape}.")
        return trees.tree(self.model.layout, x, self.data.held)

    def vector(self, params: Any) -> np.ndarray:
        """A tree like the given one as a point (d,)."""
        return trees.joined(trees.gathered(self.model.layout, params)).astype(self.start.dtype)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ModelSurface) or self.entry is not other.entry:
            return NotImplemented
        mine, theirs = jax.tree.leaves(self.data), jax.tree.leaves(other.data)
        pairs = zip(mine, theirs, strict=False)
        return len(mine) == len(theirs) and all(a is b or np.array_equal(a, b) for a, b in pairs)

    __hash__ = None


def surface(
    loss_fn: Callable,
    params: Any,
    data: Any = None,
    *,
    test: Any = None,
    batch_size: int | None = None,
    drop_last: bool = False,
    mask: Any = None,
    measures: Mapping[str, Callable] | None = None,
    name: str | None = None,
    filters: str = "auto",
    separable: bool = True,
    seed: int = 0,
    domain: Box | None = None,
) -> ModelSurface:
    """The loss of any model as a surface over its parameters.

    loss_fn     (params, batch) -> (): the mean over the rows of `batch`; without data (params) -> (). Where it has a
                parameter `key`, it is given a new random key with each update (dropout), None for the recorded loss.
    params      a tree of arrays: dicts, tuples, Flax variables, NNX and Equinox modules. Arrays of floats are
                coordinates; whole numbers, bools, functions, plain Python numbers and running statistics stay as given.
    data        a tree of arrays (n, …), np.memmap among them; an iterator of batches, or a function that gives one:
                read once, here, and stacked, up to 2 GiB. Optimizers hold all rows in memory; a memory-mapped file
                larger than half of it can only be sliced, piece by piece (`parts`).
    test        rows for testing, like those of `data`, which no optimizer sees: `test_loss` and `test_accuracy` of a
                training are over them, and early stopping goes by them.
    batch_size  rows of a minibatch, shuffled without replacement in each epoch; None: all rows.
    drop_last   leave out the shorter rest of an epoch, others each time: deep models compile in half the time.
    mask        what is coordinates: "Dense_0", "*kernel", "!bias" (by path, or by kind: weights, bias, norm), several
                of them, a function (path, leaf) -> bool, or a tree of bools; all else stays as given.
    measures    more means over rows, (params, batch) -> (), by name; a training records the one named "accuracy".
    filters     the axis that counts outputs: "last" (Flax, Haiku), "first" (Equinox, PyTorch), "auto": by the names.
    separable   False where rows act on each other (batch statistics), so that only all of them at once are right.
    seed        of the order of minibatches.
    domain      where populations are drawn and random steps are measured; by default a cube around the parameters.

    Weights are float32 unless the parameters are float64.
    """
    layout, moved, held = trees.read(params, mask)
    keyed = check_options(loss_fn, measures, batch_size, filters, data, seed)
    if data is None and test is not None:
        raise LandscapeError("Rows for testing were given without any for training; give data as well.")
    name = name or getattr(loss_fn, "__name__", type(loss_fn).__name__).replace("<lambda>", "model")
    start, rows = trees.joined(moved), None if data is None else batches.taken(data)
    if not np.isfinite(start).all():
        bad = next(leaf.path for leaf, part in zip(layout.moved, moved, strict=True) if not np.isfinite(part).all())
        raise LandscapeError(f"The parameters of {name} are not all finite at {bad}; give finite ones.")
    options = (batch_size, filters, bool(separable), keyed, bool(drop_last))
    model = Model(loss_fn, layout, tuple((measures or {}).items()), *options)
    box = domain or cube(start)
    if box.dim != layout.dim:
        raise LandscapeError(f"The domain has {box.dim} coordinates and {name} has {layout.dim}.")
    tested = None if test is None else batches.like(rows, batches.taken(test, "test"))
    made = ModelSurface(_entry(model, name, box), {}, ModelData(start, tuple(held), rows, np.uint32(seed), tested))
    check_traces(made)
    return made


def cube(start: np.ndarray) -> Box:
    """A cube around zero, twice as wide as the largest parameter needs, 1, 2 or 5 times a power of ten, at least 2."""
    most = max(2.0, 2.0 * float(np.abs(start).max()))
    power = 10.0 ** np.floor(np.log10(most))
    return Box.cube(float(NICE[NICE * power >= most * (1 - 1e-12)][0] * power), start.size)


def _entry(model: Model, name: str, box: Box) -> ModelEntry:
    """The entry of a model: the same one for the same function, structure and box."""
    cubic = np.ptp(box.lower) == np.ptp(box.upper) == 0 and -box.lower[0] == box.upper[0] and box.whole is None
    try:
        return _made(model, name, float(box.upper[0])) if cubic else _made.__wrapped__(model, name, box)
    except TypeError:  # what cannot be hashed is made anew
        return _made.__wrapped__(model, name, box)


@lru_cache(maxsize=256)
def _made(model: Model, name: str, box: Any) -> ModelEntry:
    def factory():
        """A model of your own."""
        return model

    factory.__name__ = name
    domain = box if isinstance(box, Box) else Box.cube(box, model.layout.dim)
    facts = {"start": None, "minimum": np.nan, "source": "", "formula": rf"\text{{{name.replace('_', ' ')}}}(x)"}
    made = surface_entry(domain=domain, entry=ModelEntry, bound=ModelSurface, **facts)(factory)
    made.model, made.own, made.maker = model, True, (_made, (model, name, box))
    return made
