"""Parameters of any model as one vector: which leaves of its tree are coordinates, where they lie, what they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.blocks import Block
from landscape.parameters import LandscapeError

MOVED, HELD, FIXED = "moved", "held", "fixed"
FILTERS = ("auto", "first", "last")
SHOWN = 12  # paths that an error lists
NORMS = re.compile(r"norm|(^|[^a-z])bn", re.IGNORECASE)  # of modules that normalize
WEIGHTS = re.compile(r"(w|weights?|kernel)_?\d*")  # names of weights even where they have one axis
SCALES, BIASES = ("scale", "gamma", "weight"), ("bias", "b", "offset", "beta", "shift")
STATISTICS = ("batch_stats", "running_mean", "running_var")


class Leaf(NamedTuple):
    """One leaf of a model's tree: part of x, an array that stays as given, or (no array) structure."""

    path: str
    role: str  # MOVED, HELD or FIXED
    shape: tuple[int, ...] = ()
    dtype: str = ""
    value: Any = None  # of what is FIXED: its type and itself


class Layout(NamedTuple):
    """How a tree becomes a vector; hashable, and equal for models of one structure."""

    structure: Any
    leaves: tuple[Leaf, ...]

    @property
    def moved(self) -> list[Leaf]:
        return [leaf for leaf in self.leaves if leaf.role == MOVED]

    @property
    def dim(self) -> int:
        return sum(int(np.prod(leaf.shape)) for leaf in self.moved)


def read(params: Any, mask: Any = None) -> tuple[Layout, list[Any], list[Any]]:
    """The layout of `params`, its arrays that are coordinates, and those that stay as given.

    mask    None: every array of floats but running statistics; a pattern such as "Dense_0", "*kernel" or "!bias",
            or several; a function (path, leaf) -> bool; a tree of bools like `params`, or like its upper part.
    """
    found, structure = jax.tree_util.tree_flatten_with_path(params)
    paths, values = _paths([path for path, _ in found]), [value for _, value in found]
    able = [is_float(value) for value in values]
    if not any(able):
        raise LandscapeError(_no_coordinates(values))
    wanted = _wanted(mask, params, paths, values, able)
    if not any(wanted):
        raise LandscapeError(f"mask={_brief(mask)} matches no parameters; there are {listed(paths, able)}.")
    leaves = tuple(map(_leaf, paths, values, wanted))
    roles = [leaf.role for leaf in leaves]
    moved, held = ([v for v, role in zip(values, roles, strict=True) if role == kind] for kind in (MOVED, HELD))
    return Layout(structure, leaves), moved, held


def is_array(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic, jax.Array))


def is_float(value: Any) -> bool:
    """Whether a leaf may be coordinates: an array of real floating-point numbers, not empty."""
    return is_array(value) and jnp.issubdtype(value.dtype, jnp.floating) and value.size > 0


def tree(layout: Layout, x: Any, held: Any, dtype: Any = None) -> Any:
    """The tree at `x` (d,): leaves in the precision they were given in, or for computing in `dtype`."""
    parts, kept = iter(split(layout, x)), iter(held)

    def leaf(each: Leaf):
        if each.role == FIXED:
            return each.value[1]
        if each.role == HELD:
            return next(kept) if dtype is None else cast(next(kept), dtype)
        return _as(next(parts), jnp.dtype(each.dtype), dtype)

    return jax.tree.unflatten(layout.structure, [leaf(each) for each in layout.leaves])


def split(layout: Layout, x: Any) -> list[Any]:
    """`x` (d,) as the arrays that it is made of."""
    ends = np.cumsum([int(np.prod(leaf.shape)) for leaf in layout.moved])
    begins = [0, *ends[:-1]]
    return [x[begin:end].reshape(leaf.shape) for begin, end, leaf in zip(begins, ends, layout.moved, strict=True)]


def joined(moved: list[Any]) -> np.ndarray:
    """Arrays as one vector (d,), float64 where one of them is and JAX has it, else float32."""
    wide = any(jnp.dtype(each.dtype) == np.float64 for each in moved)
    dtype = jax.dtypes.canonicalize_dtype(np.float64 if wide else np.float32)
    return np.concatenate([np.asarray(each).astype(dtype).ravel() for each in moved])


def gathered(layout: Layout, params: Any) -> list[Any]:
    """The arrays of `params`, a tree like the one of the layout, that are coordinates."""
    leaves, structure = jax.tree.flatten(params)
    if structure != layout.structure:
        raise LandscapeError("These parameters are no tree like the one that the surface was made of.")
    pairs = [(leaf, value) for leaf, value in zip(layout.leaves, leaves, strict=True) if leaf.role == MOVED]
    for leaf, value in pairs:
        if np.shape(value) != leaf.shape:
            raise LandscapeError(f"The parameters have shape {np.shape(value)} at {leaf.path}, not {leaf.shape}.")
    return [jnp.asarray(value) if not is_array(value) else value for _, value in pairs]


def cast(value: Any, dtype: Any) -> Any:
    """An array for computing in `dtype`: floats of 32 bits and more take it, everything else stays."""
    if not (is_array(value) and jnp.issubdtype(value.dtype, jnp.floating)):
        return value
    return _as(value, value.dtype, dtype)


def _as(value: Any, given: Any, dtype: Any) -> Any:
    """As given where nothing else is asked, in `dtype` unless it was given in a lower precision."""
    kind = given if dtype is None or jnp.dtype(given).itemsize < 4 else dtype
    if isinstance(value, jax.core.Tracer):
        return value.astype(jax.dtypes.canonicalize_dtype(kind))
    return jnp.asarray(np.asarray(value).astype(kind))


def blocks(layout: Layout, filters: str) -> tuple[Block, ...]:
    """The coordinates' arrays, with the axis that counts filters and the kind of each."""
    moved = layout.moved
    begins = np.cumsum([0, *(int(np.prod(leaf.shape)) for leaf in moved)])
    kinds = kinds_of({leaf.path: leaf.shape for leaf in moved})
    return tuple(
        Block(leaf.path, leaf.shape, int(begin), _axis(leaf, filters), kinds[leaf.path])
        for leaf, begin in zip(moved, begins, strict=False)
    )


def coordinates(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Every coordinate by its array and place: "Dense_0/kernel[0, 3]"."""
    places = ((block.path, place) for block in blocks for place in np.ndindex(block.shape))
    return tuple(f"{path}{list(place) if place else ''}" for path, place in places)


def _axis(leaf: Leaf, filters: str) -> int | None:
    """PyTorch and Equinox call arrays (out, in, …) weight, tables of embeddings have rows; else outputs come last."""
    if len(leaf.shape) < 2:
        return None
    first = name_of(leaf.path) in ("weight", "embedding") if filters == "auto" else filters == "first"
    return 0 if first else len(leaf.shape) - 1


def kinds_of(shapes: dict[str, tuple[int, ...]]) -> dict[str, str]:
    """The kind of each array, by its path: "weights", "bias" or "norm"; what the names leave open, its shape tells."""
    groups: dict[str, dict[str, tuple[int, ...]]] = {}
    for path, shape in shapes.items():
        groups.setdefault(_parent(path), {})[name_of(path)] = shape
    return {path: _kind(path, shape, groups[_parent(path)]) for path, shape in shapes.items()}


def _kind(path: str, shape: tuple[int, ...], group: dict[str, tuple[int, ...]]) -> str:
    if len(shape) > 1:
        return "weights"
    name, flat = name_of(path), all(len(each) < 2 for each in group.values())
    paired = any(group.get(scale) == group.get(bias, 0) for scale in SCALES for bias in BIASES)
    if NORMS.search(_parent(path)) or name in ("scale", "gamma") or (flat and paired) or is_statistic(path, group):
        return "norm"
    return "bias" if name in BIASES or not (flat or WEIGHTS.fullmatch(name)) else "weights"


def is_statistic(path: str, group: Any) -> bool:
    """Whether an array is a running statistic, which training estimates and no optimizer moves."""
    pair = name_of(path) in ("mean", "var") and {"mean", "var"} <= set(group)
    return pair or any(part in STATISTICS for part in re.split(r"[/.]", path))


def name_of(path: str) -> str:
    return re.split(r"[/.]", path)[-1]


def _parent(path: str) -> str:
    return path[: -len(name_of(path))]


def _paths(keys: list[Any]) -> list[str]:
    """Names of leaves: "params/Dense_0/kernel", "layers/0/weight"; NNX puts a "value" behind each."""
    paths = [jax.tree_util.keystr(key, simple=True, separator="/") or "x" for key in keys]
    behind = all(path.endswith("/value") for path in paths)
    return [path.removesuffix("/value") for path in paths] if behind else paths


def _leaf(path: str, value: Any, wanted: bool) -> Leaf:
    if not is_array(value):
        return Leaf(path, FIXED, value=(type(value), value))
    return Leaf(path, MOVED if wanted else HELD, value.shape, str(value.dtype))


def _wanted(mask: Any, params: Any, paths: list[str], values: list[Any], able: list[bool]) -> list[bool]:
    """Which leaves are coordinates. Running statistics are so only where a tree of bools says it."""
    if mask is not None and not isinstance(mask, str) and not callable(mask) and not _patterns(mask):
        marked = _marked(mask, params)
        return [bool(mark) and each for mark, each in zip(marked, able, strict=True)]
    groups: dict[str, set[str]] = {}
    for path in paths:
        groups.setdefault(_parent(path), set()).add(name_of(path))
    free = [a and not is_statistic(p, groups[_parent(p)]) for a, p in zip(able, paths, strict=True)]
    kinds = kinds_of({p: np.shape(v) for p, v, a in zip(paths, values, able, strict=True) if a})
    chosen = chooser(mask, {path: kinds[path] for path, each in zip(paths, free, strict=True) if each})
    return [each and bool(chosen(path, value)) for path, value, each in zip(paths, values, free, strict=True)]


def chooser(mask: Any, kinds: dict[str, str]) -> Callable[[str, Any], bool]:
    """A function (path, leaf) -> bool that does what `mask` says; `kinds` of all paths that there are."""
    if mask is None:
        return lambda path, leaf: True
    if callable(mask):
        return mask
    patterns = (mask,) if isinstance(mask, str) else tuple(mask)
    for pattern in patterns:
        if not any(_matches(path, kind, pattern.removeprefix("!")) for path, kind in kinds.items()):
            raise LandscapeError(f"mask='{pattern}' matches no parameters; there are {listed(list(kinds))}.")
    given = [pattern for pattern in patterns if not pattern.startswith("!")]
    barred = [pattern[1:] for pattern in patterns if pattern.startswith("!")]

    def chosen(path: str, leaf: Any) -> bool:
        hit = [_matches(path, kinds[path], pattern) for pattern in given]
        return (any(hit) or not given) and not any(_matches(path, kinds[path], each) for each in barred)

    return chosen


def _matches(path: str, kind: str, pattern: str) -> bool:
    """Whether a pattern is the array's kind, its path, or a part of its path between separators."""
    ways = [before + pattern + after for before in ("", "*/", "*.") for after in ("", "/*", ".*")]
    return pattern == kind or any(fnmatchcase(path, way) for way in ways)


def _patterns(mask: Any) -> bool:
    return isinstance(mask, (list, tuple)) and bool(mask) and all(isinstance(each, str) for each in mask)


def _marked(mask: Any, params: Any) -> list[Any]:
    """A tree of bools, one for each leaf of `params`."""
    try:
        marks = jax.tree.leaves(jax.tree.broadcast(mask, params))
    except (ValueError, TypeError):
        marks = [None]
    if not all(isinstance(mark, (bool, np.bool_)) for mark in marks):
        raise LandscapeError(
            f"mask={_brief(mask)} is no pattern, no function (path, leaf) -> bool, and no tree of bools like params."
        )
    return marks


def listed(paths: list[str], able: list[bool] | None = None) -> str:
    """Paths in words, not too many of them."""
    able = [True] * len(paths) if able is None else able
    shown = [path for path, each in zip(paths, able, strict=True) if each]
    rest = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return ", ".join(shown[:SHOWN]) + rest


def _no_coordinates(values: list[Any]) -> str:
    if not values:
        return "The parameters are empty; give a tree with arrays of floats."
    arrays = [value for value in values if is_array(value)]
    if any(jnp.issubdtype(each.dtype, jnp.complexfloating) for each in arrays):
        return "The parameters are complex; give real and imaginary parts as arrays of their own."
    if not arrays:
        kinds = ", ".join(sorted({type(value).__name__ for value in values}))
        return f"The parameters hold no arrays, only {kinds}; give arrays of floats (jax.numpy.asarray makes one)."
    kinds = ", ".join(sorted({str(each.dtype) for each in arrays}))
    return f"The parameters are {kinds}, which no optimizer can move; give arrays of floats that are not empty."


def _brief(mask: Any) -> str:
    text = repr(mask)
    return text if len(text) <= 60 else text[:57] + "…"
