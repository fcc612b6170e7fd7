"""Basins of Himmelblau's function: 512 × 512 starts, 500 steps, against the vmapped scan by hand."""

from __future__ import annotations

from functools import partial

import jax
import numpy as np
from jax import lax

import landscape as ls
from benchmarks.timing import Row, race, ratio
from landscape import optimizers, surfaces

SIDE, STEPS, RATE, EDGE = 512, 500, 0.01, 6.0
SHARES = (0.2633, 0.2615, 0.2379, 0.2374)  # of (3, 2), (−2.805, 3.131), (−3.779, −3.283), (3.584, −1.848)
WITHIN = 0.002


def measure() -> list[Row]:
    """Labels, minima and shares against the bare ends, which nobody has sorted yet; and the shares themselves."""
    surface, sgd = surfaces.himmelblau(), optimizers.sgd(learning_rate=RATE)
    side = np.linspace(-EDGE, EDGE, SIDE)
    starts = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2).astype(jax.dtypes.canonicalize_dtype(float))
    view = {"lower": (-EDGE, -EDGE), "upper": (EDGE, EDGE), "resolution": SIDE, "steps": STEPS}
    found = ls.geometry.basins(surface, sgd, **view)
    times = race({
        "ours": lambda: ls.geometry.basins(surface, sgd, **view).labels,
        "by hand": lambda: descents(surface, starts, RATE, steps=STEPS),
    })  # fmt: skip
    off = float(np.abs(found.shares - SHARES).max()) if len(found.shares) == len(SHARES) else float("inf")
    return [
        ratio("512 × 512 starts × 500 steps ÷ by hand", times["ours"], times["by hand"], limit=1.3),
        Row("largest error of a basin's share", None, None, off, WITHIN, "of all"),
    ]


@partial(jax.jit, static_argnames="steps")
def descents(surface, starts, rate, *, steps: int):
    """Where gradient descent ends from every one of `starts` (n, d), and nothing else."""
    slope = jax.grad(surface.at(0.0, starts.dtype).loss)
    return jax.vmap(lambda x: lax.scan(lambda x, _: (x - rate * slope(x), None), x, length=steps)[0])(starts)
