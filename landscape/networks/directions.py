"""Two random directions in the space of a model's weights: as long as the weights they move, and at right angles.

A change of the weights means more in a small filter than in a large one, so Gaussian directions are scaled until each
filter is as long as the same filter of the weights (Li et al. 2018, arXiv:1712.09913). Scaling bends right angles. Here
the two are made orthogonal inside each filter before it is scaled, which scaling leaves alone. A filter of a single
weight has no room for that: the signs of those filters are chosen so that their products nearly cancel, and what
remains is made up for by one small angle, the same in all larger filters. So every length is right, and the inner
product of the two directions is zero to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from landscape.blocks import Block
from landscape.parameters import LandscapeError, nearest

NORMALIZATIONS = ("filter", "layer", "none")
KINDS = ("weights", "bias", "norm")
TOGETHER = "filters of one weight are scaled together, for alone they leave no room for a right angle"
WHOLE = "all weights are scaled together, for no other choice of lengths leaves room for a right angle"


class Group(NamedTuple):
    """Filters of one size: places in x (f, m), and how long a direction is in each (f,)."""

    places: np.ndarray
    lengths: np.ndarray


def directions(blocks: Sequence[Block], x, seed: int, normalization: str, ignore) -> tuple[np.ndarray, tuple[str, ...]]:
    """Two directions (2, d) for the weights `x` (d,), and notes on what could not be done as asked.

    `normalization` is "filter", "layer" (each array as long as that of x) or "none" (of length one in all). Arrays of
    the kinds in `ignore` are left alone, and so is what is zero in x, where there is no length to scale to.
    """
    groups = _groups(blocks, x, normalization, ignore)
    draws = np.random.default_rng(seed).normal(size=(2, x.size))
    for candidate, notes in _candidates(groups):
        signs, rest = _balanced(candidate)
        room = sum(np.sum(each.lengths**2) for each in candidate if each.places.shape[1] > 1)
        if room > 0 and abs(rest) <= room:
            return _pair(candidate, draws, signs, -rest / room), notes
    raise LandscapeError("A single weight spans no plane; ignore fewer kinds of arrays, or take normalization='none'.")


def ignored(ignore) -> tuple[str, ...]:
    """The kinds of arrays to leave alone, from a sequence of words or a text such as "bias+norm"."""
    words = ignore.replace(",", "+").split("+") if isinstance(ignore, str) else tuple(ignore)
    words = tuple(word.strip() for word in words if word.strip() not in ("", "none"))
    for word in words:
        if word not in KINDS:
            raise LandscapeError(f"ignore='{word}' is no kind of array. {nearest(word, KINDS)}")
    return words


def filters_of(block: Block) -> np.ndarray:
    """The places in x of each filter of an array: (f, m)."""
    places = np.arange(block.begin, block.begin + block.size)
    if block.filters is None:
        return places[None]
    return np.moveaxis(places.reshape(block.shape), block.filters, 0).reshape(block.shape[block.filters], -1)


def _groups(blocks, x, normalization: str, ignore) -> list[Group]:
    kept = [block for block in blocks if block.kind not in ignore and block.size]
    if not kept:
        raise LandscapeError(f"ignore='{'+'.join(ignore)}' leaves no weights to move; ignore fewer kinds.")
    places = [filters_of(block) for block in kept]
    if normalization == "none":
        every = np.concatenate([each.ravel() for each in places])
        return [Group(every[None], np.ones(1))]
    if normalization == "layer":
        places = [each.reshape(1, -1) for each in places]
    groups = [Group(each, np.linalg.norm(x[each], axis=1)) for each in places]
    groups = [Group(each.places[each.lengths > 0], each.lengths[each.lengths > 0]) for each in groups]
    groups = [each for each in groups if each.lengths.size]
    if not groups:
        raise LandscapeError(
            f"All weights are zero here, so normalization='{normalization}' has no lengths to scale to; take 'none'."
        )
    return groups


def _candidates(groups: list[Group]):
    """The groups as asked, and after them coarser ones, for weights that leave no room for a right angle."""
    yield groups, ()
    single = [each for each in groups if each.places.shape[1] == 1]
    yield [each for each in groups if each.places.shape[1] > 1] + ([_merged(single)] if single else []), (TOGETHER,)
    yield [_merged(groups)], (WHOLE,)


def _merged(groups: list[Group]) -> Group:
    places = np.concatenate([each.places.ravel() for each in groups])
    return Group(places[None], np.sqrt([sum(np.sum(each.lengths**2) for each in groups)]))


def _balanced(groups: list[Group]) -> tuple[list[np.ndarray], float]:
    """Signs of the products of single weights, the largest first so that they nearly cancel, and what remains."""
    signs = [np.ones(len(each.lengths)) for each in groups]
    single = [(length**2, g, f) for g, each in enumerate(groups) if each.places.shape[1] == 1
              for f, length in enumerate(each.lengths)]  # fmt: skip
    rest = 0.0
    for square, g, f in sorted(single, reverse=True):
        signs[g][f] = -1.0 if rest > 0 else 1.0
        rest += signs[g][f] * square
    return signs, rest


def _pair(groups: list[Group], draws: np.ndarray, signs: list[np.ndarray], cosine: float) -> np.ndarray:
    """The two directions, with this cosine between them in every filter of more than one weight."""
    found = np.zeros_like(draws)
    for (places, lengths), sign in zip(groups, signs, strict=True):
        first = _unit(draws[0][places])
        if places.shape[1] == 1:
            second = sign[:, None] * first
        else:
            across = _unit(_across(_unit(_across(draws[1][places], first)), first))  # twice: once leaves rounding
            second = cosine * first + np.sqrt(1.0 - cosine**2) * across
        found[0][places], found[1][places] = lengths[:, None] * first, lengths[:, None] * second
    return found


def _across(vectors: np.ndarray, units: np.ndarray) -> np.ndarray:
    return vectors - np.sum(vectors * units, axis=1, keepdims=True) * units


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
