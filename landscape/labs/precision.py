"""Few digits: where gradient descent in low precision stalls, follows, or gets through by chance."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np

from landscape import surfaces
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.rates.ground import heights
from landscape.optimizers import sgd
from landscape.parameters import Choice, LandscapeError, Range
from landscape.run import run

STEPS, FAR = 20_000, 1e-2  # |x − x₃₂| from which on two paths count as parted
WAYS = {  # of computing: the precision, and what is rounded
    "float32": {"precision": "full"},
    "bfloat16": {"precision": "bfloat16"},
    "float16": {"precision": "float16"},
    "bfloat16, master": {"precision": "bfloat16", "rounding": "master"},
    "float16, master": {"precision": "float16", "rounding": "master"},
    "bfloat16, stochastic": {"precision": "bfloat16", "rounding": "stochastic"},
}
STARTS = {"rosenbrock": (-1.2, 1.0), "himmelblau": (-4.0, -1.0), "quadratic": (-3.4, 1.6)}
FORMATS = ("float32", "bfloat16", "float16")
OPERATIONS = ("sum", "scalar_product", "solution")
LACKING = {"solution": ("bfloat16", "float16")}  # LAPACK solves in single and double precision
EDGE = (-10.0, 10.0)  # where float16 overflows on Rosenbrock's function
MICIKEVICIUS, GUPTA = "arXiv:1710.03740", "arXiv:1502.02551"


@lru_cache(maxsize=64)
def walked(surface: str, way: str, learning_rate: float, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (t+1, 2) and their loss (t+1,), both float32."""
    method = sgd(learning_rate=learning_rate, noise=noise, **WAYS[way])
    start = np.array(STARTS[surface], np.float32)
    found = run(getattr(surfaces, surface)(), method, start, steps=STEPS, seed=seed)
    return np.asarray(found.positions)[:, 0], np.asarray(found.values)[:, 0]


@lru_cache(maxsize=16)
def errors(operation: str, precision: str) -> tuple[np.ndarray, np.ndarray]:
    """Sizes (m,) and the relative error of an operation on so many numbers (m,), each rounded on the way.

    LandscapeError where the operation does not exist in that precision.
    """
    if precision in LACKING.get(operation, ()):
        raise LandscapeError(
            f"precision(operation={operation}, number={precision}) cannot be computed: linear equations are solved in "
            "float32 and float64 only; take number=float32, or operation=sum."
        )
    dtype, rng = jnp.dtype(precision), np.random.default_rng(0)
    sizes = 2 ** np.arange(1, 8 if operation == "solution" else 12)
    return sizes, np.array([_error(operation, int(size), dtype, rng) for size in sizes])


def _error(operation: str, size: int, dtype, rng) -> float:
    if operation == "solution":
        matrix = rng.normal(size=(size, size)) + 2.0 * np.sqrt(size) * np.eye(size)
        right = matrix @ np.ones(size)
        found = np.linalg.solve(matrix.astype(dtype), right.astype(dtype)).astype(np.float64)
        return float(np.linalg.norm(found - 1.0) / np.sqrt(size))
    numbers = rng.uniform(0.5, 1.0, size)
    others = np.ones(size) if operation == "sum" else rng.uniform(0.5, 1.0, size)
    total = dtype.type(0)
    for a, b in zip(numbers.astype(dtype), others.astype(dtype), strict=True):
        total = dtype.type(total + dtype.type(a * b))
    exact = float(numbers @ others)
    return abs(float(total) - exact) / exact


@lab(
    family="optimization",
    title="Precision",
    references=(
        "Micikevicius et al. 2018, Mixed precision training, arXiv:1710.03740",
        "Gupta et al. 2015, Deep learning with limited numerical precision, arXiv:1502.02551",
    ),
    question=Question(
        "Gradient descent keeps its point in bfloat16, three digits, and rounds to nearest. What happens?",
        ("it goes on to the end, with some error", "it stands still long before the end", "it overflows"),
        lambda found: int(found.data["frozen"][1] < STEPS // 2) if np.isfinite(found.data["losses"][1, -1]) else 2,
        "A step smaller than half the distance to the next number is rounded away, every time alike. A float32 "
        "copy of the point, or rounding up or down by chance, lets small steps add up.",
    ),
    slow=True,
)  # fmt: skip
def precision(
    *,
    surface: Annotated[str, Choice(*STARTS), "what is descended"] = "rosenbrock",
    learning_rate: Annotated[float, Range(1e-4, 1e-2, log=True, legal=(1e-9, 10.0)), "of every path"] = 1e-3,
    noise: Annotated[float, Range(0.0, 1.0, legal=(0.0, 1e3)), "of each gradient component; 0: none"] = 0.0,
    operation: Annotated[str, Choice(*OPERATIONS), "whose rounding error is measured"] = "sum",
    number: Annotated[str, Choice(*FORMATS[1:], FORMATS[0]), "format in which it is computed"] = "bfloat16",
    seed: Annotated[int, Range(0, 9, legal=(0, 2**32 - 1)), "of noise and stochastic rounding"] = 0,
):
    """The same descent in five low precisions beside float32: stalls, mixed precision and rounding by chance.

    A number of 16 bits has two or three digits, so a point plus a small step may round to the point again, and descent
    stands still far from the minimum. That mixed precision brings in noise is half right: rounding to nearest
    is the same every time, and what is like noise comes only with a float32 master copy, which lets small errors of the
    gradient through, or with stochastic rounding. One more weakness of float16 is its largest number, 65,504.
    """
    errors(operation, number)  # what cannot be computed is refused before anything is
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for done, way in enumerate(WAYS, start=1):
        found[way] = walked(surface, way, learning_rate, noise, seed)
        if done < len(WAYS):
            yield Progress(done / (1 + len(WAYS)), way)
    other = walked(surface, "bfloat16", learning_rate, noise, seed + 1)
    paths, losses = (np.stack([each[i] for each in found.values()]) for i in (0, 1))
    with np.errstate(invalid="ignore"):  # of paths that overflow
        away = np.linalg.norm(paths.astype(np.float64) - paths[0], axis=2)
        apart = np.abs(np.where(np.isfinite(paths[1]), other[0] - paths[1], 0.0))
    moved = np.any(paths[:, 1:] != paths[:, :-1], axis=2) & np.all(np.isfinite(paths[:, 1:]), axis=2)
    seen = np.unique(np.concatenate([[0], np.geomspace(1, STEPS, 240).round().astype(int)]))
    data = {
        "steps": seen,  # (m,) of which losses and distances are kept
        "losses": losses[:, seen],  # (ways, m), in float32 whatever they were computed in
        "away": away[:, seen],  # (ways, m): distance from the float32 path
        "frozen": np.array(
            [np.flatnonzero(row)[-1] + 1 if row.any() else 0 for row in moved]
        ),  # the last step taken to a number
        "parted": np.array([_first(row > FAR) for row in away]),  # the first step further than FAR; STEPS + 1: none
        "repeated": np.array(apart.max()),  # distance of two bfloat16 runs with different seeds
    }
    sheets = {"paths": _paths(surface, paths, data), "overflow": _overflow(),
              "operation": _operation(operation, number)}  # fmt: skip
    return Finding(data, sheets, _claims(surface, learning_rate, noise, data))


def _first(condition: np.ndarray) -> int:
    return int(condition.argmax()) if condition.any() else STEPS + 1


def _paths(name: str, paths: np.ndarray, data: dict[str, np.ndarray]) -> Sheet:
    times = np.unique(np.concatenate([[0], np.geomspace(1, STEPS, 60).round().astype(int)]))
    fine = data["steps"]
    u, v, height = heights(name)
    marks = [Heat(z=height, x=u, y=v, levels=14)]
    curves, parts = [], []
    floor = lowest(name)
    for i, way in enumerate(WAYS):
        marks.append(Line(x=paths[i, fine, 0], y=paths[i, fine, 1], slot=i, width=0.6))
        at = paths[i, times]
        marks.append(Dots(x=at[:, :1], y=at[:, 1:], slot=i, moving=("x", "y")))
        gap = np.maximum(data["losses"][i].astype(float) - floor, 1e-9)
        curves.append(Line(x=fine + 1, y=gap, slot=i, label=way))
        if i:
            parts.append(Line(x=fine + 1, y=np.maximum(data["away"][i], 1e-7), slot=i, label=way))
    parts.append(Line(x=[1, STEPS], y=[FAR, FAR], quiet=True, dash=True, label="0.01"))
    frozen, end = int(data["frozen"][1]), float(data["losses"][1, -1])
    told = [written(float(each)) if np.isfinite(each) else "beyond all numbers" for each in data["losses"][:2, -1]]
    title = (
        f"In bfloat16 it stands still from step {frozen:,} on, at a loss of {told[1]}"
        if frozen < STEPS // 2 and np.isfinite(end)
        else f"In bfloat16 it ends {_at(told[1])}, in float32 {_at(told[0])}"
    )
    low = 0.5 * max(1e-9, float(np.nanmin([line.y.min() for line in curves] + [1.0])))
    return Sheet(
        panels=[
            Panel(marks=marks, title=f"Paths on {name}", x="x", y="y", square=True, keyed=False,
                  x_range=(u[0], u[-1]), y_range=(v[0], v[-1])),
            Panel(marks=curves, title="Loss", x="step + 1", y="loss above the minimum", log_x=True, log_y=True,
                  cursor=times + 1, y_range=(low, 3.0 * float(max(line.y[0] for line in curves)))),
            Panel(marks=parts, title="Away from float32", x="step + 1", y="distance", log_x=True, log_y=True,
                  cursor=times + 1),
        ],
        title=title,
        subtitle=f"gradient descent, {STEPS:,} steps; losses in float32 at the points visited; master: a float32 "
        "copy of the point is kept",
        columns=3, times=times, unit="step",
    )  # fmt: skip


def _at(told: str) -> str:
    return told if told.startswith("beyond") else f"at a loss of {told}"


def lowest(name: str) -> float:
    return float(getattr(surfaces, name)().minimum)


@lru_cache(maxsize=8)
def lossy(point, kind: str) -> float:
    """Rosenbrock's function, computed in this format."""
    return float(surfaces.rosenbrock().at(0.0, jnp.dtype(kind)).loss(jnp.asarray(point, kind)))


@lru_cache(maxsize=1)
def overflowed() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Rosenbrock's function along y = 10 at x (n,), in every format."""
    x = np.linspace(-10.0, 10.0, 81)
    points = np.stack([x, np.full(len(x), EDGE[1])], axis=1)
    losses = {kind: surfaces.rosenbrock().at(0.0, jnp.dtype(kind)).loss for kind in FORMATS}
    return x, {kind: np.asarray(jax.vmap(loss)(jnp.asarray(points, kind)), np.float64) for kind, loss in losses.items()}


def _overflow() -> Sheet:
    x, found = overflowed()
    marks = [Line(x=x, y=np.where(np.isfinite(found[kind]), np.maximum(found[kind], 1e-2), np.nan), slot=slot,
                  label=kind, width=width, dash=kind == "bfloat16")
             for kind, slot, width in (("float32", 0, 1.0), ("bfloat16", 1, 1.0), ("float16", 2, 2.0))]  # fmt: skip
    marks.append(Line(x=x[[0, -1]], y=[65504.0, 65504.0], quiet=True, dash=True, label="65,504"))
    share = float(np.mean(~np.isfinite(found["float16"])))
    return Sheet(
        panels=[Panel(marks=marks, x="x, at y = 10", y="loss on Rosenbrock's function", log_y=True)],
        title=f"float16 overflows on {share:.0%} of this line, at (−10, 10) too",
        subtitle="its largest number is 65,504; bfloat16 reaches as far as float32, with three digits",
    )


def _operation(operation: str, number: str) -> Sheet:
    kinds = [kind for kind in FORMATS if kind not in LACKING.get(operation, ())]
    found = {kind: errors(operation, kind) for kind in kinds}
    marks = [Line(x=found[kind][0], y=np.where(found[kind][1] > 0, found[kind][1], np.nan), slot=FORMATS.index(kind),
                  label=kind) for kind in kinds]  # fmt: skip
    marks += [Dots(x=found[kind][0], y=np.where(found[kind][1] > 0, found[kind][1], np.nan),
                   slot=FORMATS.index(kind)) for kind in kinds]  # fmt: skip
    sizes, error = found[number]
    what = {"sum": "numbers added", "scalar_product": "products added", "solution": "linear equations"}[operation]
    return Sheet(
        panels=[Panel(marks=marks, x=what, y="relative error", log_x=True, log_y=True, y_range=(1e-9, 2.0))],
        title=f"With {sizes[-1]:,} {what}, the error in {number} is {written(float(error[-1]))}",
        subtitle="one after the other, rounded to nearest each time; an error of zero is not drawn",
    )


def _claims(name: str, learning_rate: float, noise: float, data: dict[str, np.ndarray]) -> tuple[Claim, ...]:
    frozen, ends = data["frozen"], data["losses"][:, -1].astype(float)
    claims = [] if not np.isfinite(ends[3]) else [
        Claim("Low precision stalls where a float32 master copy goes on: the last step taken, of 20,000",
              f"bfloat16 {frozen[1]:,}, with a master {frozen[3]:,}", "earlier without", MICIKEVICIUS,
              bool(frozen[1] < frozen[3]))]  # fmt: skip
    claims += [
        near("Rosenbrock's function at (−10, 10) in bfloat16", int(lossy(EDGE, "bfloat16")), 811_008, 0,
             "810,121 rounded to 8 binary digits"),
        Claim("float16 overflows there", written(lossy(EDGE, "float16")), "∞", "largest number 65,504",
              bool(np.isinf(lossy(EDGE, "float16")))),
    ]  # fmt: skip
    if noise == 0.0:
        claims.append(near("Half right: that low precision is noise; rounded to nearest, two seeds differ by",
                           float(data["repeated"]), 0.0, 0.0, "determinism"))  # fmt: skip
    if name == "rosenbrock" and learning_rate == 1e-3 and noise == 0.0:
        claims += _table(data, ends)
    return tuple(claims)


def _table(data: dict[str, np.ndarray], ends: np.ndarray) -> list[Claim]:
    """The orders of magnitude known of Rosenbrock's function from (−1.2, 1) at a learning rate of 0.001."""
    told = "another program, same start"
    expected = ((1e-9, 1e-7), (1.0, 10.0), (1e-2, 1.0), (1e-5, 1e-2), (1e-6, 1e-3), (0.0, 1e-2))
    claims = [between(f"{way} ends at the loss", end, *ends_at, told)
              for way, end, ends_at in zip(WAYS, ends.tolist(), expected, strict=True)]  # fmt: skip
    claims.append(Claim("bfloat16 parts from float32 within 30 steps, float16 within 100, neither with a master copy",
                        ", ".join(f"{step:,}" if step <= STEPS else "never" for step in data["parted"][1:5].tolist()),
                        "≤ 30, ≤ 100, never, never", told,
                        bool(data["parted"][1] <= 30 and data["parted"][2] <= 100
                             and min(data["parted"][3:5]) > STEPS)))  # fmt: skip
    return claims
