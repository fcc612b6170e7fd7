"""What may be called in a formula: name, number of arguments, how it is computed, and how it is typeset.

`compute` takes the array package first, NumPy (constants, domain checks) or jax.numpy (surfaces).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau}
MANY = 20  # arguments of min and max


class Function(NamedTuple):
    """One function of formulas."""

    compute: Callable  # (xp, *arguments) -> value
    latex: str  # with {0}, {1}, … for the arguments; a plain command stands before brackets
    least: int = 1  # arguments
    most: int = 1
    smooth: bool = True  # wherever it has a value

    @property
    def count(self) -> str:
        """How many arguments it takes, in words."""
        if self.most > self.least:
            return f"{self.least} to {self.most} numbers"
        return f"{self.least} number{'s' if self.least > 1 else ''}"


def _erf(xp: Any, a: Any) -> Any:
    return np.vectorize(math.erf, otypes=[float])(a) if xp is np else jax.scipy.special.erf(a)


def _fold(name: str) -> Callable:
    def compute(xp: Any, *arguments: Any) -> Any:
        value, *rest = arguments
        for argument in rest:
            value = getattr(xp, name)(value, argument)
        return value

    return compute


def _named(name: str) -> Callable:
    return lambda xp, a: getattr(xp, name)(a)


FUNCTIONS: dict[str, Function] = {
    "abs": Function(_named("abs"), r"\left|{0}\right|", smooth=False),
    "acos": Function(_named("arccos"), r"\arccos"),
    "asin": Function(_named("arcsin"), r"\arcsin"),
    "atan": Function(_named("arctan"), r"\arctan"),
    "ceil": Function(_named("ceil"), r"\lceil {0}\rceil", smooth=False),
    "cos": Function(_named("cos"), r"\cos"),
    "cosh": Function(_named("cosh"), r"\cosh"),
    "erf": Function(_erf, r"\operatorname{{erf}}"),
    "exp": Function(_named("exp"), r"e^{{{0}}}"),
    "floor": Function(_named("floor"), r"\lfloor {0}\rfloor", smooth=False),
    "gauss": Function(lambda xp, a: xp.exp(-(a**2)), r"e^{{-{1}^2}}"),  # {1}: the argument in brackets
    "log": Function(_named("log"), r"\ln"),
    "log10": Function(_named("log10"), r"\log_{{10}}"),
    "log2": Function(_named("log2"), r"\log_2"),
    "max": Function(_fold("maximum"), r"\max", 2, MANY, smooth=False),
    "min": Function(_fold("minimum"), r"\min", 2, MANY, smooth=False),
    "relu": Function(lambda xp, a: xp.maximum(a, 0.0), r"\operatorname{{relu}}", smooth=False),
    "round": Function(_named("round"), r"\operatorname{{round}}", smooth=False),
    "sigmoid": Function(lambda xp, a: 0.5 + 0.5 * xp.tanh(0.5 * a), r"\sigma"),
    "sign": Function(_named("sign"), r"\operatorname{{sgn}}", smooth=False),
    "sin": Function(_named("sin"), r"\sin"),
    "sinh": Function(_named("sinh"), r"\sinh"),
    "softplus": Function(lambda xp, a: xp.logaddexp(a, 0.0), r"\operatorname{{softplus}}"),
    "sqrt": Function(_named("sqrt"), r"\sqrt{{{0}}}"),
    "tan": Function(_named("tan"), r"\tan"),
    "tanh": Function(_named("tanh"), r"\tanh"),
    "where": Function(
        lambda xp, condition, yes, no: xp.where(condition, yes, no),
        r"\begin{{cases}} {1} & {0} \\ {2} & \text{{else}} \end{{cases}}",
        3,
        3,
        smooth=False,
    ),
}
