"""Lanczos: the ends of a symmetric operator's spectrum from products with it, every vector kept orthogonal to all.

A block of random vectors is multiplied, what is new in the result is the next block (Golub and Underwood 1977,
doi:10.1016/B978-0-12-587260-7.50018-2); eigenvectors are sought in the space of all of them.  A block as wide as
eigenvalues are asked for finds all copies of multiple ones, and where nothing is new, a random vector goes on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.networks.hessian import WIDTH, Product, product
from landscape.parameters import LandscapeError
from landscape.surface import Surface

STEPS = 300  # products at most, unless told otherwise
MEMORY = 4_000_000_000  # bytes of vectors that are kept
NOTHING = 64  # roundings of the largest number seen: what is less is none
ENDS = ("top", "bottom", "ends")


class Eigen(NamedTuple):
    """Eigenvalues of a Hessian with unit eigenvectors, whose largest coordinate is positive."""

    values: np.ndarray  # (k,): top ones descending, bottom ones ascending; of both ends, the top ones first
    vectors: np.ndarray  # (k, d): zero outside the block that was asked for
    residuals: np.ndarray  # (k,) ‖H v − λ v‖, computed anew: an eigenvalue lies within that of λ
    converged: np.ndarray  # (k,) whether the residual is below the tolerance
    steps: int  # products that it took


def top(
    surface: Surface,
    x=None,
    k: int = 2,
    which: str = "top",
    *,
    seed: int = 0,
    tol: float | None = None,
    steps: int | None = None,
    block=None,
    dtype=None,
    chunk: int | None = None,
) -> Eigen:
    """The k largest eigenvalues of the Hessian of `surface` at `x` (d,), the smallest, or half of them from each end.

    It ends when residuals are below `tol`, as a share of the largest |eigenvalue|: by default 1e-7, 1e-4 in float32.
    After `steps` products, 300 by default, it gives what it has; `converged` says so. `block`, `dtype` and `chunk` are
    as in `hessian.product`.
    """
    operator = product(surface, x, block=block, dtype=dtype, chunk=chunk)
    if which not in ENDS:
        raise LandscapeError(f"which={which!r} is none of {', '.join(ENDS)}.")
    whole(k, "k", 1, operator.dim)
    high = {"top": k, "bottom": 0, "ends": -(-k // 2)}[which]
    found = extreme(operator, high, k - high, seed=seed, tol=tol, steps=steps)
    if operator.where is None:
        return found
    vectors = np.zeros((k, surface.dim))
    vectors[:, operator.where] = found.vectors
    return found._replace(vectors=vectors)


def extreme(operator: Product, high: int, low: int, *, seed: int = 0, tol=None, steps=None) -> Eigen:
    """The `high` largest and the `low` smallest eigenvalues of `operator`, from one space; some may be both."""
    wanted = max(high, low)
    width = min(WIDTH, wanted)
    _check(operator, wanted, tol, steps)
    tol = (1e-4 if operator.x.dtype == np.float32 else 1e-7) if tol is None else tol
    space = _Space(operator, min(operator.dim, max(STEPS if steps is None else steps, wanted + width)))
    random = generator(seed)
    new, look = random.normal(size=(width, operator.dim)), wanted
    while True:
        rest = space.extend(_orthonormal(space, new, random))
        if space.size >= look or space.full:
            values, inside = np.linalg.eigh(space.inner[: space.size, : space.size])
            chosen = np.concatenate([np.arange(space.size)[::-1][:high], np.arange(low)])
            left = np.linalg.norm(rest.T @ inside[-len(rest) :, chosen], axis=0)
            if space.full or np.all(left <= 0.5 * tol * np.abs(values).max()):
                break
            look = space.size + space.size // 8
        new = rest
    vectors = _signed(inside[:, chosen].T @ space.vectors)
    missed = operator.many(vectors) - values[chosen, None] * vectors
    residuals = np.linalg.norm(missed, axis=1)
    converged = residuals <= tol * np.abs(values).max()
    return Eigen(values[chosen], vectors, residuals, converged, space.size + len(chosen))


def tridiagonal(operator: Product, starts: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Lanczos from each of the unit vectors `starts` (p, dim): diagonals (p, m) and what stands beside them (p, m − 1).

    m ≤ `steps`; where one of them ends early, the rest of its numbers is NaN.
    """
    groups = max(1, min(WIDTH, int(MEMORY // (8 * steps * operator.dim))))
    refuse(operator, steps)
    found = [_tridiagonal(operator, starts[i : i + groups], steps) for i in range(0, len(starts), groups)]
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


def refuse(operator: Product, steps: int) -> None:
    """LandscapeError where so many vectors take more memory than they may."""
    most = MEMORY // (8 * operator.dim)
    if steps > most:
        raise LandscapeError(
            f"{steps} vectors of {operator.dim:,} coordinates take {8e-9 * steps * operator.dim:,.1f} GB, above "
            f"{MEMORY / 1e9:g}; give steps={most}, or a block of the coordinates."
        )


def finite(operator: Product, products: np.ndarray) -> np.ndarray:
    """`products`, if they are all finite."""
    if not np.isfinite(products).all():
        raise LandscapeError(
            f"The Hessian of {operator.surface.name} has entries here that are NaN or infinite; give another point."
        )
    return products


class _Space:
    """Orthonormal vectors, and the operator between them."""

    def __init__(self, operator: Product, most: int):
        self.operator, self.size = operator, 0
        self.all = np.empty((most, operator.dim))
        self.inner = np.zeros((most, most))

    @property
    def vectors(self) -> np.ndarray:
        return self.all[: self.size]

    @property
    def full(self) -> bool:
        return self.size == len(self.all)

    def extend(self, block: np.ndarray) -> np.ndarray:
        """Take in `block` (b, dim), and give what the operator makes of it outside the space (b, dim)."""
        begin, self.size = self.size, self.size + len(block)
        self.all[begin : self.size] = block
        rest = finite(self.operator, self.operator.many(block))
        coefficients = rest @ self.vectors.T
        self.inner[begin : self.size, : self.size] = coefficients
        self.inner[: self.size, begin : self.size] = coefficients.T
        between = self.inner[begin : self.size, begin : self.size]
        between[:] = (between + between.T) / 2
        return self.without(self.without(rest))

    def without(self, vectors: np.ndarray) -> np.ndarray:
        """What of `vectors` (…, dim) is orthogonal to the space."""
        return vectors - (vectors @ self.vectors.T) @ self.vectors


def _orthonormal(space: _Space, vectors: np.ndarray, random) -> np.ndarray:
    """As many of `vectors` as the space still holds, orthonormal; a random one where nothing of one is left."""
    nothing = NOTHING * np.finfo(space.operator.x.dtype).eps * np.abs(space.inner).max(initial=0.0)
    made = np.zeros((0, space.operator.dim))
    for vector in vectors[: len(space.all) - space.size]:
        new = _outside(space, made, vector)
        if np.linalg.norm(new) <= nothing:
            new = _outside(space, made, random.normal(size=vector.size))
        made = np.vstack([made, new / np.linalg.norm(new)])
    return made


def _outside(space: _Space, made: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """What of `vector` is orthogonal to the space and to what is about to join it; twice, against rounding."""
    for _ in range(2):
        vector = space.without(vector)
        vector = vector - (vector @ made.T) @ made
    return vector


def _tridiagonal(operator: Product, at: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    kept = np.zeros((len(at), steps, operator.dim))
    diagonal, beside = np.full((2, len(at), steps), np.nan)
    going = np.ones(len(at), bool)
    for step in range(steps):
        kept[:, step] = at
        made = finite(operator, operator.many(at))
        diagonal[going, step] = np.sum(made * at, axis=1)[going]
        seen = kept[:, : step + 1]
        for _ in range(2):
            made = made - ((seen @ made[:, :, None]).transpose(0, 2, 1) @ seen)[:, 0]
        length = np.linalg.norm(made, axis=1)
        largest = np.fmax.reduce(np.abs(np.hstack([diagonal, beside])), axis=1)
        going &= length > NOTHING * np.finfo(operator.x.dtype).eps * largest
        if not going.any() or step + 1 == operator.dim:
            break
        beside[going, step] = length[going]
        at = np.where(going[:, None], made / np.where(going, length, 1.0)[:, None], 0.0)
    return diagonal, beside[:, :-1]


def _signed(vectors: np.ndarray) -> np.ndarray:
    """Unit `vectors` (k, d) whose largest coordinate is positive; the first of those that are as large."""
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    sizes = np.abs(vectors)
    first = np.argmax(sizes >= (1 - 1e-6) * sizes.max(axis=1, keepdims=True), axis=1)
    return vectors * np.where(vectors[np.arange(len(vectors)), first] < 0, -1.0, 1.0)[:, None]


def _check(operator: Product, k: int, tol, steps) -> None:
    whole(k, "k", 1, operator.dim)
    if steps is not None:
        whole(steps, "steps", 1)
    if tol is not None and not (isinstance(tol, (int, float, np.number)) and 0 < tol < 1):
        raise LandscapeError(f"tol={tol} is no share of the largest eigenvalue between 0 and 1.")
    refuse(operator, min(operator.dim, STEPS if steps is None else steps))


def generator(seed) -> np.random.Generator:
    """Random numbers from a seed; LandscapeError unless it is a whole number from 0."""
    return np.random.default_rng(whole(seed, "seed", 0))


def positive(value) -> bool:
    """Whether this is a finite number above 0."""
    return isinstance(value, (int, float, np.number)) and bool(np.isfinite(value)) and value > 0


def whole(value, name: str, low: int, high: int | None = None) -> int:
    """`value`, if it is a whole number between these."""
    right = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not right or value < low or (high is not None and value > high):
        raise LandscapeError(f"{name}={value} is no whole number from {low}" + (f" to {high:,}." if high else "."))
    return int(value)
