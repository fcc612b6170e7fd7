"""The surface that people type: any formula of named variables, each with a range."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.formula import LONGEST, check_variable, evaluate, gradient_latex, latex, parse, variables_of
from landscape.formula.tree import smooth
from landscape.parameters import Interval, LandscapeError, Parameter, Text
from landscape.surface import Surface, SurfaceEntry, surface

DEFAULT = "sin(x)*cos(y) + (x**2 + y**2)/20"
RANGE = (-5.0, 5.0)  # of each variable, where none is given
CORNERS = ((0.2, 0.8), (0.8, 0.2), (0.3, 0.9), (0.7, 0.1), (0.4, 0.6))  # shares of the ranges: places to start from
SAMPLE = 256  # points at which a formula must be finite somewhere


class FormulaEntry(SurfaceEntry):
    """`formula(text, x=(low, high), …)`: the one entry with a positional argument; the text says which others."""

    def __call__(self, text: str = DEFAULT, /, **ranges: Any) -> FormulaSurface:
        text = ranges.pop("text", text)
        self.parameters["text"].check(text, self.name)
        text = "".join(" " if letter.isspace() else letter for letter in text)
        names = variables_of(parse(text))
        for name in ranges:
            check_variable(name)
            if name not in names:
                raise LandscapeError(
                    f"formula has a range for '{name}', which is not in '{_brief(text)}'; leave it out."
                )
        missing = [name for name in names if name not in ranges]
        if ranges and missing:
            raise LandscapeError(f"formula has a variable '{missing[0]}' without a range; add {missing[0]}=(-5, 5).")
        ends = {name: Interval().ends(ranges.get(name, RANGE), f"formula({name}={ranges.get(name)})") for name in names}
        _check_finite(text, tuple(ends.items()))
        return self._bound(self, {"text": text} | ends)


class FormulaSurface(Surface):
    """A formula with its ranges: all of it is structure, so equal formulas share their compiled programs."""

    @property
    def parameters(self) -> dict[str, Parameter]:
        text = self.entry.parameters["text"]
        kinds = {n: Parameter(n, Interval(), RANGE, True, f"range of {n}") for n in self.values if n != "text"}
        return {"text": text} | kinds

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in self.values if name != "text")

    @property
    def gradient_formula(self) -> str | None:
        return gradient_latex(parse(self.values["text"]))

    def tree_flatten(self):
        return (), (self.entry, tuple(self.values.items()))

    @classmethod
    def tree_unflatten(cls, structure, children):
        entry, values = structure
        return cls(entry, dict(values))


def domain(text: str, **ranges: tuple[float, float]) -> Box:
    return Box(*np.array(list(ranges.values())).T)


def start(text: str, **ranges: tuple[float, float]) -> np.ndarray:
    """A place away from the middle where the formula has a value; the same for the same formula."""
    points = _places(tuple(ranges.items()))
    finite = np.isfinite(_heights(text, tuple(ranges.items())))
    return points[np.argmax(finite)]


def _places(ranges: tuple) -> np.ndarray:
    """Telling places first, then random ones: (n, d)."""
    lower, upper = np.array([ends for _, ends in ranges]).T
    shares = np.random.default_rng(0).uniform(size=(SAMPLE, len(ranges)))
    shares[: len(CORNERS)] = [np.resize(corner, len(ranges)) for corner in CORNERS]
    return lower + shares * (upper - lower)


@lru_cache(maxsize=64)
def _heights(text: str, ranges: tuple) -> np.ndarray:
    """The formula at those places, by NumPy: nothing is traced or compiled to bind a formula."""
    points = _places(ranges)
    with np.errstate(all="ignore"):
        values = evaluate(parse(text), dict(zip((name for name, _ in ranges), points.T, strict=True)), np)
    return np.broadcast_to(np.asarray(values, np.float64), len(points))


def _check_finite(text: str, ranges: tuple) -> None:
    if not np.isfinite(_heights(text, ranges)).any():
        where = ", ".join(f"{name} in {low:g} … {high:g}" for name, (low, high) in ranges[:3])
        raise LandscapeError(f"'{_brief(text)}' has no finite value for {where}; give other ranges.")


def _brief(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


@surface(
    domain=domain,
    start=start,
    minimum=np.nan,
    source="https://docs.python.org/3/reference/expressions.html",
    formula=lambda text, **_: latex(parse(text)),
    differentiable=lambda text, **_: smooth(parse(text)),
    note="Type any formula; each of its variables has a range.",
    entry=FormulaEntry,
    bound=FormulaSurface,
)
def formula(*, text: Annotated[str, Text(LONGEST), "numbers, variables, + - * / ** and functions"] = DEFAULT, **ranges):
    """A formula of your own, as in (1-x)**2 + 100*(y-x**2)**2."""
    tree, names = parse(text), tuple(ranges)

    def loss(x):
        values = {name: x[i] for i, name in enumerate(names)}
        return jnp.asarray(evaluate(tree, values, jnp)).astype(x.dtype)

    return loss
