"""On a level set the gradient is zero or perpendicular; a ReLU unit has both cases side by side, and a crease."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape import catalog
from landscape.figures.sheet import Arrows, Dots, Heat, Line, Notes, Panel, Sheet
from landscape.geometry import critical_points, lens
from landscape.geometry.view import look
from landscape.grid import grid
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near, written
from landscape.labs.functions import rectifier
from landscape.labs.functions.angles import angles
from landscape.labs.functions.rectifier import REACH
from landscape.parameters import Choice, Range

SURFACES = ("himmelblau", "quadratic", "saddle", "rosenbrock", "three_hump_camel")
LOWER, UPPER = np.full(2, -REACH), np.full(2, REACH)
FINE, ARROWS = 161, 17  # points along a side
EPSILONS = 10.0 ** np.arange(-1.0, -5.5, -0.5)
STEPS = (1e-2, 1e-3, 1e-4)  # at which the tangent step is read
STRAIGHT = 1e-10  # a share of the slope that is rounding
CODE = """g = jax.grad(f)(p)
t = jnp.array([-g[1], g[0]]) / jnp.linalg.norm(g)  # along the level set
share = abs(f(p + eps * t) - f(p)) / (jnp.linalg.norm(g) * eps)  # falls with eps"""


@lab(
    family="functions",
    title="Level set and gradient",
    question=Question(
        "You stand on a smooth hill and take a tiny step at right angles to the steepest way up. How much does your "
        "height change, beside the same step straight up?",
        ("by half as much", "less and less, the smaller the step", "just as much", "it depends on the hill"),
        1,
        "That step is along the level set, so the height changes only with the square of the step.",
    ),
    references=(
        "Spivak 1965, Calculus on manifolds, doi:10.1201/9780429501906",
        "Bertoin, Bolte, Gerchinovitz and Pauwels 2021, Numerical influence of ReLU'(0) on backpropagation, "
        "arXiv:2106.12915",
    ),
)
def level_set(
    *,
    surface: Annotated[str, Choice(*SURFACES), "the landscape"] = "himmelblau",
    x: Annotated[float, Range(-REACH, REACH, legal=(-REACH, REACH)), "of the point that is looked at"] = 1.0,
    y: Annotated[float, Range(-REACH, REACH, legal=(-REACH, REACH)), "of the point that is looked at"] = -2.0,
    direction: Annotated[float, Range(-180.0, 180.0), "degrees: where the weights of the ReLU unit point"] = 30.0,
    bias: Annotated[float, Range(-2.0, 2.0, legal=(-3.0, 3.0)), "of the ReLU unit"] = 0.5,
):
    """Where a landscape is smooth its gradient is either zero or at right angles to the level set.

    A step along the level set changes the height only with the square of its length, which is measured here from
    values alone, so that the right angle is a finding. A ReLU unit puts both cases side by side: a flat side where
    the gradient is exactly zero, a slope where it is the weights at right angles to parallel lines, and between them
    a crease where there is no gradient, though programs return a number. That ReLU looks like this dichotomy is an
    analogy and no theorem, for the dichotomy holds for every smooth function, and at the crease, where the unit is
    not smooth, it says nothing.
    """
    yield Progress(0.0, f"looking for the places on {surface.replace('_', ' ')} where the gradient is zero")
    ground = _ground(surface)
    spot = _spot(surface, x, y)
    unit = rectifier.measured(direction, bias)
    data = {**{f"surface_{name}": value for name, value in ground.items()}, **spot, **unit}
    passages = (
        Passage("latex", "Why", r"f(\gamma(s)) = c \;\Rightarrow\; \nabla f(\gamma(s))\cdot\gamma'(s) = 0,"
                r"\quad\text{so } \nabla f = 0 \text{ or } \nabla f \perp \gamma'"),
        Passage("code", "The step along the level set", CODE),
    )  # fmt: skip
    claims = (*_smooth(surface, ground, spot), *rectifier.claims(unit))
    data = {name: np.asarray(value) for name, value in data.items()}
    return Finding(data, _sheets(surface, (x, y), data), claims, passages)


@lru_cache(maxsize=8)
def _ground(name: str) -> dict[str, np.ndarray]:
    """Heights, gradients with their angles to the level sets, critical points, and where gradients nearly vanish."""
    surface = catalog.find("surface", name)()
    view = look(surface, None, LOWER, UPPER)
    fine = grid(view.surface, view.plane, lower=LOWER, upper=UPPER, resolution=FINE, gradient=True)
    side = np.linspace(-REACH, REACH, ARROWS + 2)[1:-1]
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    gradients, found = angles(view, points)
    known = critical_points(surface, lower=LOWER, upper=UPPER)
    cell = 2 * REACH / (FINE - 1)
    tolerance = 0.9 * cell * np.abs(known.eigenvalues).min()
    sizes = np.linalg.norm(np.asarray(fine.gradient, float), axis=-1)
    row, column = np.nonzero(sizes < tolerance)
    small = np.column_stack([np.asarray(fine.u)[column], np.asarray(fine.v)[row]])
    apart = np.abs(small[:, None] - known.points[None]).max(axis=-1).min(axis=1) if len(small) else np.zeros(0)
    thin = slice(None, None, (FINE - 1) // 80)
    return {"side": np.asarray(fine.u)[thin], "height": np.asarray(fine.height, float)[thin, thin], "points": points,
            "gradients": gradients, "angles": found, "critical": known.points, "kinds": np.asarray(known.kinds, str),
            "tolerance": tolerance, "small": small, "apart": apart / cell}  # fmt: skip


@lru_cache(maxsize=64)
def _spot(name: str, x: float, y: float) -> dict[str, np.ndarray]:
    """The point under the lens, and what steps along and across its level set change."""
    surface = catalog.find("surface", name)()
    seen = lens(surface, (x, y), lower=LOWER, upper=UPPER, resolution=81)
    lines = [np.vstack([line, np.full((1, 2), np.nan)]) for line in seen.level.lines]
    found = {"value": seen.value, "gradient": seen.gradient, "tangent": seen.tangent, "angle": seen.angle,
             "kind": seen.kind, "line": np.concatenate([*lines, np.full((1, 2), np.nan)])}  # fmt: skip
    if seen.kind == "regular":
        size = np.linalg.norm(seen.gradient)
        up = seen.gradient / size
        along = np.array([-up[1], up[0]])
        view = look(surface, None, LOWER, UPPER)
        for key, way in (("along", along), ("up", up)):
            ends = np.array([x, y]) + EPSILONS[:, None] * way
            found[key] = np.abs(view.probe(ends)[0] - seen.value) / (size * EPSILONS)
    return {key: np.asarray(value) for key, value in found.items()}


def _smooth(surface: str, ground: dict, spot: dict) -> list[Claim]:
    found, total = ground["angles"], len(ground["angles"])
    crossed = np.isfinite(found)
    worst = float(np.abs(found[crossed] - 90.0).max())
    told = surface.replace("_", " ")
    claims = [
        between(
            f"Degrees by which the gradient misses the right angle, at most, at {crossed.sum()} of {total} "
            f"places on {told} that a level line passes",
            worst,
            0.0,
            0.5,
            "closed form",
        ),
        Claim(
            f"Points of a fine grid where the gradient is nearly zero (below {written(float(ground['tolerance']))}), "
            "and how far from a critical point, in cells",
            f"{len(ground['small'])}, at most {written(float(ground['apart'].max(initial=0.0)))}",
            "≤ 1 cell",
            "closed form",
            bool(np.all(ground["apart"] <= 1.0)),
        ),
    ]
    if str(spot["kind"]) != "regular":
        return [*claims, Claim("At the point that is looked at the gradient is", "zero", "zero or perpendicular",
                               "closed form", str(spot["kind"]) == "stationary")]  # fmt: skip
    share = np.interp(np.log(STEPS[::-1]), np.log(EPSILONS[::-1]), spot["along"][::-1])[::-1]
    listed = ", ".join(written(float(each)) for each in share)
    slope = float(np.log10(share[0] / share[-1]) / 2) if share[-1] > 0 else np.inf
    claims.append(near("Degrees between the gradient and the level line at the point", float(spot["angle"]), 90.0, 0.1,
                       "closed form"))  # fmt: skip
    if share.max() < STRAIGHT:
        told = "The level line is straight here: a step ε along it, of 10⁻² and less, changes this share of one uphill"
        return [*claims, between(told, float(share.max()), 0.0, STRAIGHT, "closed form, to rounding")]
    claims.append(
        between(
            "A step ε along the level line, as a share of the same step uphill, for ε of 10⁻², 10⁻³ and 10⁻⁴ "
            f"is {listed}: it falls like ε to the power of",
            slope,
            0.95,
            np.inf,
            "closed form",
        )
    )
    return claims


def _sheets(surface: str, point: tuple[float, float], data: dict) -> dict[str, Sheet]:
    kind, told = str(data["kind"]), surface.replace("_", " ").capitalize()
    title = f"{told}: gradient and level line meet at {float(data['angle']):.2f}°"
    if kind != "regular":
        title = f"{told}: at this point the gradient is zero"
    ground = Sheet(
        panels=[_map(point, data), _steps(data)],
        title=title,
        subtitle="The level line is found from values alone. Arrows point uphill, lengths compressed.",
    )
    flat = int(np.sum(np.all(data["unit_gradients"] == 0.0, axis=1)))
    unit = Sheet(
        panels=[rectifier.plane(data), rectifier.line(data)],
        title=f"A ReLU unit: the gradient is zero at {flat} of {len(data['away'])} places and the weights elsewhere",
        subtitle="An analogy to “zero or perpendicular”, no theorem: at the crease there is no gradient at all.",
    )
    return {"level set": ground, "ReLU unit": unit}


def _arrows(gradients: np.ndarray, cell: float) -> np.ndarray:
    """Gradients (n, 2) as arrows of 35 to 90 % of a cell; zero stays zero."""
    sizes = np.linalg.norm(gradients, axis=1, keepdims=True)
    large = np.log1p(sizes / np.median(sizes[sizes > 0]))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sizes > 0, gradients / sizes * cell * (0.35 + 0.55 * large / large.max()), 0.0)


def _map(point: tuple[float, float], data: dict) -> Panel:
    side, height = data["surface_side"], data["surface_height"]
    above = height - height.min()
    drawn = np.round(np.log10(1.0 + above / max(float(np.quantile(above, 0.1)), 1e-12)), 3)
    places, crossed = data["surface_points"], np.isfinite(data["surface_angles"])
    shaft = _arrows(data["surface_gradients"], 2 * REACH / (ARROWS + 1))[crossed]
    told = [f"{angle:.2f}° to the level set" for angle in data["surface_angles"][crossed]]
    at = places[crossed]
    line, known = data["line"], data["surface_critical"]
    marks = [
        Heat(z=drawn, x=side, y=side, levels=12),
        Arrows(x=at[:, 0], y=at[:, 1], u=shaft[:, 0], v=shaft[:, 1], quiet=True, hover=told),
        Line(x=line[:, 0], y=line[:, 1], label="level line"),
        Dots(x=known[:, 0], y=known[:, 1], label="gradient zero", hover=list(data["surface_kinds"])),
        Dots(x=[point[0]], y=[point[1]], slot=0, size=1.3),
    ]
    if str(data["kind"]) == "regular":
        up = data["gradient"] / np.linalg.norm(data["gradient"])
        for way, slot, label in ((up, 0, "gradient"), (data["tangent"], 1, "along the level line")):
            marks.append(Arrows(x=[point[0]], y=[point[1]], u=[way[0]], v=[way[1]], slot=slot, label=label))
    return Panel(marks=marks, title="Zero or perpendicular", square=True, x="x", y="y", x_range=(-REACH, REACH),
                 y_range=(-REACH, REACH))  # fmt: skip


def _steps(data: dict) -> Panel:
    if "along" not in data:
        marks = [Notes(x=[0.5], y=[0.5], texts=["The gradient is zero here: no direction is steepest."], quiet=True)]
        return Panel(marks=marks, title="A small step", bare=True, x_range=(0.0, 1.0), y_range=(0.0, 1.0))
    marks = [Line(x=EPSILONS, y=np.maximum(data["along"], 1e-16), label="along the level line", slot=1),
             Line(x=EPSILONS, y=data["up"], label="uphill", slot=0)]  # fmt: skip
    return Panel(marks=marks, title="What a small step changes", x="length ε of the step",
                 y="share of slope · ε", log_x=True, log_y=True)  # fmt: skip
