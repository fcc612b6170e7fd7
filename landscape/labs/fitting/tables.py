"""Small tables of numbers to learn from, and the methods that learn them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from landscape.labs.fitting import nets
from landscape.parameters import LandscapeError

NEW = 1000  # rows that nobody learns, for testing
WATCHED = 0.2  # of the rows that a network does not learn, but watches, to restore its best weights
LEARNING_RATE = 0.01
NEEDS = "Trees, forests and boosting need scikit-learn, which is not installed: pip install 'landscape[learn]'."
_COMPILED: set = set()  # shapes whose program is there already: its compilation is not in the seconds
METHODS = ("least squares", "tree", "forest", "boosting", "network")


class Met(NamedTuple):
    """Of each method, on each data set: the mean squared error on new rows, and the seconds that learning took."""

    error: np.ndarray  # (data sets, methods)
    seconds: np.ndarray


def linear(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A weighted sum of all columns, the weights of length 1."""
    weights = rng.normal(size=x.shape[1])
    return x @ weights / np.linalg.norm(weights)


def product(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The product of the first two columns: smooth, and no sum of columns is like it."""
    return x[:, 0] * x[:, 1]


def steps(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The sign of that product: four level quarters, with walls between them."""
    return np.sign(x[:, 0] * x[:, 1])


TRUTHS: dict[str, Callable] = {"linear": linear, "product": product, "steps": steps}


def table(truth: str, n: int, columns: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Standard normal columns (n + NEW, columns) and noisy labels; the first n rows are to learn."""
    rng = np.random.default_rng([seed, list(TRUTHS).index(truth)])
    x = rng.normal(size=(n + NEW, columns))
    return x, TRUTHS[truth](x, rng) + noise * rng.normal(size=len(x))


@lru_cache(maxsize=256)
def met(n: int, columns: int, noise: float, width: int, updates: int, trees: int, seed: int) -> Met:
    """What every method makes of the rows of one seed."""
    tables = [table(truth, n, columns, noise, seed) for truth in TRUTHS]
    rows = [[_timed(learn, x, y, n) for learn in (_least_squares, *_forests(trees, seed))] for x, y in tables]
    errors, seconds = (np.array([[pair[k] for pair in row] for row in rows]) for k in (0, 1))
    others, spent = _networks(tables, n, columns, width, updates, seed)
    return Met(np.column_stack([errors, others]), np.column_stack([seconds, np.full(len(tables), spent)]))


def expected(n: int, columns: int, noise: float) -> float:
    """The mean squared error of least squares with an intercept on normal rows whose truth is linear.

    (n − 2) / (n − columns − 2) is from the mean of an inverse Wishart matrix, 1 + 1 / n from the intercept.
    """
    return noise**2 * (1.0 + 1.0 / n) * (n - 2.0) / (n - columns - 2.0)


def _timed(learn: Callable, x: np.ndarray, y: np.ndarray, n: int) -> tuple[float, float]:
    began = perf_counter()
    predict = learn(x[:n], y[:n])
    seconds = perf_counter() - began
    return float(np.mean((predict(x[n:]) - y[n:]) ** 2)), seconds


def _least_squares(x: np.ndarray, y: np.ndarray) -> Callable:
    weights = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y, rcond=None)[0]
    return lambda new: weights[0] + new @ weights[1:]


def _forests(trees: int, seed: int) -> list[Callable]:
    """A tree, a forest and boosting as scikit-learn has them by default."""
    try:
        from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
        from sklearn.tree import DecisionTreeRegressor
    except ImportError:
        raise LandscapeError(NEEDS) from None
    made: list[Any] = [DecisionTreeRegressor(random_state=seed), RandomForestRegressor(trees, random_state=seed),
                       GradientBoostingRegressor(random_state=seed)]  # fmt: skip
    return [lambda x, y, each=each: each.fit(x, y).predict for each in made]


def _networks(tables, n: int, columns: int, width: int, updates: int, seed: int) -> tuple[np.ndarray, float]:
    """Errors (data sets,) of networks that watch a part of their rows, and the seconds of one, compilation apart."""
    learned = max(1, n - max(1, round(WATCHED * n)))
    parts = {"learned": slice(learned), "watched": slice(learned, n), "new": slice(n, None)}
    sets = {name: {"inputs": np.stack([x[part] for x, _ in tables]), "targets": np.stack([y[part] for _, y in tables])}
            for name, part in parts.items()}  # fmt: skip
    model, rows = nets.regression(width, columns, activation="relu"), sets.pop("learned")
    begun = np.repeat(nets.starts(model, [seed]), len(tables), axis=0)
    options = {"steps": updates, "every": 25, "learning_rate": LEARNING_RATE}
    if (model, n, updates) not in _COMPILED:
        nets.fit(model, begun, rows, sets, **options)
        _COMPILED.add((model, n, updates))
    began = perf_counter()
    found = nets.fit(model, begun, rows, sets, **options)
    best = found.loss["watched"].argmin(axis=1)
    return 2.0 * found.loss["new"][np.arange(len(tables)), best], (perf_counter() - began) / len(tables)
