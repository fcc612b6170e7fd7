"""What may be asked of a slice, checked before anything is computed: values, statistics, points, memory."""

from __future__ import annotations

import numpy as np

from landscape.networks.hessian import smooth
from landscape.networks.paths import named
from landscape.networks.tiles import DERIVED
from landscape.networks.trees import STATISTICS as KEPT
from landscape.parameters import LandscapeError, nearest
from landscape.plane import Plane
from landscape.surface import Surface

FULL = ("max_curvature", "min_curvature")  # ends of the whole Hessian's spectrum, by Lanczos at every point
KNOWN = ("loss", *DERIVED, *FULL)  # of any surface; measures come beside them
STATISTICS = ("frozen", "interpolated", "re-estimated")
TAILS = {"gradient": (2,), "hessian": (2, 2)}  # the shape of what is not one number a point
MEMORY = 4_000_000_000  # bytes, where the system does not tell what is free


def wanted(surface: Surface, wants) -> tuple[str, ...]:
    """The names asked for, the loss among them; LandscapeError for one that there is not."""
    wants = named(wants)
    known = ("loss", *surface.measures, *KNOWN[1:])
    for name in wants:
        if name not in known:
            raise LandscapeError(f"{surface.name} has no '{name}' to slice. {nearest(str(name), known)}")
        if name in (*DERIVED, *FULL):
            smooth(surface, f"The {name.replace('_', ' ')}")
    return tuple(dict.fromkeys(("loss", *wants)))


def statistics(surface: Surface, plane: Plane, asked: str | None, dtype) -> str | None:
    """How normalization gets its statistics here; LandscapeError where what is asked for is not what happens."""
    if asked is not None and asked not in STATISTICS:
        raise LandscapeError(f"statistics='{asked}' is not one of {', '.join(STATISTICS)}.")
    parts, kept = surface.parts(dtype), [b for b in surface.blocks if any(word in b.path for word in KEPT)]
    moved = [block.path for block in kept if plane.basis[:, block.slice].any()]
    normal = kept or any(block.kind == "norm" for block in surface.blocks)
    happens = "re-estimated" if parts is not None and not parts.separable else "interpolated" if moved else "frozen"
    if happens != "re-estimated" and not normal:
        happens = None
    if asked is None or asked == happens or (happens is None and asked == "frozen" and parts is not None):
        return happens if asked is None else asked
    told = _happens(surface.name, happens, moved)
    raise LandscapeError(f"statistics='{asked}' is not what happens on this plane: {told}")


def _happens(name: str, happens: str | None, moved: list[str]) -> str:
    return {
        None: f"{name} has no statistics of normalization that could change; leave statistics out.",
        "re-estimated": f"the rows of {name} act on each other, so statistics are re-estimated at each point; for "
        "others give a loss that takes kept ones.",
        "interpolated": f"it moves {', '.join(moved[:2])}; mask them to keep them frozen, or say 'interpolated'.",
        "frozen": f"{name} takes its rows one by one and no kept statistics move; say 'frozen', or give a loss that "
        "takes statistics of its batch with separable=False.",
    }[happens]


def axes(lower, upper, resolution) -> tuple[np.ndarray, np.ndarray]:
    """The coordinates u (a,) and v (b,), symmetric to the last bit where the corners are; at least two each."""
    shape = np.atleast_1d(resolution)
    if shape.dtype.kind not in "iu" or shape.shape not in ((1,), (2,)) or shape.min() < 2:
        raise LandscapeError(f"resolution={resolution} is not a whole number of points from 2, nor two of them.")
    counts = (int(shape[0]), int(shape[-1]))
    check_memory(counts, 1)
    return tuple(_axis(*each) for each in zip(lower, upper, counts, strict=True))


def _axis(lower: float, upper: float, count: int) -> np.ndarray:
    steps = 2 * np.arange(count) - (count - 1)  # −(n−1) … n−1: exactly 0 in the middle
    return upper * (steps / (count - 1)) if lower == -upper else np.linspace(lower, upper, count)


def check_memory(counts: tuple[int, int], numbers: int) -> None:
    """Refuse a grid whose values (twice, while they are written) are more than the memory that is free."""
    needed, free = 16 * counts[0] * counts[1] * numbers, _free()
    if needed > free:
        raise LandscapeError(
            f"A grid of {counts[0]:,} × {counts[1]:,} points takes {needed / 1e9:,.1f} GB and {free / 1e9:,.1f} GB are "
            "free; lower the resolution or want less."
        )


def _free() -> int:
    """Bytes of memory that are free."""
    try:
        with open("/proc/meminfo") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return MEMORY
