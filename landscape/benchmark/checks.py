"""Checks of what a study is given: told in one sentence, before anything is compiled."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import numpy as np

from landscape import catalog
from landscape.entry import Bound, Entry
from landscape.parameters import LandscapeError
from landscape.surface import Surface

MOST_SEEDS = 1_000_000


def distinct(kind: str, given, wanted: type[Bound]) -> tuple:
    """`given` as a tuple of bound values, at least one and none twice."""
    if isinstance(given, (Bound, Entry, str)) or not hasattr(given, "__iter__"):
        raise LandscapeError(f"A study takes a list of {kind}s, not {given!r} alone; put it in brackets.")
    bound = tuple(given)
    if not bound:
        raise LandscapeError(f"A study needs at least one {kind}.")
    for each in bound:
        if not isinstance(each, wanted):
            example = "ls.surfaces.rosenbrock()" if wanted is Surface else "ls.optimizers.adam()"
            raise LandscapeError(f"{each!r} is no {kind} with its numbers bound; give one like {example}.")
        if any(np.ndim(leaf) for leaf in jax.tree.leaves(each.values)):
            raise LandscapeError(f"{each.name} holds arrays of numbers, which belong to sweep; give single ones.")
    texts = [catalog.text(each) for each in bound]
    for text in texts:
        if texts.count(text) > 1:
            raise LandscapeError(f"The {kind} {text} is given twice; give each once.")
    return bound


def seeds_of(given: int | Sequence[int]) -> tuple[int, ...]:
    """The seeds as whole numbers, none twice."""
    if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
        if not 1 <= given <= MOST_SEEDS:
            raise LandscapeError(f"seeds={given} is not a number of runs from 1 to {MOST_SEEDS:,}.")
        return tuple(range(given))
    seeds = np.asarray(given)
    if seeds.ndim != 1 or seeds.size == 0 or seeds.dtype.kind not in "iu" or np.any((seeds < 0) | (seeds >= 2**32)):
        raise LandscapeError(f"seeds={given} is neither a count nor a list of whole numbers from 0 to 4294967295.")
    if len(np.unique(seeds)) < seeds.size:
        raise LandscapeError(f"seeds={given} repeats a seed, and so a run; give each once.")
    return tuple(seeds.tolist())
