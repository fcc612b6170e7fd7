"""Functions of one's own as losses: JAX functions as they are, plain Python through a callback on the host."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.domains import Discrete
from landscape.parameters import LandscapeError


def traced(function: Callable, name: str, dim: int) -> Callable:
    """A JAX-traceable function (d,) -> () as a loss; LandscapeError where it cannot be traced."""
    try:
        shape = jax.eval_shape(function, jax.ShapeDtypeStruct((dim,), jnp.result_type(float)))
    except LandscapeError:
        raise
    except Exception as error:
        raise LandscapeError(
            f"{name} cannot be traced by JAX ({first_line(error)}); write it with jax.numpy, or take "
            "Surface.from_callable."
        ) from None
    if getattr(shape, "shape", None) != () or not jnp.issubdtype(shape.dtype, jnp.number):
        given = f"shape {shape.shape}" if hasattr(shape, "shape") else type(shape).__name__
        raise LandscapeError(f"{name} gives {given} for a point ({dim},); it should give one number.")
    if jnp.issubdtype(shape.dtype, jnp.complexfloating):
        raise LandscapeError(f"{name} gives complex numbers; give their size or real part.")
    return lambda x: jnp.asarray(function(x)).astype(x.dtype)


class Host:
    """A plain Python function as a loss: called back on the host, one point after the other, without slopes."""

    def __init__(self, function: Callable, name: str):
        self.function, self.name = function, name
        self.failure: LandscapeError | None = None

    def loss(self, x: jax.Array) -> jax.Array:
        """The value at `x` (d,) as a JAX program sees it."""

        @jax.custom_jvp
        def value(x):
            return jax.pure_callback(self._call, jax.ShapeDtypeStruct((), x.dtype), x, vmap_method="sequential")

        @value.defjvp
        def _slope(primals, tangents):
            raise LandscapeError(no_slopes(self.name, "This"))

        return value(x)

    def watch(self, compute: Callable[[], Any]) -> Any:
        """What `compute()` gives, waited for; its failure in our function is raised as what it was."""
        self.failure = None
        try:
            return jax.block_until_ready(compute())
        except Exception:
            if self.failure is None:
                raise
            failure, self.failure = self.failure, None
            raise failure from None

    def _call(self, x: Any) -> np.ndarray:
        point = np.array(x, np.float64)
        try:
            return np.asarray(self._number(point), np.asarray(x).dtype)
        except LandscapeError as error:
            self.failure = error
            raise

    def _number(self, point: np.ndarray) -> float:
        where = "(" + ", ".join(f"{value:g}" for value in point[:6]) + (", …)" if point.size > 6 else ")")
        try:
            value = self.function(point.copy())
        except Exception as error:
            raise LandscapeError(f"{self.name} failed at {where}: {first_line(error)}.") from error
        value = np.asarray(value) if value is not None else np.asarray(math.nan, object)
        if value.shape != () or value.dtype.kind not in "iufb":
            given = f"shape {value.shape}" if value.shape else f"{value.item()!r:.40}"
            raise LandscapeError(f"{self.name} gave {given} at {where}; it should give one real number.")
        return float(value)


def no_slopes(name: str, who: str) -> str:
    """Why gradients of a plain Python function are refused, and what to do."""
    return (
        f"{who} needs slopes, and {name} is a plain Python function without any; take a zeroth-order optimizer such as "
        "simulated_annealing, or write it with jax.numpy and take Surface.from_function."
    )


def first_line(error: Exception) -> str:
    """The kind and the first line of an exception."""
    text = str(error).strip().split("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__


def first_place(domain: Box | Discrete) -> np.ndarray:
    """Where to start if nobody says: a fifth into a box, the first point of a discrete domain."""
    if isinstance(domain, Discrete):
        return np.asarray(domain.confine(jnp.asarray(domain.lower)))
    return domain.lower + np.resize([0.2, 0.8], domain.dim) * domain.width


def ground(domain: Box | Discrete) -> Any:
    """The domain as something that a cache can compare."""
    if isinstance(domain, Discrete):
        return domain
    whole = None if domain.whole is None else tuple(domain.whole.tolist())
    return tuple(domain.lower.tolist()), tuple(domain.upper.tolist()), whole


def row(values, shape: tuple[int, ...], name: str, what: str) -> tuple:
    """Finite numbers of this shape as nested tuples, which a cache can compare."""
    try:
        array = np.asarray(values, np.float64).reshape(shape)
    except (TypeError, ValueError):
        array = np.array(np.nan)
    if not np.isfinite(array).all():
        raise LandscapeError(f"The {what} of {name} should be points of {shape[-1]} finite numbers.")
    return tuple(map(tuple, array.tolist())) if array.ndim == 2 else tuple(array.tolist())
