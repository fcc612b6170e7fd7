"""How far a slice reaches and how its heights are drawn, found from the loss itself and said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from landscape.parameters import LandscapeError

FACTOR = 10.0  # by which the loss grows from the centre to the edge
NEAREST, FURTHEST = -12, 8  # powers of two of the distances tried, in units that move x by its own length
ALIKE = 4.0  # ranges of the two axes that differ by less become one: the picture is then square
DECADES = 20.0  # the share of the heights above the lowest at which they are drawn as logarithms
CUT = 0.995  # quantile above which colours end
ROUNDING = 1e-6  # of the centre's length: paths that extend less have not moved
BLANK = 256  # roundings: values that differ by less are flat
SATURATED = 0.5  # share of the cells that is cut or not finite

Values = Callable[[np.ndarray], np.ndarray]  # (k, 2) -> (k,)


class Reach(NamedTuple):
    """Half the width of a slice along each axis, in plane coordinates, and how it was found."""

    radius: tuple[float, float]
    told: str


def reach(values: Values, units: tuple[float, float], factor: float = FACTOR) -> Reach:
    """How far along each axis (both ways) until the loss has grown to `factor` times what it is at the centre.

    `values` gives the loss at plane coordinates (k, 2); `units` are the coordinates that move x by its own length.
    Distances are tried in powers of two, then in steps of a twelfth of one. The loss of the centre counts as at least a
    thousandth of what it grows within one unit, so that a centre of zero has a range too. Where the loss stops being
    finite, the range ends before. Where it never grows that much, the range is where it has grown by nine tenths of
    the most that it grows within one unit, and `told` says so.
    """
    if not np.isfinite(factor) or factor <= 1:
        raise LandscapeError(f"factor={factor} gives no range; give a number above 1, such as {FACTOR:g}.")
    powers = 2.0 ** np.arange(NEAREST, FURTHEST + 1)
    centre, rises = _along(values, units, [powers, powers])
    near = [rise[powers <= 1.0] for rise in rises]
    most = [float(rise[np.isfinite(rise)].max(initial=0.0)) for rise in near]
    targets = [(factor - 1.0) * max(abs(centre), 1e-3 * each) for each in most]
    for axis, (rise, top) in enumerate(zip(rises, most, strict=True)):
        if not (rise >= targets[axis]).any():
            targets[axis] = 0.9 * top  # bounded
    flat = [top <= BLANK * np.finfo(np.float32).eps * abs(centre) for top in most]
    edges = [powers[np.argmax(rise >= target)] for rise, target in zip(rises, targets, strict=True)]
    finer = [edge * 2.0 ** (np.arange(-12, 1) / 12.0) for edge in edges]
    _, exact = _along(values, units, finer)
    radius, whys = [], []
    for axis, unit in enumerate(units):
        first = int(np.argmax(exact[axis] >= targets[axis]))
        ends = not np.isfinite(exact[axis][first])
        grown = targets[axis] >= (factor - 1.0) * abs(centre) and (rises[axis] >= targets[axis]).any()
        whys.append("flat" if flat[axis] else "infinite" if ends else "grown" if grown else "bounded")
        share = 1.0 if flat[axis] else finer[axis][max(first - 1, 0) if ends else first]
        radius.append(float(f"{0.95 * share * unit if ends else share * unit:.2g}"))
    if max(radius) <= ALIKE * min(radius):
        radius = [min(radius) if "infinite" in whys else max(radius)] * 2
    return Reach((radius[0], radius[1]), _told(radius, whys, factor))


def _along(values: Values, units, distances) -> tuple[float, list[np.ndarray]]:
    """The loss at the centre, and for each axis how far from it the loss is at these distances, at most of both ways;
    inf where it is not finite."""
    points = [np.zeros((1, 2))]
    for axis, unit in enumerate(units):
        for sign in (-1.0, 1.0):
            points.append(np.zeros((len(distances[axis]), 2)))
            points[-1][:, axis] = sign * unit * distances[axis]
    heights = np.asarray(values(np.concatenate(points)))
    centre = float(heights[0])
    if not np.isfinite(centre):
        raise LandscapeError(
            f"The loss at the centre of this plane is {centre}, so no range is found; give radius= or another point."
        )
    with np.errstate(invalid="ignore"):
        apart = np.abs(heights[1:] - centre)
    apart[~np.isfinite(apart)] = np.inf
    parts = np.split(apart, [2 * len(distances[0])])
    return centre, [part.reshape(2, -1).max(axis=0) for part in parts]


def _told(radius, whys, factor: float) -> str:
    says = {
        "grown": f"the loss has grown {factor:g} times",
        "infinite": "the loss stops being finite beyond",
        "flat": "the loss stays flat as far as the point is from zero",
        "bounded": f"the loss never grows {factor:g} times; nine tenths of its rise are inside",
    }
    if radius[0] == radius[1] and whys[0] == whys[1]:
        return f"±{radius[0]:g} on both axes: {says[whys[0]]}"
    return "; ".join(f"±{radius[axis]:g} on axis {axis + 1}: {says[whys[axis]]}" for axis in range(2))


def heights(loss: np.ndarray) -> dict[str, Any]:
    """How to draw these heights: {"log", "base", "unit", "cut", "told"}.

    log: h = log10(1 + (loss − base) / unit), where the heights span decades; else loss − base.  base is the lowest,
    unit the 10 % quantile above it; `cut` is the loss at which colours end, None where that is the highest.
    """
    finite = loss[np.isfinite(loss)]
    if finite.size == 0:
        return {"log": False, "base": 0.0, "unit": 1.0, "cut": None, "told": "no height is finite"}
    base, most = float(finite.min()), float(finite.max())
    tenth, end = (float(each) for each in np.quantile(finite - base, [0.1, CUT]))
    log = tenth > 1e-12 * end and end / tenth > DECADES
    cut = base + end if end < 0.5 * (most - base) and not log else None
    told = f"log₁₀(1 + (loss − {base:.3g}) / {tenth:.2g})" if log else "the loss as it is"
    told += f"; colours end at {cut:.3g}, the highest value is {most:.3g}" if cut is not None else ""
    return {"log": bool(log), "base": base, "unit": tenth if log else 1.0, "cut": cut, "told": told}


def warnings(loss: np.ndarray, dtype, cut: float | None = None) -> list[str]:
    """What a reader should know of the picture: not finite, flat, or mostly cut."""
    fine = np.isfinite(loss)
    found, bad = [], int((~fine).sum())
    if bad:
        found.append(f"{bad:,} of {loss.size:,} values are not finite; they are kept, and drawn as gaps.")
    if not fine.any():
        return [*found, "The picture is blank: no value is finite; take a smaller radius."]
    lowest, highest = float(loss[fine].min()), float(loss[fine].max())
    if highest - lowest <= BLANK * np.finfo(dtype).eps * max(abs(lowest), abs(highest)):
        found.append("The picture is blank: the loss is flat to rounding; take a larger radius or another plane.")
    lost = bad + (int((loss[fine] > cut).sum()) if cut is not None else 0)
    if lost > SATURATED * loss.size:
        found.append("The picture is saturated: most values are cut or not finite; take a smaller radius.")
    elif highest > lowest and np.mean(loss[fine] <= lowest + 0.01 * (highest - lowest)) > 0.9 and cut is None:
        found.append("Nine tenths of the picture lie in the lowest hundredth of its heights; take a smaller radius.")
    return found


def around(plane, *paths, margin: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    """The corners lower and upper (2,) of a slice that holds the centre and all `paths` (t, d), with a margin.

    `margin` is a share of the width on each side; neither side is less than a fifth of the other.
    """
    feet = [np.asarray(plane.project(path), np.float64).reshape(-1, 2) for path in paths]
    inside = np.concatenate([np.zeros((1, 2)), *feet])
    inside = inside[np.isfinite(inside).all(axis=1)]
    lower, upper = inside.min(axis=0), inside.max(axis=0)
    width = upper - lower
    if np.max(width * np.linalg.norm(plane.basis, axis=1)) <= ROUNDING * np.linalg.norm(plane.origin):
        raise LandscapeError("These paths have no extent on this plane; give radius=.")
    half = np.maximum(width, width.max() / 5) * (0.5 + margin)
    return (lower + upper) / 2 - half, (lower + upper) / 2 + half
