"""A ReLU unit of two inputs: where its gradient is zero, where it is the weights, and the crease between."""

from __future__ import annotations

from functools import lru_cache

import jax
import numpy as np

from landscape import catalog
from landscape.figures.sheet import Arrows, Dots, Heat, Line, Panel
from landscape.geometry import lens
from landscape.lab import Claim, near

REACH = 4.0  # of the view, to each side
SHOWN, ALONG = 61, 21  # points along a side: of the colours, of the arrows


def unit(weights, bias, x):
    """A ReLU unit (), of weights (2,) at x (2,)."""
    return jax.nn.relu(weights @ x + bias)


_unit_slopes = jax.jit(jax.vmap(jax.value_and_grad(unit, 2), (None, None, 0)))
_relu_slopes = jax.jit(jax.vmap(jax.grad(jax.nn.relu)))


@lru_cache(maxsize=64)
def measured(direction: float, bias: float) -> dict[str, np.ndarray]:
    """The ReLU unit of length-one weights on a grid, its crease, and relu with its derivative on a line."""
    turn = np.radians(direction)
    weights = np.array([np.cos(turn), np.sin(turn)])
    side = np.linspace(-REACH, REACH, ALONG + 2)[1:-1]
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    values, gradients = (np.asarray(part) for part in _unit_slopes(weights, bias, points))
    away = np.abs(points @ weights + bias) > 1e-9  # from the crease
    foot = -bias * weights
    surface, edge = catalog.find("surface", "relu_unit")(angle=turn, offset=bias), np.full(2, REACH)
    seen = lens(surface, foot, lower=-edge, upper=edge, resolution=21)
    line = np.array([-2.0, -1.0, -1e-9, 1e-9, 1.0, 2.0])
    return {"weights": weights, "unit_points": points, "unit_values": values, "unit_gradients": gradients,
            "away": away, "foot": foot, "crease": np.array(seen.kind), "crease_gradient": seen.gradient, "t": line,
            "relu": np.maximum(line, 0.0), "relu_slope": np.asarray(_relu_slopes(line)),
            "relu_at_zero": np.asarray(_relu_slopes(np.zeros(1)))[0]}  # fmt: skip


def claims(unit: dict) -> list[Claim]:
    gradients, weights = unit["unit_gradients"][unit["away"]], unit["weights"]
    zero, same = np.all(gradients == 0.0, axis=1), np.all(gradients == weights, axis=1)
    kinds = len(np.unique(gradients, axis=0))
    return [
        Claim(
            f"Gradients of the ReLU unit at {len(gradients)} places off the crease are exactly zero or the weights",
            f"{zero.sum()} zero, {same.sum()} the weights, {kinds} different",
            "no others",
            "closed form",
            bool(np.all(zero | same)),
        ),
        Claim(
            "The lens finds no gradient at the crease and says",
            str(unit["crease"]),
            "crease",
            "closed form",
            str(unit["crease"]) == "crease" and not np.isfinite(unit["crease_gradient"]).any(),
        ),
        near(
            "What JAX returns for the slope of ReLU at 0, where there is none: a convention",
            float(unit["relu_at_zero"]),
            0.0,
            0.0,
            "arXiv:2106.12915",
        ),
        Claim(
            "“Zero or perpendicular sounds like ReLU” is an analogy: every smooth function obeys the dichotomy, and "
            "ReLU "
            "only off its crease",
            "no theorem",
            "",
            "definition",
            None,
        ),
    ]


def plane(data: dict) -> Panel:
    """The ReLU unit over two inputs."""
    weights, foot = data["weights"], data["foot"]
    side = np.linspace(-REACH, REACH, SHOWN)
    x, y = np.meshgrid(side, side)
    bias = -float(foot @ weights)
    heat = np.round(np.maximum(weights[0] * x + weights[1] * y + bias, 0.0), 3)
    points, gradients, away = data["unit_points"], data["unit_gradients"], data["away"]
    steep = away & np.any(gradients != 0.0, axis=1)
    flat = away & ~steep
    shaft = 0.8 * 2 * REACH / (ALONG + 1) * gradients[steep]
    ends = foot + 2 * REACH * np.array([[-weights[1], weights[0]], [weights[1], -weights[0]]])
    marks = [Heat(z=heat, x=side, y=side, levels=8),
             Arrows(x=points[steep, 0] - shaft[:, 0] / 2, y=points[steep, 1] - shaft[:, 1] / 2, u=shaft[:, 0],
                    v=shaft[:, 1], slot=0, label="gradient: the weights"),
             Dots(x=points[flat, 0], y=points[flat, 1], quiet=True, size=0.35, label="gradient: zero"),
             Line(x=ends[:, 0], y=ends[:, 1], slot=1, dash=True, label="crease")]  # fmt: skip
    return Panel(marks=marks, title="A ReLU unit of two inputs", square=True, x="x₁", y="x₂", x_range=(-REACH, REACH),
                 y_range=(-REACH, REACH))  # fmt: skip


def line(data: dict) -> Panel:
    marks = [
        Line(x=data["t"], y=data["relu"], label="relu", slot=0),
        Line(x=[-2.0, 0.0, np.nan, 0.0, 2.0], y=[0.0, 0.0, np.nan, 1.0, 1.0], label="slope", slot=1),
        Dots(x=[0.0], y=[data["relu_at_zero"]], size=1.4, label="JAX at 0"),
    ]
    return Panel(marks=marks, title="The same in one dimension", x="t", y="value", y_range=(-0.2, 2.1))
