"""What no surface can be made of, told before anything is computed: options of a model, and losses that JAX refuses."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.checks import check_whole
from landscape.networks import batches, trees
from landscape.networks.asked import KNOWN
from landscape.own import first_line
from landscape.parameters import LandscapeError


def check_options(loss_fn: Any, measures: Any, batch_size: Any, filters: Any, data: Any, seed: Any) -> bool:
    """Raise for what no surface can be made of; whether the loss takes a random key."""
    check_whole("seed", seed, 0, 2**32 - 1)
    if not callable(loss_fn):
        raise LandscapeError(f"The loss should be a function (params, batch) -> (), not {type(loss_fn).__name__}.")
    if measures is not None and not (isinstance(measures, Mapping) and all(map(callable, measures.values()))):
        raise LandscapeError('measures should be functions (params, batch) -> () by name: {"accuracy": accuracy}.')
    for name in measures or ():
        if name in KNOWN:
            raise LandscapeError(f"A measure cannot be called '{name}', as what a slice derives; give another name.")
    if data is None and (measures or batch_size is not None):
        raise LandscapeError("measures and batch_size are of data; give data, or leave them out.")
    whole = isinstance(batch_size, (int, np.integer)) and not isinstance(batch_size, bool)
    if batch_size is not None and not (whole and batch_size > 0):
        raise LandscapeError(f"batch_size={batch_size} is not a whole number from 1 on, nor None for all rows.")
    if filters not in trees.FILTERS:
        raise LandscapeError(f"filters='{filters}' is not one of {', '.join(trees.FILTERS)}.")
    try:
        return "key" in inspect.signature(loss_fn).parameters
    except (TypeError, ValueError):
        return False


def check_traces(made: Any) -> None:
    """Raise where the loss or a measure is no JAX function of parameters and rows that gives one number."""
    x, data = jax.ShapeDtypeStruct(made.start.shape, made.start.dtype), made.data
    rows = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype), data.rows)
    batch = () if data.rows is None else (rows,)
    names = {made.name: made.model.loss_fn} | dict(made.model.measures)
    for name, function in names.items():
        key = {"key": None} if function is made.model.loss_fn and made.model.keyed else {}
        _check_scalar(made, name, partial(_called, made.model.layout, function, key), x, data.held, *batch)


def _called(layout: trees.Layout, function: Callable, key: dict, x: Any, held: Any, *batch: Any) -> Any:
    params = trees.tree(layout, x, held, x.dtype)
    return function(params, *(batches.in_precision(each, x.dtype) for each in batch), **key)


def _check_scalar(made: Any, name: str, function: Callable, *given: Any) -> None:
    what = f"{name}(params, batch)" if len(given) > 2 else f"{name}(params)"
    try:
        shape = jax.eval_shape(function, *given)
    except LandscapeError:
        raise
    except Exception as error:
        raise LandscapeError(f"{what} cannot be traced by JAX: {first_line(error)}.") from None
    if not hasattr(shape, "shape"):
        raise LandscapeError(f"{what} gives {type(shape).__name__}; it should give one number, the mean over the rows.")
    if shape.shape != ():
        raise LandscapeError(f"{what} gives shape {shape.shape}; it should give one number: take jnp.mean of it.")
    if not jnp.issubdtype(shape.dtype, jnp.number) or jnp.issubdtype(shape.dtype, jnp.complexfloating):
        raise LandscapeError(f"{what} gives {shape.dtype}; it should give one real number.")
