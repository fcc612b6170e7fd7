"""The 256 elementary rules on a ring: bit k of a rule's number is what the neighbourhood k = 4l + 2c + r becomes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

RULES = 256
NEAR = 10_000  # bytes of packed states that are taken at a time
# Wolfram's classes, by the smallest rule of each of the 88 families: Martínez 2013, arXiv:1306.5577, table 2.
FIRST = (0, 8, 32, 40, 128, 136, 160, 168)
THIRD = (18, 22, 30, 45, 60, 90, 105, 122, 126, 146, 150)
FOURTH = (41, 54, 106, 110)
# Told about most often; they are learned first.
KNOWN = (110, 30, 90, 150, 184, 54, 105, 60, 45, 22, 18, 126, 106, 41, 73, 232, 204, 170, 0, 128)


def outputs(rules) -> np.ndarray:
    """What rules (n,) make of the neighbourhoods 000, 001, …, 111, as 0 and 1 (n, 8)."""
    return ((np.asarray(rules)[..., None] >> np.arange(8)) & 1).astype(np.uint8)


def codes(cells) -> np.ndarray:
    """The number 4l + 2c + r of every cell's neighbourhood on the ring, the last axis of `cells`."""
    return 4 * np.roll(cells, 1, -1) + 2 * cells + np.roll(cells, -1, -1)


def diagrams(rules, cells: np.ndarray, steps: int) -> np.ndarray:
    """States (steps + 1, n, starts, width) of rules (n,) from `cells` (starts, width), 0 and 1, the start included."""
    parts = [np.stack(list(_orbits(part, cells, steps))) for part in _parts(rules, cells)]
    return np.unpackbits(np.concatenate(parts, axis=1), axis=-2, count=len(cells))


def later(rules, cells: np.ndarray, steps: int) -> np.ndarray:
    """The states (n, starts, width) that rules (n,) make of `cells` (starts, width) in so many steps."""
    parts = [deque(_orbits(part, cells, steps), maxlen=1).pop() for part in _parts(rules, cells)]
    return np.unpackbits(np.concatenate(parts), axis=-2, count=len(cells))


def mirrored(rule: int) -> int:
    """The rule that does the same with left and right exchanged."""
    return sum((rule >> k & 1) << ((k & 1) << 2 | k & 2 | k >> 2) for k in range(8))


def complemented(rule: int) -> int:
    """The rule that does the same with 0 and 1 exchanged."""
    return sum((1 - (rule >> k & 1)) << (7 - k) for k in range(8))


def family(rule: int) -> int:
    """The smallest number among the rule, its mirror image, its complement and both: one of 88."""
    other = mirrored(rule)
    return min(rule, other, complemented(rule), complemented(other))


def wolfram_class(rule: int) -> int:
    """1 (dies out), 2 (repeats), 3 (looks random) or 4 (structures that move), of the rule's family."""
    least = family(rule)
    return 1 if least in FIRST else 3 if least in THIRD else 4 if least in FOURTH else 2


def order() -> np.ndarray:
    """All rules, those that are told about most first, the rest in one random order."""
    rest = np.random.default_rng(0).permutation(RULES)
    return np.array([*KNOWN, *(rule for rule in rest if rule not in KNOWN)])


def _parts(rules, cells: np.ndarray) -> list[np.ndarray]:
    """The rules in parts whose packed states are few bytes: one rule at a time where there are many starts."""
    each = max(1, NEAR * 8 // cells.size)
    return [np.asarray(rules)[first : first + each] for first in range(0, len(rules), each)]


def _orbits(rules: np.ndarray, cells: np.ndarray, steps: int) -> Iterator[np.ndarray]:
    """States (n, bytes, width) from `cells` on, eight of them in a byte: a step is then a few operations on bits."""
    masks = np.moveaxis(outputs(rules) * np.uint8(255), -1, 0)[..., None, None]
    packed = np.packbits(cells, axis=-2)
    now = np.broadcast_to(packed, (len(rules), *packed.shape))
    yield now
    for _ in range(steps):
        ones = masks
        for neighbour in (np.roll(now, -1, -1), now, np.roll(now, 1, -1)):  # each halves what is still possible
            ones = ones[0::2] ^ ((ones[0::2] ^ ones[1::2]) & neighbour)
        now = ones[0]
        yield now
