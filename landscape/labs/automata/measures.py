"""How complicated a rule is: the six axes that accuracy is drawn against, of all 256 rules at once.

All of them but the zlib length are closed forms or frequencies in orbits on a ring of their own, whose width is no
power of two: on such a width additive rules (60, 90, …) die out, and every entropy of theirs with them.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np

from landscape.labs.automata import rules

WIDTH, STARTS, TRANSIENT, STEPS = 101, 48, 64, 24  # of the orbits whose blocks are counted
LONG = 256  # steps of the diagrams that are compressed
BLOCK = 6  # cells of a spatial block
NAMES = {
    "space_time": "space-time entropy, 3 × 3 blocks (bits per cell)",
    "sensitivity": "Boolean sensitivity (inputs that matter, of 3)",
    "shannon": "Shannon entropy of the output bit (bits)",
    "mean_field": "mean-field entropy (bits)",
    "spatial": "spatial entropy, blocks of 6 cells (bits per cell)",
    "compressed": "space-time diagram after zlib (bytes)",
}
SHORT = {
    "space_time": "space-time block entropy",
    "sensitivity": "sensitivity",
    "shannon": "entropy of the output bit",
    "mean_field": "mean-field entropy",
    "spatial": "spatial block entropy",
    "compressed": "compressed length",
}


@lru_cache(maxsize=4)
def measured(seed: int) -> dict[str, np.ndarray]:
    """The measures (256,) by name, of rule 0, 1, …, 255; `seed` draws the starts of the orbits."""
    table = rules.outputs(np.arange(rules.RULES))
    starts = np.random.default_rng([seed, 1]).integers(0, 2, (STARTS, WIDTH), np.uint8)
    spatial, space_time = np.empty((2, rules.RULES))
    for first in range(0, rules.RULES, 32):  # so that the counts stay in memory that is near
        part = np.arange(first, first + 32)
        settled = rules.later(part, starts, TRANSIENT)
        spatial[part], space_time[part] = _blocks(part, settled)
    return {
        "space_time": space_time,
        "sensitivity": sensitivity(table),
        "shannon": binary_entropy(table.mean(1)),
        "mean_field": mean_field(table),
        "spatial": spatial,
        "compressed": compressed(starts[0]),
    }


def binary_entropy(share) -> np.ndarray:
    """The entropy in bits of a bit that is 1 in a share of all cases."""
    share = np.asarray(share, float)
    inside = np.clip(share, 1e-300, 1.0), np.clip(1.0 - share, 1e-300, 1.0)
    return -sum(p * np.log2(p) for p in inside) + 0.0


def sensitivity(table: np.ndarray) -> np.ndarray:
    """How many of the three inputs change the output when flipped, the mean over the rows of tables (n, 8)."""
    k = np.arange(8)
    return sum((table != table[:, k ^ bit]).mean(1) for bit in (1, 2, 4))


def mean_field(table: np.ndarray) -> np.ndarray:
    """The entropy of a cell were neighbours independent: p ← Σ p^ones (1 − p)^zeros over what becomes 1, from p = ½.

    The mean over steps 193 … 256, since some rules go on to alternate.
    """
    ones = np.array([k.bit_count() for k in range(8)])
    density, kept = np.full(len(table), 0.5), []
    for step in range(LONG):
        weights = density[:, None] ** ones * (1.0 - density[:, None]) ** (3 - ones)
        density = np.clip((table * weights).sum(1), 0.0, 1.0)
        kept += [binary_entropy(density)] if step >= 192 else []
    return np.mean(kept, axis=0)


def entropy(numbers: np.ndarray, kinds: int) -> np.ndarray:
    """The entropy in bits of the frequencies of 0 … kinds − 1 in each row of `numbers` (n, …)."""
    rows = numbers.reshape(len(numbers), -1).astype(np.int64) + kinds * np.arange(len(numbers))[:, None]
    share = np.bincount(rows.ravel(), minlength=kinds * len(numbers)).reshape(len(numbers), kinds) / rows.shape[1]
    return -np.sum(share * np.log2(np.where(share > 0, share, 1.0)), axis=1) + 0.0


def compressed(start: np.ndarray) -> np.ndarray:
    """How many bytes zlib needs for the 257 states of each rule from one start (width,), a byte a cell."""
    every = np.moveaxis(rules.diagrams(np.arange(rules.RULES), start[None], LONG)[:, :, 0], 1, 0)
    return np.array([len(zlib.compress(diagram.tobytes())) for diagram in every])


def _blocks(part: np.ndarray, settled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spatial and space-time entropy per cell over the next steps of settled states (n, starts, width)."""
    table, numbers = rules.outputs(part), np.arange(len(part))[:, None, None]
    row, lines, squares, kept = settled, [], [], []
    for _ in range(STEPS):
        code = rules.codes(row)
        lines.append(_lined(row))
        kept = [*kept[-2:], code]
        if len(kept) == 3:
            squares.append(64 * kept[0].astype(np.uint16) + 8 * kept[1] + kept[2])
        row = table[numbers, code]
    return entropy(np.stack(lines, 1), 2**BLOCK) / BLOCK, entropy(np.stack(squares, 1), 2**9) / 9


def _lined(row: np.ndarray) -> np.ndarray:
    """The number of the block that begins at each cell."""
    return sum(np.roll(row, -k, -1) << (BLOCK - 1 - k) for k in range(BLOCK))


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """The rank correlation of two lists, equal values at the mean of their ranks; 0 where one of them is constant."""
    first, second = (ranks - ranks.mean() for ranks in map(_ranks, (a, b)))
    size = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / size) if size else 0.0


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values, up to rounding, share the mean of theirs."""
    _, group, counts = np.unique(np.round(values, 9), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[group]
