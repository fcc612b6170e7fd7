"""What a model says of itself, and real numbers as whole ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

FINEST = 2**44  # what the sum of all scaled numbers stays below: well inside what CP-SAT and floats can count


@dataclass(frozen=True)
class Model:
    """Marks a function as the model of the problem of its name."""

    write: Callable


class Written(NamedTuple):
    """A model, ready to be solved."""

    read: Callable[[Callable], np.ndarray]  # (value of a variable) -> x (d,)
    objective: Any = None  # whole numbers, minimised; None: every solution has the loss `offset`
    scale: float = 1.0  # loss = objective ÷ scale + offset
    offset: float = 0.0
    slack: float = 0.0  # the loss is that near to it: numbers are rounded as they are scaled
    least: float = -np.inf  # no point has a lower loss where the model has no solution
    impossible: str = ""  # what it means that the model has no solution
    upper: bool = False  # the loss at `read` may be lower than the objective says


def whole(numbers, terms: int | None = None) -> tuple[np.ndarray, float, float]:
    """Whole numbers, their scale, and the error of a sum of `terms` (default: all) of them.

    Numbers of up to nine decimals become whole without an error. Others are multiplied by a power of two, as large as
    the sum permits, and rounded.
    """
    numbers = np.asarray(numbers, np.float64)
    total = np.abs(numbers).sum()
    for scale in 10.0 ** np.arange(10):
        rounded = np.rint(numbers * scale)
        if total * scale < FINEST and np.allclose(rounded / scale, numbers, rtol=1e-15, atol=0.0):
            return rounded.astype(np.int64), float(scale), 0.0
    scale = float(2.0 ** np.floor(np.log2(FINEST / total)))
    return np.rint(numbers * scale).astype(np.int64), scale, 0.5 * (numbers.size if terms is None else terms) / scale


def bits(variables) -> Callable[[Callable], np.ndarray]:
    """Reads variables as they are: x (d,)."""
    return lambda value: np.array([value(each) for each in variables], np.float64)


def booleans(model, count: int) -> list:
    return [model.new_bool_var("") for _ in range(count)]


def weighted(factors, variables):
    """The sum of whole numbers times variables."""
    from ortools.sat.python import cp_model

    return cp_model.LinearExpr.weighted_sum(variables, [int(each) for each in factors])
