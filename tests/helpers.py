"""What several tests share: small surfaces with known answers, legal values to draw, and one way to run."""

from __future__ import annotations

import math
from collections import Counter
from typing import Annotated

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np

import landscape as ls
from landscape.parameters import Choice, Inner, Level, Text, parameters_of

STEPS = 20  # the same number everywhere, so that one compiled program serves many tests
OPTIMIZERS = list(ls.catalog.optimizers())
SURFACES = list(ls.catalog.surfaces())
SCHEDULES = list(ls.catalog.schedules())
FORMULAS = ["x", "(1-x)**2 + 100*(y-x**2)**2", "where(w1 <= 2, -w1, max(w2, 3))", "nan + e*inf", "x^2 - sin(2*pi*t)"]
INNER = [
    ls.surfaces.himmelblau(a=1 / 3),
    ls.surfaces.quadratic(condition=ls.schedules.exponential(start=1.0, end=20.0), dim=3),
    ls.surfaces.formula("x*y", x=(-1, 2), y=(0.5, 1e6)),
]
STAYS = {"one_cycle": {"final": 1.0}}  # what keeps a schedule between its levels
POPULATIONS = ["genetic", "particle_swarm", "differential_evolution", "cma_es"]


@ls.surface(domain=ls.Box.square(4.0), start=(1.0, -2.0), minimum=-np.inf, source="a ramp")
def ramp(*, slope: Annotated[float, ls.Range(0.0, 3.0)] = 1.0):
    """Rises along the first coordinate."""
    return lambda x: slope * x[0]


@ls.surface(domain=ls.Box.square(4.0), start=(3.0, -2.0), minima=[(0.0, 0.0)], source="a bowl")
def bowl(*, depth: Annotated[float, ls.Range(0.1, 10.0)] = 1.0):
    """Round."""
    return lambda x: depth * jnp.sum(x**2)


def small(name: str, **values) -> ls.Optimizer:
    """The optimizer of that name; a population small enough to follow by hand."""
    entry = ls.catalog.find("optimizer", name)
    size = {"size": 8} if "size" in entry.parameters else {}
    return entry(**(size | values))


def bonds(tour) -> set:
    """The pairs of neighbours in a circle (n,)."""
    return {frozenset(pair) for pair in zip(tour, np.roll(tour, -1), strict=True)}


def through_optax(name: str) -> bool:
    """Whether `descend` walks it, which treats all that it walks alike."""
    return small(name).at(0.0, jnp.float64).step.__qualname__.startswith("descend.")


ADAPTED = [name for name in OPTIMIZERS if through_optax(name)]
ALIKE = ("bfgs", "steepest_descent", "schedule_free_adamw", "trust_region")  # lbfgs, conjugate_gradient, … tell of them
OWN = [name for name in OPTIMIZERS if name not in (*ADAPTED, *ALIKE) or name in ("sgd", "adam")]


def walk(optimizer, surface=None, start=None, **options) -> ls.Trajectory:
    """A short run, on a bowl unless told otherwise."""
    surface = ls.surfaces.quadratic() if surface is None else surface
    return ls.run(surface, optimizer, start, **({"steps": STEPS} | options))


def moving(entry) -> dict:
    """The parameters of `entry` that are numbers, hence take schedules: name -> Parameter."""
    own = parameters_of(entry.factory)  # not those that its `data` alone reads
    return {
        n: parameter for n, parameter in own.items() if not parameter.static and not isinstance(parameter.kind, Inner)
    }


def driven_all(entry, schedule: str, moved: str | None = None, **static):
    """`entry` with every number driven by that schedule, at rest but for one, so that one program serves all."""
    values = {}
    for name, parameter in moving(entry).items():
        still = [rest(parameter), rest(parameter)]
        levels = [between(parameter.kind, share) for share in (0.6, 0.75)] if name == moved else still
        values[name] = between_levels(schedule, levels)
    return entry(**(static | values))


def between_levels(schedule: str, levels):
    """The schedule of that name between two levels, which it never leaves."""
    entry = ls.catalog.find("schedule", schedule)
    names = [name for name, parameter in entry.parameters.items() if isinstance(parameter.kind, Level)]
    return entry(**dict(zip(names, levels, strict=False)), **STAYS.get(schedule, {}))


def rest(parameter) -> float:
    """The default, or a number like it where that is a schedule or not positive."""
    if isinstance(parameter.default, ls.Schedule):
        return between(parameter.kind, 0.5)
    return abs(parameter.default) or 1e-30


def between(kind, share: float) -> float:
    """The number at `share` of the slider of `kind`."""
    if kind.log:
        return float(kind.low ** (1 - share) * kind.high**share)
    return kind.low + share * (kind.high - kind.low)


def legal(parameter, positive: bool = False):
    """Strategy: legal values of a parameter, on its slider and as far again on both sides."""
    kind = parameter.kind
    if isinstance(kind, Choice):
        return st.sampled_from(kind.options)
    if isinstance(kind, Text):
        return st.sampled_from(FORMULAS)
    if isinstance(kind, Inner):
        return st.sampled_from(INNER)
    width = kind.high - kind.low
    low, high = max(kind.legal[0], kind.low - width), min(kind.legal[1], kind.high + width)
    if parameter.static:
        return st.integers(math.ceil(low / kind.multiple), int(high / kind.multiple)).map(lambda n: n * kind.multiple)
    return st.floats(max(low, 1e-6) if positive else low, high, allow_subnormal=False)


@st.composite
def driven(draw, parameter):
    """Strategy: a schedule that may drive `parameter`, some of its levels left out."""
    entry = ls.catalog.find("schedule", draw(st.sampled_from(SCHEDULES)))
    values = {}
    for name, own in entry.parameters.items():
        level = isinstance(own.kind, Level)
        if draw(st.booleans()):
            values[name] = draw(legal(parameter, own.kind.positive) if level else legal(own))
    return entry(**values)


@st.composite
def bound(draw, kind: str, schedules: bool = True):
    """Strategy: any entry of a kind with any legal values."""
    entries = getattr(ls.catalog, f"{kind}s")()
    entry = entries[draw(st.sampled_from(list(entries)))]
    values = {}
    for name, parameter in entry.parameters.items():
        if isinstance(parameter.kind, Level):
            values[name] = draw(st.none() | st.floats(1e-6, 1e6))
        elif schedules and kind != "schedule" and name in moving(entry) and draw(st.booleans()):
            values[name] = draw(driven(parameter))
        elif draw(st.booleans()):
            values[name] = draw(legal(parameter))
    try:
        return entry(**values)
    except ls.LandscapeError:  # each value is legal, but not all together: a flat matrix, an axis twice
        return entry()


def counting():
    """A new bowl that counts the evaluations and gradients computed at run time, and the Counter."""
    calls: Counter = Counter()

    def count(what: str, x):
        jax.debug.callback(lambda _: calls.update([what]), x)

    @jax.custom_vjp
    def slopes(x, depth):
        count("gradients", x)
        return 2.0 * depth * x

    def row(kept, along):  # of the Hessian: a vector pulled back through the gradient counts as one more
        x, depth = kept
        count("gradients", along)
        return 2.0 * depth * along, 2.0 * jnp.vdot(x, along)

    slopes.defvjp(lambda x, depth: (slopes(x, depth), (x, depth)), row)

    @jax.custom_vjp
    def height(x, depth):
        count("evaluations", x)
        return depth * jnp.sum(x**2)

    def back(kept, slope):
        x, depth = kept
        return slope * slopes(x, depth), slope * jnp.sum(x**2)

    height.defvjp(lambda x, depth: (height(x, depth), (x, depth)), back)

    @ls.surface(domain=ls.Box.square(4.0), start=(3.0, -2.0), source="counts its own calls")
    def counted(*, depth: Annotated[float, ls.Range(0.1, 10.0)] = 1.0):
        """A bowl that counts."""
        return lambda x: height(x, depth)

    return counted, calls
