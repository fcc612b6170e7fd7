"""Planes through the weights of a model, on which its loss is drawn: ways to choose two directions out of d.

Every function takes any surface and returns a Plane whose origin is exactly the point asked for. `plane.about` says how
it was made ("method"), what one unit on its axes means ("units"), in a sentence what it shows ("told"), what could not
be done as asked ("notes"), and the facts of its own that each function lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from landscape import catalog
from landscape.networks import directions, paths, vectors
from landscape.parameters import Choice, LandscapeError, Parameter, Range, Text, nearest, parameters_of
from landscape.plane import Plane
from landscape.surface import Surface

Seed = Annotated[int, Range(0, 999, legal=(0, 2**63 - 1)), "of the random directions: the same seed, the same plane"]
Normalization = Annotated[str, Choice(*directions.NORMALIZATIONS), "what each direction is scaled to the length of"]
Ignore = Annotated[str, Text(40), "kinds of arrays that do not move: bias, norm, weights, joined by +"]
Which = Annotated[str, Choice("top", "bottom", "ends"), "the largest eigenvalues, the smallest, or one of each"]
Centre = Annotated[str, Choice("last", "mean"), "where the plane is centred: the end of the first path, or the mean"]
Axis = Annotated[int, Range(0, 31, legal=(0, 2**31)), "number of the weight along this axis, from 0"]
UNITS = {
    "filter": "1 moves each filter by as much as it is long",
    "layer": "1 moves each array of weights by as much as it is long",
    "none": "1 is a distance of 1 between weights",
}
EIGENVECTORS = {
    "top": ("steepest", "second steepest"), "bottom": ("lowest", "second lowest"), "ends": ("steepest", "lowest")
}  # fmt: skip


def random(
    surface: Surface, x=None, *, seed: Seed = 0, normalization: Normalization = "filter", ignore: Ignore = "bias+norm"
) -> Plane:
    """Two random directions through `x` (d,), at right angles, every filter as long as that of x.

    `normalization` "layer" scales whole arrays, "none" whole directions to length 1. Kinds of arrays in `ignore` (a
    text such as "bias+norm", or a tuple) do not move. about: seed, normalization, ignore, lengths of both directions.
    """
    at = paths.point(surface, x)
    _check("random", seed=seed, normalization=normalization)
    kinds = directions.ignored(ignore)
    basis, notes = directions.directions(surface.blocks, at.astype(np.float64), seed, normalization, kinds)
    scaled = {"filter": "scaled filter by filter", "layer": "scaled layer by layer", "none": "of length 1"}
    return _plane(
        at, basis, ("random 1", "random 2"), "random",
        told=f"Two random directions, {scaled[normalization]}, seed {seed}.",
        units=UNITS[normalization], notes=notes, seed=int(seed), normalization=normalization, ignore=list(kinds),
    )  # fmt: skip


def principal(surface: Surface, *taken, centre: Centre = "last", seed: Seed = 0) -> Plane:
    """The plane that lies closest to one or several paths together: principal components of their weights.

    `taken` are arrays (t, d), Trainings or Trajectories. `centre` is "last" (where the first path ends), "mean" (of all
    points) or a point (d,); squared distances are from there. Points that are not finite are left out. The second axis
    is random (of this seed) where the paths keep to a line. about: explained (the share of the squared distances along
    each axis), centre, points, left_out.
    """
    _room(surface)
    if not taken:
        raise LandscapeError("A principal plane needs the weights of at least one path (t, d); give one.")
    given = [paths.path(surface, each) for each in taken]
    finite = [np.isfinite(each).all(axis=1) for each in given]
    kept = [each if good.all() else each[good] for each, good in zip(given, finite, strict=True)]
    points, left = sum(map(len, kept)), sum(map(len, given)) - sum(map(len, kept))
    if not points:
        raise LandscapeError("No point of these paths is finite; take runs that do not diverge at once.")
    origin, name = _centre(surface, centre, kept)
    found, shares = vectors.components(kept, origin)
    if not len(found):
        raise LandscapeError("These paths never leave their centre, so they have no direction; take runs that move.")
    notes = []
    if len(found) == 1:
        found = np.stack([found[0], vectors.beside(found, seed)])
        notes.append("the paths keep to a line, so the second axis is a random direction")
    if left:
        notes.append(f"{left} points that are not finite are left out")
    return _plane(
        origin, found, ("PC 1", "PC 2"), "principal",
        told=f"The plane closest to {_paths(len(taken))}: {shares.sum():.0%} of the squared distances from its centre.",
        units=UNITS["none"], notes=notes, explained=shares.tolist(), centre=name, points=points, left_out=left,
    )  # fmt: skip


def hessian(surface: Surface, x=None, *, which: Which = "top", seed: Seed = 0) -> Plane:
    """Two eigenvectors of the Hessian at `x` (d,), by Lanczos on all data. about: values, residuals, which, seed.

    "top" are the two largest eigenvalues, "bottom" the two smallest, "ends" the largest and the smallest.
    """
    from landscape.networks import lanczos

    at = _sloped(surface, x, "hessian")
    _check("hessian", which=which, seed=seed)
    found = lanczos.top(surface, at, 2, which, seed=seed)
    first, second = found.vectors
    second = vectors.unit(vectors.across(second, [first]))  # they are orthogonal but for rounding
    notes = [] if found.converged.all() else ["the eigenvectors are not found to full precision: see residuals"]
    if not found.values.any():
        notes.append("the Hessian is zero along both, so they are random directions")
    told = " and ".join(f"{value:.3g}" for value in found.values)
    return _plane(
        at, np.stack([first, second]), EIGENVECTORS[which], "hessian",
        told=f"Eigenvectors of the Hessian with the eigenvalues {told}.", units=UNITS["none"], notes=notes,
        values=found.values.tolist(), residuals=found.residuals.tolist(), which=which, seed=int(seed),
    )  # fmt: skip


def through(surface: Surface, a, b, c) -> Plane:
    """The plane through three solutions (d,): origin a, u towards b. about: coordinates of the three (3, 2)."""
    given = [paths.point(surface, each, name) for each, name in zip((a, b, c), ("a", "b", "c"), strict=True)]
    points = np.stack([each.astype(np.float64) for each in given])
    rounding = 8 * np.abs(points).max() * np.sqrt(points.shape[1]) * max(np.finfo(each.dtype).eps for each in given)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        if np.linalg.norm(points[second] - points[first]) <= rounding:
            names = f"{'abc'[first]} and {'abc'[second]}"
            raise LandscapeError(f"{names} are the same solution, and a plane needs three; take one of another run.")
    if vectors.off_line(*points) <= rounding:
        raise LandscapeError("These three solutions lie on one line and span no plane; take one of another run.")
    flat = Plane.through(*points)
    return _plane(
        given[0], flat.basis, ("towards b", "towards c"), "through", told="The plane through three solutions.",
        units=UNITS["none"], coordinates=flat.project(points).tolist(),
    )  # fmt: skip


def gradient(surface: Surface, x=None, *, seed: Seed = 0) -> Plane:
    """The gradient g at `x` (d,) and the direction v conjugate to it, g · H v = 0, that conjugate gradients take next.

    v lies between g and H g, and both axes have length 1; they are not at right angles in general. Where the curvature
    along g gives no such v (it vanishes, or g is an eigenvector), v is a random direction of this seed at right angles
    to both, and a note says so. about: gradient_norm, curvature (along g), angle (degrees), seed.
    """
    from landscape.networks import hessian as curvature

    at = _sloped(surface, x, "gradient")
    slope = paths.gradient(surface, at)[1]
    length = np.linalg.norm(slope)
    if not np.isfinite(length) or length == 0:
        known = "zero" if length == 0 else "not finite"
        raise LandscapeError(f"The gradient is {known} here, so it gives no plane; take another point or kind.")
    unit = slope / length
    bent = curvature.product(surface, at)(unit)
    if not np.isfinite(bent).all():
        raise LandscapeError(f"The curvature of {surface.name} is not finite here; take another point or kind.")
    second, notes = vectors.conjugate(unit, bent, np.finfo(paths.precision(at.dtype)).eps, seed)
    angle = float(np.degrees(np.arccos(np.clip(unit @ second, -1.0, 1.0))))
    if abs(angle - 90) > 1:
        notes.append(f"the axes meet at {angle:.0f}°, and are drawn at right angles")
    return _plane(
        at, np.stack([unit, second]), ("gradient", "conjugate"), "gradient",
        told="The gradient, and the direction that does not undo a step along it.", units=UNITS["none"], notes=notes,
        gradient_norm=float(length), curvature=float(unit @ bent), angle=angle, seed=int(seed),
    )  # fmt: skip


def line(surface: Surface, a, b, *, seed: Seed = 0) -> Plane:
    """The plane of the line from a to b (d,) and a random direction across it: u is 0 at a and 1 at b.

    Both axes are as long as b − a. about: seed, distance (from a to b).
    """
    _room(surface)
    first, last = paths.ends(surface, a, b)
    way = last.astype(np.float64) - first.astype(np.float64)
    length = float(np.linalg.norm(way))
    across = vectors.beside(way[None] / length, seed)
    return _plane(
        first, np.stack([way, length * across]), ("from a to b", "across"), "line",
        told="The line between two solutions, and a random direction across it.",
        units="1 is the distance from a to b", seed=int(seed), distance=length,
    )  # fmt: skip


def axes(surface: Surface, x=None, *, first: Axis = 0, second: Axis = 1) -> Plane:
    """Two single weights, all others as in `x` (d,): the origin is x, u and v are changes of these weights."""
    at = paths.point(surface, x)
    names = surface.names if len(surface.names) == at.size else [f"x{i + 1}" for i in range(at.size)]
    flat = Plane.axes(at, first, second, names)
    return _plane(
        at, flat.basis, flat.names, "axes", told=f"The weights {flat.names[0]} and {flat.names[1]}.",
        units="1 is a change of a weight by 1", first=int(first), second=int(second),
    )  # fmt: skip


class Kind(NamedTuple):
    """A way to make a plane by name: the function, what it is about ("point", "paths" or "points"), its parameters."""

    make: Callable[..., Plane]
    about: str
    parameters: dict[str, Parameter]

    @property
    def help(self) -> str:
        return (self.make.__doc__ or "").split("\n")[0]


def made(surface: Surface, kind: str, *, x=None, taken: Sequence = (), points: Sequence = (), **values) -> Plane:
    """The plane of this kind, with its parameters by name, all checked.

    `x` (d,) is for planes about a point, `taken` the paths of principal planes, `points` the two or three solutions of
    "line" and "through": by default where the first paths end.
    """
    found = _legal(kind, values)
    if found.about == "paths":
        return found.make(surface, *taken, **values)
    if found.about == "point":
        return found.make(surface, x, **values)
    wanted = 3 if kind == "through" else 2
    given = list(points) or [_last(paths.path(surface, each)) for each in taken[:wanted]]
    if len(given) != wanted:
        raise LandscapeError(f"The plane '{kind}' needs {wanted} solutions, not {len(given)}; give as many runs.")
    return found.make(surface, *given, **values)


def described(surface: Surface, text: str, **about) -> Plane:
    """The plane of a text such as "random:seed=3,normalization=layer"; `about` as in `made`."""
    kind, values = catalog.split("plane", text)
    return made(surface, kind, **about, **values)


def check(text: str) -> None:
    """Raise unless the text describes a plane; `described` makes it."""
    _legal(*catalog.split("plane", text))


def _legal(kind: str, values) -> Kind:
    """The kind of that name, which knows these values; else LandscapeError."""
    if kind not in KINDS:
        raise LandscapeError(f"Unknown plane '{kind}'. {nearest(str(kind), KINDS)}")
    found = KINDS[kind]
    for name, value in values.items():
        if name not in found.parameters:
            known = nearest(name, found.parameters) if found.parameters else "It has no parameters."
            raise LandscapeError(f"The plane '{kind}' has no parameter '{name}'. {known}")
        _checked(kind, name, value)
    return found


def _checked(kind: str, name: str, value) -> None:
    """Raise unless the value is legal; points and tuples of words are checked where they are used."""
    parameter = KINDS[kind].parameters[name]
    if name == "centre" and not isinstance(value, str):
        return
    if isinstance(parameter.kind, Text):
        directions.ignored(value)
        return
    if isinstance(parameter.kind, Choice) and value not in parameter.kind.options:
        raise LandscapeError(f"{kind}({name}={value}): {nearest(str(value), parameter.kind.options)}")
    parameter.check(value, kind)


def _check(kind: str, **values) -> None:
    for name, value in values.items():
        _checked(kind, name, value)


def _plane(origin, basis, names, method: str, *, told: str, units: str, notes=(), **facts) -> Plane:
    lengths = np.linalg.norm(basis, axis=1).tolist()
    about = {"method": method, "told": told, "units": units, "notes": list(notes), "lengths": lengths} | facts
    return Plane(np.array(origin, np.float64), basis, names, about)


def _sloped(surface: Surface, x, kind: str) -> np.ndarray:
    """The point (d,), if the surface has slopes there and room for a plane."""
    if not surface.has_gradient:
        raise LandscapeError(surface.no_slopes(f"A {kind} plane"))
    _room(surface)
    return paths.point(surface, x)


def _room(surface: Surface) -> None:
    if surface.dim < 2:
        raise LandscapeError(f"{surface.name} has one coordinate, and a plane needs two; take interpolation.line.")


def _paths(count: int) -> str:
    return "the path" if count == 1 else f"{count} paths together"


def _centre(surface: Surface, centre, kept: list[np.ndarray]) -> tuple[np.ndarray, str]:
    if not isinstance(centre, str):
        return paths.point(surface, centre, "centre").astype(np.float64), "a given point"
    _check("principal", centre=centre)
    if centre == "mean":
        total = sum(each.sum(axis=0, dtype=np.float64) for each in kept)
        return total / sum(map(len, kept)), "mean"
    return _last(kept[0]).astype(np.float64), "last"


def _last(path: np.ndarray) -> np.ndarray:
    """The last point (d,) of a path (t, d) that is finite."""
    finite = np.flatnonzero(np.isfinite(path).all(axis=1))
    if not len(finite):
        raise LandscapeError("One of these paths has no finite point; take one that does not diverge at once.")
    return path[finite[-1]]


ABOUT = {random: "point", principal: "paths", hessian: "point", gradient: "point", axes: "point", through: "points",
         line: "points"}  # fmt: skip
KINDS = {make.__name__: Kind(make, about, parameters_of(make)) for make, about in ABOUT.items()}
