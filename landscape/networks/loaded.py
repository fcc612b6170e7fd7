"""A model of PyTorch as a function of a vector, on the host; it is left as it was after each use."""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import jax
import numpy as np

from landscape.networks import batches, trees
from landscape.parameters import LandscapeError

try:
    import torch
except ImportError:
    raise LandscapeError("Models of PyTorch need PyTorch; install it with pip install torch.") from None


class Loaded:
    """A model, or its state_dict, as a function of a vector: what is put into it is taken out again."""

    def __init__(self, subject: Any, loss: Callable, data: Any, mask: Any, measures: dict[str, Callable], seed: int):
        self.subject, self.loss, self.measures, self.seed = subject, loss, measures, int(seed)
        self.module = subject if isinstance(subject, torch.nn.Module) else None
        named = _parameters(subject)
        self.layout, moved, _ = trees.read(OrderedDict((n, as_numpy(t)) for n, t in named.items()), mask)
        self.tensors = {leaf.path: named[leaf.path] for leaf in self.layout.moved}
        self.start = trees.joined(moved)
        self.rows, self.structure = (None, None) if data is None else self._rows(data)
        self.wants = _places(loss) if data is None else 2
        self.lock = threading.RLock()  # programs may call from several threads

    def _rows(self, data: Any) -> tuple[list[Any], Any]:
        """Tensors (n, …) where the model is, and the structure of their tree."""
        arrays, structure = batches.checked(
            jax.tree.map(lambda leaf: as_numpy(leaf) if isinstance(leaf, torch.Tensor) else leaf, data,
                         is_leaf=batches.streams)
        )  # fmt: skip
        device = next(iter(self.tensors.values())).device
        return [torch.as_tensor(np.require(array, requirements="W"), device=device) for array in arrays], structure

    @property
    def functional(self) -> bool:
        """Whether the loss is given the tensors, so that nothing has to be put anywhere."""
        return self.module is None and self.wants > 0

    @property
    def count(self) -> int:
        return len(self.rows[0])

    @contextmanager
    def at(self, x: np.ndarray) -> Iterator[tuple[Any, list[Any]]]:
        """What the loss is given and the tensors that are x, with the parameters at `x` (d,)."""
        with self.lock, self._seeded(), torch.enable_grad():
            parts = trees.split(self.layout, np.asarray(x))
            if self.functional:
                fresh = [t.detach().clone() for t in self.tensors.values()]
                fill(fresh, parts)
                yield (
                    dict(self.subject) | dict(zip(self.tensors, [t.requires_grad_() for t in fresh], strict=True)),
                    fresh,
                )
                return
            with self._untouched():
                fill(list(self.tensors.values()), parts)
                yield self.subject, list(self.tensors.values())

    @contextmanager
    def _seeded(self) -> Iterator[None]:
        """The same random numbers each time, and PyTorch's own afterwards as they were."""
        devices = list({t.device for t in self.tensors.values() if t.device.type == "cuda"})
        with torch.random.fork_rng(devices=devices):
            torch.default_generator.manual_seed(self.seed)  # torch.manual_seed keeps a record of every call
            for device in devices:
                with torch.cuda.device(device):
                    torch.cuda.manual_seed(self.seed)
            yield

    @contextmanager
    def _untouched(self) -> Iterator[None]:
        """Parameters, buffers, gradients and modes are afterwards what they are now."""
        modules = list(self.module.modules()) if self.module is not None else []
        buffers = list(self.module.buffers()) if self.module is not None else []
        touched = list({id(t): t for t in [*_parameters(self.subject, every=True).values(), *buffers]}.values())
        values, slopes = [t.detach().clone() for t in touched], [t.grad for t in touched]
        modes = [module.training for module in modules]
        for each in touched:
            each.grad = None
        try:
            yield
        finally:
            with torch.no_grad():
                for each, value, slope in zip(touched, values, slopes, strict=True):
                    each.copy_(value)
                    each.grad = slope
            for module, mode in zip(modules, modes, strict=True):
                module.training = mode

    def value(self, x: np.ndarray, indices: Any = None, function: Callable | None = None) -> np.ndarray:
        """The loss, or another mean, over these rows (all: None)."""
        with self.at(x) as (subject, _):
            return np.float64(sum(share * float(each.detach() if isinstance(each, torch.Tensor) else each)
                                  for share, each in self._means(subject, indices, function)))  # fmt: skip

    def slopes(self, x: np.ndarray, indices: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """The loss and its gradient (d,)."""
        with self.at(x) as (subject, tensors):
            value, slope = 0.0, np.zeros(self.layout.dim)
            for share, each in self._means(subject, indices):
                value += share * float(each.detach())
                slope += share * _joined(torch.autograd.grad(each, tensors, allow_unused=True), tensors)
            return np.float64(value), slope

    def product(self, x: np.ndarray, v: np.ndarray, indices: Any = None) -> np.ndarray:
        """The Hessian times `v` (d,)."""
        with self.at(x) as (subject, tensors):
            along, total = trees.split(self.layout, np.asarray(v)), np.zeros(self.layout.dim)
            along = [torch.from_numpy(np.array(part)).to(t) for part, t in zip(along, tensors, strict=True)]
            for share, each in self._means(subject, indices):
                slopes = torch.autograd.grad(each, tensors, create_graph=True, allow_unused=True)
                pairs = [(s * part).sum() for s, part in zip(slopes, along, strict=True) if s is not None]
                if any(pair.requires_grad for pair in pairs):
                    total += share * _joined(torch.autograd.grad(sum(pairs), tensors, allow_unused=True), tensors)
            return total

    def _means(self, subject: Any, indices: Any, function: Callable | None = None) -> Iterator[tuple[float, Any]]:
        """The loss on each chunk of the rows, with its share of them."""
        function, who = function or self.loss, getattr(function or self.loss, "__name__", "the loss")
        if self.rows is None:
            yield 1.0, _scalar(function(subject) if self.wants else function(), who)
            return
        chosen = slice(None) if indices is None else torch.as_tensor(np.array(indices), device=self.rows[0].device)
        rows = [leaf[chosen] for leaf in self.rows]
        total, size = len(rows[0]), sum(leaf.nbytes for leaf in rows)
        each = max(1, batches.CHUNK // (size // total or 1)) if self.separable else total
        for begin in range(0, total, each):
            part = jax.tree.unflatten(self.structure, [leaf[begin : begin + each] for leaf in rows])
            yield min(each, total - begin) / total, _scalar(function(subject, part), who)

    @cached_property
    def separable(self) -> bool:
        """Not so where a normalization takes its statistics from the batch."""
        norms = (torch.nn.modules.batchnorm._BatchNorm,)
        found = [] if self.module is None else [m for m in self.module.modules() if isinstance(m, norms)]
        return not any(m.training or m.running_mean is None for m in found)


def _parameters(subject: Any, every: bool = False) -> dict[str, Any]:
    """The tensors of a model or a state_dict by name, each once; those of a model that require gradients."""
    if isinstance(subject, torch.nn.Module):
        named = {name: each for name, each in subject.named_parameters() if every or each.requires_grad}
        if not named:
            raise LandscapeError("No parameter of this model requires gradients; call its requires_grad_(True).")
        return named
    tensors = {name: each for name, each in subject.items() if isinstance(each, torch.Tensor)}
    return tensors if every else {name: each for name, each in tensors.items() if _first_of(name, tensors)}


def _first_of(name: str, tensors: dict[str, Any]) -> bool:
    """Whether no earlier name stands for the same memory, as tied weights do."""
    same = [n for n, each in tensors.items() if each.data_ptr() == tensors[name].data_ptr() and each.numel()]
    return not same or same[0] == name


def as_numpy(tensor: Any) -> np.ndarray:
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype in (torch.bfloat16, torch.float16) else tensor).numpy()


def fill(tensors: list[Any], parts: list[np.ndarray]) -> None:
    with torch.no_grad():
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(torch.from_numpy(np.array(part)))


def copied(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


def _joined(slopes: Any, tensors: list[Any]) -> np.ndarray:
    """Gradients as one float64 vector, zero where the loss does not know a tensor."""
    pairs = zip(slopes, tensors, strict=True)
    return np.concatenate([
        np.zeros(t.numel()) if s is None else as_numpy(s).astype(np.float64).ravel() for s, t in pairs
    ])  # fmt: skip


def _scalar(value: Any, who: str) -> Any:
    """One real number, as tensor or not."""
    shape = tuple(value.shape) if hasattr(value, "shape") else None
    if shape:
        raise LandscapeError(f"{who} gives shape {shape}; it should give one number: take .mean() of it.")
    if isinstance(value, torch.Tensor) and not value.is_complex():
        return value
    if shape is None and not isinstance(value, (int, float)):
        raise LandscapeError(f"{who} gives {type(value).__name__}; it should give one number.")
    return float(value)


def _places(loss: Callable) -> int:
    """How many arguments a loss without data takes: none, or the model."""
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(loss).parameters.values()
    except (TypeError, ValueError):
        return 0
    return int(any(each.kind in by_place and each.default is each.empty for each in parameters))
