"""Runs: walk any optimizer over any surface, once, from many starts, or over many settings at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domains import Discrete
from landscape.many import STATIC, batched
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError
from landscape.simulate import simulate
from landscape.surface import Surface
from landscape.trajectory import Trajectory

RECORDS = ("all", "evaluated", "best", "last")
MEMORY_LIMIT = 4 * 2**30  # bytes that one call may record
STEPS = 300
MOST_COSTS = 4096  # optimizers whose costs are remembered
_COSTS: dict[Any, tuple[int, int]] = {}
SMALL = 2**26  # bytes of a record that is surely not too large: no need to know it exactly

_single = jax.jit(simulate, static_argnames=STATIC)


@jax.jit
def _counted(surface, optimizer, start, seed):
    """Evaluations after t = 0 and after one step, and how many a step has places for: all else is dropped."""
    walked = simulate(surface, optimizer, start, seed, None, steps=1, record="evaluated", every=1)
    places = walked["metrics"]["evaluated"].kind.shape[-1] if "evaluated" in walked["metrics"] else 0
    return *walked["evaluations"], places


def run(
    surface: Surface,
    optimizer: Optimizer,
    start=None,
    *,
    steps: int | None = None,
    budget: int | None = None,
    seed: int = 0,
    record: str = "all",
    every: int = 1,
    thin: int = 1,
    since: int = 0,
) -> Trajectory:
    """Walk `optimizer` over `surface` and return everything it visited, t = 0 included.

    start    None: `surface.start` for a single walker, samples of the domain for a population; (d,): the first
             member, the rest sampled; (n, d): all of them. Its dtype (float32, float64) is the run's.
    steps    how many; by default 300, or as many as the budget allows.
    budget   evaluations after which the run stands still, so that races are equal.
    record   "all" positions; "evaluated": also every point evaluated, and what belongs to single members; "best" so
             far; "last" population only.
    every    on surfaces with minibatches, record the full loss each so many steps (uncounted); 0: at none.
    thin     keep each so many steps only; `best_value` still knows all of them.
    since    the first step that is taken; it stands still until then, while schedules go on.
    """
    start, steps = _prepare(surface, optimizer, start, steps, budget)
    options = _options(steps, record, every, thin)
    arguments = (surface, optimizer, start, _seed(seed), _limit(budget), _first_step(since, optimizer))
    recorded = _alone(*arguments, options)
    return Trajectory(surface, optimizer, start, seed, steps, budget, record, recorded, options["every"], thin, since)


def run_many(
    surface: Surface,
    optimizer: Optimizer,
    starts=None,
    *,
    seeds: int | Sequence[int] = (0,),
    steps: int | None = None,
    budget: int | None = None,
    record: str = "all",
    every: int = 1,
    thin: int = 1,
) -> Trajectory:
    """`run` from many starts (r, d) or (r, n, d), or many seeds, or both in step: every array gains a leading axis.

    `seeds` is a count or a sequence. One start (or none) is shared by all seeds, one seed by all starts. On a plain
    Python function the runs go one after the other, so that it is called no more often than the method asks.
    """
    seeds = np.atleast_1d(_seeds(np.arange(seeds) if isinstance(seeds, (int, np.integer)) else seeds))
    starts = None if starts is None else _points(starts, "starts")
    if starts is not None and starts.ndim not in (2, 3):
        raise LandscapeError(f"starts of shape {starts.shape} are neither (runs, d) nor (runs, n, d).")
    runs = max(len(seeds), 1 if starts is None else len(starts))
    if len(seeds) not in (1, runs) or (starts is not None and len(starts) not in (1, runs)):
        raise LandscapeError(f"{len(starts)} starts and {len(seeds)} seeds do not pair up; give one or as many.")
    start, steps = _prepare(surface, optimizer, starts, steps, budget, many=starts is not None)
    shared = start.ndim == 2 or (len(start) == 1 and runs > 1)
    start = start[0] if shared and start.ndim == 3 else start
    seeds = seeds if len(seeds) == runs else np.repeat(seeds, runs)
    options = _options(steps, record, every, thin)
    arguments = (surface, optimizer, start, seeds, _limit(budget))
    about = (surface, optimizer, start, seeds, steps, budget, record)
    if surface.host or optimizer.foreign:
        starts = [start] * runs if shared else start
        pairs = zip(starts, seeds, strict=True)
        each = [_alone(surface, optimizer, *pair, _limit(budget), None, options) for pair in pairs]
        recorded = jax.tree.map(lambda *leaves: np.stack(leaves), *each)
        return Trajectory(*about, recorded, options["every"], thin)
    _check_memory(surface, optimizer, start if shared else start[0], seeds[0], arguments[-1], options, runs)
    axes = tuple(0 if leaf is seeds or (leaf is start and not shared) else None for leaf in jax.tree.leaves(arguments))
    return Trajectory(*about, batched(arguments, axes=axes, **options), options["every"], thin)


def sweep(
    surface: Surface,
    optimizer: Optimizer,
    start=None,
    *,
    steps: int | None = None,
    budget: int | None = None,
    seed: int = 0,
    record: str = "last",
) -> Trajectory:
    """`run` over many settings in one call: give any parameters arrays of one length (s,) and get a leading axis s.

    >>> sweep(quadratic(), momentum(learning_rate=rates, momentum=shares)).best_value   # (s, t+1)
    """
    optimizer.check_native()
    swept = [leaf for leaf in jax.tree.leaves((surface.values, optimizer.values)) if np.ndim(leaf) == 1]
    lengths = {len(leaf) for leaf in swept}
    if len(lengths) != 1:
        given = sorted(lengths) or "none"
        raise LandscapeError(f"A sweep needs parameters given as arrays of one length, not {given}.")
    runs = lengths.pop()
    start, steps = _prepare(surface, optimizer, start, steps, budget)
    options = _options(steps, record, 1, 1)
    arguments = (surface, optimizer, start, _seed(seed), _limit(budget))
    _check_memory(_first(surface), _first(optimizer), *arguments[2:], options, runs)
    axes = tuple(0 if any(leaf is each for each in swept) else None for leaf in jax.tree.leaves(arguments))
    recorded = surface.watch(lambda: batched(arguments, axes=axes, **options))
    return Trajectory(surface, optimizer, start, seed, steps, budget, record, recorded)


def _alone(surface, optimizer, start, seed, budget, since, options: dict[str, Any]) -> dict[str, Any]:
    """The record of one run; of an optimizer from another package, as that package runs it."""
    if optimizer.foreign:
        if options["thin"] > 1:
            raise LandscapeError(f"{optimizer.label} keeps every step; thin is for optimizers of Landscape.")
        asked = {name: options[name] for name in ("steps", "record")}
        return optimizer.walk(surface, start, int(seed), budget=None if budget is None else int(budget), **asked)
    _check_memory(surface, optimizer, start, seed, budget, options, runs=1)
    return surface.watch(lambda: _single(surface, optimizer, start, seed, budget, since, **options))


def _prepare(surface, optimizer, start, steps, budget, many: bool = False) -> tuple[np.ndarray, int]:
    """The start as an array (k, d) and the number of steps, or a LandscapeError that says what is wrong."""
    if not isinstance(surface, Surface) or not isinstance(optimizer, Optimizer):
        raise LandscapeError("run takes a bound surface and a bound optimizer: run(himmelblau(), adam()).")
    if optimizer.needs_gradient and not surface.has_gradient:
        raise LandscapeError(surface.no_slopes(optimizer.name))
    start = _start(surface, optimizer, start, many)
    members = optimizer.members(surface.dim)
    if budget is not None and _whole("budget", budget) < members:
        raise LandscapeError(f"budget={budget} is less than the {members} points of {optimizer.name}.")
    if steps is None:
        steps = STEPS if budget is None else steps_within(surface, optimizer, start[0] if many else start, int(budget))
    return start, _whole("steps", steps)


def _seeds(seed: Any) -> np.ndarray:
    """One seed () or several (r,) as uint32."""
    seeds = np.asarray(seed)
    if seeds.dtype.kind not in "iu" or seeds.size == 0 or seeds.min() < 0 or seeds.max() >= 2**32:
        raise LandscapeError(f"seed={_brief(seed)} is not a whole number from 0 to 4294967295.")
    return seeds.astype(np.uint32)


def _seed(seed: Any) -> np.ndarray:
    if np.ndim(seed):
        raise LandscapeError(f"seed={_brief(seed)} is not a whole number from 0 to 4294967295; for many use run_many.")
    return _seeds(seed)


def _points(start: Any, what: str) -> np.ndarray:
    try:
        return np.asarray(start)
    except ValueError:
        raise LandscapeError(f"The {what} {_brief(start)} is no point of any surface: its rows differ.") from None


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 1 <= value < 2**31:
        raise LandscapeError(f"{name}={value} is not a whole number from 1 on.")
    return int(value)


def _options(steps: int, record: str, every: int, thin: int) -> dict[str, Any]:
    """What a compiled run is made for."""
    if record not in RECORDS:
        raise LandscapeError(f"record='{record}' is not one of {', '.join(RECORDS)}.")
    if steps % _whole("thin", thin):
        raise LandscapeError(
            f"thin={thin} does not divide steps={steps}; give {steps - steps % thin} steps, or thin=1."
        )
    return {"steps": steps, "record": record, "every": every and _whole("every", every), "thin": thin}


def _limit(budget: int | None):
    return None if budget is None else np.int32(budget)


def _first_step(since: int, optimizer: Optimizer):
    """The step before which a run stands still; None, which no program knows of, for runs that go at once."""
    if isinstance(since, bool) or not isinstance(since, (int, np.integer)) or not 0 <= since < 2**31:
        raise LandscapeError(f"since={since} is not a whole number from 0 on.")
    if since and optimizer.foreign:
        raise LandscapeError(f"{optimizer.label} runs outside JAX and starts at step 0; leave since away.")
    return np.int32(since) if since else None


def _start(surface: Surface, optimizer: Optimizer, start, many: bool) -> np.ndarray:
    """The points to start from, (k, d) with k = 0, 1 or n; of `many` runs (r, k, d)."""
    size, dim = optimizer.members(surface.dim), surface.dim
    if start is None:
        single = surface.start.dtype == np.float32  # models stay in single precision, whatever the process is in
        points = surface.start[None] if size == 1 else np.zeros((0, dim))
        return points.astype(np.float32 if single else jnp.result_type(float))
    points = np.atleast_1d(_points(start, "start"))
    points = points[..., None, :] if points.ndim == 1 + many else points
    if points.dtype.kind not in "iuf" or points.ndim != 2 + many or points.shape[-1] != dim:
        raise LandscapeError(f"The start {_brief(start)} is no point of {surface.name}; give {dim} numbers.")
    if points.shape[-2] not in (0, 1, size) or (size == 1 and points.shape[-2] == 0):
        raise LandscapeError(f"{optimizer.name} starts from one point or {size}, not from {points.shape[-2]}.")
    if not np.isfinite(points).all():
        raise LandscapeError(f"The start {_brief(start)} is not finite; give {dim} finite numbers.")
    if isinstance(surface.domain, Discrete):
        surface.domain.check(points, surface.name)
    given = points.dtype if hasattr(start, "dtype") and points.dtype.kind == "f" else None
    return points.astype(jax.dtypes.canonicalize_dtype(given or jnp.result_type(float)))


def _brief(start: Any) -> str:
    text = str(start).replace("\n", "")
    return text if len(text) <= 60 else text[:57] + "…"


def steps_within(surface: Surface, optimizer: Optimizer, start: np.ndarray, budget: int) -> int:
    """How many steps of a run from `start` (k, d) the budget allows: what they cost is asked of the first step.

    Where costs vary, as with line searches, as many as if each took one evaluation.
    """
    if optimizer.foreign:
        return optimizer.steps_within(surface.dim, budget)
    first, each = _cost(surface, optimizer, start)
    return max(1, (budget - first) // each)


def _cost(surface: Surface, optimizer: Optimizer, start: np.ndarray) -> tuple[int, int]:
    """Evaluations of t = 0 and of a step: no matter of the function, so that most are asked for without a program."""
    changing = tuple(surface.scheduled)
    walked = getattr(surface.domain, "structure", None)  # a whole neighbourhood may be looked at
    known = jax.tree.structure(_first(optimizer)), start.shape, str(start.dtype), changing, walked
    if known not in _COSTS or surface.host:
        counted = surface.watch(lambda: _counted(_first(surface), _first(optimizer), start, _seeds(0)))
        first, second, places = (int(each) for each in counted)
        if len(_COSTS) >= MOST_COSTS:
            _COSTS.clear()
        _COSTS[known] = first, max(1, second - first if second - first >= places else 1)
    return _COSTS[known]


def _first(bound: Any) -> Any:
    """The first setting of a sweep."""
    return bound.pinned(jax.tree.map(lambda leaf: leaf[0] if np.ndim(leaf) == 1 else leaf, bound.values))


def _check_memory(surface, optimizer, start: np.ndarray, seed, budget, options: dict[str, Any], runs: int) -> None:
    """Refuse, with the number, a record that would not fit; its shapes are those of the program, before it compiles."""
    members = optimizer.members(surface.dim)
    rough = runs * (options["steps"] // options["thin"] + 1) * (members + 1) * (surface.dim + 8) * 64
    if rough < SMALL:
        return
    shapes = jax.tree.leaves(_single.eval_shape(surface, optimizer, start, seed, budget, **options))
    needed = runs * sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in shapes)
    if needed > MEMORY_LIMIT:
        raise LandscapeError(
            f"This would record {needed / 2**30:.1f} GiB, more than {MEMORY_LIMIT / 2**30:.0f}; lower the steps "
            f"({options['steps']:,}), the population ({members}) or the runs ({runs:,}), keep every tenth step with "
            "thin=10, or pass record='best' or 'last'."
        )
