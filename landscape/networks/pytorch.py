"""Models of PyTorch as surfaces: PyTorch computes, on the host, and the model is left as it was after each use.

surface = from_torch(model, loss, (inputs, labels), batch_size=32)  # loss(model, batch) -> tensor
trajectory = ls.run(surface, ls.optimizers.adam(learning_rate=0.01), steps=10 * surface.updates)
model.load_state_dict(surface.params(trajectory.best[0]))

This module needs PyTorch; nothing else here imports it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from landscape.blocks import Block
from landscape.domain import Box
from landscape.networks import batches, trees
from landscape.networks.loaded import Loaded, as_numpy, copied, fill, torch
from landscape.networks.models import cube
from landscape.networks.refusals import check_options
from landscape.own import Host, first_line
from landscape.parameters import LandscapeError
from landscape.surface import Minibatch, Parts, Surface, SurfaceEntry
from landscape.surface import surface as surface_entry


class TorchHost(Host):
    """The callbacks of a model: values, slopes and products with the Hessian."""

    def __init__(self, loaded: Loaded, name: str):
        super().__init__(loaded.loss, name)
        self.loaded = loaded
        self.sloped = self._sloped()

    def _sloped(self) -> bool:
        """Whether the loss can be differentiated; it is computed once, at the start."""
        with self._told(), self.loaded.at(self.loaded.start) as (subject, tensors):
            one = None if self.loaded.rows is None else np.arange(min(2, self.loaded.count))
            _, value = next(iter(self.loaded._means(subject, one)))
            if not (isinstance(value, torch.Tensor) and value.requires_grad):
                return False
            slopes = torch.autograd.grad(value, [t for t in tensors if t.requires_grad], allow_unused=True)
            return any(slope is not None for slope in slopes)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Failures of the model as one sentence, which `watch` finds."""
        try:
            yield
        except Exception as error:
            told = f"{self.name} failed in PyTorch ({first_line(error)})."
            self.failure = error if isinstance(error, LandscapeError) else LandscapeError(told)
            raise self.failure from error

    def _call_back(self, compute: Callable, shapes: Any, *given: Any) -> Any:
        """What `compute` gives on the host, one point after the other."""

        def called(*arrays):
            with self._told():
                found = compute(*map(np.asarray, arrays))
            return jax.tree.map(lambda each, like: np.asarray(each, like.dtype), found, shapes)

        return jax.pure_callback(called, shapes, *given, vmap_method="sequential")

    def mean(self, x: Any, *rows: Any) -> Any:
        """The loss at `x` (d,) over rows by number, or over all, as a JAX program sees it."""
        number, vector = jax.ShapeDtypeStruct((), x.dtype), jax.ShapeDtypeStruct(x.shape, x.dtype)
        loaded = self.loaded

        @jax.custom_jvp
        def value(x, *rows):
            return self._call_back(loaded.value, number, x, *rows)

        @jax.custom_jvp
        def both(x, *rows):
            return self._call_back(loaded.slopes, (number, vector), x, *rows)

        @jax.custom_jvp
        def product(x, v, *rows):
            return self._call_back(lambda x, v, *rows: loaded.product(x, v, *rows), vector, x, v, *rows)

        @value.defjvp
        def _first(primals, tangents):
            if not self.sloped:
                raise LandscapeError(_no_slopes(self.name, "This"))
            height, slope = both(*primals)
            return height, jnp.vdot(slope, tangents[0])

        @both.defjvp
        def _second(primals, tangents):
            height, slope = both(*primals)
            return (height, slope), (jnp.vdot(slope, tangents[0]), product(primals[0], tangents[0], *primals[1:]))

        @product.defjvp
        def _third(primals, tangents):
            raise LandscapeError(f"{self.name} is a model of PyTorch; only its first and second derivatives are known.")

        return value(x, *rows)

    def measure(self, function: Callable, x: Any, rows: Any) -> Any:
        compute = partial(self.loaded.value, function=function)
        return self._call_back(compute, jax.ShapeDtypeStruct((), x.dtype), x, rows)


class TorchEntry(SurfaceEntry):
    def __reduce__(self) -> tuple:
        raise LandscapeError(f"{self.name} is a model of PyTorch in this process; no other process can be given it.")


class TorchSurface(Surface):
    """A loss over the parameters of a model of PyTorch; rows of data are known by their numbers."""

    @property
    def loaded(self) -> Loaded:
        return self.entry.host.loaded

    @property
    def has_gradient(self) -> bool:
        return self.entry.host.sloped

    def no_slopes(self, who: str) -> str:
        """Why gradients are refused here, and what to do."""
        return _no_slopes(self.name, who)

    def at(self, progress, dtype) -> Minibatch:
        """The loss over all rows and, where there are minibatches, the loss on each."""
        host, size = self.entry.host, self.entry.batch_size
        if size is None or size >= self.loaded.count:
            return Minibatch(host.mean, None)
        rows, key = jnp.arange(self.loaded.count), random.key(self.loaded.seed)
        return Minibatch(host.mean, lambda step, _: batches.over(step, size, rows, key, host.mean))

    def parts(self, dtype) -> Parts | None:
        """The loss as a mean over rows, which stand for themselves by their numbers (n,)."""
        if self.loaded.rows is None:
            return None
        host = self.entry.host
        measures = {name: partial(host.measure, each) for name, each in self.loaded.measures.items()}
        return Parts(np.arange(self.loaded.count), host.mean, measures, self.loaded.separable)

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(self.loaded.measures)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The tensors that x is made of, by their names in the state_dict."""
        return trees.blocks(self.loaded.layout, "first")

    @cached_property
    def names(self) -> tuple[str, ...]:
        return trees.coordinates(self.blocks)

    @property
    def updates(self) -> int:
        """Updates in an epoch: minibatches that hold each row once."""
        return 1 if self.entry.batch_size is None else -(-self.loaded.count // self.entry.batch_size)

    @cached_property
    def start(self) -> np.ndarray:
        """The parameters as they were given: (d,), read-only."""
        start = self.loaded.start.copy()
        start.setflags(write=False)
        return start

    def params(self, x: Any) -> dict[str, Any]:
        """The state_dict at `x` (d,), for `model.load_state_dict`; what is no coordinate is as in the model."""
        x = np.asarray(x)
        if x.shape != (self.dim,):
            raise LandscapeError(f"{self.name} takes a point of shape ({self.dim},), not {x.shape}.")
        subject = self.loaded.subject
        state = subject.state_dict() if self.loaded.module is not None else subject
        state = OrderedDict((name, copied(value)) for name, value in state.items())
        fill([state[name] for name in self.loaded.tensors], trees.split(self.loaded.layout, x))
        return state

    def vector(self, state: Any) -> np.ndarray:
        """A model like the given one, or its state_dict, as a point (d,)."""
        named = state.state_dict() if isinstance(state, torch.nn.Module) else state
        missing = [name for name in self.loaded.tensors if name not in named]
        if missing:
            raise LandscapeError(f"This state_dict has no {missing[0]}; give one of a model like that of {self.name}.")
        return trees.joined([as_numpy(named[name]) for name in self.loaded.tensors]).astype(self.start.dtype)


def from_torch(
    model: Any,
    loss: Callable,
    data: Any = None,
    *,
    batch_size: int | None = None,
    mask: Any = None,
    measures: Mapping[str, Callable] | None = None,
    name: str | None = None,
    seed: int = 0,
    domain: Box | None = None,
) -> TorchSurface:
    """The loss of a model of PyTorch as a surface over its parameters.

    model       a torch.nn.Module: its parameters that require gradients are coordinates. Or a state_dict: all of its
                floating-point tensors but running_mean and running_var are.
    loss        with data, (model, batch) -> tensor (): the mean over the rows of `batch`; without, (model) -> tensor or
                () -> number. Of a state_dict, it is given tensors by name, as torch.func.functional_call takes them; a
                loss without arguments finds the weights in the given tensors, and has no slopes.
    data        a tree of tensors or arrays (n, …), or a DataLoader, which is read once, up to 2 GiB.
    batch_size, mask, measures, seed, domain    as in `ls.networks.surface`.

    PyTorch computes the loss, one point after the other, in the mode (train or eval) that the model is in, with the
    same random numbers (dropout) each time. Parameters, buffers (running statistics), gradients, modes and PyTorch's
    random state are the same after each use as before, also after errors.
    """
    if not isinstance(model, (torch.nn.Module, Mapping)):
        raise LandscapeError(f"from_torch takes a torch.nn.Module or its state_dict, not {type(model).__name__}.")
    check_options(loss, measures, batch_size, "first", data, seed)
    name = name or (type(model).__name__ if isinstance(model, torch.nn.Module) else getattr(loss, "__name__", "model"))
    loaded = Loaded(model, loss, data, mask, dict(measures or {}), seed)
    box = domain or cube(loaded.start)
    if box.dim != loaded.layout.dim:
        raise LandscapeError(f"The domain has {box.dim} coordinates and {name} has {loaded.layout.dim}.")

    def factory():
        """A model of PyTorch."""

    factory.__name__ = name
    facts = {"start": None, "minimum": np.nan, "source": "", "formula": rf"\text{{{name.replace('_', ' ')}}}(x)"}
    entry = surface_entry(domain=box, entry=TorchEntry, bound=TorchSurface, **facts)(factory)
    entry.own, entry.host, entry.batch_size = True, TorchHost(loaded, name), batch_size
    return entry()


def _no_slopes(name: str, who: str) -> str:
    return (
        f"{who} needs slopes, and the loss of {name} gives none; return a tensor computed from the model's parameters, "
        "or take a zeroth-order optimizer such as simulated_annealing."
    )
