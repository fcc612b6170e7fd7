"""Tours to compare a bound with: from the relaxation's shares, made shorter by 2-opt and Or-opt moves, and kicked."""

from __future__ import annotations

import numpy as np

SHORTER = 1e-9


def length(distances: np.ndarray, order: np.ndarray) -> float:
    return float(distances[order, np.roll(order, -1)].sum())


def joined(distances: np.ndarray, edges: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """A tour (n,) of edges with the greatest shares, then of the shortest edges that still fit."""
    count = len(distances)
    used = np.flatnonzero(shares > 1e-6)
    ends = [edges[used[np.argsort(-shares[used], kind="stable")]]]
    i, j = np.triu_indices(count, 1)
    shortest = np.argsort(distances[i, j], kind="stable")
    ends.append(np.stack([i[shortest], j[shortest]], axis=1))
    degree, root, next_to = [0] * count, list(range(count)), [[] for _ in range(count)]

    def top(city):
        while root[city] != city:
            root[city] = root[root[city]]
            city = root[city]
        return city

    left = count - 1
    for a, b in (pair for block in ends for pair in block.tolist()):
        if degree[a] < 2 and degree[b] < 2 and top(a) != top(b):
            root[top(a)] = top(b)
            degree[a], degree[b] = degree[a] + 1, degree[b] + 1
            next_to[a].append(b)
            next_to[b].append(a)
            left -= 1
            if not left:
                break
    return _walk(next_to, degree.index(1))


def _walk(next_to: list[list[int]], start: int) -> np.ndarray:
    """The path from its one end to the other."""
    order, before = [start], -1
    while len(order) < len(next_to):
        after = next(city for city in next_to[order[-1]] if city != before)
        before = order[-1]
        order.append(after)
    return np.array(order)


def shortened(distances: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The tour (n,) after the best 2-opt or Or-opt move, again and again, until there is none."""
    while True:
        gain, made = min(_two_opt(distances, order), _or_opt(distances, order), key=lambda each: each[0])
        if gain > -SHORTER * (1.0 + distances.max()):
            return order
        order = made()


def _two_opt(distances: np.ndarray, order: np.ndarray):
    """What the best reversal adds to the length, and a function that gives the tour after it."""
    after = np.roll(order, -1)
    legs = distances[order, after]
    change = distances[np.ix_(order, order)] + distances[np.ix_(after, after)] - legs[:, None] - legs
    np.fill_diagonal(change, 0.0)
    i, j = sorted(divmod(int(change.argmin()), len(order)))
    return change[i, j], lambda: np.concatenate([order[: i + 1], order[i + 1 : j + 1][::-1], order[j + 1 :]])


def _or_opt(distances: np.ndarray, order: np.ndarray):
    """What the best shift of one to three cities adds, either way round, and a function that gives the tour after."""
    count = len(order)
    best = (0.0, lambda: order)
    for size in range(1, min(4, count - 2)):
        first, last = order, np.roll(order, 1 - size)
        before, after = np.roll(order, 1), np.roll(order, -size)
        freed = distances[before, after] - distances[before, first] - distances[last, after]
        a, b = order, np.roll(order, -1)  # the legs into which it goes
        legs = distances[a, b]
        for turned in (False, True):
            one, other = (last, first) if turned else (first, last)
            change = freed[:, None] + distances[np.ix_(one, a)] + distances[np.ix_(other, b)] - legs
            places = (np.arange(count)[:, None] + np.arange(-1, size)) % count
            np.put_along_axis(change, places, np.inf, axis=1)  # legs of the stretch itself
            i, j = divmod(int(change.argmin()), count)
            if change[i, j] < best[0]:
                best = (change[i, j], lambda i=i, j=j, size=size, turned=turned: _shifted(order, i, j, size, turned))
    return best


def _shifted(order: np.ndarray, i: int, j: int, size: int, turned: bool) -> np.ndarray:
    """The `size` cities from place i on stand after the city of place j."""
    count = len(order)
    stretch = order[(i + np.arange(size)) % count]
    rest = order[(i + size + np.arange(count - size)) % count]
    at = (j - i - size) % count
    return np.concatenate([rest[: at + 1], stretch[::-1] if turned else stretch, rest[at + 1 :]])


def kicked(distances: np.ndarray, order: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The tour after a double bridge within 50 places, shortened again."""
    count = len(order)
    order = np.roll(order, -int(rng.integers(count)))
    one, two, three = np.sort(rng.choice(np.arange(1, min(count, 51)), 3, replace=False))
    bridged = np.concatenate([order[:one], order[two:three], order[one:two], order[three:]])
    return shortened(distances, bridged)
